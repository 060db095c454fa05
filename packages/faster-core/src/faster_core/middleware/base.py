"""Middleware written as a function of request and next application."""

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeAlias

from faster_core.background import BackgroundTask
from faster_core.concurrency import iterate_in_threadpool, run_in_threadpool
from faster_core.diagnostic import describe_callable
from faster_core.exceptions import ClientDisconnect
from faster_core.header import RawHeaders
from faster_core.middleware._pairs import asgi
from faster_core.middleware._tape import Tape
from faster_core.middleware._trampoline import Trampoline
from faster_core.request import Request
from faster_core.response import StreamingResponse
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BaseHTTPMiddleware", "CallNext", "DispatchFunction", "InnerResponse", "RequestResponseEndpoint"]

CallNext: TypeAlias = Callable[[Request], Awaitable["InnerResponse"]]
"""What `dispatch` calls to have the request answered."""

RequestResponseEndpoint: TypeAlias = CallNext
"""`CallNext`, by the name that Starlette's users know."""

DispatchFunction: TypeAlias = Callable[[Request, CallNext], Awaitable[ASGIApp]]
"""A `dispatch` that returns a response."""

_FILE_PIECE = 65536


class BaseHTTPMiddleware:
    """A middleware that is one function, in either of two styles, told apart by the number of its parameters.

    `dispatch(request, call_next)` gets a `Request`, and has it answered by `response = await call_next(request)`. It
    may read the body, which stays readable inside; change `response.headers` and `response.status_code`; replace
    `response.body_iterator`; or return any other response, also without calling on.

    `dispatch(scope, receive, send)` is plain ASGI and calls `await self.app(scope, receive, send)`.

    There is no task behind `call_next`: the inner application runs in the task of the request, stands still when it has
    sent the start of its response, and runs on while its body is sent. So context variables flow both ways, streams
    stream, and cancellations, errors and disconnects arrive where they belong. Background tasks run after the response.
    A response that `dispatch` does not return is dropped: a fixed body is thrown away, a stream is cancelled.

    WebSockets and lifespan pass by. For what only adds headers, a class with `__call__` is faster.

    Args:
        app: The next application.
        dispatch: The function; None for the method of that name.

    Raises:
        TypeError: At construction, for a function with another number of parameters, or none at all.

    Example:
        >>> import time
        >>> class Timing(BaseHTTPMiddleware):
        ...     async def dispatch(self, request, call_next):
        ...         began = time.perf_counter()
        ...         response = await call_next(request)
        ...         response.headers["X-Process-Time"] = str(time.perf_counter() - began)
        ...         return response
    """

    dispatch: Callable[..., Awaitable[Any]]

    def __init__(self, app: ASGIApp, dispatch: Callable[..., Awaitable[Any]] | None = None) -> None:
        self.app = app
        function = dispatch if dispatch is not None else getattr(self, "dispatch", None)
        if function is None:
            raise TypeError(
                f"{type(self).__name__} has no dispatch. Write `async def dispatch(self, request, call_next)`."
            )
        self._is_raw = _count_parameters(function) == 3
        self._dispatch = function

    @asgi
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand an HTTP request to `dispatch`."""
        if scope["type"] != "http":
            return self.app(scope, receive, send)
        if self._is_raw:
            return self._dispatch(scope, receive, send)
        return self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _Exchange(self.app, scope, receive, send)
        try:
            response = await self._dispatch(exchange.request, exchange.call_next)
            if not callable(response):
                raise TypeError(
                    f"{describe_callable(self._dispatch)} returned {response!r}. "
                    "Return a response: the one of call_next, or another."
                )
            await response(scope, exchange.receive, send)
        except GeneratorExit:
            exchange.close()
            raise
        except BaseException as error:
            if not await exchange.fail(error):
                raise
        else:
            await exchange.finish()


def _count_parameters(function: Callable[..., Any]) -> int:
    parameters = inspect.signature(function).parameters.values()
    positional = [p for p in parameters if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
    required = [p for p in positional if p.default is p.empty]
    count = max(len(required), min(len(positional), 2))
    if count not in {2, 3}:
        raise TypeError(
            f"{describe_callable(function)} takes {count} arguments. "
            "Declare dispatch(request, call_next), or dispatch(scope, receive, send)."
        )
    return count


class _Exchange:
    """One request in `dispatch`: its body, and the inner application while it runs."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._tape = Tape(receive, lambda: self.request.limits.max_body_size)
        self.receive = self._tape.record
        self.request = Request(scope, self.receive, send)
        self._app = app
        self._send = send
        self._run: Trampoline | None = None

    async def call_next(self, request: Request) -> "InnerResponse":
        """Run the inner application until it starts its response."""
        if self._run is not None:
            await _abandon(self._run)
        receive = self._tape.replay() if request is self.request else request.receive
        run = self._run = Trampoline(self._app, request.scope, receive)
        message = await run.step()
        while message is not None and message["type"] != "http.response.start":
            message = await _forward(run, message, self._send)
        if message is None:
            if self._tape.disconnected:
                raise ClientDisconnect
            raise RuntimeError("No response returned.")
        return InnerResponse(message, run)

    async def finish(self) -> None:
        """Let the inner application run to its end: background tasks, the exit code of dependencies."""
        run = self._run
        while run is not None and not run.ended:
            message = await run.step()
            if message is not None and message["type"] == "http.response.body" and message.get("more_body", False):
                await _abandon(run)

    async def fail(self, error: BaseException) -> bool:
        """End the inner application after an error outside of it; return whether the error was its to handle.

        A cancellation may be meant for a part of it: a time limit, or a stream whose client is gone. It is raised
        inside, and when it does not come out again, it was.
        """
        run = self._run
        if run is None or run.ended:
            return False
        if not isinstance(error, asyncio.CancelledError):
            await _abandon(run)
            return False
        if await run.step(error) is not None:
            await _abandon(run)
        return True

    def close(self) -> None:
        if self._run is not None:
            self._run.close()


