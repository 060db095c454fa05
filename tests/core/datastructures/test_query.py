from collections.abc import Callable
from typing import Any

import pytest

from faster_core.datastructures import QueryParams, parse_query
from tests.growth import check_growth


@pytest.mark.parametrize(
    "query, pairs",
    [
        ("", []),
        ("a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
        ("a&b=&=c&&", [("a", ""), ("b", ""), ("", "c")]),
        ("a=b=c", [("a", "b=c")]),
        ("a+b=c+d%2B", [("a b", "c d+")]),
        ("%C3%A9=%e9%zz%", [("é", "\ufffd%zz%")]),
        (b"q=\xc3\xa9", [("q", "é")]),
        (b"q=\xff", [("q", "\ufffd")]),
        ("a;b=1", [("a;b", "1")]),
    ],
)
def test_parse_query(query: Any, pairs: Any) -> None:
    assert parse_query(query) == pairs
    assert QueryParams(query).multi_items() == pairs


@pytest.mark.parametrize(
    "source, text",
    [
        ({"a": 1, "b": None}, "a=1&b=None"),
        ([("a", 1), ("a", "é&")], "a=1&a=%C3%A9%26"),
        (QueryParams("a=1&a=2"), "a=1&a=2"),
        ((), ""),
        ("a=\ud800", "a=%3F"),
    ],
)
def test_written_back(source: Any, text: Any) -> None:
    assert str(QueryParams(source)) == text


def test_keyword_arguments_and_equality() -> None:
    params = QueryParams("a=1", b=2)
    assert params["b"] == "2"
    assert params == QueryParams([("b", "2"), ("a", "1")])
    assert params != QueryParams("a=1")
    assert repr(params) == "QueryParams('a=1&b=2')"


def test_parsing_is_linear() -> None:
    def parse(count: int) -> Callable[[], object]:
        text = "%41=&" * count
        return lambda: parse_query(text)

    check_growth(parse, 2_500)


def test_round_trip() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies
    text = st.text(st.characters(exclude_categories=["Cs"]))

    def check(pairs: Any) -> None:
        # An empty name with an empty value is written as "=", which is a parameter too.
        assert QueryParams(str(QueryParams(pairs))).multi_items() == pairs

    hypothesis.given(st.lists(st.tuples(text, text).filter(any)))(check)()


def test_any_bytes_are_read() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies

    def check(query: Any) -> None:
        for name, value in parse_query(query):
            (name + value).encode()

    hypothesis.given(st.binary() | st.text("%aF=&+;"))(check)()
