"""Figures to Markdown tables, which the documentation includes, and to JSON beside them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import loop
from tests.benchmarks.choice import CHOICES
from tests.benchmarks.choices import Gain
from tests.benchmarks.concurrency import WAYS, Beside
from tests.benchmarks.floor import FLOOR
from tests.benchmarks.instructions import LOSS, changes, comparable
from tests.benchmarks.lane import Figure, Spread
from tests.benchmarks.machine import Conditions
from tests.benchmarks.peer import HAND, OURS, Peer
from tests.benchmarks.server import Load
from tests.benchmarks.servers import SERVERS
from tests.benchmarks.startup import FOUNDATION, Imports, Start
from tests.benchmarks.workload import WORKLOADS, Workload

__all__ = [
    "FOLDER",
    "changes_table",
    "choices_table",
    "concurrency_table",
    "grid",
    "imports_table",
    "instructions_table",
    "memory_table",
    "ratios_table",
    "read",
    "server_table",
    "servers_table",
    "short",
    "starts_table",
    "write",
]

FOLDER = Path(__file__).parents[2] / "docs" / "pages" / "benchmarks"
"""Where tables are written."""


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table: the first column to the left, the others to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


_IN_PROCESS_NOTES = f"""
CPU time of one request, the applications called directly on {loop.NAME}'s event loop, as multiples of an application
written by hand without a framework; in parentheses the quartiles of the rounds. Each application was seen to give the
same answer and to refuse the same bad input before it was timed. By hand, the upload is python-multipart and a buffer.
BlackSheep, Falcon and Starlette have no dependencies with `yield`; their handlers write `async with`. Each row has a
process of its own, which keeps the memory that is freed.
"""

_CONCURRENCY_NOTES = """
Many calls at once, with as many workers as there are processors: the wall time of one, and the longest time for which
the event loop did nothing else. Other ways than the first are multiples of it; the medians of the rounds.
"""

_CHOICES_NOTES = f"""
CPU time of one request, the application called directly on {loop.NAME}'s event loop: as it is, and with one thing
undone. The factor is the median of the rounds' ratios; in parentheses their quartiles. Factors of several rows do not
multiply: each is taken with everything else in place.
"""

_SHARE_NOTES = """
Requests that one uvicorn worker on uvloop and httptools answers in a second, as a share of what it answers with the
application by hand; in parentheses the quartiles of the rounds. Those by hand and ours were asked in each round one
right after the other, for a second each, and compared within it; wrk had the other core and 16 connections.
"""

_COST_NOTES = """
CPU time of the server process for one request in the same rounds, the kernel's share included, as multiples of that by
hand. Where the machine had other work to do, this says more than the requests.
"""

_SERVERS_NOTES = """
The same application of FasterAPI behind each server, in turns, a second each: requests answered in a second, their
share of the first line's with the quartiles of the rounds, and CPU time for one request of all processes of the server,
the kernel's share included. wrk had a core of its own and 16 connections; two workers had two cores, on a machine of
two cores wrk's among them.
"""

_STARTUP_NOTES = """
Five routes to a resource, each resource with a model of its own, each route with four nested dependencies. CPU time,
the median of three processes. Memory is what the process grew by until each route had answered once, the framework's
modules included. Imports: wall time under `-X importtime`, with bytecode from an earlier run; what ours adds, the
median of 31 processes.
"""

_INSTRUCTIONS_NOTES = """
Instructions of one request, counted by callgrind with `PYTHONHASHSEED=0`.
"""


def ratios_table(
    figures: Mapping[str, Mapping[str, Figure]], workloads: Sequence[Workload], peers: Sequence[Peer]
) -> str:
    """Return the table of the first tier: ratios to what is written by hand, with quartiles for ours."""
    head = ["work", "by hand", *(_headline(peer) for peer in peers if peer is not HAND)]
    rows = []
    for workload in workloads:
        row = [workload.title, f"{figures[workload.key][HAND.key].microseconds:.2f} µs"]
        for peer in peers:
            if peer is HAND:
                continue
            row.append(_spread(figures[workload.key][peer.key]))
        rows.append(row)
    floors = [_floor(workload, figures[workload.key]) for workload in workloads if FLOOR in figures[workload.key]]
    return "\n".join([grid(head, rows) + _IN_PROCESS_NOTES, *floors])


def _floor(workload: Workload, figures: Mapping[str, Figure]) -> str:
    """Return the sentence on a workload's floor, and on how far above it we are."""
    alone = figures[FLOOR].microseconds
    said = f"{workload.title}: python-multipart alone, with call-backs that do nothing, takes {alone:.2f} µs"
    if OURS.key in figures:
        said += f", {OURS.title} {figures[OURS.key].microseconds / alone:.2f} times that"
    return f"{said}.\n"


