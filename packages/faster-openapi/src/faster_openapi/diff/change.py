"""Changes, and lists of them."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct, field

__all__ = ["Change", "Changes", "Comparison", "Severity"]

Severity: TypeAlias = Literal["breaking", "compatible"]


class Change(Struct, frozen=True):
    """One change.

    Attributes:
        severity: `breaking` where a client of the old document may fail, `compatible` where none does.
        place: Where it is: `GET /items`, with the parameter, status or field.
        message: What changed.
    """

    severity: Severity
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.place}: {self.message}"


class Comparison(Struct, frozen=True):
    """All changes between two documents, those that break clients first."""

    changes: tuple[Change, ...]

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes with which a client of the old document may fail."""
        return tuple(change for change in self.changes if change.severity == "breaking")

    @property
    def compatible(self) -> tuple[Change, ...]:
        """The changes that no client of the old document notices."""
        return tuple(change for change in self.changes if change.severity == "compatible")

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)


class Changes(Struct):
    """Gathers changes."""

    found: list[Change] = field(default_factory=list)

    def breaking(self, place: str, message: str) -> None:
        """Take down a change that breaks clients."""
        self.found.append(Change("breaking", place, message))

    def compatible(self, place: str, message: str) -> None:
        """Take down a change that breaks none."""
        self.found.append(Change("compatible", place, message))

    def either(self, place: str, message: str, *, breaks: bool) -> None:
        """Take down a change of which only the direction tells what it means."""
        self.found.append(Change("breaking" if breaks else "compatible", place, message))
