"""A name for each request, in its answer and in every line that is logged for it."""

import logging
import os
import re
from collections.abc import Awaitable, Callable

from faster_core.direct import direct
from faster_core.header import encode_header, encode_name
from faster_core.middleware._pairs import copy_headers, find_header, with_headers
from faster_core.request_id import request_id_var
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RequestIDFilter", "RequestIDMiddleware", "request_id_var"]

# What goes into logs and other systems' queries: no blanks, no controls, no quotes, and not for ever.
_is_id = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}").fullmatch

_STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})


class RequestIDMiddleware:
    """Gives each request and WebSocket an id.

    The id is in the header of the answer, in `request.state.request_id`, and in `request_id_var`, where
    `RequestIDFilter` finds it for the log. The variable has its former value again after the request.

    Args:
        app: The next application.
        header_name: The header that an id comes in, and goes out in unless `outgoing_header_name` is given.
        outgoing_header_name: The header of the answer.
        generator: Makes an id; by default 32 hexadecimal digits from the system's randomness.
        accept_incoming: Whether the client may choose the id. Say so behind a proxy that sets the header; an id that
            is longer than 128 characters, or has others than letters, digits and `._:/+=@-`, is replaced all the same.

    Raises:
        ValueError: At construction, for a header name that is no token; with a request, for an id made by `generator`
            that cannot stand in a header.

    Example:
        >>> app.add_middleware(RequestIDMiddleware, accept_incoming=True)  # doctest: +SKIP
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        header_name: str = "X-Request-ID",
        outgoing_header_name: str | None = None,
        generator: Callable[[], str] | None = None,
        accept_incoming: bool = False,
    ) -> None:
        self.app = app
        self._next = direct(app)
        self._incoming = encode_name(header_name) if accept_incoming else None
        self._outgoing = encode_name(outgoing_header_name or header_name)
        self._generate = generator or _generate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the request, then call on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._next(scope, receive, send)
            return
        name = self._outgoing
        request_id = self._read(scope) or self._generate()
        pair = encode_header(name, request_id)
        scope.setdefault("state", {})["request_id"] = request_id

        def send_with_id(message: Message) -> Awaitable[None]:
            if message["type"] in _STARTS:
                headers = [pair for pair in copy_headers(message) if pair[0].lower() != name]
                headers.append(pair)
                message = with_headers(message, headers)
            return send(message)

        former = request_id_var.get()
        request_id_var.set(request_id)
        try:
            await self._next(scope, receive, send_with_id)
        finally:
            # Not `reset`, which fails when the coroutine is ended from another context.
            request_id_var.set(former)

    def _read(self, scope: Scope) -> str | None:
        if self._incoming is None:
            return None
        value = find_header(scope, self._incoming)
        return value.decode("ascii") if value is not None and _is_id(value) else None


class RequestIDFilter(logging.Filter):
    """Puts `request_id` on every log record, for `%(request_id)s` in a format.

    It belongs on a handler, which sees the records of all loggers. A record that says its request's id itself, as
    those of unhandled errors do, keeps it.

    Args:
        name: Passed to `logging.Filter`: records of this logger and its children only.
        default: What stands there outside of a request.

    Example:
        >>> handler = logging.StreamHandler()
        >>> handler.addFilter(RequestIDFilter())
        >>> handler.setFormatter(logging.Formatter("%(levelname)s [%(request_id)s] %(name)s: %(message)s"))
    """

    def __init__(self, name: str = "", default: str = "-") -> None:
        super().__init__(name)
        self._default = default

    def filter(self, record: logging.LogRecord) -> bool:
        """Set the attribute; let the record through as `logging.Filter` would."""
        record.request_id = getattr(record, "request_id", None) or request_id_var.get() or self._default
        return super().filter(record)


def _generate() -> str:
    return os.urandom(16).hex()
