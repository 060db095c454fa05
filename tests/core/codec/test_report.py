"""Reports: what is noted, what weighs, when it is enough."""

import decimal
from typing import Any

import msgspec
import pytest

from faster_core.codec.problem import MAX_PROBLEMS, Problem
from faster_core.codec.report import BAD, MAX_VISITS, Enough, Report, kind_of, words_of


def test_a_problem_is_noted_with_its_place() -> None:
    report = Report(text=False, walking=True)
    assert report.add((None, "field", "a"), "Wrong") is BAD
    report.add_missing(None, "b")
    report.add_unknown(None, "c d")
    report.add_kind((None, "index", 1), "int", "x")
    report.add_foreign(Problem("$.x", "Theirs"))
    assert report.problems == [
        Problem("$.a", "Wrong - at `$.a`"),
        Problem("$.b", "Object missing required field `b`", "missing"),
        Problem('$["c d"]', "Object contains unknown field `c d`"),
        Problem("$[1]", "Expected `int`, got `str` - at `$[1]`"),
        Problem("$.x", "Theirs"),
    ]


def test_another_kind_weighs_more_at_the_base_than_inside() -> None:
    place = (None, "index", 0)
    outside, inside = Report(text=False, walking=True).fork(place), Report(text=False, walking=True)
    outside.add_kind(place, "int", "x")
    inside.add_kind(place, "int", "x")
    assert outside.score > 10 * inside.score


def test_enough_problems() -> None:
    report = Report(text=False, walking=True)
    with pytest.raises(Enough):
        for _ in range(MAX_PROBLEMS + 1):
            report.add(None, "x")
    assert len(report.problems) == MAX_PROBLEMS


def test_enough_visits_are_counted_over_all_attempts_of_a_walk() -> None:
    report = Report(text=False, walking=True)
    for _ in range(MAX_VISITS):
        report.fork(None).visit()
    with pytest.raises(Enough):
        report.visit()
    report.walking = False
    report.visit()


@pytest.mark.parametrize(
    "value, name",
    [
        (None, "null"),
        (True, "bool"),
        (1, "int"),
        ("", "str"),
        ([], "array"),
        ((), "array"),
        ({}, "object"),
        (decimal.Decimal(1), "decimal"),
    ],
    ids=repr,
)
def test_kind_of(value: Any, name: str) -> None:
    assert kind_of(value) == name


@pytest.mark.parametrize(
    "error, words",
    [
        (RecursionError("maximum"), "Data is nested too deeply"),
        (OverflowError("int too big"), "Number out of range"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "Invalid UTF-8"),
        (msgspec.ValidationError("Expected `int`"), "Expected `int`"),
        (ValueError("mine"), "mine"),
        (ValueError(), "Invalid value"),
    ],
    ids=repr,
)
def test_words_of(error: Exception, words: str) -> None:
    assert words_of(error) == words