def choices_table(gains: Mapping[str, Mapping[str, Gain]]) -> str:
    """Return the table of choices, a row for each choice and workload."""
    rows = []
    for key, row in gains.items():
        choice = CHOICES[key]
        for workload in choice.chosen():
            if workload.key in row:
                gain = row[workload.key]
                spent = (f"{value:.2f} µs" for value in (gain.with_it, gain.without.microseconds))
                rows.append(
                    [f"{choice.title}; otherwise: {choice.otherwise}", workload.title, *spent, _spread(gain.without)]
                )
    return grid(["choice", "work", "with it", "without", "factor"], rows) + _CHOICES_NOTES


def concurrency_table(figures: Mapping[str, Mapping[str, Beside]]) -> str:
    """Return the table of functions beside the event loop, a row for each job."""
    rows = []
    for job, row in figures.items():
        alone = row[WAYS[0]]
        said = [f"{alone.milliseconds:,.2f} ms, {alone.pause:,.0f} ms"]
        said += [f"{row[way].ratio:.2f}, {row[way].pause:,.0f} ms" for way in WAYS[1:]]
        rows.append([job, *said])
    return grid(["keeps a processor busy for", *WAYS], rows) + _CONCURRENCY_NOTES


def server_table(loads: Mapping[str, Mapping[str, Load]], workloads: Sequence[Workload], peers: Sequence[Peer]) -> str:
    """Return the two tables of the tier over uvicorn: requests a second, and the server's CPU time for one."""
    shares, costs = [], []
    for workload in workloads:
        taken = loads[workload.key]
        others = [taken[peer.key] for peer in peers if peer is not HAND]
        by_hand = taken[HAND.key]
        shares.append([workload.title, f"{by_hand.per_second:,.0f}/s", *(_spread(load.share) for load in others)])
        costs.append([workload.title, f"{by_hand.microseconds:,.0f} µs", *(_spread(load.cost) for load in others)])
    head = ["work", *(_headline(peer) for peer in peers)]
    return grid(head, shares) + _SHARE_NOTES + "\n" + grid(head, costs) + _COST_NOTES


def memory_table(memory: Mapping[str, float], peers: Sequence[Peer]) -> str:
    """Return the table of what workers need."""
    rows = [[peer.title, f"{memory[peer.key]:.1f} MiB"] for peer in peers]
    return grid(["uvicorn worker with 100 routes", "resident memory"], rows)


def servers_table(loads: Mapping[str, Mapping[str, Load]], workloads: Sequence[Workload]) -> str:
    """Return the table of servers, a row for each and workload."""
    rows = []
    for workload in workloads:
        for key, load in loads[workload.key].items():
            answered, spent = f"{load.per_second:,.0f}/s", f"{load.microseconds:,.0f} µs"
            rows.append([SERVERS[key].title, workload.title, answered, _spread(load.share), spent])
    return grid(["server", "work", "requests", "share", "CPU time"], rows) + _SERVERS_NOTES


