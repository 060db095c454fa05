"""pydantic's models, wherever they stand."""

import datetime
from typing import Annotated, Any

import msgspec
import pytest

from faster_core.codec import INPUT_ERRORS, Problem, codec
from tests.core.codec.models import Item

pytest.importorskip("pydantic")
import pydantic


class Line(pydantic.BaseModel):
    price: float
    label: str = pydantic.Field("", alias="text", max_length=3)


class Bill(pydantic.BaseModel):
    number: int
    lines: list[Line] = []
    tags: list[int] = []


class Exact(pydantic.BaseModel, strict=True):
    day: datetime.date


class Holder(msgspec.Struct):
    bill: Bill
    exact: Exact | None = None
    by_name: dict[str, Bill] = {}


@pydantic.dataclasses.dataclass
class Plain:
    a: int


MODELS: list[tuple[Any, bytes, Any]] = [
    (Bill, b'{"number":"1","lines":[{"price":1,"text":"x"}]}', Bill(number=1, lines=[Line(price=1, text="x")])),
    (Bill | None, b"null", None),
    (list[Bill], b'[{"number":1}]', [Bill(number=1)]),
    (Bill | Item, b'{"name":"a","price":1}', Item("a", 1.0)),
    (Item | Bill, b'{"number":1}', Bill(number=1)),
    (Bill | int, b"3", 3),
    (Plain, b'{"a":1}', Plain(1)),
    (
        Holder,
        b'{"bill":{"number":1},"exact":{"day":"2020-01-01"}}',
        Holder(Bill(number=1), Exact(day=datetime.date(2020, 1, 1))),
    ),
    (pydantic.AnyUrl, b'"http://a.example/x"', pydantic.AnyUrl("http://a.example/x")),
    (list[pydantic.AnyUrl], b'["http://a.example/x"]', [pydantic.AnyUrl("http://a.example/x")]),
    (Annotated[int, pydantic.AfterValidator(lambda value: value * 2)], b"4", 8),
]


@pytest.mark.parametrize("annotation, body, expected", MODELS, ids=lambda value: str(value)[:40])
def test_reading(annotation: Any, body: bytes, expected: Any) -> None:
    made = codec(annotation)
    assert made.decode_json(body) == expected
    assert made.convert(msgspec.json.decode(body)) == expected
    assert made.decode_msgpack(msgspec.msgpack.encode(msgspec.json.decode(body))) == expected
    assert made.explain_json(body) == []


def test_errors_one_by_one() -> None:
    body = b'{"bill":{"number":"x","lines":[{"price":1},{"text":"long"}]},"exact":{"day":1},"by_name":{"a b":{}}}'
    whole = "Input should be a valid integer, unable to parse string as an integer - at `$.bill.number`"
    assert codec(Holder).explain_json(body)[:3] == [
        Problem("$.bill.number", whole),
        Problem("$.bill.lines[1].price", "Field required - at `$.bill.lines[1].price`", "missing"),
        Problem("$.bill.lines[1].text", "String should have at most 3 characters - at `$.bill.lines[1].text`"),
    ]
    assert [problem.path for problem in codec(Holder).explain_json(body)[3:]] == [
        "$.exact.day",
        '$.by_name["a b"].number',
    ]


def test_at_the_top() -> None:
    made = codec(Bill)
    assert made.decode_json.__self__ is Bill.__pydantic_validator__  # type: ignore[attr-defined]
    assert made.explain_json(b"{") == [Problem("$", "Input data was truncated", "json")]
    assert made.explain_json(b"[]") == [Problem("$", "Input should be an object")]
    for body in (b"", b"[" * 100_000, b'"\xff"', b'{"number":"\\ud800"}', b'{"number":' + b"9" * 5000 + b"}"):
        with pytest.raises(INPUT_ERRORS):
            made.decode_json(body)
        assert len(made.explain_json(body)) == 1


def test_text() -> None:
    made = codec(Bill)
    assert made.convert_text({"number": ["1", "2"], "tags": "3"}) == Bill(number=2, tags=[3])
    assert [problem.path for problem in made.explain({"number": "x", "tags": ["1", "y"]}, text=True)] == [
        "$.number",
        "$.tags[1]",
    ]
