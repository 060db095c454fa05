"""Results through their response model, as the endpoint sees it."""

import datetime
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pytest

from faster_core.exceptions import ResponseValidationError
from faster_core.result import renderer
from tests.names import name_of


class User(msgspec.Struct):
    name: str
    age: int = 3


class Account(User):
    password: str = "secret"


class Order(msgspec.Struct):
    owner: User
    items: list[User] = []
    note: str | None = None


class Level(msgspec.Struct):
    label: str
    below: "Level | None" = None


class Deep(Level):
    secret: str = "secret"


@dataclass
class Person:
    name: str
    age: int = 3


ADA = {"name": "Ada", "password": "secret"}
ROW = types.SimpleNamespace(name="Ada", age=3, password="secret")
ADA_JSON = b'{"name":"Ada","age":3}'

FILTERED: list[tuple[Any, Any, bytes]] = [
    (User, User("Ada"), ADA_JSON),
    (User, Account("Ada"), ADA_JSON),
    (User, ADA, ADA_JSON),
    (User, types.MappingProxyType(ADA), ADA_JSON),
    (User, ROW, ADA_JSON),
    (User, Person("Ada"), ADA_JSON),
    (User | None, Account("Ada"), ADA_JSON),
    (User | None, None, b"null"),
    (None, None, b"null"),
    (list[User], [User("Ada"), Account("Ada"), ADA, ROW], b"[" + b",".join([ADA_JSON] * 4) + b"]"),
    (list[User], [], b"[]"),
    (list[User], (Account("Ada"),), b"[" + ADA_JSON + b"]"),
    (Iterable[User], iter([Account("Ada")]), b"[" + ADA_JSON + b"]"),
    (dict[str, User], {"a": Account("Ada")}, b'{"a":' + ADA_JSON + b"}"),
    (tuple[User, int], (ADA, 1), b"[" + ADA_JSON + b",1]"),
    (Order, Order(Account("Ada")), b'{"owner":' + ADA_JSON + b',"items":[],"note":null}'),
    (
        Order,
        Order(User("Ada"), [Account("Ada")]),
        b'{"owner":' + ADA_JSON + b',"items":[' + ADA_JSON + b'],"note":null}',
    ),
    (Order, {"owner": ROW, "extra": 1}, b'{"owner":' + ADA_JSON + b',"items":[],"note":null}'),
    (Order, Order(ADA, (ADA,)), b'{"owner":' + ADA_JSON + b',"items":[' + ADA_JSON + b'],"note":null}'),  # type: ignore[arg-type]
    (
        list[Order],
        [Order(User("Ada")), Order(Account("Ada"))],
        b"[" + b",".join([b'{"owner":' + ADA_JSON + b',"items":[],"note":null}'] * 2) + b"]",
    ),
    (
        Level,
        Level("a", Level("b", Deep("c"))),
        b'{"label":"a","below":{"label":"b","below":{"label":"c","below":null}}}',
    ),
]


@pytest.mark.parametrize("model,value,expected", FILTERED, ids=name_of)
def test_declared_fields_and_no_others(model: Any, value: Any, expected: bytes) -> None:
    assert renderer(model).render(value) == expected


@pytest.mark.parametrize(
    "model,value,expected", [row for row in FILTERED if not isinstance(row[1], Iterator)], ids=name_of
)
def test_prepare_gives_the_same_before_encoding(model: Any, value: Any, expected: bytes) -> None:
    assert msgspec.json.encode(renderer(model).prepare(value)) == expected


def test_a_subclass_that_is_defined_later_is_filtered_too() -> None:
    render = renderer(Order).render

    class Later(User):
        token: str = "secret"

    assert b"secret" not in render(Order(Later("Ada"), [Later("Ada")]))


