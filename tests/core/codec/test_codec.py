"""Codecs as their users see them."""

import dataclasses
import datetime
import decimal
from typing import Any

import msgspec
import pytest

from faster_core.codec import INPUT_ERRORS, Problem, UnsupportedTypeError, codec
from faster_core.codec.completion import completion
from tests.core.codec import models

MALFORMED = [
    (b"", "Input data was truncated"),
    (b'{"a":', "Input data was truncated"),
    (b'{"name":"x",}', "JSON is malformed: trailing comma in object (byte 12)"),
    (b"\xef\xbb\xbf{}", "JSON is malformed: invalid character (byte 0)"),
    (b"NaN", "JSON is malformed: invalid character (byte 0)"),
    (b"Infinity", "JSON is malformed: invalid character (byte 0)"),
    (b'"\xff"', "JSON is malformed: invalid UTF-8"),
    (b'{"name":"\\ud800"}', None),
    (b'{"name":"a\x00b"}', None),
    (b"\x00", "JSON is malformed: invalid character (byte 0)"),
    (b"[" * 100_000, "JSON is malformed: nested too deeply"),
    (b"{} {}", None),
    (b"'a'", "JSON is malformed: invalid character (byte 0)"),
]


@pytest.mark.parametrize("annotation", [models.Item, Any, models.Plane | models.Car, list[models.Garage], int], ids=str)
@pytest.mark.parametrize("body, message", MALFORMED, ids=lambda value: str(value)[:20])
def test_what_is_no_json_is_one_problem(annotation: Any, body: bytes, message: str | None) -> None:
    made = codec(annotation)
    with pytest.raises(INPUT_ERRORS):
        made.decode_json(body)
    (problem,) = made.explain_json(body)
    assert (problem.path, problem.kind) == ("$", "json")
    assert message is None or problem.message == message


@pytest.mark.parametrize(
    "annotation, body",
    [
        (int, b"1" * 5000),
        (float, b"1e999"),
        (models.Item, b'{"name":"a","price":1e999}'),
        (models.Item, b'{"name":"a","price":' + b"9" * 5000 + b"}"),
        (list[models.Plane | models.Car], b'[{"wings":1e999},{"wings":' + b"9" * 5000 + b"}]"),
        (models.Plane | models.Car, b'{"wings":1.0}'),
        (decimal.Decimal, b'"1e99999999999999999999"'),
        (set[Any], b"[[]]"),
        (set[Any], b"[{}]"),
        (dict[int, int], b'{"' + b"9" * 5000 + b'":1}'),
        (datetime.datetime, b'"9999-99-99T99:99:99Z"'),
        (datetime.timedelta, b'"P99999999999999999D"'),
    ],
    ids=lambda value: str(value)[:40],
)
def test_numbers_and_other_traps(annotation: Any, body: bytes) -> None:
    made = codec(annotation)
    with pytest.raises(INPUT_ERRORS):
        made.decode_json(body)
    assert made.explain_json(body)


def test_every_error_is_named() -> None:
    body = b'{"name":"","price":"x","tags":[1,"a",2],"colour":"green"}'
    assert codec(models.Item).explain_json(body) == [
        Problem("$.name", "Expected `str` of length >= 1 - at `$.name`"),
        Problem("$.price", "Expected `float`, got `str` - at `$.price`"),
        Problem("$.tags[0]", "Expected `str`, got `int` - at `$.tags[0]`"),
        Problem("$.tags[2]", "Expected `str`, got `int` - at `$.tags[2]`"),
        Problem("$.colour", "Invalid enum value 'green' - at `$.colour`"),
    ]


def test_missing_and_unknown_fields() -> None:
    assert codec(models.Camel).explain_json(b'{"zz":1,"manyItems":{"a b":{"price":1},"c":1}}') == [
        Problem("$.firstName", "Object missing required field `firstName`", "missing"),
        Problem('$.manyItems["a b"].name', "Object missing required field `name` - at `$.manyItems[...]`", "missing"),
        Problem("$.manyItems.c", "Expected `object`, got `int` - at `$.manyItems[...]`"),
        Problem("$.zz", "Object contains unknown field `zz`"),
    ]


