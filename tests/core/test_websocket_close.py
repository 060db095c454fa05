"""WebSocketClose: a WebSocket that is closed by an application of its own."""

import asyncio
from typing import Any

import pytest

from faster_core.websocket_close import WebSocketClose
from tests.core.asgi import Server


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [((), 1000, ""), ((1008,), 1008, ""), ((4000, "enough"), 4000, "enough")],
    ids=repr,
)
def test_closing(arguments: Any, code: int, reason: str) -> None:
    server = Server([], scope_type="websocket")
    asyncio.run(WebSocketClose(*arguments)({"type": "websocket"}, server.receive, server.send))
    assert server.sent == [{"type": "websocket.close", "code": code, "reason": reason}]
