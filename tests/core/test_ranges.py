"""Ranges: which bytes of something a client asks for."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from faster_core.ranges import MAX_RANGES, MalformedRange, parse_range
from tests.growth import check_growth


@pytest.mark.parametrize(
    "value, spans",
    [
        ("bytes=0-0", [(0, 1)]),
        ("bytes=0-99", [(0, 100)]),
        ("bytes=0-", [(0, 100)]),
        ("bytes=99-", [(99, 100)]),
        ("bytes=10-1000", [(10, 100)]),
        ("bytes=-1", [(99, 100)]),
        ("bytes=-100", [(0, 100)]),
        ("bytes=-1000", [(0, 100)]),
        ("BYTES = 0-9", [(0, 10)]),
        ("bytes= 0-9 , 20-29 ", [(0, 10), (20, 30)]),
        ("bytes=,0-9,,", [(0, 10)]),
        ("bytes=20-29,0-9", [(0, 10), (20, 30)]),
        ("bytes=0-9,10-19", [(0, 20)]),
        ("bytes=0-9,5-14,14-20", [(0, 21)]),
        ("bytes=0-50,10-20", [(0, 51)]),
        ("bytes=0-9,100-,-0", [(0, 10)]),
        ("bytes=0-9,-5", [(0, 10), (95, 100)]),
        ("bytes=0-" + "9" * 5000, [(0, 100)]),
        ("bytes=-" + "9" * 5000, [(0, 100)]),
    ],
)
def test_what_is_asked_for(value: Any, spans: Any) -> None:
    assert parse_range(value, 100) == spans


@pytest.mark.parametrize(
    "value", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=" + "9" * 5000 + "-", "bytes=100-,200-"]
)
def test_nothing_of_it_is_there(value: Any) -> None:
    assert parse_range(value, 100) == []


@pytest.mark.parametrize("value", ["bytes=0-", "bytes=-5", "bytes=0-0"])
def test_nothing_is_there_of_an_empty_file(value: Any) -> None:
    assert parse_range(value, 0) == []


@pytest.mark.parametrize("value", ["items=0-9", "seconds=1-2", "=0-9", "bytes=" + ",".join(["0-0"] * (MAX_RANGES + 1))])
def test_what_does_not_count(value: Any) -> None:
    assert parse_range(value, 100) is None


@pytest.mark.parametrize(
    "value, reason",
    [
        ("bytes", "Malformed range header."),
        ("0-9", "Malformed range header."),
        ("bytes=", "Range header: range must be requested"),
        ("bytes=,,", "Range header: range must be requested"),
        ("bytes=-", "Malformed range header."),
        ("bytes=a-b", "Malformed range header."),
        ("bytes=0-9-10", "Malformed range header."),
        ("bytes=0x1-2", "Malformed range header."),
        ("bytes=+1-2", "Malformed range header."),
        ("bytes=1_0-20", "Malformed range header."),
        ("bytes=٣-٤", "Malformed range header."),
        ("bytes=0 - 9", "Malformed range header."),
        ("bytes=5", "Malformed range header."),
        ("bytes=9-5", "Range header: start must be less than end"),
        ("bytes=0-9,x", "Malformed range header."),
    ],
)
def test_what_is_no_way_to_ask(value: Any, reason: Any) -> None:
    with pytest.raises(MalformedRange) as caught:
        parse_range(value, 100)
    assert str(caught.value) == reason


def test_parts_are_never_more_than_the_whole() -> None:
    spans = parse_range("bytes=" + "0-," * (MAX_RANGES - 1) + "0-", 1000)
    assert spans == [(0, 1000)]


@pytest.mark.parametrize("unit", ["0-,", "5-6,", ",", " ,", "-", "9"])
def test_time_is_linear(unit: Any) -> None:
    def parse(count: int) -> Callable[[], object]:
        value = "bytes=" + unit * count

        def once() -> None:
            with suppress(MalformedRange):
                parse_range(value, 100, max_ranges=10**9)

        return once

    check_growth(parse, 2_500)
