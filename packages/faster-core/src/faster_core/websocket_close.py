"""`WebSocketClose`: the application that closes a WebSocket and does nothing else."""

from faster_core.types import Receive, Scope, Send

__all__ = ["WebSocketClose"]


class WebSocketClose:
    """An application that closes the WebSocket it is called with; one that is not accepted yet is refused.

    Args:
        code: The close code.
        reason: A short text for the client, at most 123 bytes.

    Spec: RFC 6455, 7.4
    """

    def __init__(self, code: int = 1000, reason: str | None = None) -> None:
        self.code = code
        self.reason: str = reason or ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the WebSocket."""
        await send({"type": "websocket.close", "code": self.code, "reason": self.reason})
