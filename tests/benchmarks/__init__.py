"""Benchmarks: the same work done by FasterAPI, by its peers and by hand, side by side.

    shop          what the applications are about: data that all of them share
    request       a request as a server hands it to an application
    workload      the table of what is measured, and of what has to come back
    floor         the part of the work that is a third party's, alone
    exchange      one connection to an application, without a server
    peers/        one module for each application; `peer` finds them
    lane          one application, asked in turns with others
    alone         each workload in a process of its own
    choice        the table of what the design chose; `undone/` undoes each
    in_process    CPU time of a request, called directly              ┐
    choices       what each choice of the design bought               │
    server        the same behind uvicorn, with wrk                   │ the tiers, each with a table
    servers       one application behind several servers              │
    startup       import, 500 and 1,000 routes, memory                │
    concurrency   a function on the loop, in a thread, elsewhere      │
    instructions  instruction counts, for what must not grow          ┘
    machine       under which conditions
    process, wrk  what serves, and what asks
    table         figures to Markdown and JSON

`hatch run bench` runs all, `hatch run bench:quick` the first tier in about two minutes. Nothing here passes or fails
by time.
"""
