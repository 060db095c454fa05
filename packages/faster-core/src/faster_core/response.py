"""Responses: each is a small ASGI application, made of a status, header fields and a body.

Header fields are built once, at construction, through `header.encode_header`. A fixed body always carries its
Content-Length; a status without a body carries neither.

Spec: RFC 9110, 6 and 15
"""

import asyncio
from collections.abc import AsyncIterable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from faster_core.background import BackgroundTask
from faster_core.concurrency import iterate_in_threadpool, run_in_exit_threadpool
from faster_core.datastructures import URL, MutableHeaders
from faster_core.disconnect import run_until_disconnect
from faster_core.encoding import encode_json
from faster_core.header import RawHeaders, encode_header, encode_headers
from faster_core.opening import END, Opening
from faster_core.types import Receive, Scope, Send

if TYPE_CHECKING:
    from faster_core.cookie import SameSite

__all__ = [
    "HTMLResponse",
    "JSONResponse",
    "ORJSONResponse",
    "PlainTextResponse",
    "RedirectResponse",
    "Response",
    "StreamingResponse",
    "UJSONResponse",
    "content_length",
    "has_body",
    "has_content_length",
]

Content = str | bytes | memoryview

_LENGTHS = [(b"content-length", b"%d" % size) for size in range(1024)]


def content_length(size: int) -> tuple[bytes, bytes]:
    """Return the Content-Length field of a body of `size` bytes."""
    return _LENGTHS[size] if size < 1024 else (b"content-length", str(size).encode())


def has_body(status_code: int) -> bool:
    """Return whether a response of this status may have a body.

    Spec: RFC 9110, 6.4.1, 15.3.6 and 15.4.5
    """
    return status_code >= 200 and status_code not in {204, 205, 304}


def has_content_length(status_code: int) -> bool:
    """Return whether a fixed response of this status carries Content-Length; 205 says that it is 0.

    Spec: RFC 9110, 8.6 and 15.3.6
    """
    return status_code >= 200 and status_code not in {204, 304}


@lru_cache(maxsize=128)
def _content_type(media_type: str, charset: str) -> tuple[bytes, bytes]:
    if media_type.startswith("text/") and "charset=" not in media_type.lower():
        media_type = f"{media_type}; charset={charset}"
    return encode_header("content-type", media_type)