MISFITS: list[tuple[Any, Any, str, str]] = [
    (User, {}, "Object missing required field `name`", "missing"),
    (User, "Ada", "Expected `object`, got `str`", "msgspec"),
    (User, [], "Expected `object`, got `array`", "msgspec"),
    (User, None, "Expected `object`, got `null`", "msgspec"),
    (User, {"name": 1}, "Expected `str`, got `int` - at `$.name`", "msgspec"),
    (Order, {"owner": {"name": 1}}, "Expected `str`, got `int` - at `$.owner.name`", "msgspec"),
    (Order, {"owner": ADA, "items": [ADA, {}]}, "Object missing required field `name` - at `$.items[1]`", "missing"),
    (list[User], {"name": "Ada"}, "Expected `array`, got `object`", "msgspec"),
    (list[User], ["Ada"], "Expected `object`, got `str` - at `$[0]`", "msgspec"),
    (int, "x", "Expected `int`, got `str`", "msgspec"),
    (list[int], [1, "x"], "Expected `int`, got `str` - at `$[1]`", "msgspec"),
]


@pytest.mark.parametrize("model,value,message,kind", MISFITS, ids=name_of)
def test_a_result_that_does_not_fit(model: Any, value: Any, message: str, kind: str) -> None:
    for way in (renderer(model).render, renderer(model).prepare):
        with pytest.raises(ResponseValidationError) as caught:
            way(value)
        assert caught.value.errors == [{"loc": ["response"], "msg": message, "type": f"value_error.{kind}"}]
        assert caught.value.body is value


CYCLE: list[Any] = []
CYCLE.append(CYCLE)
LOOP = Level("a")
LOOP.below = LOOP
DEEP_LOOP = Deep("a")
DEEP_LOOP.below = DEEP_LOOP


@pytest.mark.parametrize(
    "model,value,message",
    [
        (Any, "\ud800", "Text with lone surrogates cannot be written as JSON"),
        (User, User("\ud800"), "Text with lone surrogates cannot be written as JSON"),
        (Any, CYCLE, "A value that is nested too deeply, or contains itself, cannot be written as JSON"),
        (Level, LOOP, "A value that is nested too deeply, or contains itself, cannot be written as JSON"),
        (Level, DEEP_LOOP, "A value that is nested too deeply, or contains itself, cannot be written as JSON"),
        (Any, len, f"A value of type builtin_function_or_method cannot be written as JSON: {len!r}"),
    ],
    ids=name_of,
)
def test_a_result_that_json_cannot_hold(model: Any, value: Any, message: str) -> None:
    with pytest.raises(ResponseValidationError) as caught:
        renderer(model).render(value)
    assert [error["msg"] for error in caught.value.errors] == [message]


@pytest.mark.parametrize(
    "model,value,expected",
    [
        (Any, "hi", b'"hi"'),
        (Any, None, b"null"),
        (Any, {"a": {1}}, b'{"a":[1]}'),
        (Any, Account("Ada"), b'{"name":"Ada","age":3,"password":"secret"}'),
        (str, "hi", b'"hi"'),
        (float, float("nan"), b"null"),
        (float, float("-inf"), b"null"),
        (float, 1, b"1.0"),
        (int, 2**63, b"9223372036854775808"),
        (int, 2**64, b"18446744073709551616"),
        (int, -(10**100), b"-1" + b"0" * 100),
        (int, "42", b"42"),
    ],
    ids=name_of,
)
def test_scalars(model: Any, value: Any, expected: bytes) -> None:
    assert renderer(model).render(value) == expected


class Moment(datetime.datetime):
    pass


class Money(Decimal):
    pass


class Text(str):
    pass


class Sale(msgspec.Struct):
    at: datetime.datetime
    price: Decimal


MOMENT = Moment(2024, 2, 29, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "model, value, expected",
    [
        (datetime.datetime, MOMENT, b'"2024-02-29T00:00:00Z"'),
        (list[datetime.datetime], [MOMENT, MOMENT], b'["2024-02-29T00:00:00Z","2024-02-29T00:00:00Z"]'),
        (dict[str, Decimal | None], {"a": Money("1.10"), "b": None}, b'{"a":"1.10","b":null}'),
        (Sale, Sale(MOMENT, Money("1.10")), b'{"at":"2024-02-29T00:00:00Z","price":"1.10"}'),
        (Sale, {"at": MOMENT, "price": Money("1.10")}, b'{"at":"2024-02-29T00:00:00Z","price":"1.10"}'),
        (str, Text("a"), b'"a"'),
        (dict[str, str], {Text("a"): Text("b")}, b'{"a":"b"}'),
    ],
    ids=name_of,
)
def test_values_of_subclasses_are_of_the_class(model: Any, value: Any, expected: bytes) -> None:
    assert renderer(model).render(value) == expected


