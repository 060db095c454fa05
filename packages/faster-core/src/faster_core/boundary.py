"""The boundary between an exception and its answer.

Every endpoint ends in `fail`: the handler registered for the exception, by status or along its `__mro__`, makes the
response; without one it is a 500, logged once. What is answered here passes through the user's middleware like any
other response, and the connection stays usable.
"""

import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from faster_core.concurrency import run_in_threadpool
from faster_core.error_log import log_unhandled, mark_logged, was_logged
from faster_core.exceptions import (
    Disconnect,
    HTTPException,
    RequestValidationError,
    WebSocketException,
    WebSocketRequestValidationError,
)
from faster_core.request import Request
from faster_core.response import JSONResponse, PlainTextResponse, Response, has_body
from faster_core.tracked import Tracked
from faster_core.types import Receive, Scope, Send
from faster_core.websocket import WebSocket, WebSocketState

__all__ = [
    "Boundary",
    "ExceptionHandler",
    "ExceptionKey",
    "http_exception_handler",
    "request_validation_exception_handler",
]

ExceptionKey: TypeAlias = "int | type[Exception]"
ExceptionHandler: TypeAlias = Callable[[Any, Any], Any]

_log = logging.getLogger("faster_core")

_BEGUN = 1
"""The head of the response has been sent: another answer is impossible."""


async def http_exception_handler(request: Request, exc: HTTPException) -> Response:
    """Return `{"detail": …}` with the status and headers of the exception."""
    if not has_body(exc.status_code):
        return Response(status_code=exc.status_code, headers=exc.headers)
    return JSONResponse({"detail": exc.detail}, status_code=exc.status_code, headers=exc.headers)


async def request_validation_exception_handler(request: Request, exc: RequestValidationError) -> Response:
    """Return 422 with every error."""
    return JSONResponse({"detail": exc.errors}, status_code=422)


async def plain_server_error(request: Request, exc: Exception) -> Response:
    """Return a 500 that says nothing of what happened."""
    return PlainTextResponse("Internal Server Error", status_code=500)


_DEFAULTS: dict[ExceptionKey, ExceptionHandler] = {
    HTTPException: http_exception_handler,
    RequestValidationError: request_validation_exception_handler,
}


