"""The README's table: the figures of the first tier, as they are committed, in few words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.peer import HAND, PEERS
from tests.benchmarks.table import grid, read, short
from tests.benchmarks.workload import WORKLOADS

__all__ = ["BEGIN", "END", "README", "rewritten", "summary", "update"]

README = Path(__file__).parents[2] / "README.md"

BEGIN = "<!-- Written by `hatch run bench`: figures -->\n"
END = "<!-- figures end -->\n"

_ROWS = ("get", "path", "post", "inputs", "dependencies", "list", "routes", "upload", "middleware", "websocket")


def summary(written: Mapping[str, Any]) -> str:
    """Return the table and a line on its conditions.

    Args:
        written: What the first tier has written: `conditions`, `loop` and `figures`.
    """
    figures, conditions = written["figures"], written["conditions"]
    rows = [key for key in _ROWS if key in figures]
    peers = [peer for key, peer in PEERS.items() if peer is not HAND and all(key in figures[row] for row in rows)]
    table = grid(
        ["CPU time of a request, by hand = 1", *(peer.title for peer in peers)],
        [[WORKLOADS[row].title, *(short(figures[row][peer.key]["ratio"]) for peer in peers)] for row in rows],
    )
    python, day = conditions["python"], conditions["date"]
    return f"{table}\n{python}, {written['loop']}, {conditions['processor']}, {day}; all peers in one run, in turns.\n"


def rewritten(text: str, written: Mapping[str, Any]) -> str:
    """Return the README with the table of these figures between the two marks.

    Raises:
        ValueError: When the marks are not there, each once.
    """
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended or BEGIN in rest or END in before + after:
        raise ValueError(f"the README needs the lines {BEGIN!r} and {END!r}, each once")
    return f"{before}{BEGIN}\n{summary(written)}\n{END}{after}"


def update() -> None:
    """Write the README's table anew, from the figures that were written last.

    Raises:
        ValueError: When there are none, or no marks for them.
    """
    written = read("in-process")
    if written is None:
        raise ValueError("there are no figures: run the first tier with --save")
    README.write_text(rewritten(README.read_text(encoding="utf-8"), written), encoding="utf-8")
