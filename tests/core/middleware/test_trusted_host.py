import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from faster_core.middleware.trusted_host import TrustedHostMiddleware
from tests.core.middleware.exchange import accept, get, open_websocket, respond
from tests.growth import check_growth

HOSTS = ["example.org", "*.example.org", "127.0.0.1", "[::1]", "2001:db8::1", "www.other.net"]


@pytest.mark.parametrize(
    "host, status",
    [
        ("example.org", 200),
        ("EXAMPLE.org", 200),
        ("example.org:8000", 200),
        ("a.example.org", 200),
        ("a.b.example.org:1", 200),
        ("127.0.0.1:80", 200),
        ("[::1]", 200),
        ("[::1]:8000", 200),
        ("[2001:DB8::1]", 200),
        ("evilexample.org", 400),
        ("example.org.evil.net", 400),
        (".example.org.", 400),
        ("example.org@evil.net", 400),
        ("evil.net#.example.org", 400),
        ("evil.net/.example.org", 400),
        ("evil.net?.example.org", 400),
        ("a b.example.org", 400),
        ("example.org:99999", 400),
        ("[::2]", 400),
        ("[::1", 400),
        ("::1", 400),
        ("", 400),
        ("ä.example.org", 400),
        ("a.example.org\r\nX: 1", 400),
    ],
)
def test_hosts(host: Any, status: Any) -> None:
    answer = get(TrustedHostMiddleware(respond(), allowed_hosts=HOSTS), "/", {"Host": host})
    assert (answer.status, answer.body) == (status, b"hello" if status == 200 else b"Invalid host header")


@pytest.mark.parametrize("headers", [[], [("Host", "example.org"), ("Host", "example.org")]])
def test_no_host_or_two(headers: Any) -> None:
    assert get(TrustedHostMiddleware(respond(), allowed_hosts=HOSTS), "/", headers).status == 400


@pytest.mark.parametrize("hosts", [None, ["*"], "*", ["example.org", "*"]])
def test_every_host(hosts: Any) -> None:
    assert get(TrustedHostMiddleware(respond(), allowed_hosts=hosts), "/", {"Host": "x y"}).status == 200


def test_one_text_is_one_host() -> None:
    assert get(TrustedHostMiddleware(respond(), allowed_hosts="a.net"), "/", {"Host": "a.net"}).status == 200


@pytest.mark.parametrize(
    "path, location",
    [("/a%20b?c=d", "http://www.other.net/a%20b?c=d"), ("//evil.net", "http://www.other.net//evil.net")],
)
def test_www_redirect(path: Any, location: Any) -> None:
    app = TrustedHostMiddleware(respond(), allowed_hosts=HOSTS)
    answer = get(app, path, {"Host": "other.net"})
    assert (answer.status, answer.headers["location"]) == (307, location)
    off = TrustedHostMiddleware(respond(), allowed_hosts=HOSTS, www_redirect=False)
    assert get(off, path, {"Host": "other.net"}).status == 400


def test_www_redirect_keeps_the_port() -> None:
    answer = get(TrustedHostMiddleware(respond(), ["www.other.net"]), "/", {"Host": "other.net:8000"})
    assert answer.headers["location"] == "http://www.other.net:8000/"


@pytest.mark.parametrize("pattern", ["*example.org", "a.*.org", "*.*.org", "**"])
def test_wildcards_elsewhere(pattern: Any) -> None:
    with pytest.raises(ValueError, match=f"allowed host {re.escape(repr(pattern))}: write wildcards like"):
        TrustedHostMiddleware(respond(), allowed_hosts=[pattern])


@pytest.mark.parametrize("pattern", ["", "https://example.org", "example.org:80", "a b", "bücher.example", "*."])
def test_what_is_no_host(pattern: Any) -> None:
    with pytest.raises(ValueError, match="is no host"):
        TrustedHostMiddleware(respond(), allowed_hosts=[pattern])


def test_websockets() -> None:
    app = TrustedHostMiddleware(accept, allowed_hosts=HOSTS)
    assert asyncio.run(open_websocket(app, {"Host": "a.example.org"})).messages[0]["type"] == "websocket.accept"
    closed = asyncio.run(open_websocket(app, {"Host": "evil.net"}))
    assert closed.messages == [{"type": "websocket.close", "code": 1008, "reason": ""}]
    denied = asyncio.run(open_websocket(app, {"Host": "evil.net"}, extensions={"websocket.http.response": {}}))
    assert [message["type"] for message in denied.messages] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]
    assert (denied.status, denied.body) == (400, b"Invalid host header")


def test_any_host_header_is_answered() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    strategies = pytest.importorskip("hypothesis.strategies")
    app = TrustedHostMiddleware(respond(), allowed_hosts=HOSTS)

    @hypothesis.given(strategies.text(strategies.characters(max_codepoint=255)))  # type: ignore[untyped-decorator]
    def check(host: Any) -> None:
        assert get(app, "/", {"Host": host}).status in {200, 307, 400}
        assert get(app, "/", {"Host": host + ".evil.net"}).status == 400

    check()


@pytest.mark.parametrize("unit", ["a.", "[", "%2", ":"])
def test_a_long_host_costs_linear_time(unit: str) -> None:
    app = TrustedHostMiddleware(respond(), allowed_hosts=HOSTS)

    def ask(count: int) -> Callable[[], object]:
        assert get(app, "/", {"Host": unit * count}).status == 400
        return lambda: get(app, "/", {"Host": unit * count})

    check_growth(ask, 25_000)