@pytest.mark.parametrize(
    "model,exact,exact_items,accepts_anything",
    [
        (Any, None, None, True),
        (User, User, None, False),
        (User | None, User, None, False),
        (Order, None, None, False),
        (list[User], None, User, False),
        (list[User | None], None, User, False),
        (list[Order], None, None, False),
        (tuple[User, ...], None, None, False),
        (Person, None, None, False),
        (str, str, None, False),
        (dict, dict, None, False),
        (dict[str, Any], dict, None, False),
        (dict[str, str], None, None, False),
        (dict[int, Any], None, None, False),
        (list, list, None, False),
        (list[Any], list, None, False),
        (list[str], None, str, False),
        (list[str | None], None, None, False),
        (list[list[str]], None, None, False),
        (Annotated[int, msgspec.Meta(gt=0)], None, None, False),
        (list[Annotated[int, msgspec.Meta(gt=0)]], None, None, False),
        (User | Level, None, None, False),
    ],
    ids=name_of,
)
def test_what_an_endpoint_may_encode_without_asking(
    model: Any, exact: Any, exact_items: Any, accepts_anything: bool
) -> None:
    made = renderer(model)
    assert (made.exact, made.exact_items, made.accepts_anything) == (exact, exact_items, accepts_anything)


@pytest.mark.parametrize("options", [{"exclude_none": True}, {"include": {"name"}}, {"by_alias": False}])
def test_a_route_with_options_always_asks(options: dict[str, Any]) -> None:
    for model in (User, list[User], Any):
        made = renderer(model, **options)
        assert (made.exact, made.exact_items, made.accepts_anything) == (None, None, False)


def test_encode_is_a_c_function_without_a_frame_of_ours() -> None:
    encode = renderer(User).encode
    assert isinstance(encode, types.BuiltinMethodType)
    assert encode(User("Ada")) == ADA_JSON


def test_a_dataclass_that_msgspec_decoded_keeps_its_defaults() -> None:
    decoded = msgspec.json.decode(b'{"name":"Ada"}', type=Person)
    assert renderer(Person).render(decoded) == ADA_JSON
    assert renderer(list[Person]).render([decoded]) == b"[" + ADA_JSON + b"]"


class Profile(msgspec.Struct, rename="camel"):
    first_name: str
    home: User | None = None
    tags: list[str] = []
    likes: int | msgspec.UnsetType = msgspec.UNSET


FULL = Profile("Ada", User("Bo", 4), ["x"], 2)


@pytest.mark.parametrize(
    "options,value,expected",
    [
        ({}, FULL, {"firstName": "Ada", "home": {"name": "Bo", "age": 4}, "tags": ["x"], "likes": 2}),
        ({"by_alias": False}, FULL, {"first_name": "Ada", "home": {"name": "Bo", "age": 4}, "tags": ["x"], "likes": 2}),
        ({"include": {"first_name"}}, FULL, {"firstName": "Ada"}),
        ({"include": ["home"], "exclude": {"home": {"age"}}}, FULL, {"home": {"name": "Bo"}}),
        ({"include": {"home": {"name"}}}, {"firstName": "A", "home": ADA}, {"home": {"name": "Ada"}}),
        ({"exclude": {"home", "tags", "likes"}}, FULL, {"firstName": "Ada"}),
        ({"exclude_none": True}, Profile("Ada"), {"firstName": "Ada", "tags": []}),
        ({"exclude_defaults": True}, Profile("Ada", User("Bo", 3)), {"firstName": "Ada", "home": {"name": "Bo"}}),
        ({"exclude_unset": True}, Profile("Ada", User("Bo")), {"firstName": "Ada", "home": {"name": "Bo"}}),
        ({"exclude_unset": True}, {"firstName": "A", "home": None}, {"firstName": "A", "home": None}),
        (
            {"exclude_unset": True},
            {"first_name": "A", "home": {"name": "B", "age": 3}},
            {"firstName": "A", "home": {"name": "B", "age": 3}},
        ),
        ({"exclude_unset": True}, types.SimpleNamespace(first_name="A", tags=[]), {"firstName": "A", "tags": []}),
    ],
    ids=name_of,
)
def test_options(options: dict[str, Any], value: Any, expected: Any) -> None:
    made = renderer(Profile, **options)
    assert msgspec.json.decode(made.render(value)) == expected
    assert msgspec.to_builtins(made.prepare(value)) == expected


