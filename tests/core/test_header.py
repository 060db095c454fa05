from collections.abc import Callable
from typing import Any

import pytest

from faster_core.datastructures import Headers
from faster_core.header import (
    content_disposition,
    encode_header,
    encode_headers,
    encode_name,
    is_token,
    parse_options,
    parse_quality,
    split_list,
)
from tests.growth import check_growth


@pytest.mark.parametrize(
    "name, value, field",
    [
        ("X-A", "1", (b"x-a", b"1")),
        (b"X-A", b"\xff", (b"x-a", b"\xff")),
        ("x-a", "é", (b"x-a", b"\xe9")),
        ("x-a", "  a\tb \t", (b"x-a", b"a\tb")),
        ("x-a", "", (b"x-a", b"")),
    ],
)
def test_encode_header(name: Any, value: Any, field: Any) -> None:
    assert encode_header(name, value) == field


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\nb", "a\rb", "a\0b", "\n", "a\x7f", "a\x0b", b"c\r\n", b"\0"])
def test_control_characters_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="'x-a' has a control character"):
        encode_header("X-A", value)


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\nb", "é", "a\0", b"b\n", "(a)", "a\n", "a,b"])
def test_names_that_are_no_tokens_are_refused(name: Any) -> None:
    with pytest.raises(ValueError, match="is not a token"):
        encode_header(name, "x")
    with pytest.raises(ValueError, match="is not a token"):
        encode_name(name)


def test_what_is_not_latin_1_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="header 'x-a' has characters outside Latin-1"):
        encode_header("X-A", "日")


def test_what_is_not_text_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="header 'x-a' must be str or bytes, not int"):
        encode_header("X-A", 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "headers, raw",
    [
        (None, []),
        ({"A": "1"}, [(b"a", b"1")]),
        ([("A", "1"), (b"a", b"2")], [(b"a", b"1"), (b"a", b"2")]),
        (Headers(raw=[(b"a", b"1"), (b"a", b"2")]), [(b"a", b"1"), (b"a", b"2")]),
    ],
)
def test_encode_headers(headers: Any, raw: Any) -> None:
    assert encode_headers(headers) == raw


@pytest.mark.parametrize("text, expected", [("a", True), ("!#$%&'*+-.^_`|~09azAZ", True), ("", False), ("a b", False)])
def test_is_token(text: Any, expected: Any) -> None:
    assert is_token(text) is expected


@pytest.mark.parametrize(
    "value, expected",
    [
        ("", ("", {})),
        ("Text/HTML", ("text/html", {})),
        ("text/html; Charset=UTF-8", ("text/html", {"charset": "UTF-8"})),
        ('form-data; name="a;b"; filename="c\\"d"', ("form-data", {"name": "a;b", "filename": 'c"d'})),
        ("a/b;x=1;x=2", ("a/b", {"x": "1"})),
        ("a/b; bad; =1; y = 2 ;;", ("a/b", {"y": "2"})),
        ('a/b; x="open', ("a/b", {"x": ""})),
        ('a/b; x=""', ("a/b", {"x": ""})),
        ("a/b; x=é", ("a/b", {"x": "é"})),
        (b"a/b; x=\xff", ("a/b", {"x": "ÿ"})),
    ],
)
def test_parse_options(value: Any, expected: Any) -> None:
    assert parse_options(value) == expected


@pytest.mark.parametrize(
    "value, expected",
    [
        ("", []),
        (" , ,", []),
        ("a, b,c", ["a", "b", "c"]),
        ('"a,b", W/"c"', ['"a,b"', 'W/"c"']),
        ('"a\\",b", c', ['"a\\",b"', "c"]),
        ('a, "open, b', ["a", '"open, b']),
        ('"\\', ['"\\']),
    ],
)
def test_split_list(value: Any, expected: Any) -> None:
    assert split_list(value) == expected


@pytest.mark.parametrize(
    "value, expected",
    [
        ("", {}),
        ("gzip", {"gzip": 1.0}),
        ("GZip;q=0.5, br ; q=1.000, *;q=0", {"gzip": 0.5, "br": 1.0, "*": 0.0}),
        ("a;q=2, b;q=-1, c;q=nan, d;q=1e9, e;q=", {"a": 0.0, "b": 0.0, "c": 0.0, "d": 0.0, "e": 0.0}),
        ("a;q=1.5", {"a": 1.0}),
        ("a;q=.5, b;q=0.", {"a": 0.5, "b": 0.0}),
    ],
)
def test_parse_quality(value: Any, expected: Any) -> None:
    assert parse_quality(value) == expected


@pytest.mark.parametrize(
    "filename, expected",
    [
        (None, "attachment"),
        ("a b.txt", 'attachment; filename="a b.txt"'),
        ("naïve.txt", "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"),
        ("日.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%E6%97%A5.txt"),
        ('a"b\\c.txt', "attachment; filename=\"a_b_c.txt\"; filename*=UTF-8''a%22b%5Cc.txt"),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ("a\r\nSet-Cookie: b", "attachment; filename=\"a__Set-Cookie: b\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b"),
        ("a\udcff", "attachment; filename=\"a_\"; filename*=UTF-8''a%3F"),
    ],
)
def test_content_disposition(filename: Any, expected: Any) -> None:
    value = content_disposition("attachment", filename)
    assert value == expected
    assert encode_header("content-disposition", value)[1].decode() == expected


@pytest.mark.parametrize("disposition", ["a\r\nb", "a; b", ""])
def test_content_disposition_of_a_wrong_type(disposition: Any) -> None:
    with pytest.raises(ValueError, match="is not a token"):
        content_disposition(disposition, "a")


@pytest.mark.parametrize(
    "parse, piece",
    [
        (parse_options, ";"),
        (parse_options, ';a="'),
        (parse_options, ';a="\\'),
        (parse_options, "; a "),
        (parse_options, "a" * 10),
        (split_list, '"'),
        (split_list, '"\\'),
        (split_list, ',"'),
        (parse_quality, "a;q=1;q=1,"),
        (lambda text: content_disposition("a", text), '"é'),
    ],
)
def test_parsers_are_linear(parse: Any, piece: Any) -> None:
    def read(count: int) -> Callable[[], object]:
        text = piece * count
        return lambda: parse(text)

    check_growth(read, 5_000)


def test_headers_of_any_text_are_refused_or_one_line() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies

    def check(name: Any, value: Any) -> None:
        try:
            key, data = encode_header(name, value)
        except ValueError:
            return
        assert is_token(key.decode())
        assert not set(data) & {0, 10, 13}
        assert encode_header(key, data) == (key, data)

    hypothesis.given(st.text(), st.text() | st.binary())(check)()


def test_parsers_take_any_text() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies

    def check(text: Any) -> None:
        parse_options(text)
        assert all(0 <= weight <= 1 for weight in parse_quality(text).values())
        assert all(member == member.strip(" \t") != "" for member in split_list(text))
        encode_header("content-disposition", content_disposition("inline", text))

    hypothesis.given(st.text() | st.text(alphabet='a=;,"\\ q01.'))(check)()
