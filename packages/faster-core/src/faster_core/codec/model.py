"""Models: classes with named fields, written as an object, or as an array."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from faster_core.codec.field import Field
from faster_core.codec.node import Node
from faster_core.codec.place import Place
from faster_core.codec.problem import INPUT_ERRORS
from faster_core.codec.report import BAD, Report, words_of

__all__ = ["Entry", "Model", "Shape"]

_ABSENT: Any = object()
_ARRAYS = (list, tuple)


class Entry(Struct, frozen=True):
    """A field of a model, and what reads it.

    Attributes:
        field: The field.
        node: What reads its value.
        many: Whether it is a list, so that one text of a text source is a list of one.
    """

    field: Field
    node: Node
    many: bool


class Shape(Struct, frozen=True):
    """How the instances of a model are written and made.

    Attributes:
        cls: The class.
        make: What makes an instance of the values that were sent, by name.
        array: Whether an instance is written as an array.
        exact: Whether the array may have no more items than there are fields, nor the object unknown fields.
        tag_field: The name of the field that tells the class; None without.
        tag: Its value.
    """

    cls: Any
    make: Callable[[dict[str, Any]], Any]
    array: bool = False
    exact: bool = False
    tag_field: str | None = None
    tag: str | int | None = None


class Model(Node):
    """A Struct, dataclass, attrs class, TypedDict or NamedTuple."""

    def __init__(self, annotation: Any, shape: Shape) -> None:
        super().__init__(annotation)
        self.bare: Any = shape.cls
        self.shape = shape
        self.entries: Sequence[Entry] = ()
        self.names: frozenset[str] = frozenset()

    def fill(self, entries: Sequence[Entry]) -> None:
        """Set the fields: after construction, because a model may contain itself."""
        self.entries = entries
        self.children: tuple[Node, ...] = tuple(entry.node for entry in entries)
        names = {entry.field.wire_name for entry in entries}
        self.names = frozenset(names | {self.shape.tag_field} if self.shape.tag_field else names)

    @property
    def shallow(self) -> Any:
        """A dict or a list: the kind of value the model is written as."""
        return list if self.shape.array else dict

    def fits(self, value: Any) -> bool:
        """Return whether the value is an object, or an array for a model that is written as one."""
        return type(value) is self.shape.cls or (type(value) in _ARRAYS if self.shape.array else type(value) is dict)

    def unknown(self, value: Any) -> int:
        """Return how many fields of an object the model does not know."""
        return len(value.keys() - self.names) if type(value) is dict else 0

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return an instance, or report what is wrong with each field."""
        if self.shape.array and not report.text and type(value) in _ARRAYS:
            values = self._read_array(value, at, report)
        elif type(value) is dict and (report.text or not self.shape.array):
            values = self._read_object(value, at, report)
        elif isinstance(self.shape.cls, type) and self.shape.cls is not dict and type(value) is self.shape.cls:
            return value
        else:
            return report.add_kind(at, "array" if self.shape.array else "object", value)
        if values is BAD:
            return BAD
        try:
            return self.shape.make(values)
        except (ValueError, TypeError) as error:
            return report.add(at, str(error))
        except INPUT_ERRORS as error:
            return report.add(at, words_of(error))

    def _read_object(self, value: dict[Any, Any], at: Place, report: Report) -> Any:
        before = report.score
        if self.shape.tag_field is not None and self.shape.tag_field in value:
            self.check_tag(value[self.shape.tag_field], (at, "field", self.shape.tag_field), report)
        values = {}
        for entry in self.entries:
            field = entry.field
            item = value.get(field.wire_name, _ABSENT)
            if item is _ABSENT:
                if field.required:
                    report.add_missing(at, field.wire_name)
                continue
            if report.text and entry.many and type(item) is not list:
                item = [item]
            values[field.name] = entry.node.enter(item, (at, "field", field.wire_name), report)
        if self.shape.exact:
            for name in value:
                if name not in self.names:
                    report.add_unknown(at, name)
        return values if report.score == before else BAD

    def _read_array(self, value: Sequence[Any], at: Place, report: Report) -> Any:
        before = report.score
        tagged = self.shape.tag_field is not None
        length = len(value)
        least = sum(entry.field.required for entry in self.entries) + tagged
        most = len(self.entries) + tagged
        if length < least or (self.shape.exact and length > most):
            self._report_length(least, most, length, at, report)
        if tagged and value:
            self.check_tag(value[0], (at, "index", 0), report)
        values = {}
        for index, (entry, item) in enumerate(zip(self.entries, value[tagged:], strict=False), tagged):
            values[entry.field.name] = entry.node.enter(item, (at, "index", index), report)
        return values if report.score == before else BAD

    def _report_length(self, least: int, most: int, length: int, at: Place, report: Report) -> None:
        if issubclass(self.shape.cls, tuple):
            report.add(at, f"Expected `array` of length {least}" + (f" to {most}" if most > least else ""))
            return
        side, bound = ("least", least) if length < least else ("most", most)
        report.add(at, f"Expected `array` of at {side} length {bound}, got {length}")

    def check_tag(self, tag: Any, at: Place, report: Report) -> None:
        """Report a tag that is not the model's."""
        wanted = type(self.shape.tag)
        if type(tag) is not wanted:
            report.add_kind(at, wanted.__name__, tag)
        elif tag != self.shape.tag:
            report.add(at, f"Invalid value '{tag}'" if wanted is str else f"Invalid value {tag}", weight=100)
