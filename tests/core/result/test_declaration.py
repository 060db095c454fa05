"""The fields of record classes, read from the class."""

import typing
from dataclasses import InitVar, dataclass, field
from typing import Annotated, Any, Generic, NamedTuple, NotRequired, TypedDict, TypeVar

import msgspec
import pytest

from faster_core.result.declaration import declarations, declares_fields, named_slots

T = TypeVar("T")
FREE: Any = T


class Struct(msgspec.Struct, Generic[T], rename="camel"):
    one_item: T
    two: list[T] = []
    three: int = msgspec.field(default=3, name="drei")


@dataclass
class Data(Generic[T]):
    one: T
    start: InitVar[int]
    two: dict[str, T] = field(default_factory=dict)
    three: "Annotated[int, 1]" = 3
    four: int = field(default=4, init=False)


class Typed(TypedDict):
    one: int
    two: NotRequired[int]


class Slots(NamedTuple):
    one: int
    two: str = ""


@pytest.mark.parametrize(
    "annotation,expected",
    [
        (
            Struct[int],
            [
                ("one_item", "oneItem", "one_item", int, "-"),
                ("two", "two", "two", list[int], []),
                ("three", "drei", "three", int, 3),
            ],
        ),
        (
            Data[str],
            [
                ("one", "one", "one", str, "-"),
                ("two", "two", "two", dict[str, str], {}),
                ("three", "three", "three", Annotated[int, 1], 3),
                ("four", "four", None, int, 4),
            ],
        ),
        (
            Data,
            [
                ("one", "one", "one", FREE, "-"),
                ("two", "two", "two", dict[str, FREE], {}),
                ("three", "three", "three", Annotated[int, 1], 3),
                ("four", "four", None, int, 4),
            ],
        ),
        (Typed, [("one", "one", "one", int, "-"), ("two", "two", "two", NotRequired[int], msgspec.UNSET)]),
    ],
    ids=repr,
)
def test_fields(annotation: Any, expected: Any) -> None:
    assert [
        (item.name, item.encode_name, item.parameter, item.annotation, item.default() if item.default else "-")
        for item in declarations(annotation)
    ] == expected


def test_named_tuples() -> None:
    assert named_slots(Slots) == [("one", int), ("two", str)]


@pytest.mark.parametrize(
    "cls,expected",
    [(Struct, True), (Data, True), (Typed, True), (Slots, False), (int, False), ("Struct", False), (list[int], False)],
    ids=repr,
)
def test_which_classes_declare_fields(cls: Any, expected: bool) -> None:
    assert declares_fields(cls) is expected


@pytest.mark.skipif(not hasattr(typing, "ReadOnly"), reason="ReadOnly came with Python 3.13")
def test_read_only_keys() -> None:
    read_only: Any = typing.__dict__["ReadOnly"]
    made: Any = TypedDict("made", {"one": read_only[int]})
    assert [item.annotation for item in declarations(made)] == [int]
