"""An httpx client for testing any ASGI application: no network, one event loop, streams that stream.

The names are resolved when they are first used, so that loading the pytest plugin does not import httpx.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from faster_testclient._version import __version__

if TYPE_CHECKING:
    from faster_testclient.async_client import AsyncTestClient
    from faster_testclient.client import TestClient
    from faster_testclient.exceptions import (
        LifespanFailure,
        ProtocolViolation,
        WebSocketDenialResponse,
        WebSocketDisconnect,
    )
    from faster_testclient.websocket import AsyncWebSocketSession, WebSocketSession

__all__ = [
    "AsyncTestClient",
    "AsyncWebSocketSession",
    "LifespanFailure",
    "ProtocolViolation",
    "TestClient",
    "WebSocketDenialResponse",
    "WebSocketDisconnect",
    "WebSocketSession",
    "__version__",
]

_HOMES = {
    "AsyncTestClient": "async_client",
    "AsyncWebSocketSession": "websocket",
    "LifespanFailure": "exceptions",
    "ProtocolViolation": "exceptions",
    "TestClient": "client",
    "WebSocketDenialResponse": "exceptions",
    "WebSocketDisconnect": "exceptions",
    "WebSocketSession": "websocket",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