class Response:
    """A response with a fixed body.

    Subclasses set `media_type` and `charset`, and override `render` to make bytes of other content.

    Args:
        content: The body: bytes, or text, which is encoded in `charset`; None for an empty one.
        status_code: The status.
        headers: Header fields: a mapping, or a `Headers` where names repeat. Content-Type and Content-Length are added
            unless given.
        media_type: The media type; None for that of the class. A text type gets the charset.
        background: What to call after the response is sent.

    Raises:
        ValueError: For a header that cannot be sent: with a line break, for example.

    Example:
        >>> Response("hello", media_type="text/plain").raw_headers
        [(b'content-type', b'text/plain; charset=utf-8'), (b'content-length', b'5')]
    """

    media_type: str | None = None
    charset = "utf-8"

    def __init__(
        self,
        content: Any = None,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        self.status_code = status_code
        if media_type is not None:
            self.media_type = media_type
        self.background = background
        self.body: bytes | memoryview[int] = self.render(content) if has_body(status_code) else b""
        self.init_headers(headers)

    def render(self, content: Any) -> bytes | memoryview:
        """Return the body for some content."""
        if content is None:
            return b""
        if isinstance(content, bytes | memoryview):
            return content
        if isinstance(content, str):
            return content.encode(self.charset)
        raise TypeError(
            f"{type(self).__name__} takes str or bytes, not {type(content).__name__}. "
            "Use JSONResponse for data, StreamingResponse for an iterator."
        )

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """Build `raw_headers`: those given, then Content-Type and Content-Length where they are missing."""
        raw = encode_headers(headers)
        names = {name for name, _ in raw}
        if self.media_type is not None and b"content-type" not in names:
            raw.append(_content_type(self.media_type, self.charset))
        if b"content-length" not in names and has_content_length(self.status_code):
            body = getattr(self, "body", None)
            if body is not None:
                raw.append(content_length(len(body)))
        self.raw_headers: RawHeaders = raw

    @property
    def headers(self) -> MutableHeaders:
        """The header fields, to read and to change."""
        return MutableHeaders(raw=self.raw_headers)

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: int | None = None,
        expires: datetime | str | int | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: "SameSite | None" = "lax",
        partitioned: bool = False,
    ) -> None:
        """Add a Set-Cookie header. The arguments are those of `cookie.write_set_cookie`.

        Raises:
            ValueError: For a name, value or attribute that cannot stand in the header.
        """
        # Imported by those that have cookies.
        from faster_core.cookie import write_set_cookie

        written = write_set_cookie(
            key,
            value,
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
        )
        self.raw_headers.append(encode_header(b"set-cookie", written))

    def delete_cookie(
        self,
        key: str,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: "SameSite | None" = "lax",
    ) -> None:
        """Add a Set-Cookie header that makes the browser drop a cookie; path and domain as when it was set."""
        self.set_cookie(
            key,
            max_age=0,
            expires=0,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response, then run its background tasks."""
        prefix = "websocket." if scope["type"] == "websocket" else ""
        body = self.body
        if not has_body(self.status_code) or scope.get("method") == "HEAD":
            body = b""
        await send(self._start_message(prefix))
        await send({"type": f"{prefix}http.response.body", "body": body})
        if self.background is not None:
            await self._run_background(scope)

    def _start_message(self, prefix: str) -> dict[str, Any]:
        # A copy: middleware changes the message, and a response may be sent again.
        headers = self.raw_headers.copy()
        if not has_content_length(self.status_code):
            headers = [field for field in headers if field[0] != b"content-length"]
        return {"type": f"{prefix}http.response.start", "status": self.status_code, "headers": headers}

    async def _run_background(self, scope: Scope) -> None:
        background: Any = self.background
        if isinstance(background, BackgroundTask):
            path = getattr(scope.get("route"), "path", None) or scope.get("path", "")
            await background(f"{scope.get('method', 'WEBSOCKET')} {path}")
        else:
            await background()


class HTMLResponse(Response):
    """A page of HTML, given as text or bytes."""

    media_type: str | None = "text/html"


class PlainTextResponse(Response):
    """Plain text, given as text or bytes."""

    media_type: str | None = "text/plain"


class JSONResponse(Response):
    """Any value as JSON.

    Args:
        content: The value: what `encoding.encode_json` takes.
        status_code: The status.
        headers: Header fields.
        media_type: The media type, `application/json` if None.
        background: What to call after the response is sent.

    Spec: RFC 8259
    """

    media_type: str | None = "application/json"

    def render(self, content: Any) -> bytes | memoryview:
        """Return the value as JSON."""
        return encode_json(content)


class ORJSONResponse(JSONResponse):
    """`JSONResponse`, by the name that FastAPI's users know."""


class UJSONResponse(JSONResponse):
    """`JSONResponse`, by the name that FastAPI's users know."""


# What a URL may have as it is, "%" included: what is encoded already stays so. Spec: RFC 3986, 2
_URL_CHARACTERS = ":/%#?=@[]!$&'()*+,;~"


class RedirectResponse(Response):
    """A redirection.

    Args:
        url: Where to, absolute or relative. What cannot stand in a URL is percent-encoded.
        status_code: 307 and 308 keep the method, 303 makes it GET.
        headers: Header fields.
        background: What to call after the response is sent.

    Spec: RFC 9110, 10.2.2 and 15.4
    """

    def __init__(
        self,
        url: str | URL,
        status_code: int = 307,
        headers: Mapping[str, str] | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        super().__init__(b"", status_code, headers, background=background)
        self.headers["location"] = quote(str(url), safe=_URL_CHARACTERS, errors="surrogatepass")


# A generator that never waits would otherwise keep the loop from hearing of a disconnect.
_CHUNKS_PER_TURN = 32


class StreamingResponse(Response):
    """A response whose body is made while it is sent.

    It stops as soon as the client goes away, and closes the iterator on every path. What the iterator raises before its
    first piece is answered like any other error, unless that takes longer than a moment: see `opening`.

    Args:
        content: An asynchronous iterable of text or bytes, or a synchronous one, which runs in a thread.
        status_code: The status.
        headers: Header fields.
        media_type: The media type.
        background: What to call after the response is sent.
    """

    body_iterator: AsyncIterable[Content]

    def __init__(
        self,
        content: AsyncIterable[Content] | Iterable[Content],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        self.status_code = status_code
        if media_type is not None:
            self.media_type: str | None = media_type
        self.background: BackgroundTask | None = background
        self._source = content
        self.body_iterator = content if isinstance(content, AsyncIterable) else iterate_in_threadpool(content)
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response while the client is there, then run its background tasks."""
        try:
            if not has_body(self.status_code) or scope.get("method") == "HEAD":
                await send(self._start_message(""))
                await send({"type": "http.response.body", "body": b""})
            elif scope["type"] == "websocket":
                await self._stream(send, "websocket.")
            else:
                await run_until_disconnect(scope, receive, lambda: self._stream(send, ""))
        finally:
            await self._close()
        if self.background is not None:
            await self._run_background(scope)

    async def _stream(self, send: Send, prefix: str) -> None:
        body = f"{prefix}http.response.body"
        chunks = aiter(self.body_iterator)
        opening = Opening(send, self._start_message(prefix))
        data = self._piece(await opening.first(chunks))
        if not await opening.head():
            return
        sent = 0
        while data is not None:
            if data and not await _delivered(send, {"type": body, "body": data, "more_body": True}):
                return
            sent += 1
            if sent % _CHUNKS_PER_TURN == 0:
                await asyncio.sleep(0)
            data = self._piece(await anext(chunks, END))
        await _delivered(send, {"type": body, "body": b"", "more_body": False})

    def _piece(self, chunk: Any) -> bytes | None:
        """Return a piece of the body, None after the last."""
        if isinstance(chunk, bytes):
            return chunk
        return None if chunk is END else self._encode(chunk)

    def _encode(self, chunk: Any) -> bytes:
        if isinstance(chunk, str):
            return chunk.encode(self.charset)
        if isinstance(chunk, memoryview | bytearray):
            return bytes(chunk)
        raise TypeError(
            f"{type(self).__name__} was given a piece of type {type(chunk).__name__}; it takes str and bytes."
        )

    async def _close(self) -> None:
        """Close the iterator; of one that was never begun, also what it iterates over."""
        close = getattr(self.body_iterator, "aclose", None)
        if close is not None:
            await close()
        if self._source is not self.body_iterator:
            close_source = getattr(self._source, "close", None)
            if close_source is not None:
                await run_in_exit_threadpool(close_source)


async def _delivered(send: Send, message: dict[str, Any]) -> bool:
    """Send a message and return whether the server took it; OSError says that the client is gone (ASGI 2.4)."""
    try:
        await send(message)
    except OSError:
        return False
    return True
