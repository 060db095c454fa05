"""A request's body, read once by a middleware and again by the application inside."""

from collections.abc import Callable

from faster_core.types import Message, Receive

__all__ = ["Tape"]


class Tape:
    """Keeps what is read through `record`, for any number of readers of `replay()`.

    Args:
        receive: The server's side of the request.
        limit: Returns the bytes that are kept at most; None for no limit, where the reader has one of its own.

    Attributes:
        disconnected: The client went away.
    """

    def __init__(self, receive: Receive, limit: Callable[[], int] | None = None) -> None:
        self.disconnected = False
        self._receive = receive
        self._limit = limit
        self._kept: list[Message] = []
        self._size = 0
        self._is_lost = False

    async def record(self) -> Message:
        """Return the next message of the server, and keep it unless the body gets too long."""
        message = await self._read()
        if message["type"] != "http.disconnect" and not self._is_lost:
            self._size += len(message.get("body", b""))
            if self._limit is not None and self._size > self._limit():
                self._is_lost = True
                self._kept.clear()
            else:
                self._kept.append(message)
        return message

    def replay(self) -> Receive:
        """Return a `receive` that gives what was kept, then what the server has.

        It raises RuntimeError where more was read than is kept: half a body must not pass for a whole one.
        """
        position = 0

        async def receive() -> Message:
            nonlocal position
            if self._is_lost:
                raise RuntimeError(
                    "A middleware read more of this request's body than is kept for the application inside. "
                    "Leave bodies over max_body_size to the handler."
                )
            if position < len(self._kept):
                position += 1
                return self._kept[position - 1]
            return await self._read()

        return receive

    async def _read(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.disconnected = True
        return message
