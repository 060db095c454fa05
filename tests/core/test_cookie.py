from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from typing import Any

import pytest

from faster_core.cookie import parse_cookies, write_set_cookie
from tests.growth import check_growth


@pytest.mark.parametrize(
    "header, cookies",
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1; b=2;c=3 ; ", {"a": "1", "b": "2", "c": "3"}),
        ("a=1; a=2", {"a": "2"}),
        ("a=b=c", {"a": "b=c"}),
        ('a="x y"', {"a": "x y"}),
        ('a="x\\073 \\"\\351\\\\"', {"a": 'x; "é\\'}),
        ('a="', {"a": '"'}),
        ("alone", {"": "alone"}),
        ("=v", {"": "v"}),
        (";;; = ;", {}),
        ("ä=ö", {"ä": "ö"}),
        ('a="\\777"', {"a": "777"}),
    ],
)
def test_parse_cookies(header: Any, cookies: Any) -> None:
    assert parse_cookies(header) == cookies


@pytest.mark.parametrize("piece", [";", "a=b;", 'a="', '"\\', "\\0", "=", " "])
def test_parse_cookies_is_linear(piece: Any) -> None:
    def parse(count: int) -> Callable[[], object]:
        text = 'a="' + piece * count + '"'
        return lambda: parse_cookies(text)

    check_growth(parse, 5_000)


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, "a=b; Path=/; SameSite=lax"),
        ({"path": None, "samesite": None}, "a=b"),
        ({"samesite": "Strict"}, "a=b; Path=/; SameSite=Strict"),
        ({"max_age": 0}, "a=b; Max-Age=0; Path=/; SameSite=lax"),
        (
            {
                "max_age": 10,
                "expires": datetime(2037, 1, 22, 13, 0, 10, tzinfo=timezone(timedelta(hours=1))),
                "path": "/x",
                "domain": "example.org",
                "secure": True,
                "httponly": True,
                "samesite": "none",
                "partitioned": True,
            },
            (
                "a=b; Domain=example.org; expires=Thu, 22 Jan 2037 12:00:10 GMT; HttpOnly; Max-Age=10; Partitioned; "
                "Path=/x; SameSite=none; Secure"
            ),
        ),
        ({"expires": "Thu, 22 Jan 2037 12:00:10 GMT", "path": None}, "a=b; expires=Thu, 22 Jan 2037 12:00:10 GMT; "),
    ],
)
def test_write_set_cookie(options: Any, expected: Any) -> None:
    written = write_set_cookie("a", "b", **options)
    assert written == (expected + "SameSite=lax" if expected.endswith("; ") else expected)


def test_expires_in_seconds() -> None:
    written = write_set_cookie("a", "b", expires=60, path=None, samesite=None)
    moment = parsedate_to_datetime(written.removeprefix("a=b; expires="))
    assert timedelta(seconds=50) < moment - datetime.now(UTC) <= timedelta(seconds=60)


@pytest.mark.parametrize(
    "value, written",
    [
        ("", '""'),
        ("plain!#$%&'()*+-./:<=>?@[]^_`{|}~", "plain!#$%&'()*+-./:<=>?@[]^_`{|}~"),
        ("a b", '"a b"'),
        ("a;b", '"a\\073b"'),
        ("a,b", '"a\\054b"'),
        ('a"b\\', '"a\\"b\\\\"'),
        ("é", '"\\351"'),
    ],
)
def test_values_are_quoted_where_they_have_to_be(value: Any, written: Any) -> None:
    header = write_set_cookie("a", value, path=None, samesite=None)
    assert header == f"a={written}"
    assert parse_cookies(header) == {"a": value}
    assert SimpleCookie(header)["a"].value == value


@pytest.mark.parametrize(
    "name, value, options, message",
    [
        ("", "b", {}, "is not a token"),
        ("a b", "b", {}, "is not a token"),
        ("a=", "b", {}, "is not a token"),
        ("a;", "b", {}, "is not a token"),
        ("a\r\n", "b", {}, "is not a token"),
        ("é", "b", {}, "is not a token"),
        ("a", "b\r\nX: y", {}, "the value has a control character"),
        ("a", "b\n", {}, "the value has a control character"),
        ("a", "\0", {}, "the value has a control character"),
        ("a", "日", {}, "outside Latin-1"),
        ("a", "\ud800", {}, "outside Latin-1"),
        ("a", "b", {"path": "/; Domain=evil"}, "path has a character"),
        ("a", "b", {"path": "/\r\nX: y"}, "path has a character"),
        ("a", "b", {"domain": "x\n"}, "domain has a character"),
        ("a", "b", {"domain": "x;Secure"}, "domain has a character"),
        ("a", "b", {"expires": "now; x"}, "expires has a character"),
        ("a", "b", {"expires": datetime(2030, 1, 1)}, "expires has no time zone"),
        ("a", "b", {"samesite": "lax\r\n"}, "samesite is"),
        ("__Secure-a", "b", {}, "unless secure=True"),
        ("__Host-a", "b", {}, "unless secure=True"),
        ("__Host-a", "b", {"secure": True, "path": "/x"}, "unless path='/' and domain=None"),
        ("__host-a", "b", {"secure": True, "domain": "x.org"}, "unless path='/' and domain=None"),
    ],
)
def test_what_cannot_be_sent_is_refused(name: Any, value: Any, options: Any, message: Any) -> None:
    with pytest.raises(ValueError, match=message):
        write_set_cookie(name, value, **options)


def test_prefixed_cookies_that_browsers_take() -> None:
    assert write_set_cookie("__Host-a", "b", secure=True) == "__Host-a=b; Path=/; SameSite=lax; Secure"
    assert "Domain=x.org" in write_set_cookie("__Secure-a", "b", secure=True, domain="x.org")


def test_round_trip_of_any_value() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies

    def check(value: Any) -> None:
        try:
            header = write_set_cookie("a", value, path=None, samesite=None)
        except ValueError:
            assert any(ord(c) < 32 or ord(c) == 127 or ord(c) > 255 for c in value)
            return
        assert parse_cookies(header) == {"a": value}
        assert header.isascii()
        assert ";" not in header

    hypothesis.given(st.text())(check)()


def test_any_header_is_parsed() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies

    def check(header: Any) -> None:
        assert all(isinstance(value, str) for value in parse_cookies(header).values())

    hypothesis.given(st.text() | st.text(alphabet='a=;"\\01 '))(check)()
