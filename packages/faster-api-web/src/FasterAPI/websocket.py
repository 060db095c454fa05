"""WebSockets, and how they end."""

from faster_core.exceptions import WebSocketDisconnect, WebSocketException
from faster_core.websocket import WebSocket, WebSocketState

__all__ = ["WebSocket", "WebSocketDisconnect", "WebSocketException", "WebSocketState"]
