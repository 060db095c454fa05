"""One type of a response model, and what can be done with a value for it.

Theory of operation. At start-up a response model is read into a tree of nodes: records (Struct, dataclass, attrs),
mappings, sequences, unions, and leaves for everything that holds no record. A node answers three questions:

    holds(value)   is the value of the declared types already, all the way down?   (then it is encoded as it is)
    shape(value)   the value as the declared types, with the declared fields only  (or Misfit)
    dump(value)    a shaped value as plain data, under include, exclude …          (only when a route has options)

Rules that hold:

- what `shape` returns has no field that its model does not declare, at any depth;
- `holds` looks at types only. A record of the declared type is trusted: its scalars are not validated again;
- `holds` is asked for every result, not decided by `__subclasses__()` at start-up: a subclass may be defined later, and
  a Struct does not stop anybody from putting a dict where it declares a Struct. Only records that contain records pay
  (about 0.1 µs for a nested one; a list is looked at column by column, at the speed of C).
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from faster_core.codec import INPUT_ERRORS
from faster_core.encoding import json_default
from faster_core.result.conversion import converter
from faster_core.result.misfit import Misfit
from faster_core.result.selection import Selection

__all__ = ["Emission", "Leaf", "Node", "Open", "Seen", "Whole"]

_SCALARS = (str, int, float, bool, bytes, Decimal, datetime, date, time, timedelta)

Seen = dict[int, frozenset[str]]
"""Which fields were given, by the id of the record made from them; for `exclude_unset`."""


class Emission(msgspec.Struct, frozen=True):
    """The options of one route, with what one result was made from.

    Attributes:
        exclude_unset: Leave out what was not given.
        exclude_defaults: Leave out what equals its default.
        exclude_none: Leave out what is None.
        by_alias: Use the encoded names instead of the Python names.
        seen: The fields that were given, where records were made from other data.
    """

    exclude_unset: bool = False
    exclude_defaults: bool = False
    exclude_none: bool = False
    by_alias: bool = True
    seen: Seen = {}


class Node:
    """A type in a response model.

    Attributes:
        annotation: The type as it was written.
        kinds: The run-time types of values that may hold.
        certain: Whether a value that holds needs no conversion. False where types alone cannot tell (constraints).
        modelled: Whether there is a record somewhere within, so that fields may have to be left out.
        plain: Whether msgspec converts Python values to this type without help.
    """

    __slots__ = ("annotation", "certain", "kinds", "modelled", "plain")

    def __init__(
        self, annotation: Any, kinds: Iterable[type], *, certain: bool, modelled: bool, plain: bool = False
    ) -> None:
        self.annotation: Any = annotation
        self.kinds: frozenset[type] = frozenset(kinds)
        self.certain: bool = certain
        self.modelled: bool = modelled
        self.plain: bool = plain

    @property
    def flat(self) -> bool:
        """Whether the class of a value says everything about it, so that nothing within has to be looked at."""
        return False

    def holds(self, value: Any) -> bool:
        """Tell whether a value is of the declared types, all the way down."""
        return type(value) in self.kinds

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Tell whether every value of a column holds."""
        return set(map(type, values)) <= self.kinds

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return the value as the declared type.

        Args:
            value: Anything.
            place: Where the value stands, as msgspec writes it: `$.items[0]`.
            seen: Filled with the fields that were given; None when nobody asks.

        Raises:
            Misfit: The value does not fit.
        """
        raise NotImplementedError

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return a shaped value as data that msgspec encodes, reduced by the options of the route."""
        return selection.apply(value)


class Leaf(Node):
    """A type without records, converted by msgspec."""

    __slots__ = ("_convert",)

    def __init__(self, annotation: Any, kinds: Iterable[type], *, certain: bool, plain: bool = True) -> None:
        super().__init__(annotation, kinds, certain=certain, modelled=False, plain=plain)
        self._convert = converter(annotation)

    @property
    def flat(self) -> bool:
        """Whether the type is without constraints."""
        return self.certain

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return the value converted, with the conversions of text sources: `"42"` fits an int."""
        if self.certain and type(value) in self.kinds:
            return value
        return self.converted(value.value if isinstance(value, Enum) else value, place)

    def converted(self, value: Any, place: str) -> Any:
        """Return the value converted.

        Raises:
            Misfit: The value does not fit.
        """
        try:
            return self._convert(value)
        except INPUT_ERRORS as error:
            if isinstance(value, _SCALARS) and type(value) not in _SCALARS:
                # Of a subclass, such as the datetime of another library: msgspec takes the types themselves only.
                return self.converted(json_default(value), place)
            raise Misfit.within(place, str(error)) from error


class Whole(Leaf):
    """A composed type without records, looked at part by part, and converted by msgspec as a whole.

    Args:
        node: The composed node.
    """

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        super().__init__(node.annotation, node.kinds, certain=node.certain)
        self.node: Node = node

    @property
    def flat(self) -> bool:
        """Whether nothing within has to be looked at."""
        return self.node.flat

    def holds(self, value: Any) -> bool:
        """Tell whether a value and its parts are of the declared types."""
        return self.node.holds(value)

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Tell whether every value of a column holds."""
        return self.node.all_hold(values)

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return the value itself where it holds, converted where it does not: as a whole, else part by part."""
        if self.certain and self.node.holds(value):
            return value
        try:
            return self.converted(value, place)
        except Misfit as misfit:
            # Iterators and enum members are nothing to msgspec.
            try:
                return self.node.shape(value, place, seen)
            except Misfit:
                raise misfit from misfit.__cause__

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the value reduced, with the records that stand where `Any` is declared."""
        return self.node.dump(value, selection, emission) if selection.active else value


class Open(Node):
    """`Any`: whatever is there, with every field that it has."""

    __slots__ = ("_node_of",)

    def __init__(self, annotation: Any, node_of: Callable[[type], Node]) -> None:
        super().__init__(annotation, (), certain=True, modelled=False, plain=True)
        self._node_of = node_of

    def holds(self, value: Any) -> bool:
        """Return True."""
        return True

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Return True."""
        return True

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return the value."""
        return value

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the value, reduced as its own type says."""
        if type(value) is list or type(value) is tuple:
            return [self.dump(value[position], inner, emission) for position, inner in selection.items(len(value))]
        if type(value) is dict:
            return {
                name: self.dump(item, selection.inside(name), emission)
                for name, item in value.items()
                if selection.keeps(name)
            }
        node = self._node_of(type(value))
        return node.dump(value, selection, emission) if node.modelled else value