class Boundary:
    """Answers the exceptions of one application or router.

    Args:
        handlers: Exception handlers by class or status, in front of the built-in ones.
        server_error: Answers what has no handler.
    """

    def __init__(
        self,
        handlers: Mapping[ExceptionKey, ExceptionHandler],
        *,
        defaults: Mapping[ExceptionKey, ExceptionHandler] | None = None,
        server_error: ExceptionHandler = plain_server_error,
    ) -> None:
        self._handlers = {**(_DEFAULTS if defaults is None else defaults), **handlers}
        self._server_error = server_error

    def handler_for(self, error: Exception) -> ExceptionHandler | None:
        """Return the handler of an exception: by its status, then along its `__mro__`; None without one.

        A handler for 500 or for `Exception` itself is none: it answers what is unhandled, which is logged as well.
        """
        status = getattr(error, "status_code", None)
        if isinstance(error, HTTPException) and status in self._handlers:
            return self._handlers[status]
        for cls in type(error).__mro__:
            if cls is Exception:
                return None
            handler = self._handlers.get(cls)
            if handler is not None:
                return handler
        return None

    async def fail(self, error: Exception, scope: Scope, receive: Receive, send: Send, sent: int) -> None:
        """Answer an exception that left a handler.

        Args:
            error: The exception.
            scope: The ASGI scope.
            receive: The ASGI callable.
            send: The ASGI callable.
            sent: How far the response is: 0 nothing sent, 1 begun, 2 complete.

        Raises:
            Exception: The error itself when the response had begun, so that the server tears the connection, and when
                the test client asks for it.
        """
        if isinstance(error, Disconnect):
            _log.debug("Client went away: %s %r", scope.get("method"), scope["path"])
            return
        handler = None if sent else self.handler_for(error)
        if handler is None and not sent:
            error = _as_ours(error)
            handler = self.handler_for(error)
        if handler is not None:
            tracked = Tracked(send)
            try:
                response = await _call(handler, Request(scope, receive, send), error)
                await _answer(response, scope, receive, tracked)
                return
            except Disconnect:
                return
            except Exception as raised:  # noqa: BLE001 - answered as unhandled below
                raised.__context__ = raised.__context__ or error
                error, sent = raised, tracked.stage
        await self._unhandled(error, scope, receive, send, sent)

    async def _unhandled(self, error: Exception, scope: Scope, receive: Receive, send: Send, sent: int) -> None:
        """Log an error, once, and answer it if nothing has been sent."""
        if was_logged(error):
            # A boundary further inside has logged and answered it, and raised it to tear the connection.
            raise error
        log_unhandled(error, scope)
        if not sent:
            handler = self._handlers.get(500) or self._handlers.get(Exception) or self._server_error
            tracked = Tracked(send)
            try:
                response = await _call(handler, Request(scope, receive, send), error)
                await _answer(response, scope, receive, tracked)
            except Exception:
                _log.exception("The handler of server errors failed")
                if tracked.stage:
                    raise
                await PlainTextResponse("Internal Server Error", status_code=500)(scope, receive, send)
        mark_logged(error)
        if sent == _BEGUN or "faster.raise" in (scope.get("extensions") or ()):
            raise error

    async def fail_websocket(self, error: Exception, websocket: WebSocket) -> None:
        """Close a WebSocket after an exception that left its handler.

        Args:
            error: The exception.
            websocket: The connection.
        """
        if isinstance(error, Disconnect):
            return
        handler = self._handlers.get(type(error)) or self.handler_for(error)
        if handler is None:
            error = _as_ours(error)
            handler = self.handler_for(error)
        if handler in _DEFAULTS.values():
            handler = None
        if handler is not None:
            await _call(handler, websocket, error)
            return
        if isinstance(error, WebSocketException):
            await _close(websocket, error.code, error.reason)
        elif isinstance(error, WebSocketRequestValidationError):
            await _close(websocket, 1008, _reason(error))
        elif isinstance(error, HTTPException):
            await self._deny(websocket, error)
        else:
            log_unhandled(error, websocket.scope)
            mark_logged(error)
            await _close(websocket, 1011, "")
            if "faster.raise" in (websocket.scope.get("extensions") or ()):
                raise error

    async def _deny(self, websocket: WebSocket, error: HTTPException) -> None:
        """Answer the handshake with a response, where the server can; otherwise refuse it."""
        connecting = websocket.application_state is WebSocketState.CONNECTING
        if connecting and "websocket.http.response" in (websocket.scope.get("extensions") or ()):
            await websocket.send_denial_response(
                JSONResponse({"detail": error.detail}, status_code=error.status_code, headers=error.headers)
            )
        else:
            await _close(websocket, 1008, str(error.detail)[:100])


def _as_ours(error: Exception) -> Exception:
    """Return what says the same as an exception of Starlette's, which its static files and many libraries raise.

    Any other exception is returned as it is.
    """
    names = {f"{cls.__module__}.{cls.__qualname__}" for cls in type(error).__mro__}
    raised: Any = error
    ours: Exception
    if "starlette.exceptions.HTTPException" in names:
        ours = HTTPException(raised.status_code, raised.detail, raised.headers)
    elif "starlette.exceptions.WebSocketException" in names:
        ours = WebSocketException(raised.code, raised.reason)
    else:
        return error
    ours.__cause__ = error
    return ours


async def _call(handler: ExceptionHandler, connection: Request | WebSocket, error: Exception) -> Any:
    if inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(getattr(handler, "__call__", None)):  # noqa: B004
        return await handler(connection, error)
    result = await run_in_threadpool(handler, connection, error)
    return await result if isinstance(result, Awaitable) else result


async def _answer(response: Any, scope: Scope, receive: Receive, send: Send) -> None:
    if not callable(response):
        raise TypeError(
            f"An exception handler returned {type(response).__name__}, which is no response. Return a JSONResponse."
        )
    await response(scope, receive, send)


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    """Close, unless that has happened already."""
    if websocket.application_state is not WebSocketState.DISCONNECTED:
        await websocket.close(code, reason)


def _reason(error: WebSocketRequestValidationError) -> str:
    """Return the first error as a close reason, which may have 123 bytes (RFC 6455, 5.5.1)."""
    first = error.errors[0]
    text = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return text.encode()[:120].decode(errors="ignore")
