import asyncio
from typing import Any

import pytest

from faster_core.middleware.https_redirect import HTTPSRedirectMiddleware
from faster_core.types import Receive, Scope, Send
from tests.core.middleware.exchange import accept, get, open_websocket, respond


@pytest.mark.parametrize(
    "host, path, location",
    [
        ("example.org", "/", "https://example.org/"),
        ("example.org:80", "/a?b=c", "https://example.org/a?b=c"),
        ("example.org:443", "/", "https://example.org/"),
        ("example.org:8080", "/", "https://example.org:8080/"),
        ("[::1]:80", "/", "https://[::1]/"),
        ("example.org", "//evil.net/", "https://example.org//evil.net/"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_http_goes_to_https(host: Any, path: Any, location: Any, method: Any) -> None:
    answer = get(HTTPSRedirectMiddleware(respond()), path, {"Host": host}, method=method)
    assert (answer.status, answer.headers["location"], answer.body) == (307, location, b"")


def test_https_stays() -> None:
    answer = get(HTTPSRedirectMiddleware(respond()), "/", {"Host": "example.org"}, scheme="https")
    assert answer.body == b"hello"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Host", "")],
        [("Host", "a b")],
        [("Host", "evil.net/")],
        [("Host", "user@evil.net")],
        [("Host", "a"), ("Host", "b")],
    ],
)
def test_a_malformed_host_never_shapes_a_url(headers: Any) -> None:
    answer = get(HTTPSRedirectMiddleware(respond()), "/", headers)
    assert (answer.status, answer.body) == (400, b"Invalid host header")


def test_websockets() -> None:
    app = HTTPSRedirectMiddleware(accept)
    headers = {"Host": "example.org"}
    denied = asyncio.run(open_websocket(app, headers, extensions={"websocket.http.response": {}}))
    assert (denied.status, denied.headers["location"]) == (307, "wss://example.org/")
    closed = asyncio.run(open_websocket(app, headers))
    assert closed.messages == [{"type": "websocket.close", "code": 1008, "reason": ""}]


def test_lifespan_passes_by() -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    asyncio.run(HTTPSRedirectMiddleware(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]


def test_any_host_header_is_answered() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    strategies = pytest.importorskip("hypothesis.strategies")
    app = HTTPSRedirectMiddleware(respond())

    @hypothesis.given(strategies.text(strategies.characters(max_codepoint=255)))  # type: ignore[untyped-decorator]
    def check(host: Any) -> None:
        assert get(app, "/", {"Host": host}).status in {307, 400}

    check()
