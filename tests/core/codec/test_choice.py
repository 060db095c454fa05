"""Unions: which member is meant."""

import datetime
import decimal
import uuid
from typing import Any, Literal

import pytest

from faster_core.codec import codec
from tests.core.codec import models

D = decimal.Decimal


@pytest.mark.parametrize(
    "annotation, body, expected",
    [
        (models.Plane | models.Car, b'{"wings":2}', models.Plane(2)),
        (models.Plane | models.Car, b'{"wheels":4,"name":"c"}', models.Car(4, "c")),
        (models.Plane | models.Car, b'{"wheels":4,"wings":2}', models.Plane(2)),
        (models.Car | models.Plane, b'{"wheels":4,"wings":2}', models.Car(4)),
        (models.Plane | models.Item, b'{"wings":1,"name":"n","price":1,"tags":[]}', models.Item("n", 1.0)),
        (models.Plane | models.Car | None, b"null", None),
        (models.Cat | models.Dog | models.Plane, b'{"type":"Dog","tricks":[]}', models.Dog([])),
        (list[int] | set[str], b'["a"]', {"a"}),
        (datetime.date | str, b'"2020-01-01"', datetime.date(2020, 1, 1)),
        (datetime.date | str, b'"soon"', "soon"),
        (str | datetime.date, b'"2020-01-01"', "2020-01-01"),
        (D | int, b"1", 1),
        (D | str | None, b"1.5", D("1.5")),
        (Literal["a"] | models.Plane | models.Car, b'"a"', "a"),
    ],
    ids=str,
)
def test_the_member_that_is_meant(annotation: Any, body: bytes, expected: Any) -> None:
    made = codec(annotation)
    result = made.decode_json(body)
    assert (type(result), result) == (type(expected), expected)


@pytest.mark.parametrize(
    "annotation, body, messages",
    [
        (models.Plane | models.Car, b"1", ["Expected `object`, got `int`"]),
        (models.Plane | models.Car | None, b"[]", ["Expected `object | null`, got `array`"]),
        (
            models.Plane | models.Car,
            b'{"wheels":"x","name":1}',
            ["Expected `int`, got `str` - at `$.wheels`", "Expected `str`, got `int` - at `$.name`"],
        ),
        (models.Plane | models.Car, b'{"name":"x"}', ["Object missing required field `wings`"]),
        (models.Cat | models.Dog, b'{"type":"Cow"}', ["Invalid value 'Cow' - at `$.type`"]),
        (models.Cat | models.Dog, b'{"lives":1}', ["Object missing required field `type`"]),
        (models.One | models.Two, b'{"kind":3}', ["Invalid value 3 - at `$.kind`"]),
        (list[int] | set[str], b'[1,"a",2]', ["Expected `int`, got `str` - at `$[1]`"]),
        (uuid.UUID | datetime.date, b'"x"', ["Invalid UUID"]),
        (uuid.UUID | datetime.date, b"1", ["Expected `uuid | date`, got `int`"]),
    ],
    ids=str,
)
def test_the_problems_are_those_of_the_nearest(annotation: Any, body: bytes, messages: list[str]) -> None:
    assert sorted(problem.message for problem in codec(annotation).explain_json(body)) == sorted(messages)


@pytest.mark.parametrize(
    "annotation, text, expected",
    [
        (int | str, "5", "5"),
        (int | float, "5", 5),
        (float | int, "5", 5.0),
        (int | float, "5.5", 5.5),
        (bool | int, "1", True),
        (int | bool, "yes", True),
        (datetime.date | str, "2020-01-01", "2020-01-01"),
        (int | None, "5", 5),
        (int | list[int], ["1", "2"], 2),
        (list[int] | None, "1", [1]),
    ],
    ids=str,
)
def test_text(annotation: Any, text: Any, expected: Any) -> None:
    result = codec(annotation).convert_text(text)
    assert (type(result), result) == (type(expected), expected)


@pytest.mark.parametrize(
    "annotation, text, message",
    [
        (int | None, "null", "Expected `int`, got `str`"),
        (int | None, "", "Expected `int`, got `str`"),
        (int | float, "x", "Expected `int | float`, got `str`"),
        (datetime.date | uuid.UUID, "x", "Invalid RFC3339 encoded date"),
        (int | None, None, "Expected `int`, got `null`"),
    ],
    ids=str,
)
def test_text_that_fits_no_member(annotation: Any, text: Any, message: str) -> None:
    (problem,) = codec(annotation).explain(text, text=True)
    assert problem.message == message
