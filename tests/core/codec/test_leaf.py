"""Values without parts."""

import datetime
import decimal
import uuid
from typing import Any, Literal

import msgspec
import pytest

from faster_core.codec import INPUT_ERRORS, codec
from tests.core.codec.models import Colour, Level


@pytest.mark.parametrize(
    "annotation, text, expected",
    [
        (int, " 5\t", 5),
        (int, "-5", -5),
        (int, "1.0", 1),
        (float, " 2", 2.0),
        (float, "1e3", 1000.0),
        (bool, "t", True),
        (bool, "Y", True),
        (bool, "oN", True),
        (bool, "1", True),
        (bool, "OFF", False),
        (bool, "n", False),
        (bool, "F", False),
        (bool, "no", False),
        (decimal.Decimal, " 1.50 ", decimal.Decimal("1.50")),
        (datetime.date, "2020-01-01", datetime.date(2020, 1, 1)),
        (datetime.time, "10:11", datetime.time(10, 11)),
        (datetime.time, " 10:11:12.5 ", datetime.time(10, 11, 12, 500_000)),
        (datetime.datetime, "2020-01-01T10:11", datetime.datetime(2020, 1, 1, 10, 11)),
        (datetime.datetime, "2020-01-01 10:11Z", datetime.datetime(2020, 1, 1, 10, 11, tzinfo=datetime.UTC)),
        (datetime.timedelta, "PT1M", datetime.timedelta(minutes=1)),
        (uuid.UUID, "6f1c1d4e0b0a4b3f9d9f6d0a2f1f8f10", uuid.UUID("6f1c1d4e0b0a4b3f9d9f6d0a2f1f8f10")),
        (Colour, "red", Colour.RED),
        (Level, "2", Level.HIGH),
        (Literal[1, "a"], "1", 1),
        (str, " a ", " a "),
        (Any, "5", "5"),
    ],
    ids=str,
)
def test_text(annotation: Any, text: str, expected: Any) -> None:
    result = codec(annotation).convert_text(text)
    assert (type(result), result) == (type(expected), expected)


@pytest.mark.parametrize(
    "annotation, text, message",
    [
        (int, "", "Expected `int`, got `str`"),
        (int, "3.5", "Expected `int`, got `str`"),
        (int, "5 5", "Expected `int`, got `str`"),
        (int, "9" * 5000, "Integer value out of range"),
        (bool, "maybe", "Expected `bool`, got `str`"),
        (bool, " yes", "Expected `bool`, got `str`"),
        (float, "1e999", "Number out of range"),
        (Colour, "green", "Invalid enum value 'green'"),
        (datetime.date, "today", "Invalid RFC3339 encoded date"),
        (datetime.time, "25:00", "Invalid RFC3339 encoded time"),
        (datetime.time, "2020-01-01T10:11", "Invalid RFC3339 encoded time"),
        (datetime.time, "1:11", "Invalid RFC3339 encoded time"),
        (datetime.datetime, "10:11", "Invalid RFC3339 encoded datetime"),
        (datetime.datetime, "2020-01-01T10:11:", "Invalid RFC3339 encoded datetime"),
        (None, "null", "Expected `null`, got `str`"),
        (Literal["a", None], "null", "Invalid enum value 'null'"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_text_that_does_not_fit(annotation: Any, text: str, message: str) -> None:
    made = codec(annotation)
    with pytest.raises(INPUT_ERRORS):
        made.convert_text(text)
    assert [problem.message for problem in made.explain(text, text=True)] == [message]


def test_raw_is_kept() -> None:
    class Envelope(msgspec.Struct):
        body: msgspec.Raw
        worth: decimal.Decimal | float = 0.0

    result = codec(Envelope).decode_json(b'{"body":{"a": 1}}')
    assert bytes(result.body) == b'{"a": 1}'
    assert codec(list[msgspec.Raw | set[Any]]).tree.native is False


def test_a_decimal_keeps_every_digit() -> None:
    made = codec(set[Any] | decimal.Decimal)
    assert made.decode_json(b"0.12345678901234567890123") == decimal.Decimal("0.12345678901234567890123")


def test_raw_beside_what_is_wrong() -> None:
    made = codec(dict[str, msgspec.Raw | None] | list[int])
    assert [problem.message for problem in made.explain_json(b'["x"]')] == ["Expected `int`, got `str` - at `$[0]`"]


@pytest.mark.parametrize("annotation", [list[float], list[Any], dict[str, float], list[float | str]], ids=str)
def test_a_number_too_large_is_named_among_the_others(annotation: Any) -> None:
    body = b'{"a":1e999,"b":[]}' if "dict" in str(annotation) else b"[1e999, 1.5, -1e999]"
    messages = [problem.message for problem in codec(annotation).explain_json(body)]
    assert messages[0].startswith("Number out of range - at `$[")
    assert len(messages) == 2
