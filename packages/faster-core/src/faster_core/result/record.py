"""Records in a response model: Struct, dataclass, attrs class, TypedDict."""

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from operator import attrgetter, countOf
from typing import Any

import msgspec

from faster_core.result.misfit import Misfit
from faster_core.result.node import Emission, Node, Seen
from faster_core.result.selection import Selection

__all__ = ["Dictionary", "Field", "Record"]

_ABSENT: Any = object()
_SCALARS = (str, bytes, bytearray, int, float, complex, Decimal, list, set, frozenset, type(None))


class Field(msgspec.Struct, frozen=True):
    """A declared field.

    Attributes:
        name: The attribute.
        encode_name: The key in JSON.
        parameter: The argument of the constructor; None for a field that it does not take.
        node: The type.
        default: Returns the default; None for a required field.
        written: Whether it is in JSON.
    """

    name: str
    encode_name: str
    parameter: str | None
    node: Node
    default: Callable[[], Any] | None
    written: bool = True

    @property
    def required(self) -> bool:
        """Whether there is no default."""
        return self.default is None

    def is_default(self, value: Any) -> bool:
        """Tell whether a value is what the field would have without it."""
        if self.default is None:
            return False
        default = self.default()
        return type(value) is type(default) and bool(value == default)


class Record(Node):
    """A class with declared fields.

    The fields are set after the node exists, because a record may contain itself.

    Args:
        annotation: The class, or a generic class with its arguments.
        cls: The class itself.
    """

    __slots__ = ("_array", "_closed", "_fields", "_getters", "_names", "_omits", "_tag", "cls")

    def __init__(self, annotation: Any, cls: type) -> None:
        super().__init__(annotation, (cls,), certain=True, modelled=True)
        self.cls: type = cls
        config = getattr(cls, "__struct_config__", None)
        self._names: frozenset[str] = frozenset()
        # msgspec writes the `__dict__` of other classes: an attrs object may carry more than its fields, and a
        # dataclass that msgspec decoded carries less (defaults stay on the class).
        self._closed = config is not None or cls.__dictoffset__ == 0
        self._tag = None if config is None or config.tag is None else (config.tag_field, config.tag)
        self._omits = config is not None and config.omit_defaults
        self._array = config is not None and config.array_like
        self.declare(())

    def declare(self, fields: tuple[Field, ...]) -> None:
        """Set the declared fields, in order."""
        self._fields = fields
        self._names = frozenset(field.name for field in fields)
        self._getters = tuple((attrgetter(field.name), field.node) for field in fields if field.node.modelled)

    @property
    def flat(self) -> bool:
        """Whether there is no record within that could be something else."""
        return self._closed and not self._getters

    @property
    def nameable_twice(self) -> bool:
        """Whether a mapping could give an optional field by its Python name, which msgspec would pass over."""
        return any(field.name != field.encode_name and not field.required for field in self._fields)

    def holds(self, value: Any) -> bool:
        """Tell whether a value is of this very class, and so is everything in it."""
        if type(value) is not self.cls or not (self._closed or self._carries_its_fields(value)):
            return False
        for get, node in self._getters:
            item = get(value)
            if not (item is msgspec.UNSET or node.holds(item)):
                return False
        return True

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Tell whether all values are of this very class, looking at each field as one column."""
        values = values if isinstance(values, list) else list(values)
        if countOf(map(type, values), self.cls) != len(values):
            return False
        if not (self._closed or all(map(self._carries_its_fields, values))):
            return False
        for get, node in self._getters:
            column = [item for item in map(get, values) if item is not msgspec.UNSET]
            if column and not node.all_hold(column):
                return False
        return True

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return an instance of this class with what the value has under the names of its fields."""
        if self.holds(value):
            return value
        if self._array and isinstance(value, list | tuple):
            names = [self._tag[0]] if self._tag else []
            value = dict(zip(names + [field.encode_name for field in self._fields], value, strict=False))
        given = self._given(value, place)
        arguments: dict[str, Any] = {}
        for field in self._fields:
            if field.name in given and field.parameter is not None:
                inner = f"{place}.{field.encode_name}"
                arguments[field.parameter] = field.node.shape(given[field.name], inner, seen)
            elif field.required and field.parameter is not None:
                raise Misfit.at(place, f"Object missing required field `{field.encode_name}`")
        try:
            record = self.cls(**arguments)
        except (ValueError, TypeError) as error:
            raise Misfit.at(place, str(error)) from error
        if not self._closed:
            self._complete(record)
        if seen is not None and type(value) is not self.cls:
            seen[id(record)] = frozenset(given)
        return record

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the fields that leave."""
        if self._array:
            values = [field.node.dump(getattr(value, field.name), selection, emission) for field in self._fields]
            return [self._tag[1], *values] if self._tag else values
        plain: dict[str, Any] = {} if self._tag is None else {self._tag[0]: self._tag[1]}
        given = emission.seen.get(id(value))
        for field in self._fields:
            item = getattr(value, field.name, msgspec.UNSET)
            if item is msgspec.UNSET or not field.written or not selection.keeps(field.name):
                continue
            if self._leaves_out(field, item, given, emission):
                continue
            name = field.encode_name if emission.by_alias else field.name
            plain[name] = field.node.dump(item, selection.inside(field.name), emission)
        return plain

    def overlap(self, value: Any) -> int:
        """Return how many of the fields a value has; a tag that is another's counts below none."""
        if isinstance(value, Mapping):
            if self._tag and value.get(self._tag[0], self._tag[1]) != self._tag[1]:
                return -1
            return sum(field.encode_name in value or field.name in value for field in self._fields)
        return sum(hasattr(value, field.name) for field in self._fields)

    def _leaves_out(self, field: Field, item: Any, given: Collection[str] | None, emission: Emission) -> bool:
        if item is None and emission.exclude_none:
            return True
        if emission.exclude_unset and given is not None and field.name not in given:
            return True
        compares = emission.exclude_defaults or self._omits or (emission.exclude_unset and given is None)
        return bool(compares and field.is_default(item))

    def _carries_its_fields(self, value: Any) -> bool:
        return bool(vars(value).keys() == self._names)

    def _complete(self, record: Any) -> None:
        attributes = vars(record)
        for name in attributes.keys() - self._names:
            del attributes[name]
        for name in self._names - attributes.keys():
            attributes[name] = getattr(record, name, msgspec.UNSET)

    def _given(self, value: Any, place: str) -> dict[str, Any]:
        if isinstance(value, Mapping):
            if self._tag and value.get(self._tag[0], self._tag[1]) != self._tag[1]:
                raise Misfit.at(f"{place}.{self._tag[0]}", f"Invalid value {value[self._tag[0]]!r}")
            return given_by_keys(self._fields, value)
        return given_by_attributes(self._fields, value, place)


