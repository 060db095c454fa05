"""Lists, sets, tuples and dicts."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec

from faster_core.codec.hook import decode_hook
from faster_core.codec.leaf import Leaf
from faster_core.codec.node import Node
from faster_core.codec.place import Place
from faster_core.codec.problem import INPUT_ERRORS
from faster_core.codec.report import BAD, Report, words_of

__all__ = ["FixedTuple", "Mapping", "Sequence"]

_CHUNK = 64
_PLAIN_KEYS = (str, Any)
_ARRAYS = (list, tuple, set, frozenset)


def _read_many(node: Node, values: list[Any], place: Callable[[int], Place], report: Report) -> list[Any]:
    """Return values of one type, each read, or `BAD`.

    While walking, msgspec reads those parts of a long list that are right, so that one error at its end is found soon.
    """
    enter = node.enter
    if not (report.walking and not report.text and isinstance(node, Leaf) and len(values) > _CHUNK):
        return [enter(item, place(index), report) for index, item in enumerate(values)]
    told = list[node.annotation]  # type: ignore[name-defined]
    items: list[Any] = []
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
        try:
            items += msgspec.convert(part, told, dec_hook=decode_hook)
        except INPUT_ERRORS:
            items += [enter(item, place(index), report) for index, item in enumerate(part, start)]
    return items


def as_list(value: Any, report: Report) -> Any:
    """Return what is read as a list: of a text source a single text is a list of one."""
    return [value] if report.text and type(value) is str else value


class Sequence(Node):
    """A list, set, frozenset or tuple of any length.

    Attributes:
        kind: The class that is built.
    """

    def __init__(self, annotation: Any, kind: type, item: Node, meta: msgspec.Meta | None) -> None:
        super().__init__(annotation, (item,))
        self.bare = kind
        self.kind: Callable[[Any], Any] = kind
        self._item = item
        self._unique = kind in {set, frozenset}
        self._whole = Annotated[kind, meta] if meta is not None else None

    @property
    def shallow(self) -> Any:
        """The class without its items."""
        return self.bare

    def fits(self, value: Any) -> bool:
        """Return whether the value is an array."""
        return type(value) in _ARRAYS

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the items, each read, as the class; or report what is wrong with each."""
        value = as_list(value, report)
        if type(value) not in _ARRAYS:
            return report.add_kind(at, "array", value)
        items = _read_many(self._item, list(value), lambda index: (at, "index", index), report)
        bad = BAD in items if not self._unique else any(item is BAD for item in items)
        if self._unique and bad:
            return BAD
        try:
            result = self.kind(items)
            if self._whole is not None:
                msgspec.convert(result if self._unique else items, self._whole)
        except TypeError:
            return report.add(at, "Expected `array` of items that can be in a set")
        except INPUT_ERRORS as error:
            return report.add(at, words_of(error))
        return BAD if bad else result


class FixedTuple(Node):
    """A tuple with a type for each place."""

    bare = tuple

    def __init__(self, annotation: Any, items: tuple[Node, ...]) -> None:
        super().__init__(annotation, items)

    @property
    def shallow(self) -> Any:
        """A tuple without its items."""
        return tuple

    def fits(self, value: Any) -> bool:
        """Return whether the value is an array."""
        return type(value) in _ARRAYS

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the items, each read, as a tuple; or report what is wrong."""
        value = as_list(value, report)
        if type(value) not in _ARRAYS:
            return report.add_kind(at, "array", value)
        before = report.score
        items = [
            node.enter(item, (at, "index", index), report)
            for index, (node, item) in enumerate(zip(self.children, value, strict=False))
        ]
        if len(value) != len(self.children):
            return report.add(at, f"Expected `array` of length {len(self.children)}")
        return tuple(items) if report.score == before else BAD


class Mapping(Node):
    """A dict."""

    bare = dict

    def __init__(self, annotation: Any, key: Node, value: Node, meta: msgspec.Meta | None) -> None:
        super().__init__(annotation, (key, value))
        self._key = key
        self._value = value
        self._whole = Annotated[dict, meta] if meta is not None else None

    @property
    def shallow(self) -> Any:
        """A dict without its items."""
        return dict

    def fits(self, value: Any) -> bool:
        """Return whether the value is an object."""
        return type(value) is dict

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the keys and values, each read, as a dict; or report what is wrong with each."""
        if type(value) is not dict:
            return report.add_kind(at, "object", value)
        before = report.score
        keys = list(value)
        contents = _read_many(self._value, list(value.values()), lambda index: (at, "value", keys[index]), report)
        result = {self._read_key(key, (at, "key", key), report): item for key, item in zip(keys, contents, strict=True)}
        if self._whole is not None:
            try:
                msgspec.convert(value, self._whole)
            except INPUT_ERRORS as error:
                return report.add(at, words_of(error))
        return result if report.score == before else BAD

    def _read_key(self, key: Any, at: Place, report: Report) -> Any:
        """Return a key: in JSON all are texts, so that numbers and dates are written as such."""
        if type(key) is not str or report.text or self._key.annotation in _PLAIN_KEYS:
            return self._key.enter(key, at, report)
        try:
            told = dict[self._key.annotation, None]  # type: ignore[name-defined]
            (name,) = msgspec.convert({key: None}, told, str_keys=True, dec_hook=decode_hook)
        except INPUT_ERRORS as error:
            return report.add(at, words_of(error).partition(" - at `")[0])
        return name if self._key.native else self._key.enter(name, at, report)
