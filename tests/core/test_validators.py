"""Validators: is the copy that a client has still good?"""

import email.utils
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faster_core.validators import allows_range, format_date, is_not_modified, make_etag, parse_date
from tests.growth import check_growth

THEN = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize("seconds", [0, 1, 784111777, 1700000000, 4102444800, 951782400])
def test_dates_are_those_of_http_and_come_back(seconds: Any) -> None:
    assert format_date(seconds) == email.utils.formatdate(seconds, usegmt=True)
    assert parse_date(format_date(seconds)) == seconds


@pytest.mark.parametrize(
    "seconds, text", [(-5, "Thu, 01 Jan 1970 00:00:00 GMT"), (10**15, "Fri, 31 Dec 9999 23:59:59 GMT")]
)
def test_times_beyond_four_digits_are_moved_to_the_nearest(seconds: Any, text: Any) -> None:
    assert format_date(seconds) == text


@pytest.mark.parametrize("text", [THEN, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
def test_the_three_forms_of_a_date(text: Any) -> None:
    assert parse_date(text) == 784111777


def test_two_digits_of_a_year_mean_the_nearest_past() -> None:
    assert parse_date("Sunday, 06-Nov-30 08:49:37 GMT") == parse_date("Wed, 06 Nov 2030 08:49:37 GMT")
    year = (time.gmtime().tm_year + 60) % 100
    assert time.gmtime(parse_date(f"Sunday, 06-Nov-{year:02} 08:49:37 GMT")).tm_year < time.gmtime().tm_year


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Sun, 06 Xyz 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 +0100",
        "Sun, 06 Nov 1994 08:49:37 GMT" + " " * 100_000,
        "Sun, 06 Nov 99999 08:49:37 GMT",
        "٠٦",
    ],
)
def test_what_is_no_date_is_none(text: Any) -> None:
    assert parse_date(text) is None


def test_an_entity_tag_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one")
    os.utime(path, ns=(1, 1))
    first = make_etag(path.stat())
    assert first == '"1-3"'
    assert make_etag(path.stat(), "br") == '"1-3-br"'
    os.utime(path, ns=(1, 2))
    assert make_etag(path.stat()) != first
    path.write_text("four")
    os.utime(path, ns=(1, 1))
    assert make_etag(path.stat()) != first


@pytest.mark.parametrize(
    "if_none_match, if_modified_since, expected",
    [
        (None, None, False),
        ('"a"', None, True),
        ('W/"a"', None, True),
        ('"b"', None, False),
        ('"b", "a"', None, True),
        ('"b",W/"a"', None, True),
        ("*", None, True),
        (" * ", None, True),
        ('"*"', None, False),
        ('"b,a"', None, False),
        ("a", None, False),
        ("", None, False),
        ('"b"', THEN, False),
        (None, THEN, True),
        (None, "Sun, 06 Nov 1994 08:49:38 GMT", True),
        (None, "Sun, 06 Nov 1994 08:49:36 GMT", False),
        (None, "long ago", False),
    ],
)
def test_not_modified(if_none_match: Any, if_modified_since: Any, expected: Any) -> None:
    assert is_not_modified(if_none_match, if_modified_since, etag='"a"', last_modified=THEN) is expected
    if if_none_match is not None:
        assert is_not_modified(if_none_match, if_modified_since, etag='W/"a"', last_modified=THEN) is expected


def test_a_last_modified_that_is_no_date_counts_as_modified() -> None:
    assert not is_not_modified(None, THEN, etag='"a"', last_modified="once")


@pytest.mark.parametrize(
    "if_range, expected",
    [
        ('"a"', True),
        ('"b"', False),
        ('W/"a"', False),
        (THEN, True),
        ("Sunday, 06-Nov-94 08:49:37 GMT", True),
        ("Sun, 06 Nov 1994 08:49:38 GMT", False),
        ("", False),
        ("a", False),
    ],
)
def test_if_range_is_compared_strongly(if_range: Any, expected: Any) -> None:
    assert allows_range(if_range, etag='"a"', last_modified=THEN) is expected


def test_a_weak_entity_tag_allows_no_range() -> None:
    assert not allows_range('W/"a"', etag='W/"a"', last_modified=THEN)


def test_lists_of_tags_take_linear_time() -> None:
    def compare(count: int) -> Callable[[], object]:
        value = '"x",' * count
        return lambda: is_not_modified(value, None, etag='"a"', last_modified=THEN)

    check_growth(compare, 2_500)