class Dictionary(Node):
    """A TypedDict.

    Its values are plain dicts that anybody may have made, so they are always converted.
    """

    __slots__ = ("_fields", "_names")

    def __init__(self, annotation: Any) -> None:
        super().__init__(annotation, (dict,), certain=False, modelled=True)
        self.declare(())

    def declare(self, fields: tuple[Field, ...]) -> None:
        """Set the declared keys, in order."""
        self._fields = fields
        self._names = frozenset(field.name for field in fields)

    def holds(self, value: Any) -> bool:
        """Tell whether a dict has declared keys only, and what it holds holds."""
        if type(value) is not dict or not value.keys() <= self._names:
            return False
        return all(
            field.node.holds(value[field.name]) for field in self._fields if field.node.modelled and field.name in value
        )

    def all_hold(self, values: Iterable[Any]) -> bool:
        """Tell whether every dict holds."""
        return all(map(self.holds, values))

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return a dict with the declared keys only."""
        if isinstance(value, Mapping):
            given = given_by_keys(self._fields, value)
        else:
            given = given_by_attributes(self._fields, value, place)
        for field in self._fields:
            if field.required and field.name not in given:
                raise Misfit.at(place, f"Object missing required field `{field.name}`")
        return {
            field.name: field.node.shape(given[field.name], f"{place}.{field.name}", seen)
            for field in self._fields
            if field.name in given
        }

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the keys that leave."""
        return {
            field.name: field.node.dump(value[field.name], selection.inside(field.name), emission)
            for field in self._fields
            if field.name in value
            and selection.keeps(field.name)
            and not (emission.exclude_none and value[field.name] is None)
        }


def given_by_keys(fields: tuple[Field, ...], value: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what a mapping gives, by field: under the encoded name, else under the Python name."""
    given = {}
    for field in fields:
        if field.encode_name in value:
            given[field.name] = value[field.encode_name]
        elif field.name in value:
            given[field.name] = value[field.name]
    return {name: item for name, item in given.items() if item is not msgspec.UNSET}


def given_by_attributes(fields: tuple[Field, ...], value: Any, place: str) -> dict[str, Any]:
    """Return what an object gives, by field: its attributes.

    Raises:
        Misfit: The value is not an object with fields.
    """
    if isinstance(value, _SCALARS) or (isinstance(value, tuple) and not hasattr(value, "_fields")):
        raise Misfit.expected(place, "object", value)
    given = {field.name: getattr(value, field.name, _ABSENT) for field in fields}
    return {name: item for name, item in given.items() if item is not _ABSENT and item is not msgspec.UNSET}
