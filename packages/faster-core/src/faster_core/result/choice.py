"""Unions in a response model."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from faster_core.result.misfit import Misfit
from faster_core.result.node import Emission, Node, Open, Seen
from faster_core.result.record import Record
from faster_core.result.recurrence import Recurrence
from faster_core.result.selection import Selection

__all__ = ["Choice"]


class Choice(Node):
    """`A | B | None`.

    The member is chosen by the type of an instance first (along its bases); of other data, the record that has most of
    its fields there comes first, then the members in the order in which they were written.
    """

    __slots__ = ("_by_kind", "_nullable", "ambiguous", "members")

    def __init__(self, annotation: Any, members: tuple[Node, ...]) -> None:
        kinds = [kind for member in members for kind in member.kinds]
        super().__init__(
            annotation,
            kinds,
            certain=all(member.certain for member in members),
            modelled=any(member.modelled for member in members),
        )
        self.members: tuple[Node, ...] = members
        self.ambiguous: bool = len(kinds) != len(set(kinds)) or any(
            isinstance(member, Open | Recurrence) for member in members
        )
        self._by_kind = {kind: member for member in members for kind in member.kinds}
        self._nullable = type(None) in self.kinds

    def holds(self, value: Any) -> bool:
        """Tell whether a value holds as the member of its type. Never, where two members share a run-time type."""
        if self.ambiguous:
            return False
        member = self._by_kind.get(type(value))
        return member is not None and member.holds(value)

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Tell whether every value holds, one column for each type among them."""
        values = values if isinstance(values, list) else list(values)
        kinds = set(map(type, values))
        if self.ambiguous or not kinds <= self.kinds:
            return False
        if len(kinds) == 1:
            return self._by_kind[kinds.pop()].all_hold(values)
        return all(self._by_kind[kind].all_hold([item for item in values if type(item) is kind]) for kind in kinds)

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return the value as the first member that it fits."""
        if value is None and self._nullable:
            return None
        first: Misfit | None = None
        for member in self._candidates(value):
            try:
                return member.shape(value, place, seen)
            except Misfit as misfit:
                first = first or misfit
        raise first or Misfit.expected(place, "object", value)

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the value as the member of its type gives it."""
        if value is None or value is msgspec.UNSET:
            return value
        return self._member_of(value).dump(value, selection, emission)

    def _member_of(self, shaped: Any) -> Node:
        if not self.ambiguous:
            return self._by_kind.get(type(shaped), self.members[0])
        fitting = [member for member in self.members if type(shaped) in member.kinds or not member.kinds]
        return next((member for member in fitting if member.holds(shaped)), (fitting or self.members)[0])

    def _candidates(self, value: Any) -> list[Node]:
        members = [member for member in self.members if member.kinds != {type(None)}]
        for base in type(value).__mro__:
            fitting = [member for member in members if member.modelled and base in member.kinds]
            if fitting and not isinstance(value, Mapping | list):
                return [*fitting, *(member for member in members if member not in fitting)]
        leaves = [member for member in members if type(value) in member.kinds and not member.modelled]
        rest = [member for member in members if member not in leaves]
        if any(isinstance(member, Record) for member in rest):
            rest.sort(key=lambda member: -member.overlap(value) if isinstance(member, Record) else 0)
        return [*leaves, *rest]
