"""Unions as response models."""

import types
from typing import Any, Literal, TypedDict

import msgspec
import pytest

from faster_core.exceptions import ResponseValidationError
from faster_core.result import renderer


class Base(msgspec.Struct):
    a: int


class More(Base):
    b: int = 0


class Most(More):
    secret: int = 0


class Cat(msgspec.Struct, tag=True):
    lives: int


class Dog(msgspec.Struct, tag=True):
    owner: Base | None = None


class Puppy(Dog, tag="Puppy"):
    secret: int = 0


class Entry(TypedDict):
    b: int


class Holder(msgspec.Struct):
    one: Base | Literal["none"] | None = None
    many: list[Base] | Base | None = None
    kind: Base | dict[str, int] = {}


CASES: list[tuple[Any, Any, Any]] = [
    (Base | More, Base(1), {"a": 1}),
    (Base | More, More(1, 2), {"a": 1, "b": 2}),
    (Base | More, Most(1, 2, 3), {"a": 1, "b": 2}),
    (More | Base, Base(1), {"a": 1}),
    (Base | More, {"a": 1}, {"a": 1}),
    (Base | More, {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 2}),
    (Base | More, types.SimpleNamespace(a=1, b=2, c=3), {"a": 1, "b": 2}),
    (list[Base | More], [Base(1), More(1, 2), Most(1, 2, 3)], [{"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2}]),
    (list[Base | More], [Base(1), More(1, 2)], [{"a": 1}, {"a": 1, "b": 2}]),
    (list[Base | More], [Base(1), Base(2)], [{"a": 1}, {"a": 2}]),
    (Cat | Dog, Cat(9), {"type": "Cat", "lives": 9}),
    (Cat | Dog, Puppy(Most(1)), {"type": "Dog", "owner": {"a": 1}}),
    (Cat | Dog, Dog(Most(1)), {"type": "Dog", "owner": {"a": 1}}),
    (Cat | Dog, {"type": "Dog", "x": 1}, {"type": "Dog", "owner": None}),
    (Cat | Dog, {"lives": 9}, {"type": "Cat", "lives": 9}),
    (Base | int, 3, 3),
    (Base | int, Most(1), {"a": 1}),
    (Base | str | None, None, None),
    (Base | str | None, "x", "x"),
    (Base | list[Base], [Most(1)], [{"a": 1}]),
    (Base | list[Base], Most(1), {"a": 1}),
    (list[Base] | list[str], ["x"], ["x"]),
    (list[Base] | list[str], [Most(1)], [{"a": 1}]),
    (Base | Entry, {"b": 1, "c": 2}, {"b": 1}),
    (Base | dict[str, int], {"x": 1}, {"x": 1}),
    (Base | dict[str, int], Most(1), {"a": 1}),
    (Base | Any, 3, 3),
    (Base | Any, Most(1), {"a": 1}),
    (Base | Any, [Most(1)], [{"a": 1, "b": 0, "secret": 0}]),
    (Holder, Holder(Most(1), [Most(2)]), {"one": {"a": 1}, "many": [{"a": 2}], "kind": {}}),
    (Holder, Holder("none", Most(2), Most(3)), {"one": "none", "many": {"a": 2}, "kind": {"a": 3}}),
    (Holder, Holder("none", None, {"x": 1}), {"one": "none", "many": None, "kind": {"x": 1}}),
    (Holder, {"one": "none", "many": [{"a": 1, "x": 1}]}, {"one": "none", "many": [{"a": 1}], "kind": {}}),
]


@pytest.mark.parametrize("model,value,expected", CASES, ids=repr)
@pytest.mark.parametrize("options", [{}, {"exclude": {"nothing"}}], ids=repr)
def test_the_member_is_chosen_by_the_instance_first(
    model: Any, value: Any, expected: Any, options: dict[str, Any]
) -> None:
    assert msgspec.json.decode(renderer(model, **options).render(value)) == expected


@pytest.mark.parametrize(
    "model,value,message",
    [
        (Base | More, {"b": 1}, "Object missing required field `a`"),
        (Base | int, "x", "Expected `object`, got `str`"),
        (Cat | Dog, {"type": "Cow"}, "Invalid value 'Cow' - at `$.type`"),
        (Base | None, {"a": "x"}, "Expected `int`, got `str` - at `$.a`"),
    ],
    ids=repr,
)
def test_misfits(model: Any, value: Any, message: str) -> None:
    with pytest.raises(ResponseValidationError) as caught:
        renderer(model).render(value)
    assert [error["msg"] for error in caught.value.errors] == [message]
