"""One HTTP request and its response, on the loop that runs the application."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import httpx

from faster_testclient.apptask import AppTask, is_farewell
from faster_testclient.body import Pieces, RequestBody
from faster_testclient.exceptions import ProtocolViolation
from faster_testclient.protocol import Head, ResponseRules
from faster_testclient.types import ASGIApp, Message, Scope

__all__ = ["Exchange"]

_FAILED = b"Internal Server Error"
_FAILED_HEADERS = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(_FAILED))]


class Exchange:
    """A request that an application is answering: `start`, then `chunk` until None, then `close`.

    `transport` tells how the two sides meet here.

    Args:
        app: The application.
        scope: The request's scope, complete.
        pieces: The request's body.
        strict: True to raise what the application raises; False to answer 500 for it.
        grace: Seconds between `http.disconnect` and the cancellation of an application that goes on.
    """

    def __init__(self, app: ASGIApp, scope: Scope, pieces: Pieces, *, strict: bool, grace: float) -> None:
        self.rules: ResponseRules = ResponseRules(f"{scope['method']} {scope['path']}", scope["method"])
        self._strict = strict
        self._grace = grace
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._body = RequestBody(pieces, self._gone)
        self._chunks: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._error: BaseException | None = None
        self._reported = False
        self._disconnected = False
        self._task = AppTask(app, scope, self._receive, self._send, self._news.set)

    # The client's side.

    async def start(self, timeout: float | None) -> Head:
        """Status and headers, as soon as the application sends them.

        Args:
            timeout: Seconds to wait; None waits without limit.

        Raises:
            httpx.ReadTimeout: After `timeout`.
            ProtocolViolation: When the application broke a rule.
            BaseException: What the application raised.
        """
        try:
            await self._wait_until(lambda: self.rules.head is not None, timeout)
            if self._error is not None or self._task.done:
                await self._settle(at_start=True)
        except BaseException:
            self._disconnect()
            await self._finish()
            raise
        return self.rules.head or self._failed_head()

    async def rest(self) -> bytes | None:
        """The whole body, when the application has already returned and all is well; else None: ask for chunks.

        Most responses are small and have ended when their head is seen; this saves them the way back for each chunk.
        """
        if not (self._task.done and self.rules.complete) or self._failure() is not None:
            return None
        await self._finish()
        if self._error is not None:
            return None
        body = b"".join(self._chunks)
        self._chunks.clear()
        return body

    async def chunk(self, timeout: float | None) -> bytes | None:
        """The next piece of the response's body; None when it is complete and the application has returned.

        Raises:
            As `start`, and httpx.RemoteProtocolError when the response ended early and errors are not raised.
        """
        await self._wait_until(lambda: bool(self._chunks), timeout)
        if self._chunks and self._error is None:
            chunk = self._chunks.popleft()
            self._room.set()
            return chunk
        await self._settle(at_start=False)
        await self._finish()
        await self._settle(at_start=False)
        return None

    async def close(self) -> None:
        """End the exchange: `http.disconnect`, a short grace, cancellation.

        An application that has sent its whole response is not cancelled: it may be at its background tasks.

        Raises:
            BaseException: What the application raised, unless it was raised before.
        """
        running = not self._task.done
        self._disconnect()
        await self._finish()
        if self._reported:
            return
        self._reported = True
        failure = self._failure()
        if failure is not None and not (running and is_farewell(failure)):
            raise failure
        if self._strict and not running and not self.rules.complete:
            raise self.rules.incomplete()

    # The application's side.

    async def _receive(self) -> Message:
        while not self._gone.done() and not self._body.ended:
            try:
                message = await self._body.message()
            except Exception as exc:  # noqa: BLE001 - raised in the caller, whose generator it came from
                self._fail(exc)
                message = None
            if message is not None:
                return message
        # Waiting for the future itself would let a cancelled `receive` cancel it for all.
        await asyncio.wait({self._gone})
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self._disconnected:
            # As servers do: nothing happens. But an endless stream must give others their turn.
            await asyncio.sleep(0)
            return
        try:
            content = self.rules.take(message)
        except ProtocolViolation as exc:
            self._fail(exc)
            raise
        self._news.set()
        if content:
            await self._offer(content)
        if self.rules.complete:
            self._leave()

    async def _offer(self, content: bytes) -> None:
        """Hand over one chunk, waiting until the one before it has been taken."""
        while self._chunks and not self._disconnected:
            self._room.clear()
            await self._room.wait()
        if not self._disconnected:
            self._chunks.append(content)
            self._news.set()

    # Between both.

    async def _wait_until(self, ready: Callable[[], bool], timeout: float | None) -> None:
        """Wait until `ready()`, until the application has ended, or until something went wrong."""
        try:
            # The time limit is for the response; what the application does after it is not the client's to limit.
            async with asyncio.timeout(None if self.rules.complete else timeout) as limit:
                while not (ready() or self._task.done or self._error is not None):
                    self._news.clear()
                    await self._news.wait()
                    if self.rules.complete:
                        limit.reschedule(None)
        except TimeoutError:
            raise httpx.ReadTimeout(f"{self.rules.place}: nothing came for {timeout} seconds.") from None

    async def _settle(self, *, at_start: bool) -> None:
        """Raise what went wrong, once the application has ended or an error is known."""
        if self._error is not None:
            self._disconnect()
            await self._finish()
        failure = self._failure()
        if failure is not None:
            self._reported = True
            raise failure
        if self.rules.complete or self._disconnected:
            return
        if self.rules.head is None:
            if self._task.failure is None:
                self._reported = True
                raise self.rules.nothing_sent()
        elif not at_start and not self._chunks:
            self._reported = True
            if self._strict:
                raise self.rules.incomplete()
            raise httpx.RemoteProtocolError(
                f"{self.rules.place}: the application ended before its response was complete."
            ) from self._task.failure

    def _failure(self) -> BaseException | None:
        """What there is to raise in the caller: a broken rule first, then what the application raised."""
        if self._error is not None:
            return self._error
        failure = self._task.failure
        # KeyboardInterrupt and SystemExit are nobody's answer 500.
        return failure if self._strict or not isinstance(failure, Exception) else None

    def _failed_head(self) -> Head:
        """What a server answers for an application that raised before it answered."""
        if self.rules.method != "HEAD":
            self._chunks.append(_FAILED)
        self.rules.complete = True
        self.rules.head = Head(500, list(_FAILED_HEADERS))
        return self.rules.head

    def _fail(self, error: BaseException) -> None:
        """Keep an error that the caller gets even when the application survives it."""
        self._error = self._error or error
        self._news.set()
        self._leave()

    def _leave(self) -> None:
        """From now on `receive` says `http.disconnect`."""
        if not self._gone.done():
            self._gone.set_result(None)

    def _disconnect(self) -> None:
        self._disconnected = True
        self._room.set()
        self._leave()

    async def _finish(self) -> None:
        """See the application to its end."""
        try:
            await self._task.end(None if self.rules.complete and self._error is None else self._grace)
        finally:
            if not self._task.done:
                self._task.cancel()
            error = await self._body.close()
            self._error = self._error or error
