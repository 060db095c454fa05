"""A `type` alias inside itself, in a response model."""

from collections.abc import Iterable
from typing import Any

from faster_core.result.node import Emission, Node, Seen
from faster_core.result.selection import Selection

__all__ = ["Recurrence"]


class Recurrence(Node):
    """The second `Tree` in `type Tree = dict[str, Tree] | int`.

    It is made before what it stands for, which is known once the alias has been read. Nothing can be said of it until
    then, so that every value is looked at, and msgspec, which does not know such aliases, is not asked.

    Attributes:
        target: What the alias stands for.
    """

    __slots__ = ("target",)

    def __init__(self, annotation: Any) -> None:
        super().__init__(annotation, (), certain=False, modelled=True)
        self.target: Node = self

    def holds(self, value: Any) -> bool:
        """Tell whether a value holds as what the alias stands for."""
        return self.target.holds(value)

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Tell whether every value holds as what the alias stands for."""
        return self.target.all_hold(values)

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return the value as what the alias stands for."""
        return self.target.shape(value, place, seen)

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the value reduced as what the alias stands for."""
        return self.target.dump(value, selection, emission)
