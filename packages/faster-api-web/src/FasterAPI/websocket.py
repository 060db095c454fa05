"""WebSockets, and how they end."""

from faster_core.exceptions import WebSocketDisconnect, WebSocketDisconnected, WebSocketException
from faster_core.websocket import WebSocket, WebSocketState
from faster_core.websocket_close import WebSocketClose

__all__ = [
    "WebSocket",
    "WebSocketClose",
    "WebSocketDisconnect",
    "WebSocketDisconnected",
    "WebSocketException",
    "WebSocketState",
]
