import dataclasses
import datetime as dt
import enum
import ipaddress
import json
import math
import pathlib
import re
import types
import uuid
from collections import OrderedDict, deque
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
import pytest

from faster_core.encoding import encode_json, json_default, jsonable_encoder
from tests.names import name_of


class Color(enum.Enum):
    RED = "red"


class Text(str):
    pass


class Number(int):
    pass


class Ratio(float):
    pass


class Moment(dt.datetime):
    pass


class Day(dt.date):
    pass


class Clock(dt.time):
    pass


class Span(dt.timedelta):
    pass


class Money(Decimal):
    pass


class Data(bytes):
    pass


class Pretender:
    """As the UUIDs of some database drivers: it says it is another class, and has no attributes."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return uuid.UUID

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        raise TypeError("no __dict__")

    def __str__(self) -> str:
        return "a-uuid"


class Plain:
    def __init__(self) -> None:
        self.shown = 1
        self._hidden = 2


class Row:
    def keys(self) -> Any:
        return ["a"]

    def __getitem__(self, key: Any) -> Any:
        return {"a": 1}[key]


class Item(msgspec.Struct, rename="camel"):
    item_id: int
    note: str | None = None
    tags: list[str] = []
    extra: int | msgspec.UnsetType = msgspec.UNSET


class Cat(msgspec.Struct, tag="cat", tag_field="kind"):
    name: str


@dataclasses.dataclass
class Point:
    x: int
    y: int | None = None


class Pair(NamedTuple):
    a: int
    b: int


@pytest.mark.parametrize(
    "value, written",
    [
        (None, b"null"),
        ("é", '"é"'.encode()),
        (2**70, str(2**70).encode()),
        (math.nan, b"null"),
        ([math.inf, -math.inf], b"[null,null]"),
        (Text("a"), b'"a"'),
        (Number(3), b"3"),
        (Ratio(1.5), b"1.5"),
        (Color.RED, b'"red"'),
        (OrderedDict(a=1), b'{"a":1}'),
        (types.MappingProxyType({"a": 1}), b'{"a":1}'),
        ({1}, b"[1]"),
        (frozenset(["a"]), b'["a"]'),
        (deque([1, 2]), b"[1,2]"),
        (range(3), b"[0,1,2]"),
        ({"a": 1}.values(), b"[1]"),
        ((n for n in (1, 2)), b"[1,2]"),
        (Pair(1, 2), b"[1,2]"),
        (pathlib.PurePosixPath("/a/b"), b'"/a/b"'),
        (ipaddress.ip_address("::1"), b'"::1"'),
        (ipaddress.ip_network("10.0.0.0/8"), b'"10.0.0.0/8"'),
        (re.compile("a+"), b'"a+"'),
        (Decimal("1.10"), b'"1.10"'),
        (uuid.UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
        (dt.date(2024, 2, 29), b'"2024-02-29"'),
        (b"\xff", b'"/w=="'),
        (Moment(2024, 2, 29, 1, 2, 3, 4, dt.UTC), b'"2024-02-29T01:02:03.000004Z"'),
        (Moment(2024, 2, 29), b'"2024-02-29T00:00:00"'),
        (Day(2024, 2, 29), b'"2024-02-29"'),
        (Clock(1, 2, 3, tzinfo=dt.UTC), b'"01:02:03Z"'),
        (Span(minutes=5), b'"PT300S"'),
        (Money("1.10"), b'"1.10"'),
        (Data(b"a"), b'"YQ=="'),
        (Pretender(), b'"a-uuid"'),
        ({Moment(2024, 2, 29): Day(2024, 3, 1)}, b'{"2024-02-29T00:00:00":"2024-03-01"}'),
        (Plain(), b'{"shown":1}'),
        (Row(), b'{"a":1}'),
        (Item(1, tags=["x"]), b'{"itemId":1,"note":null,"tags":["x"]}'),
        (Point(1), b'{"x":1,"y":null}'),
        ({None: 1, True: 2, False: 3}, b'{"null":1,"true":2,"false":3}'),
        ({pathlib.PurePosixPath("a"): 1, Color.RED: 2, Text("t"): 3, 4: 5}, b'{"a":1,"red":2,"t":3,"4":5}'),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, bytes) else value.decode("latin-1"),
)
def test_encode_json(value: Any, written: Any) -> None:
    assert encode_json(value) == written


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    "value, error, message",
    [
        ({"a": "\ud800"}, ValueError, "lone surrogates"),
        (CIRCLE, ValueError, "nested too deeply"),
        (10**5000, ValueError, "digits"),
        (1 + 2j, TypeError, "type complex cannot be written as JSON"),
        (object(), TypeError, "type object cannot be written as JSON"),
        (len, TypeError, "type builtin_function_or_method cannot be written as JSON"),
        (json, TypeError, "type module cannot be written as JSON"),
        ({(1, 2): 3}, TypeError, "cannot be written as"),
    ],
    ids=["surrogate", "circle", "digits", "complex", "object", "function", "module", "key"],
)
def test_what_cannot_be_written(value: Any, error: Any, message: Any) -> None:
    with pytest.raises(error, match=message):
        encode_json(value)


def test_json_default_refuses_by_name() -> None:
    with pytest.raises(TypeError, match="type complex"):
        json_default(1j)


def test_pydantic_models_are_found_by_what_they_offer() -> None:
    pydantic = pytest.importorskip("pydantic")

    class Model(pydantic.BaseModel):  # type: ignore[name-defined,misc]
        name: str = pydantic.Field(alias="theName")
        secret: pydantic.SecretStr = pydantic.SecretStr("s")  # type: ignore[name-defined]
        note: str | None = None

    model = Model(theName="x")
    assert encode_json([model]) == b'[{"theName":"x","secret":"**********","note":null}]'
    assert encode_json(pydantic.SecretStr("s")) == b'"**********"'
    assert encode_json(pydantic.AnyUrl("http://a/b")) == b'"http://a/b"'
    assert jsonable_encoder(model, exclude_none=True, exclude={"secret"}) == {"theName": "x"}
    assert jsonable_encoder([model], exclude_unset=True, by_alias=False) == [{"name": "x"}]
    assert jsonable_encoder(model, include={"name"}) == {"theName": "x"}


def test_attrs_classes() -> None:
    attrs = pytest.importorskip("attrs")

    thing = attrs.make_class("Thing", ["a"])(1)

    assert encode_json(thing) == b'{"a":1}'
    assert jsonable_encoder(thing) == {"a": 1}


@pytest.mark.parametrize(
    "value, expected",
    [
        (b"text", "text"),
        (Decimal(2), 2),
        (Decimal("2.5"), 2.5),
        (dt.datetime(2024, 1, 2, 3, tzinfo=dt.UTC), "2024-01-02T03:00:00+00:00"),
        (dt.time(1, 2), "01:02:00"),
        (dt.timedelta(minutes=1), 60.0),
        (uuid.UUID(int=0), "00000000-0000-0000-0000-000000000000"),
        (Color.RED, "red"),
        (pathlib.PurePosixPath("a"), "a"),
        (re.compile("a"), "a"),
        ((1, {2}, deque([3])), [1, [2], [3]]),
        (range(2), [0, 1]),
        ({Color.RED: Decimal(1)}, {"red": 1}),
        (Item(1), {"itemId": 1, "note": None, "tags": []}),
        (Cat("tom"), {"kind": "cat", "name": "tom"}),
        (Point(1), {"x": 1, "y": None}),
        (Plain(), {"shown": 1}),
        (Row(), {"a": 1}),
        ({"a": 1, "_sa_state": 2}, {"a": 1}),
    ],
    ids=lambda value: f"{type(value).__name__}-{str(value)[:12]}",
)
def test_jsonable_encoder(value: Any, expected: Any) -> None:
    made = jsonable_encoder(value)
    assert made == expected
    assert json.loads(json.dumps(made)) == made


@pytest.mark.parametrize(
    "value, options, expected",
    [
        (Item(1), {"by_alias": False}, {"item_id": 1, "note": None, "tags": []}),
        (Item(1), {"exclude_none": True}, {"itemId": 1, "tags": []}),
        (Item(1, tags=["x"]), {"exclude_defaults": True}, {"itemId": 1, "tags": ["x"]}),
        (Item(1, extra=2), {"exclude_unset": True}, {"itemId": 1, "note": None, "tags": [], "extra": 2}),
        (Item(1), {"include": ["itemId"]}, {"itemId": 1}),
        ({"a": {"a": 1, "b": 2}, "b": 1}, {"exclude": {"b"}}, {"a": {"a": 1, "b": 2}}),
        ([{"a": 1, "b": 2}], {"include": {"a"}}, [{"a": 1}]),
        ({"a": None, "b": [None]}, {"exclude_none": True}, {"b": [None]}),
        ({"_sa_x": 1}, {"sqlalchemy_safe": False}, {"_sa_x": 1}),
        ([1, 2.5], {"custom_encoder": {int: str}}, ["1", 2.5]),
        (Number(1), {"custom_encoder": {int: lambda n: n + 1}}, 2),
    ],
    ids=name_of,
)
def test_jsonable_encoder_options(value: Any, options: Any, expected: Any) -> None:
    assert jsonable_encoder(value, **options) == expected


def test_jsonable_encoder_refuses_what_has_no_meaning() -> None:
    with pytest.raises(ValueError, match="type object cannot be written as JSON"):
        jsonable_encoder(object())


def test_any_json_value_makes_the_round_trip() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    text = st.text(st.characters(exclude_categories=["Cs"]))
    values = st.recursive(leaves | text, lambda inner: st.lists(inner) | st.dictionaries(text, inner))

    def check(value: Any) -> None:
        assert json.loads(encode_json(value)) == value
        assert jsonable_encoder(value, sqlalchemy_safe=False) == value

    hypothesis.given(values)(check)()
