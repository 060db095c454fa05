"""One choice of the design undone, everything else left as it is: what comes here takes a fresh application of ours,
changes one thing in it, and gives it back as an ASGI application.

    source     a line of the generated endpoint is another one
    closures   the generated endpoint is closures that call each other
    around     what is before the endpoint, and around it
    traffic    what passes: messages, and pieces of bodies
"""