def test_what_only_msgspec_sees_is_there() -> None:
    """The first `value` is wrong, and in a dict the second has taken its place."""
    problems = codec(models.Node).explain_json(b'{"value":"x","value":1,"children":[{"value":"y"}]}')
    assert [problem.message for problem in problems] == [
        "Expected `int`, got `str` - at `$.value`",
        "Expected `int`, got `str` - at `$.children[0].value`",
    ]
    (alone,) = codec(models.Node).explain_json(b'{"value":"x","value":1}')
    assert alone == Problem("$.value", "Expected `int`, got `str` - at `$.value`")


@pytest.mark.parametrize(
    "annotation, body, place",
    [(bool, b"%s", "$"), (list[str], b"[%s]", "$[0]"), (models.Item, b'{"name":%s,"price":1}', "$.name")],
    ids=str,
)
def test_an_integer_of_many_digits_is_named_once(annotation: Any, body: bytes, place: str) -> None:
    (problem,) = codec(annotation).explain_json(body % (b"9" * 30))
    assert problem.path == place
    assert ", got `float`" in problem.message


class RatioStruct(msgspec.Struct):
    value: int

    def __post_init__(self) -> None:
        float(self.value)


@dataclasses.dataclass
class RatioDataclass:
    value: int

    def __post_init__(self) -> None:
        float(self.value)


@pytest.mark.parametrize(
    "annotation, body, place",
    [
        (RatioStruct, b"%s", ""),
        (RatioDataclass, b"%s", ""),
        (list[RatioStruct], b"[%s]", " - at `$[0]`"),
        (list[RatioDataclass], b"[%s]", " - at `$[0]`"),
    ],
    ids=str,
)
def test_a_number_that_a_model_cannot_use(annotation: Any, body: bytes, place: str) -> None:
    made = codec(annotation)
    sent = body % (b'{"value":1' + b"0" * 400 + b"}")
    with pytest.raises(INPUT_ERRORS):
        made.decode_json(sent)
    (problem,) = made.explain_json(sent)
    assert problem.message == "Number out of range" + place


def test_the_happy_path_is_a_method_of_msgspec() -> None:
    for annotation in models.NATIVE:
        made = codec(annotation)
        if completion(made.tree) is not None:
            continue  # Dataclasses whose defaults msgspec leaves to the class.
        assert type(made.decode_json.__self__) is msgspec.json.Decoder  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("annotation", "body", "expected"),
    [
        (datetime.timedelta, b"300", datetime.timedelta(minutes=5)),
        (datetime.timedelta, b"1.5", datetime.timedelta(seconds=1.5)),
        (datetime.timedelta, b'"PT5M"', datetime.timedelta(minutes=5)),
        (list[datetime.timedelta], b'[1,"P1D"]', [datetime.timedelta(seconds=1), datetime.timedelta(days=1)]),
        (datetime.timedelta | int, b"5", 5),
        (datetime.timedelta | int, b'"PT5S"', datetime.timedelta(seconds=5)),
    ],
    ids=str,
)
def test_a_duration_is_a_text_or_a_number_of_seconds(annotation: Any, body: bytes, expected: Any) -> None:
    assert codec(annotation).decode_json(body) == expected


@pytest.mark.parametrize("body", [b"true", b'"5"', b"null", b"[]", b"1e999", b"99999999999999999999"])
def test_what_is_no_duration(body: bytes) -> None:
    with pytest.raises(INPUT_ERRORS):
        codec(datetime.timedelta).decode_json(body)


def test_classes_of_the_user_are_made() -> None:
    body = b'{"bestOne":{"wheels":4},"allOfThem":[{"wings":2,"name":"p"}],"count":1,"worth":0.10}'
    expected = models.Garage(models.Car(4), [models.Plane(2, "p")], 1, decimal.Decimal("0.10"))
    made = codec(models.Garage)
    assert made.decode_json(body) == expected
    assert made.convert(msgspec.json.decode(body)) == expected
    assert made.decode_msgpack(msgspec.msgpack.encode(msgspec.json.decode(body))) == expected


