"""Pydantic models as response models."""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from faster_core.exceptions import ResponseValidationError
from faster_core.result import renderer

pydantic = pytest.importorskip("pydantic")


class Item(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    name: str = pydantic.Field(alias="itemName")
    price: float = 1.5


class Stored(Item):
    secret: str = "secret"


class Basket(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    best: Item
    rest: list[Item] = []

    @pydantic.computed_field  # type: ignore[prop-decorator, untyped-decorator]
    @property
    def total(self) -> int:
        return 1 + len(self.rest)


class Odd(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    number: float = float("nan")
    big: int = 2**80


class User(msgspec.Struct):
    name: str


class Mixed(msgspec.Struct):
    item: Item
    users: list[User] = []


@dataclass
class Shelf:
    item: Item


ITEM: Any = Item(itemName="pen")
STORED: Any = Stored(itemName="pen")
OUT = {"itemName": "pen", "price": 1.5}
ROW = types.SimpleNamespace

CASES: list[tuple[Any, Any, dict[str, Any], Any]] = [
    (Item, ITEM, {}, OUT),
    (Item, STORED, {}, OUT),
    (Item, {"itemName": "pen", "x": 1}, {}, OUT),
    (Item, ROW(itemName="pen", secret="s"), {}, OUT),
    (Item | None, None, {}, None),
    (list[Item], [ITEM, STORED, {"itemName": "pen"}], {}, [OUT] * 3),
    (list[Item], [STORED], {"include": {"name"}}, [{"itemName": "pen"}]),
    (list[Item], [STORED], {"exclude": {"price"}}, [{"itemName": "pen"}]),
    (list[Item], [STORED], {"include": {"__all__": {"name"}}}, [{"itemName": "pen"}]),
    (list[Item], [STORED, ITEM], {"exclude": {0}}, [OUT]),
    (dict[str, Item], {"a": STORED}, {}, {"a": OUT}),
    (Basket, Basket(best=STORED), {}, {"best": OUT, "rest": [], "total": 1}),
    (Basket, Basket(best=STORED), {"exclude_unset": True}, {"best": {"itemName": "pen"}, "total": 1}),
    (Basket, Basket(best=STORED), {"include": {"best": {"price"}}}, {"best": {"price": 1.5}}),
    (Basket, Basket(best=STORED), {"exclude": {"best", "rest"}}, {"total": 1}),
    (Basket, Basket(best=STORED), {"exclude_defaults": True}, {"best": {"itemName": "pen"}, "total": 1}),
    (Item, STORED, {"by_alias": False}, {"name": "pen", "price": 1.5}),
    (Odd, Odd(), {}, {"number": None, "big": 2**80}),
    (Shelf, Shelf(STORED), {}, {"item": OUT}),
    (Mixed, Mixed(STORED), {}, {"item": OUT, "users": []}),
    (Mixed, Mixed(ITEM), {}, {"item": OUT, "users": []}),
    (
        Mixed,
        {"item": {"itemName": "pen", "x": 1}, "users": [{"name": "a", "x": 1}]},
        {},
        {"item": OUT, "users": [{"name": "a"}]},
    ),
    (Mixed, Mixed(STORED), {"by_alias": False}, {"item": {"name": "pen", "price": 1.5}, "users": []}),
    (Mixed, Mixed(ITEM), {"exclude_unset": True}, {"item": {"itemName": "pen"}}),
    (Mixed, Mixed(ITEM), {"include": {"item": {"price"}}}, {"item": {"price": 1.5}}),
    (User | Item, STORED, {}, OUT),
    (User | Item, User("a"), {}, {"name": "a"}),
    (User | Item, {"itemName": "pen"}, {}, OUT),
    (list[User | Item], [STORED, User("a")], {}, [OUT, {"name": "a"}]),
    (User | Item, ITEM, {"exclude_unset": True}, {"itemName": "pen"}),
    (list[User | Item], [ITEM, {"name": "a"}], {}, [OUT, {"name": "a"}]),
    (User, ROW(name="a"), {}, {"name": "a"}),
    (Any, [STORED], {}, [OUT | {"secret": "secret"}]),
]


@pytest.mark.parametrize("model,value,options,expected", CASES, ids=repr)
def test_pydantic_writes_its_models(model: Any, value: Any, options: dict[str, Any], expected: Any) -> None:
    made = renderer(model, **options)
    assert msgspec.json.decode(made.render(value)) == expected
    assert (
        msgspec.json.decode(
            msgspec.json.encode(made.prepare(value), enc_hook=lambda model: model.model_dump(by_alias=True))
        )
        == expected
    )


def test_a_model_of_pydantic_is_a_source_for_a_struct() -> None:
    class Named(msgspec.Struct):
        price: float

    assert renderer(Named).render(STORED) == b'{"price":1.5}'


def test_the_model_s_own_instances_are_encoded_without_a_look() -> None:
    made = renderer(Item, exclude={"price"})
    assert made.exact is Item
    assert made.encode(ITEM) == b'{"itemName":"pen"}'
    assert renderer(list[Item]).exact_items is None


@pytest.mark.parametrize(
    "model,value,messages",
    [
        (Item, {}, ["Field required - at `$.itemName`"]),
        (Item, User("a"), ["Field required - at `$.itemName`"]),
        (list[Item], [{}, {}], ["Field required - at `$[0].itemName`", "Field required - at `$[1].itemName`"]),
        (Mixed, {"item": {}}, ["Field required - at `$.item.itemName`"]),
    ],
    ids=repr,
)
def test_misfits(model: Any, value: Any, messages: list[str]) -> None:
    with pytest.raises(ResponseValidationError) as caught:
        renderer(model).render(value)
    assert [error["msg"] for error in caught.value.errors] == messages
    assert all(error["loc"] == ["response"] for error in caught.value.errors)
    assert all(error["type"] == "value_error.missing" for error in caught.value.errors)


def test_a_lone_surrogate_is_refused() -> None:
    broken = Item.model_construct(name="\ud800", price=1.0)
    with pytest.raises(ResponseValidationError, match="surrogates"):
        renderer(Item).render(broken)


def test_a_field_that_cannot_be_written_is_refused_before_encoding_too() -> None:
    class Holder(pydantic.BaseModel):  # type: ignore[misc, name-defined]
        anything: Any

    with pytest.raises(ResponseValidationError, match="Unable to serialize unknown type"):
        renderer(Holder).prepare(Holder(anything=object()))


def test_generators_of_models() -> None:
    def rows() -> Iterator[Any]:
        yield STORED

    assert renderer(list[Item]).render(rows()) == b'[{"itemName":"pen","price":1.5}]'
