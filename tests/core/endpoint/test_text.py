"""Texts of a request as plain dictionaries."""

from typing import Any

import pytest

from faster_core.datastructures import QueryParams
from faster_core.endpoint.text import read_cookies, read_header_lists, read_headers, read_query, read_query_lists
from faster_core.exceptions import HTTPException

QUERIES: list[tuple[bytes, dict[str, list[str]]]] = [
    (b"", {}),
    (b"a=1", {"a": ["1"]}),
    (b"a=1&b=2&a=3", {"a": ["1", "3"], "b": ["2"]}),
    (b"a", {"a": [""]}),
    (b"a=", {"a": [""]}),
    (b"=a", {"": ["a"]}),
    (b"=", {"": [""]}),
    (b"&&a=1&", {"a": ["1"]}),
    (b"a=b=c", {"a": ["b=c"]}),
    (b"a+b=c+d", {"a b": ["c d"]}),
    (b"a%20b=%2B", {"a b": ["+"]}),
    (b"a=%", {"a": ["%"]}),
    (b"a=%zz", {"a": ["%zz"]}),
    (b"a=%C3%BC", {"a": ["ü"]}),
    ("a=ü".encode(), {"a": ["ü"]}),
    ("a=ü&b=%41".encode(), {"a": ["ü"], "b": ["A"]}),
    (b"a;b=1", {"a;b": ["1"]}),
]


@pytest.mark.parametrize(("query", "values"), QUERIES)
def test_queries(query: bytes, values: dict[str, list[str]]) -> None:
    assert read_query_lists(query, 10) == values
    assert read_query(query, 10) == {name: found[-1] for name, found in values.items()}


@pytest.mark.parametrize(("query", "values"), QUERIES)
def test_the_request_reads_the_same(query: bytes, values: dict[str, list[str]]) -> None:
    params = QueryParams(query)
    assert {name: params.getlist(name) for name in params} == values


@pytest.mark.parametrize("query", [b"a=%FF", b"%FF=1", b"a=\xff", b"a=1+\xff"])
@pytest.mark.parametrize("read", [read_query, read_query_lists])
def test_what_is_no_text(query: bytes, read: Any) -> None:
    with pytest.raises(UnicodeDecodeError):
        read(query, 10)


@pytest.mark.parametrize("read", [read_query, read_query_lists])
def test_too_many(read: Any) -> None:
    assert len(read(b"a=1&b=2", 2)) == 2
    assert len(read(b"a=1&b=2&", 2)) == 2
    with pytest.raises(HTTPException) as raised:
        read(b"a=1&b=2&c=3", 2)
    assert raised.value.status_code == 400
    assert raised.value.detail == "Too many query parameters. Maximum number of query parameters is 2."
    with pytest.raises(HTTPException):
        read(b"a", 0)


HEADERS = [(b"a", b"1"), (b"b", b"\xfc"), (b"a", b"2"), (b"cookie", b"x=1"), (b"cookie", b"y=2; x=3")]


def test_headers() -> None:
    assert read_headers(HEADERS)[b"a"] == b"1"
    assert read_header_lists(HEADERS)[b"a"] == ["1", "2"]
    assert read_header_lists(HEADERS)[b"b"] == ["ü"]


def test_cookies() -> None:
    assert read_cookies([]) == {}
    assert read_cookies(HEADERS)["y"] == "2"
    assert read_cookies([(b"cookie", b"a=1; a=2")]) == read_cookies([(b"cookie", b"a=1"), (b"cookie", b"a=2")])
