"""What msgspec leaves to the class is set: an instance has all its fields of itself."""

import dataclasses
from typing import Any, NamedTuple, TypedDict

import msgspec
import pytest

from faster_core.codec import codec
from faster_core.codec.completion import completion
from faster_core.codec.tree import build_tree


@dataclasses.dataclass
class Size:
    width: int
    unit: str = "cm"
    marks: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Box:
    depth: int = 1
    size: Size | None = None
    label: str = "box"


@dataclasses.dataclass(slots=True)
class Slotted:
    size: Size
    count: int = 1


class Pair(NamedTuple):
    first: Size
    second: int = 2


class Named(TypedDict):
    size: Size


class Holder(msgspec.Struct):
    box: Box
    sizes: dict[str, Size] = {}


@dataclasses.dataclass
class Linked:
    next: "Linked | None" = None
    name: str = "?"


SIZE = b'{"width":1}'
WHOLE = {"width": 1, "unit": "cm", "marks": []}


@pytest.mark.parametrize(
    ("annotation", "body", "expected"),
    [
        (Size, SIZE, WHOLE),
        (Size, b'{"marks":["a"],"width":1}', {"width": 1, "unit": "cm", "marks": ["a"]}),
        (Box, b'{"size":{"width":1}}', {"depth": 1, "size": WHOLE, "label": "box"}),
        (list[Size], b'[{"width":1}]', [WHOLE]),
        (tuple[Size, ...], b'[{"width":1}]', [WHOLE]),
        (dict[str, Size], b'{"a":{"width":1}}', {"a": WHOLE}),
        (Size | int, SIZE, WHOLE),
        (Size | int, b"3", 3),
        (Slotted, b'{"size":{"width":1}}', {"size": WHOLE, "count": 1}),
        (Pair, b'[{"width":1}]', [WHOLE, 2]),
        (Named, b'{"size":{"width":1}}', {"size": WHOLE}),
        (Holder, b'{"box":{},"sizes":{"a":{"width":1}}}', None),
        (Linked, b'{"next":{"next":{}}}', None),
        (Size | Box, SIZE, WHOLE),
    ],
    ids=str,
)
def test_every_field_is_written(annotation: Any, body: bytes, expected: Any) -> None:
    made = codec(annotation)
    value = made.decode_json(body)
    if annotation is Holder:
        expected = {"box": {"depth": 1, "size": None, "label": "box"}, "sizes": {"a": WHOLE}}
    if annotation is Linked:
        last = {"next": None, "name": "?"}
        expected = {"next": {"next": last, "name": "?"}, "name": "?"}
    assert msgspec.json.decode(msgspec.json.encode(value)) == expected
    assert made.convert(msgspec.json.decode(body)) == value
    packed = made.decode_msgpack(msgspec.msgpack.encode(msgspec.json.decode(body)))
    assert msgspec.json.encode(packed) == msgspec.json.encode(value)


def test_fields_keep_their_order() -> None:
    assert list(vars(codec(Size).decode_json(b'{"marks":[],"width":1}'))) == ["width", "unit", "marks"]


@pytest.mark.parametrize("annotation", [int, Holder.__base__, list[str], dict[str, int], Any])
def test_what_lacks_nothing_needs_nothing(annotation: Any) -> None:
    assert completion(build_tree(annotation)) is None
