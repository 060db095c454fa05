"""The table of choices: what the design does, and what it would do otherwise."""

from collections.abc import Callable
from dataclasses import dataclass

from faster_core import App
from tests.benchmarks.exchange import Application
from tests.benchmarks.undone import around, source, traffic
from tests.benchmarks.undone.closures import closures
from tests.benchmarks.workload import WORKLOADS, Workload

__all__ = ["CHOICES", "Choice"]


@dataclass(frozen=True)
class Choice:
    """One choice, and where it shows.

    Args:
        title: What was chosen.
        otherwise: What would be there otherwise.
        workloads: The keys of the workloads that are measured.
        undo: Takes a fresh application of ours, undoes the choice in it, and returns what is to be called.
        started: Whether the undone application has started.
    """

    title: str
    otherwise: str
    workloads: tuple[str, ...]
    undo: Callable[[App, Workload], Application]
    started: bool = True

    def chosen(self) -> list[Workload]:
        """Return the workloads."""
        return [WORKLOADS[key] for key in self.workloads]


CHOICES = {
    "generated": Choice(
        "One generated function for each route",
        "closures, made from the same plan, that call each other",
        ("get", "dependencies"),
        closures,
    ),
    "door": Choice(
        "The door returns the endpoint's coroutine", "a coroutine that awaits it", ("get",), around.awaited_door
    ),
    "boundary": Choice(
        "The error boundary is a `try` in the endpoint",
        "a frame around it, which watches what is sent",
        ("get",),
        source.Framed(),
    ),
    "middleware": Choice(
        "An application without middleware runs none", "one that does nothing", ("get",), around.idle_middleware
    ),
    "statics": Choice(
        "Paths without parameters are found in a dict", "by the walk over the tree", ("get",), around.without_statics
    ),
    "endings": Choice(
        "Paths with one parameter, at the end, are found in a dict by what is before it",
        "by the walk over the tree",
        ("path", "routes"),
        around.without_endings,
    ),
    "parsing": Choice(
        "Only what the plan reads is parsed",
        "a `Request` with headers, query and cookies",
        ("get",),
        source.Everything(),
    ),
    "digits": Choice(
        "`int()` for texts of digits", "msgspec's lenient conversion for all", ("path", "inputs"), source.Lenient()
    ),
    "decoder": Choice(
        "msgspec from bytes to the Struct in one call", "`json.loads`, then convert", ("post",), source.InTwoSteps()
    ),
    "exact": Choice(
        "Results of the declared class are encoded as they are",
        "converted like any others",
        ("get", "post", "list"),
        source.Converted(),
    ),
    "head": Choice(
        "Header pairs and short lengths are made once", "encoded for each answer", ("get",), source.Encoded()
    ),
    "yield": Choice(
        "Dependencies with `yield` are entered and left by lines of the endpoint",
        "context managers on an `AsyncExitStack`",
        ("dependencies",),
        source.ContextManagers(),
    ),
    "asyncgens": Choice(
        "The event loop does not take down the generators of dependencies",
        "it does, as before start-up",
        ("dependencies",),
        around.unchanged,
        started=False,
    ),
    "sends": Choice(
        "Middleware sends on through plain functions", "coroutines", ("middleware",), traffic.awaited_sends
    ),
    "small": Choice(
        "GZip looks up the length of a small answer in a set",
        "it holds the start and reads the length",
        ("middleware",),
        traffic.held_starts,
    ),
    "messages": Choice(
        "A message of a WebSocket passes one coroutine",
        "`receive` and `send`, which look at the state again",
        ("websocket",),
        traffic.checked_messages,
    ),
    "chunks": Choice(
        "A chunk within a file goes past the multipart parser",
        "the parser searches it",
        ("upload",),
        traffic.searched_chunks,
    ),
    "pieces": Choice(
        "A file in memory is put together once", "written to a buffer as it comes", ("upload",), traffic.written_pieces
    ),
}
"""All choices, by key."""