def test_messagepack() -> None:
    made = codec(models.Item)
    assert made.decode_msgpack(msgspec.msgpack.encode({"name": "a", "price": 1})) == models.Item("a", 1.0)
    assert [problem.path for problem in made.explain_msgpack(msgspec.msgpack.encode({"name": 1}))] == [
        "$.name",
        "$.price",
    ]
    for body in (b"", b"\xc1", b"\x81", b"\x91" * 100_000, b"\x81\xa1\xff\x01", b"\x01\x01"):
        with pytest.raises(INPUT_ERRORS):
            made.decode_msgpack(body)
        (problem,) = made.explain_msgpack(body)
        assert problem.kind == "json"


class Filters(msgspec.Struct, rename="kebab", forbid_unknown_fields=True):
    page_size: int = 10
    tags: list[str] = []
    only_open: bool = False
    owner: str | None = None
    min_price: float | None = None


def test_a_model_from_texts() -> None:
    made = codec(Filters)
    sent = {"page-size": " 5 ", "tags": ["a", "b"], "only-open": "YES", "owner": "null", "min-price": ["1", "2.5"]}
    assert made.convert_text(sent) == Filters(5, ["a", "b"], True, "null", 2.5)
    assert made.convert_text({"tags": "a"}) == Filters(tags=["a"])
    assert made.convert_text({}) == Filters()
    assert made.explain({"page-size": "x", "only-open": "maybe", "min-price": "", "zz": "1"}, text=True) == [
        Problem("$.page-size", "Expected `int`, got `str` - at `$.page-size`")._replace(path='$["page-size"]'),
        Problem('$["only-open"]', "Expected `bool`, got `str` - at `$.only-open`"),
        Problem('$["min-price"]', "Expected `float`, got `str` - at `$.min-price`"),
        Problem("$.zz", "Object contains unknown field `zz`"),
    ]
    with pytest.raises(msgspec.ValidationError, match="Expected `int`"):
        made.convert_text({"page-size": "x"})


@pytest.mark.parametrize(
    "annotation, texts, expected",
    [
        (models.Person, {"name": "a", "age": "5"}, models.Person("a", 5)),
        (models.Movie, {"title": "t", "year": "1999"}, {"title": "t", "year": 1999}),
        (models.Pair, {"left": "1"}, models.Pair(1)),
        (models.Point, {"x": "1", "y": "2"}, models.Point(1, 2)),
        (models.Plane | models.Car, {"wheels": "4"}, models.Car(4)),
        (models.Plane | None, {"wings": "4"}, models.Plane(4)),
        (dict[str, int], {"a": "1"}, {"a": 1}),
        (list[int], ["1", " 2"], [1, 2]),
        (set[int], "1", {1}),
        (tuple[int, str], ["1", "a"], (1, "a")),
        (str, ["a", "b"], "b"),
        (str, "", ""),
        (bytes, "aGk=", b"aGk="),
    ],
    ids=str,
)
def test_text(annotation: Any, texts: Any, expected: Any) -> None:
    made = codec(annotation)
    assert made.convert_text(texts) == expected
    assert made.explain(texts, text=True) == []


@pytest.mark.parametrize("annotation", [str, int, bool, models.Item, list[int]], ids=str)
@pytest.mark.parametrize("value", [None, [], {}, "\ud800", "9" * 5000, "nan", "\x00", {"name": []}], ids=str)
def test_odd_texts_raise_nothing_else(annotation: Any, value: Any) -> None:
    made = codec(annotation)
    try:
        made.convert_text(value)
    except INPUT_ERRORS:
        assert made.explain(value, text=True)
    else:
        assert made.explain(value, text=True) == []


def test_one_codec_for_one_class_and_the_order_of_a_union_is_kept() -> None:
    assert codec(models.Item) is codec(models.Item)
    assert codec(models.Plane | models.Car).decode_json(b'{"wings":1,"wheels":1}') == models.Plane(1)
    assert codec(models.Car | models.Plane).decode_json(b'{"wings":1,"wheels":1}') == models.Car(1)


def test_what_cannot_be_decoded() -> None:
    with pytest.raises(UnsupportedTypeError) as caught:
        codec(list[complex])
    assert str(caught.value) == (
        "`complex` cannot be decoded: it is no type that JSON or text is converted to. "
        "Use a msgspec.Struct, a dataclass, a TypedDict, a pydantic model, a scalar (str, int, datetime …), "
        "or a list, set, tuple or dict of these."
    )
