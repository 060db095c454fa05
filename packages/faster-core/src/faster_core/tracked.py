"""A `send` that knows how far a response is."""

from collections.abc import Awaitable

from faster_core.types import Message, Send

__all__ = ["Tracked"]


class Tracked:
    """A `send` that knows how far the response is.

    Args:
        send: The ASGI callable.

    Attributes:
        stage: 0 nothing sent, 1 begun, 2 complete.
    """

    __slots__ = ("_send", "stage")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.stage: int = 0

    def __call__(self, message: Message) -> Awaitable[None]:
        """Send a message. A plain function, so that tracking adds no coroutine to each message."""
        kind = message["type"]
        if kind == "http.response.start":
            self.stage = 1
        elif (kind == "http.response.body" and not message.get("more_body")) or kind == "http.response.pathsend":
            self.stage = 2
        return self._send(message)
