"""faster_testclient.scope"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from faster_testclient import TestClient
from faster_testclient.scope import http_scope, websocket_scope
from faster_testclient.types import Scope
from tests.testclient.apps import recording


def test_the_whole_scope_of_a_request() -> None:
    seen: list[Scope] = []
    client = TestClient(recording(seen), root_path="/api")
    client.get("/a%20b/%C3%A9", params={"q": "x"}, headers={"X-Token": "T"})
    assert dict(seen[0]) == {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/a b/é",
        "raw_path": b"/a%20b/%C3%A9",
        "query_string": b"q=x",
        "root_path": "/api",
        "headers": [
            (b"host", b"testserver"),
            (b"accept", b"*/*"),
            (b"accept-encoding", seen[0]["headers"][2][1]),
            (b"connection", b"keep-alive"),
            (b"user-agent", b"testclient"),
            (b"x-token", b"T"),
        ],
        "server": ("testserver", 80),
        "client": ("testclient", 50000),
        "state": {},
        "extensions": {"http.response.debug": {}, "http.response.trailers": {}, "faster.raise": {}},
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://t/", {"path": "/", "raw_path": b"/", "server": ("t", 80), "scheme": "http"}),
        ("https://t", {"path": "/", "server": ("t", 443), "scheme": "https"}),
        ("http://t:81/x?", {"server": ("t", 81), "query_string": b""}),
        ("http://t/a%2Fb%3F?c=%20", {"path": "/a/b?", "raw_path": b"/a%2Fb%3F", "query_string": b"c=%20"}),
        ("http://t/x#fragment", {"path": "/x", "raw_path": b"/x", "query_string": b""}),
        ("http://[::1]:8000/", {"server": ("::1", 8000)}),
    ],
)
def test_addresses(url: str, expected: dict[str, Any]) -> None:
    scope = http_scope(httpx.Request("GET", url))
    assert {name: scope[name] for name in expected} == expected


def test_header_names_are_lower_case_and_repeat() -> None:
    request = httpx.Request("GET", "http://t/", headers=[("X-A", "1"), ("x-a", "2")])
    assert http_scope(request)["headers"] == [(b"host", b"t"), (b"x-a", b"1"), (b"x-a", b"2")]


def test_the_scope_of_a_websocket() -> None:
    scope = websocket_scope(httpx.Request("GET", "wss://t/chat", headers={"sec-websocket-protocol": "a, b,"}))
    assert scope["type"] == "websocket"
    assert scope["scheme"] == "wss"
    assert scope["server"] == ("t", 443)
    assert scope["subprotocols"] == ["a", "b"]
    assert scope["extensions"] == {"websocket.http.response": {}}
    assert "method" not in scope
