"""A `send` that knows how far a response is."""

from collections.abc import Awaitable

from msgspec import Struct

from faster_core.types import Message, Send

__all__ = ["Tracked"]


class Tracked(Struct):
    """A `send` that knows how far the response is.

    Args:
        forward: The ASGI callable.

    Attributes:
        stage: 0 nothing sent, 1 begun, 2 complete.
    """

    forward: Send
    stage: int = 0

    def send(self, message: Message) -> Awaitable[None]:
        """Send a message. A plain function, so that tracking adds no coroutine to each message."""
        kind = message["type"]
        if kind == "http.response.start":
            self.stage = 1
        elif (kind == "http.response.body" and not message.get("more_body")) or kind == "http.response.pathsend":
            self.stage = 2
        return self.forward(message)

    __call__ = send
