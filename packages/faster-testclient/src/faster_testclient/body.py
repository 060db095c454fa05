"""Request bodies: what httpx wants to send, pulled one piece at a time when the application asks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import functools
from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol

import httpx

from faster_testclient.types import Message

__all__ = ["AsyncPieces", "RequestBody", "SyncPieces", "WholePieces", "pieces_of"]

#: The most that one `http.request` message carries of a body that is known whole, in bytes; servers read like this.
PIECE_BYTES = 65_536


class Pieces(Protocol):
    """A source of pieces; `pull` is a future of the next one, None after the last."""

    def pull(self) -> asyncio.Future[bytes | None]:
        """Begin to fetch the next piece."""
        ...

    def close(self) -> None:
        """Give back what the source holds."""
        ...


class RequestBody:
    """The body of one request as `http.request` messages.

    A piece that was asked for is never lost: when the application stops waiting (a time limit, a cancellation), the
    next call gets it.

    Args:
        pieces: Where the body comes from.
        gone: A future that is done when nobody wants the body any more.
    """

    def __init__(self, pieces: Pieces, gone: asyncio.Future[None]) -> None:
        self.ended: bool = False
        self._pieces = pieces
        self._gone = gone
        self._next: asyncio.Future[bytes | None] | None = None

    async def message(self) -> Message | None:
        """The next message; None when the client has gone meanwhile, or another task got the message.

        Raises:
            Exception: What the caller's generator or file raised.
        """
        if self._next is None:
            self._next = self._pieces.pull()
        waiting = self._next
        either: set[asyncio.Future[Any]] = {waiting, self._gone}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done() or self._next is not waiting:
            return None
        self._next = None
        piece = waiting.result()
        # One piece ahead where that costs nothing: a body known whole ends with its last piece, as over a socket.
        self.ended = piece is None or (isinstance(self._pieces, WholePieces) and self._pieces.exhausted)
        return {"type": "http.request", "body": piece or b"", "more_body": not self.ended}

    async def close(self) -> BaseException | None:
        """Stop fetching; what the source raised and nobody has seen."""
        waiting: asyncio.Future[bytes | None] | None = self._next
        self._next = None
        if waiting is not None:
            waiting.cancel()
            await asyncio.wait({waiting})
        self._pieces.close()
        return None if waiting is None or waiting.cancelled() else waiting.exception()


class WholePieces:
    """A body that is already in memory."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    @property
    def exhausted(self) -> bool:
        """True when every piece was pulled."""
        return self._at >= len(self._content)

    def pull(self) -> asyncio.Future[bytes | None]:
        """The next `PIECE_BYTES`."""
        piece = self._content[self._at : self._at + PIECE_BYTES]
        self._at += len(piece)
        future: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        future.set_result(piece)
        return future

    def close(self) -> None:
        """Nothing to give back."""


class SyncPieces:
    """A body from a generator or from files, read in one thread so that it may block."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._iterator: Iterator[bytes] = iter(stream)
        self._context = contextvars.copy_context()
        self._thread = concurrent.futures.ThreadPoolExecutor(1, "faster-testclient-body")

    def pull(self) -> asyncio.Future[bytes | None]:
        """The next piece, fetched in the thread."""
        step = functools.partial(self._context.run, _next_piece, self._iterator)
        return asyncio.get_running_loop().run_in_executor(self._thread, step)

    def close(self) -> None:
        """Let the thread go; a generator that blocks is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)


class AsyncPieces:
    """A body from an asynchronous generator."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._iterator: AsyncIterator[bytes] = aiter(stream)

    def pull(self) -> asyncio.Future[bytes | None]:
        """The next piece, fetched in a task, so that the application's cancellation does not reach the generator."""
        return asyncio.ensure_future(_anext_piece(self._iterator))

    def close(self) -> None:
        """Nothing to give back."""


def pieces_of(stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> Pieces:
    """The source that fits what httpx prepared."""
    if isinstance(stream, httpx.ByteStream):
        return WholePieces(b"".join(stream))
    if isinstance(stream, httpx.SyncByteStream):
        return SyncPieces(stream)
    return AsyncPieces(stream)


def _next_piece(iterator: Iterator[bytes]) -> bytes | None:
    for piece in iterator:
        if piece:
            return piece
    return None


async def _anext_piece(iterator: AsyncIterator[bytes]) -> bytes | None:
    async for piece in iterator:
        if piece:
            return piece
    return None
