"""Collections in a response model: sequences, fixed tuples, mappings."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from faster_core.result.misfit import Misfit
from faster_core.result.node import Emission, Node, Open, Seen
from faster_core.result.selection import Selection

__all__ = ["Items", "Mapped", "Slots", "is_iterable"]


def is_iterable(value: Any) -> bool:
    """Tell whether a value is a row of items: not text, not a mapping, not a model that lists its fields."""
    if isinstance(value, str | bytes | bytearray | memoryview | Mapping):
        return False
    return isinstance(value, Iterable) and not hasattr(type(value), "__pydantic_serializer__")


class Items(Node):
    """`list[T]`, `set[T]`, `tuple[T, ...]`, `Iterable[T]` …: an array in JSON."""

    __slots__ = ("_limit", "item")

    def __init__(self, annotation: Any, kinds: Iterable[type], item: Node) -> None:
        super().__init__(annotation, kinds, certain=item.certain, modelled=item.modelled)
        self.item: Node = item
        self._limit: Node | None = None

    def limit(self, check: Node) -> None:
        """Hold the collection to a length, which `check` knows."""
        self._limit = check
        self.certain = False

    @property
    def flat(self) -> bool:
        """Whether the items may be anything."""
        return isinstance(self.item, Open)

    def holds(self, value: Any) -> bool:
        """Tell whether a value is such a collection, and every item holds."""
        return type(value) in self.kinds and self.item.all_hold(value)

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Tell whether every value holds, looking at all their items as one column."""
        values = list(values)
        return set(map(type, values)) <= self.kinds and self.item.all_hold(list(chain.from_iterable(values)))

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return a list of items of the declared type. An iterator is read to its end."""
        if not is_iterable(value):
            raise Misfit.expected(place, "array", value)
        items = [self.item.shape(item, f"{place}[{position}]", seen) for position, item in enumerate(value)]
        if self._limit is not None:
            self._limit.shape(items, place, None)
        return items

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the items that leave."""
        items = list(value)
        return [self.item.dump(items[position], inner, emission) for position, inner in selection.items(len(items))]


class Slots(Node):
    """`tuple[A, B]` or a NamedTuple: an array in JSON, with a type for each place.

    Args:
        annotation: The type.
        cls: `tuple`, or the NamedTuple class.
        slots: The types, in order.
        names: The fields of a NamedTuple; empty for a tuple.
        required: How many of the values have no default.
    """

    __slots__ = ("_cls", "_names", "_required", "slots")

    def __init__(
        self, annotation: Any, cls: type, slots: tuple[Node, ...], names: tuple[str, ...] = (), required: int = -1
    ) -> None:
        super().__init__(
            annotation,
            (cls,),
            certain=all(slot.certain for slot in slots),
            modelled=any(slot.modelled for slot in slots),
        )
        self._cls = cls
        self._names = names
        self._required = len(slots) if required < 0 else required
        self.slots: tuple[Node, ...] = slots

    def holds(self, value: Any) -> bool:
        """Tell whether a value is such a tuple, and each of its values holds."""
        if type(value) not in self.kinds or len(value) != len(self.slots):
            return False
        return all(slot.holds(item) for slot, item in zip(self.slots, value, strict=True))

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Tell whether every tuple holds."""
        return all(map(self.holds, values))

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return a tuple of the declared types, from a row of values or from an object with the names."""
        if isinstance(value, Mapping) and self._names:
            value = [value[name] for name in self._names if name in value]
        elif not is_iterable(value):
            raise Misfit.expected(place, "array", value)
        items = list(value)
        if not self._required <= len(items) <= len(self.slots):
            raise Misfit.at(place, f"Expected `array` of length {len(self.slots)}, got {len(items)}")
        shaped = [
            slot.shape(item, f"{place}[{position}]", seen)
            for position, (slot, item) in enumerate(zip(self.slots, items, strict=False))
        ]
        return self._cls(*shaped) if self._names else tuple(shaped)

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the values, each reduced."""
        return [
            slot.dump(item, selection.inside(position), emission)
            for position, (slot, item) in enumerate(zip(self.slots, value, strict=True))
        ]


class Mapped(Node):
    """`dict[K, V]`: an object in JSON with any keys."""

    __slots__ = ("_key", "_limit", "value")

    def __init__(self, annotation: Any, key: Node, value: Node) -> None:
        certain = key.certain and value.certain
        super().__init__(annotation, (dict,), certain=certain, modelled=key.modelled or value.modelled)
        self._key = key
        self.value: Node = value
        self._limit: Node | None = None

    def limit(self, check: Node) -> None:
        """Hold the mapping to a length, which `check` knows."""
        self._limit = check
        self.certain = False

    @property
    def keyed_by_text(self) -> bool:
        """Whether the keys are any texts, and the mapping any length."""
        return self._key.annotation is str and self._limit is None

    @property
    def flat(self) -> bool:
        """Whether the values may be anything; every key becomes a text in JSON."""
        return isinstance(self.value, Open) and (isinstance(self._key, Open) or self._key.annotation is str)

    def holds(self, value: Any) -> bool:
        """Tell whether a value is a dict, and its keys and values hold."""
        return type(value) is dict and self._key.all_hold(value) and self.value.all_hold(value.values())

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Tell whether every dict holds."""
        return all(map(self.holds, values))

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return a dict with keys and values of the declared types."""
        if not isinstance(value, Mapping):
            raise Misfit.expected(place, "object", value)
        entries = {
            self._key.shape(key, f"{place}[...]", seen): self.value.shape(item, f"{place}[...]", seen)
            for key, item in value.items()
        }
        if self._limit is not None:
            self._limit.shape(entries, place, None)
        return entries

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the entries that leave."""
        return {
            key: self.value.dump(item, selection.inside(key), emission)
            for key, item in value.items()
            if selection.keeps(key)
        }
