"""The body of a request, taken from the server within a budget.

Bytes are counted as they arrive, so that the budget holds for every framing; a Content-Length over it is refused before
the first byte is read. A body that the client did not finish is never handed on.

Spec: RFC 9110, 15.5.14
"""

from collections.abc import Callable
from typing import Final, Self

from faster_core.exceptions import ClientDisconnect, HTTPException
from faster_core.types import Receive

__all__ = ["BodyStream", "parse_content_length", "read_body"]

CONTENT_TOO_LARGE: Final = "Content Too Large"

# More than any size that a machine has; Python would refuse 4,300 digits with an error of its own.
_MAX_DIGITS = 19


def parse_content_length(value: bytes | str | None) -> int | None:
    """Return the number of bytes that a Content-Length says, or None where it says nothing that can be relied on.

    Args:
        value: The value of the header, None if it is absent.

    Spec: RFC 9110, 8.6
    """
    if value is None or not value.isdigit() or not value.isascii():
        return None
    return int(value) if len(value) <= _MAX_DIGITS else 10**_MAX_DIGITS


async def read_body(receive: Receive, limit: int, *, declared: int | None = None) -> bytes:
    """Return the whole body.

    Args:
        receive: The server's side of the request.
        limit: Bytes that are taken in at most.
        declared: What Content-Length says, None without one.

    Raises:
        HTTPException: 413 for a body over the limit.
        ClientDisconnect: When the client goes before the end.
    """
    if declared is not None and declared > limit:
        raise HTTPException(413, CONTENT_TOO_LARGE)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        if len(body) > limit:
            raise HTTPException(413, CONTENT_TOO_LARGE)
        return body
    chunks = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise HTTPException(413, CONTENT_TOO_LARGE)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)
        message = await receive()


class BodyStream:
    """The body in the pieces that arrive; empty ones are left out. An iterator without a generator's cost for each.

    Args:
        receive: The server's side of the request.
        limit: Bytes that are taken in at most; None for no limit.
        begin: Called before the first piece is asked for; what it raises is raised then.

    Raises:
        HTTPException: 413 once more than the limit has arrived.
        ClientDisconnect: When the client goes before the end.
    """

    __slots__ = ("_begin", "_limit", "_more", "_receive", "_size")

    def __init__(
        self, receive: Receive, limit: int | None = None, *, begin: Callable[[], object] | None = None
    ) -> None:
        self._receive = receive
        self._limit = limit
        self._begin = begin
        self._size = 0
        self._more = True

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._begin is not None:
            self._begin()
            self._begin = None
        while self._more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._more = False
                raise ClientDisconnect
            chunk: bytes = message.get("body", b"")
            self._more = message.get("more_body", False)
            self._size += len(chunk)
            if self._limit is not None and self._size > self._limit:
                self._more = False
                raise HTTPException(413, CONTENT_TOO_LARGE)
            if chunk:
                return chunk
        raise StopAsyncIteration
