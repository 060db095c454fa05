"""Raw header pairs in the send path, and whole answers: what a middleware does without an object per response."""

import inspect
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeAlias, TypeVar, cast

import msgspec

from faster_core.datastructures import URL, MutableHeaders
from faster_core.exceptions import HTTPException
from faster_core.header import RawHeaders
from faster_core.response import RedirectResponse
from faster_core.types import Message, Receive, Scope, Send

__all__ = [
    "Pair",
    "add_vary",
    "answer_json",
    "answer_text",
    "asgi",
    "copy_headers",
    "encode_location",
    "find_header",
    "with_headers",
]

Pair: TypeAlias = tuple[bytes, bytes]
Method: TypeAlias = Callable[[Any, Scope, Receive, Send], Awaitable[None]]

M = TypeVar("M", bound=Method)


def asgi(method: M) -> M:
    """Let a plain `__call__` that returns the inner application's coroutine pass for a coroutine function.

    It saves the frame of a coroutine that would only wait. Servers that are handed the middleware itself look at the
    mark to tell ASGI 3 from ASGI 2; Python 3.11 has no such mark, there it becomes a coroutine function.
    """
    if sys.version_info >= (3, 12):
        return cast("M", inspect.markcoroutinefunction(method))

    async def call(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
        await method(self, scope, receive, send)

    return cast("M", call)


def find_header(scope: Scope, name: bytes) -> bytes | None:
    """Return the value of the first header of a request called `name` (lower case), or None."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None


def copy_headers(message: Message) -> RawHeaders:
    """Return the headers of a start message as a list of its own; the message may share its list with others."""
    return list(message.get("headers") or ())


def with_headers(message: Message, headers: RawHeaders) -> Message:
    """Return the message with other headers; the original stays as it is."""
    return {**message, "headers": headers}


def add_vary(headers: RawHeaders, pair: Pair) -> None:
    """Merge a field name into `Vary`, in place.

    Args:
        headers: Header pairs of a response.
        pair: `(b"vary", b"Origin")`: what is appended when there is no `Vary` yet, which is nearly always.

    Spec: RFC 9110, 12.5.5
    """
    for key, _ in headers:
        if len(key) == 4 and key.lower() == b"vary":
            MutableHeaders(raw=headers).add_vary_header(pair[1].decode("latin-1"))
            return
    headers.append(pair)


def encode_location(url: URL) -> Pair:
    """Return the `Location` header for a URL."""
    return RedirectResponse(url).raw_headers[-1]


async def answer_text(
    scope: Scope, receive: Receive, send: Send, status: int, text: str, headers: Iterable[Pair] = ()
) -> None:
    """Send a whole response of plain text; a WebSocket handshake is denied with it, or closed."""
    await _answer(scope, receive, send, status, text.encode(), b"text/plain; charset=utf-8", headers)


async def answer_json(
    scope: Scope, receive: Receive, send: Send, status: int, detail: Any = None, headers: Iterable[Pair] = ()
) -> None:
    """Send `{"detail": …}`; None means the status's own phrase. A WebSocket handshake is denied with it, or closed."""
    body = msgspec.json.encode({"detail": HTTPException(status, detail).detail})
    await _answer(scope, receive, send, status, body, b"application/json", headers)


async def _answer(
    scope: Scope, receive: Receive, send: Send, status: int, body: bytes, media_type: bytes, headers: Iterable[Pair]
) -> None:
    prefix = "http.response"
    if scope["type"] == "websocket":
        await receive()  # the handshake, `websocket.connect`, comes before anything is sent
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            # Before it is accepted, a close is a 403 to the client (ASGI, "Close").
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        prefix = "websocket.http.response"
    content = b"" if scope.get("method") == "HEAD" else body
    pairs = [(b"content-length", b"%d" % len(body)), (b"content-type", media_type), *headers]
    await send({"type": f"{prefix}.start", "status": status, "headers": pairs})
    await send({"type": f"{prefix}.body", "body": content})