def test_options_reach_into_what_has_no_model() -> None:
    value = {"users": [Account("Ada")], "total": 1}
    made = renderer(Any, exclude={"users": {"__all__": {"password"}}})
    assert made.render(value) == b'{"users":[' + ADA_JSON + b'],"total":1}'


def test_results_are_not_changed() -> None:
    value = Order(Account("Ada"), [Account("Bo")])
    renderer(Order, exclude={"note"}).render(value)
    renderer(Order).render(value)
    assert isinstance(value.owner, Account)
    assert isinstance(value.items[0], Account)


class Item(msgspec.Struct):
    name: str
    price: float
    description: str | None = None
    tax: float = 10.5
    tags: list[str] = []


class UserIn(msgspec.Struct):
    username: str
    password: str
    email: str


class UserOut(msgspec.Struct):
    username: str
    email: str


class BaseItem(msgspec.Struct):
    description: str
    type: str


class CarItem(BaseItem):
    type: str = "car"


class PlaneItem(msgspec.Struct):
    description: str
    size: int
    type: str = "plane"


FOO = {"name": "Foo", "price": 50.2}
BAR = {"name": "Bar", "description": "The bartenders", "price": 62, "tax": 20.2}
BAZ: dict[str, Any] = {"name": "Baz", "description": None, "price": 50.2, "tax": 10.5, "tags": []}
UNSET: dict[str, Any] = {"exclude_unset": True}
CAR = {"description": "All my friends drive a low rider", "type": "car"}
PLANE = {"description": "Music is my aeroplane", "type": "plane", "size": 5}


@pytest.mark.parametrize(
    "model,options,value,expected",
    [
        (UserOut, {}, UserIn("rick", "secret", "r@example.com"), {"username": "rick", "email": "r@example.com"}),
        (Item, {}, FOO, FOO | {"description": None, "tax": 10.5, "tags": []}),
        (Item, UNSET, FOO, FOO),
        (Item, UNSET, BAR, BAR),
        (Item, UNSET, BAZ, BAZ),
        (Item, {"exclude_defaults": True}, BAZ, {"name": "Baz", "price": 50.2}),
        (Item, {"include": {"name", "description"}}, BAR, {"name": "Bar", "description": "The bartenders"}),
        (Item, {"include": ["name", "description"]}, BAR, {"name": "Bar", "description": "The bartenders"}),
        (Item, {"exclude": {"tax"}}, BAR, {k: v for k, v in BAR.items() if k != "tax"} | {"tags": []}),
        (Item, {"exclude": ["tax"]}, BAZ, {k: v for k, v in BAZ.items() if k != "tax"}),
        (PlaneItem | CarItem, {}, CAR, CAR),
        (PlaneItem | CarItem, {}, PLANE, PLANE),
        (CarItem | PlaneItem, {}, PLANE, PLANE),
        (list[Item], UNSET, [FOO, BAR], [FOO, BAR]),
        (dict[str, float], {}, {"foo": 2.3, "bar": 3}, {"foo": 2.3, "bar": 3.0}),
        (None, {}, None, None),
    ],
    ids=name_of,
)
def test_the_response_models_of_fastapi_s_tutorial(
    model: Any, options: dict[str, Any], value: Any, expected: Any
) -> None:
    assert msgspec.json.decode(renderer(model, **options).render(value)) == expected
