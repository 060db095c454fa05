"""ASGI scopes from httpx requests."""

from __future__ import annotations

from typing import Any

import httpx

from faster_testclient.types import HeaderList, Scope

__all__ = ["http_scope", "websocket_scope"]

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def http_scope(request: httpx.Request) -> Scope:
    """The connection scope of an HTTP request, without what only the server knows (client, root_path, state).

    Spec: ASGI HTTP 2.3, which is what uvicorn speaks: `send` after a disconnect does nothing.
    """
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": request.method,
        "extensions": {"http.response.debug": {}, "http.response.trailers": {}},
        **_connection(request),
    }


def websocket_scope(request: httpx.Request) -> Scope:
    """The connection scope of a WebSocket handshake; see `http_scope`.

    Spec: ASGI WebSocket 2.4: `send` after a disconnect raises OSError.
    """
    offered = request.headers.get("sec-websocket-protocol", "")
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "subprotocols": [name.strip() for name in offered.split(",") if name.strip()],
        "extensions": {"websocket.http.response": {}},
        **_connection(request),
    }


def _connection(request: httpx.Request) -> dict[str, Any]:
    url = request.url
    raw_path, _, query = url.raw_path.partition(b"?")
    return {
        "http_version": "1.1",
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": raw_path,
        "query_string": query,
        "headers": _headers(request),
        "server": (url.host, url.port or _PORTS.get(url.scheme)),
    }


def _headers(request: httpx.Request) -> HeaderList:
    return [(name.lower(), value) for name, value in request.headers.raw]