def starts_table(starts: Mapping[int, Mapping[str, Start]], peers: Sequence[Peer]) -> str:
    """Return the table of starts, a row for each application and number of routes."""
    head = ["routes", "application", "declare", "first answer", "each route once", "first document", "memory"]
    rows = []
    for routes, figures in starts.items():
        for peer in peers:
            one = figures[peer.key]
            document = "–" if one.document is None else f"{one.document:,.0f} ms"
            memory = "–" if one.memory is None else f"{one.memory:.1f} MiB"
            spent = (f"{value:,.1f} ms" for value in (one.build, one.first_request, one.every_route))
            rows.append([f"{routes:,}", _headline(peer), *spent, document, memory])
    return grid(head, rows)


def imports_table(imports: Mapping[str, Imports], added: Spread) -> str:
    """Return the table of imports, and what ours adds to that of what it stands on."""
    head = ["import", "own modules", "third parties", "standard library", "modules"]
    rows = []
    for package, one in imports.items():
        third = sum(one.third_party.values())
        spent = (f"{value:,.0f} ms" for value in (one.own, third, one.standard_library))
        rows.append([f"`{package}`", *spent, str(one.modules)])
    foundation = ", ".join(FOUNDATION)
    share = (
        f"\n`import FasterAPI` after `import {foundation}` takes {added.ratio:.2f} of their CPU time "
        f"({added.low:.2f}–{added.high:.2f}).\n"
    )
    return grid(head, rows) + share + _STARTUP_NOTES


def instructions_table(counts: Mapping[str, Mapping[str, int]], workloads: Sequence[Workload]) -> str:
    """Return the table of instruction counts."""
    rows = []
    for workload in workloads:
        taken = counts[workload.key]
        ours, by_hand = taken[OURS.key], taken[HAND.key]
        rows.append([workload.title, f"{by_hand:,}", f"{ours:,}", f"{ours / by_hand:.2f}"])
    return grid(["work", HAND.title, OURS.title, "ratio"], rows) + _INSTRUCTIONS_NOTES


def _headline(peer: Peer) -> str:
    return f"{peer.title} {peer.version}".strip()


def changes_table(now: Mapping[str, Mapping[str, int]], then: Mapping[str, Any], conditions: Mapping[str, Any]) -> str:
    """Return the table of what has changed since the figures that were written last, and a line on it."""
    found = changes(now, then, conditions)
    rows = [
        [WORKLOADS[key].title, f"{then['figures'][key]['ours']:,}", f"{now[key]['ours']:,}", f"{change - 1:+.1%}"]
        for key, change in found.items()
    ]
    day = then["conditions"]["date"]
    lost = sum(change > 1 + LOSS for change in found.values())
    said = f"{lost} of {len(found)} have lost" if lost else "None has lost"
    measure = "instructions" if comparable(then, conditions) else "their ratio to those by hand, since versions differ"
    note = f"\nCompared by {measure}. {said} more than {LOSS:.0%} since {day}.\n"
    return grid(["FasterAPI's instructions", f"on {day}", "now", "change"], rows) + note


def _spread(found: Spread) -> str:
    return f"{short(found.ratio)} ({short(found.low)}–{short(found.high)})"


def short(ratio: float) -> str:
    """Return a ratio with as many places as say something."""
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"


def write(name: str, conditions: Conditions, text: str, figures: Mapping[str, Any], folder: Path = FOLDER) -> None:
    """Write a table and its figures.

    Args:
        name: The files' name, without what follows the dot.
        conditions: Under which they were taken.
        text: The table.
        figures: What JSON says beside the conditions.
        folder: Where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(f"{text}\n{conditions.sentence()}\n", encoding="utf-8")
    value = {"conditions": conditions.as_json(), **figures}
    (folder / f"{name}.json").write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def read(name: str, folder: Path = FOLDER) -> dict[str, Any] | None:
    """Return the figures that were written last, or None."""
    path = folder / f"{name}.json"
    if not path.exists():
        return None
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value