class InnerResponse(StreamingResponse):
    """The response of an inner application, whose body is still to come.

    Attributes:
        body_iterator: The pieces of the body. It can be read once; replace it to send something else.
    """

    def __init__(self, start: Message, run: Trampoline) -> None:
        self.status_code: int = start["status"]
        self.raw_headers: RawHeaders = list(start.get("headers") or ())
        self.background: BackgroundTask | None = None
        self._start = start
        self._run = run
        self._was_read = False
        self._own_iterator = self._iterate()
        self.body_iterator: AsyncIterator[Any] = self._own_iterator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response, and run the inner application to its end."""
        start = {**self._start, "status": self.status_code, "headers": list(self.raw_headers)}
        if self.body_iterator is not self._own_iterator:
            await self._send_other_body(start, self.body_iterator, send)
        elif self._was_read:
            raise RuntimeError(
                "The body of this response was read in the middleware. Return another response, "
                "or set response.body_iterator to what is to be sent."
            )
        else:
            message: Message | None = start
            while message is not None:
                message = await _forward(self._run, message, send)
        if self.background is not None:
            await self._run_background(scope)

    async def _send_other_body(self, start: dict[str, Any], body: AsyncIterable[Any], send: Send) -> None:
        # Nobody knows how long the other body is.
        start["headers"] = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        try:
            await send(start)
            async for piece in body:
                data = piece if isinstance(piece, bytes) else self._encode(piece)
                await send({"type": "http.response.body", "body": data, "more_body": True})
        finally:
            close = getattr(body, "aclose", None)
            if close is not None:
                await close()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _iterate(self) -> AsyncIterator[bytes]:
        self._was_read = True
        while (message := await self._run.step()) is not None:
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                if body:
                    yield body
                if not message.get("more_body", False):
                    return
            elif message["type"] == "http.response.pathsend":
                async with aclosing(_read_file(Path(message["path"]))) as pieces:
                    async for piece in pieces:
                        yield piece
                return


async def _read_file(path: Path) -> AsyncGenerator[bytes, None]:
    file = await run_in_threadpool(path.open, "rb")
    try:
        async for piece in iterate_in_threadpool(iter(lambda: file.read(_FILE_PIECE), b"")):
            yield piece
    finally:
        file.close()


async def _forward(run: Trampoline, message: Message, send: Send) -> Message | None:
    """Send a message and return the next; an error of `send` is raised where the application sent the message."""
    failure: BaseException | None = None
    try:
        await send(message)
    except GeneratorExit:
        raise
    except BaseException as error:  # noqa: BLE001 - it is raised in the application
        failure = error
    return await run.step(failure)


async def _abandon(run: Trampoline) -> None:
    """Cancel an application whose response nobody wants, without cancelling the task that runs it."""
    task = asyncio.current_task()
    assert task is not None
    requested = task.cancelling()
    try:
        while not run.ended and await run.step(asyncio.CancelledError()) is not None:
            continue
    except asyncio.CancelledError:
        if task.cancelling() > requested:
            raise
