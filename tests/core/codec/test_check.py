"""Tests for what msgspec has no word for."""

import datetime
import decimal
import re
from typing import Any

import pytest

from faster_core.codec.check import check_for

D = decimal.Decimal


@pytest.mark.parametrize(
    "wording, name, bound, good, bad, message",
    [
        ("decimal", "gt", 0, [D(1), D("0.1")], [D(0), D("NaN"), D("sNaN")], "Expected `decimal` > 0"),
        ("decimal", "ge", D("0.5"), [D("0.5")], [D("0.4")], "Expected `decimal` >= 0.5"),
        ("decimal", "lt", 3, [D(2)], [D(3), D("1e1000000")], "Expected `decimal` < 3"),
        ("decimal", "le", 3, [D(3)], [D(4)], "Expected `decimal` <= 3"),
        (
            "decimal",
            "multiple_of",
            D("0.05"),
            [D("0.10"), D(1)],
            [D("0.11"), D("1e1000000000"), D("Infinity")],
            "Expected `decimal` that's a multiple of 0.05",
        ),
        (
            "decimal",
            "max_digits",
            3,
            [D("123"), D("0.12")],
            [D("1234"), D("1e5")],
            "Expected `decimal` of at most 3 digits",
        ),
        (
            "decimal",
            "decimal_places",
            2,
            [D("1.23"), D("1e9")],
            [D("1.234"), D("NaN")],
            "Expected `decimal` of at most 2 decimal places",
        ),
        ("float", "allow_inf_nan", False, [1.0], [float("nan"), float("inf")], "Expected `float` that's finite"),
        ("str", "pattern", re.compile("^a", re.I), ["a", "Abc"], ["b", 5], "Expected `str` matching regex '^a'"),  # noqa: FURB167
        ("any", "min_length", 2, ["ab", [1, 2]], ["a", 5], "Expected `any` of length >= 2"),
        ("any", "max_length", 2, ["ab"], ["abc"], "Expected `any` of length <= 2"),
        (
            "datetime",
            "ge",
            datetime.datetime(2020, 1, 1),
            [datetime.datetime(2020, 1, 2)],
            [datetime.datetime(2019, 1, 1), datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)],
            "Expected `datetime` >= 2020-01-01 00:00:00",
        ),
        (
            "duration",
            "multiple_of",
            datetime.timedelta(minutes=5),
            [datetime.timedelta(minutes=15)],
            [datetime.timedelta(minutes=7)],
            "Expected `duration` that's a multiple of 0:05:00",
        ),
        (
            "time",
            "tz",
            False,
            [datetime.time(1)],
            [datetime.time(1, tzinfo=datetime.UTC)],
            "Expected `time` without a timezone component",
        ),
    ],
)
def test_check(wording: str, name: str, bound: Any, good: list[Any], bad: list[Any], message: str) -> None:
    check = check_for(wording, name, bound)
    assert check.message == message
    assert [value for value in good if not check.passes(value)] == []
    assert [value for value in bad if check.passes(value)] == []
