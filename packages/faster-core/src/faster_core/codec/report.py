"""The problems of one value, as the tree finds them."""

from typing import Any

import msgspec

from faster_core.codec.place import Place, path_of, suffix_of
from faster_core.codec.problem import MAX_PROBLEMS, Kind, Problem

__all__ = ["BAD", "MAX_DEPTH", "MAX_VISITS", "Enough", "Report", "kind_of", "words_of"]

BAD: Any = object()
"""What a node returns for a value that does not fit, after it has reported why."""

MAX_DEPTH = 150
"""How many containers inside each other the tree follows; deeper data is refused as nested too deeply."""

MAX_VISITS = 100_000
"""How many containers an explanation looks into, about a second's work; errors behind them are not named."""


class Enough(Exception):
    """The walk has found all it may report, or looked at all it may look at; the report has what was found."""


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "bool",
    int: "int",
    float: "float",
    str: "str",
    bytes: "bytes",
    list: "array",
    tuple: "array",
    set: "array",
    frozenset: "array",
    dict: "object",
}


class Report:
    """What is known while one value is read.

    Attributes:
        problems: The problems found, `MAX_PROBLEMS` at most.
        text: Whether the value comes from text, which is converted, and not from JSON, which is strict.
        walking: Whether every node is visited, so that every error is found; else msgspec reads what it can.
        score: What the problems weigh, for unions that look for the member that comes nearest.
        depth: How many containers are open.
        base: The place of the value that is read: what is wrong there is wrong altogether.
        visits: How many containers were looked into, in a list of one, which attempts share.
        memo: What unions found for a container, so that nested unions read it once for each member.
    """

    __slots__ = ("base", "depth", "memo", "problems", "score", "text", "visits", "walking")

    def __init__(self, *, text: bool, walking: bool, base: Place = None) -> None:
        self.base: Place = base
        self.problems: list[Problem] = []
        self.text: bool = text
        self.walking: bool = walking
        self.score: int = 0
        self.depth: int = 0
        self.visits: list[int] = [0]
        self.memo: dict[tuple[int, int], tuple[Any, Report]] = {}

    def add(self, at: Place, message: str, kind: Kind = "msgspec", *, weight: int = 1) -> Any:
        """Note a problem and return `BAD`."""
        self.score += weight
        self._note(Problem(path_of(at), message + suffix_of(at), kind))
        return BAD

    def add_missing(self, at: Place, name: str) -> None:
        """Note that an object lacks a field that is required; it weighs more than a field of the wrong type."""
        self.score += 3
        message = f"Object missing required field `{name}`{suffix_of(at)}"
        self._note(Problem(path_of((at, "field", name)), message, "missing"))

    def add_unknown(self, at: Place, name: str) -> None:
        """Note that an object has a field it may not have."""
        self.score += 2
        message = f"Object contains unknown field `{name}`{suffix_of(at)}"
        self._note(Problem(path_of((at, "field", name)), message))

    def add_kind(self, at: Place, wording: str, value: Any) -> Any:
        """Note that a value is of another kind altogether, and return `BAD`."""
        return self.add(at, f"Expected `{wording}`, got `{kind_of(value)}`", weight=self.weight_at(at))

    def weight_at(self, at: Place) -> int:
        """Return what a value of another kind weighs: much for the value that is read, little inside it."""
        return 100 if at is self.base else 2

    def add_foreign(self, problem: Problem) -> None:
        """Note a problem that another library has put into words."""
        self.score += 3 if problem.kind == "missing" else 1
        self._note(problem)

    def visit(self) -> None:
        """Count a container that is looked into.

        Raises:
            Enough: While walking, when there were too many.
        """
        self.visits[0] += 1
        if self.exhausted:
            raise Enough

    @property
    def exhausted(self) -> bool:
        """Whether no further container is looked into."""
        return self.walking and self.visits[0] > MAX_VISITS

    def _note(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise Enough

    def fork(self, base: Place) -> "Report":
        """Return an empty report for an attempt at the value at `base`, which may come to nothing."""
        other = Report(text=self.text, walking=self.walking, base=base)
        other.depth = self.depth
        other.memo = self.memo
        other.visits = self.visits
        return other

    def join(self, other: "Report") -> None:
        """Take over the problems of an attempt."""
        self.score += other.score
        for problem in other.problems:
            self._note(problem)


def kind_of(value: Any) -> str:
    """Return what msgspec calls the type of a value: `object`, `array` or `null`, say."""
    return _KINDS.get(type(value)) or type(value).__name__.lower()


def words_of(error: Exception) -> str:
    """Return the message of an exception that bad input has raised."""
    if isinstance(error, RecursionError):
        return "Data is nested too deeply"
    if isinstance(error, ArithmeticError):
        return "Number out of range"
    if isinstance(error, UnicodeError):
        return "Invalid UTF-8"
    if isinstance(error, msgspec.MsgspecError):
        return str(error)
    return str(error) or "Invalid value"
