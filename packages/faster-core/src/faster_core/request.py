"""An HTTP request: its head at once, its body when it is asked for, within the budgets of the application."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Coroutine, Generator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from faster_core.body import BodyStream, parse_content_length, read_body
from faster_core.codec import ERROR_TYPES, INPUT_ERRORS, codec
from faster_core.connection import HTTPConnection
from faster_core.datastructures import FormData
from faster_core.disconnect import DisconnectWatch
from faster_core.exceptions import ClientDisconnect, HTTPException, RequestValidationError
from faster_core.header import encode_header
from faster_core.limits import Limits
from faster_core.types import Message, Receive, Send

if TYPE_CHECKING:
    from faster_core.forms import Part

__all__ = ["FormReading", "Request", "decode_json", "get_header", "get_server_host", "http_version", "is_http2"]

T = TypeVar("T")

# What a pushed request would have sent too. Spec: RFC 9113, 8.4
_PUSHED_HEADERS = ("accept", "accept-encoding", "accept-language", "cache-control", "user-agent")

_ANYTHING = codec(Any)


async def _no_receive() -> Message:
    raise RuntimeError("This Request was made without receive, so it has no body. Write Request(scope, receive).")


async def _no_send(message: Message) -> None:
    raise RuntimeError("This Request was made without send. Write Request(scope, receive, send).")


class FormReading:
    """What `Request.form` returns: awaited, the form; entered, the form, whose files are closed on leaving."""

    __slots__ = ("_form", "_reading")

    def __init__(self, reading: Coroutine[Any, Any, FormData]) -> None:
        self._reading = reading

    def __await__(self) -> Generator[Any, Any, FormData]:
        """Return the form."""
        return self._reading.__await__()

    async def __aenter__(self) -> FormData:
        """Return the form."""
        self._form = await self._reading
        return self._form

    async def __aexit__(self, *error: object) -> None:
        """Close its files."""
        await self._form.close()


class Request(HTTPConnection):
    """An HTTP request.

    Args:
        scope: The ASGI scope.
        receive: The server's side; without it there is no body to read.
        send: The other side, for early hints and pushes.
        limits: The budgets of its body; None for those of the application.

    Example:
        >>> request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
        >>> request.method
        'GET'
    """

    __slots__ = ("_body", "_disconnected", "_form", "_kept", "_receive", "_relayed", "_send", "_streaming")

    _body: bytes
    _form: FormData
    _relayed: int

    _scope_types = ("http",)

    def __init__(
        self,
        scope: MutableMapping[str, Any],
        receive: Receive | None = None,
        send: Send | None = None,
        *,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(scope, limits=limits)
        self._receive = receive or _no_receive
        self._send = send or _no_send
        self._streaming = False
        self._disconnected = False
        self._kept: Message | None = None

    @property
    def method(self) -> str:
        """The method, `GET` for example."""
        method: str = self.scope["method"]
        return method

    @property
    def receive(self) -> Receive:
        """The server's side of the request."""
        return self._receive

    async def _next_message(self) -> Message:
        if self._kept is not None:
            kept, self._kept = self._kept, None
            return kept
        watch = DisconnectWatch.of(self.scope)
        message: Message = await (self._receive() if watch is None else watch.receive())
        if message["type"] == "http.disconnect":
            self._disconnected = True
        return message

    async def stream(self, limit: int | None = None) -> AsyncGenerator[bytes, None]:
        """Iterate over the body in the pieces that arrive, then an empty one; nothing is kept.

        Args:
            limit: Bytes taken in at most; None for `Limits.max_stream_size`, which is none unless somebody set one,
                since the program decides what it keeps.

        Raises:
            ClientDisconnect: When the client goes before the end.
            HTTPException: 413 over the limit.
            RuntimeError: When the body was streamed already.
        """
        body = getattr(self, "_body", None)
        if body is not None:
            if body:
                yield body
            yield b""
            return
        async for chunk in self._arriving(limit):
            yield chunk
        yield b""

    def _arriving(self, limit: int | None = None) -> BodyStream:
        """Return the body as it arrives; it must not have been read."""
        limit = self.limits.max_stream_size if limit is None else limit
        return BodyStream(self._next_message, limit, begin=self._begin_reading)

    def _parts_stream(self) -> AsyncIterable[bytes]:
        """Return what a form is read from: `stream`, where it has more to do, or what it would iterate over."""
        streamed = hasattr(self, "_body") or type(self).stream is not Request.stream
        return self.stream() if streamed else self._arriving()

    def _begin_reading(self) -> None:
        if self._disconnected:
            raise ClientDisconnect
        if self._streaming:
            raise RuntimeError(
                "The body of this request was streamed already, and is not kept. Call request.body() instead of "
                "request.stream(), or keep the pieces."
            )
        self._streaming = True

    @property
    def _declared_length(self) -> int | None:
        return parse_content_length(self.headers.get("content-length"))

    async def relay(self) -> Message:
        """Return the next message of the server: the `receive` of a request of another framework's class.

        Raises:
            HTTPException: 413 over `limits.max_stream_size`.
            RuntimeError: When the body was streamed already.
        """
        if not hasattr(self, "_relayed"):
            body = getattr(self, "_body", None)
            if body is not None:
                self._relayed = len(body)
                return {"type": "http.request", "body": body, "more_body": False}
            self._begin_reading()
            self._relayed = 0
        message = await self._next_message()
        self._relayed += len(message.get("body", b""))
        if self._relayed > self.limits.max_stream_size:
            raise HTTPException(413, "Content Too Large")
        return message

    async def body(self) -> bytes:
        """Return the whole body; it is kept, so that it can be asked for again.

        Raises:
            ClientDisconnect: When the client goes before the end.
            HTTPException: 413 for more than `limits.max_body_size`.
            RuntimeError: When the body was streamed already.
        """
        try:
            return self._body
        except AttributeError:
            self._begin_reading()
            self._body = await read_body(self._next_message, self.limits.max_body_size, declared=self._declared_length)
            return self._body

    @overload
    async def json(self) -> Any: ...
    @overload
    async def json(self, type: type[T]) -> T: ...
    @overload
    async def json(self, type: Any) -> Any: ...
    async def json(self, type: Any = Any) -> Any:
        """Return the body, read as JSON.

        Args:
            type: What it has to be: a Struct, a pydantic model, `list[int]` …

        Raises:
            RequestValidationError: For a body that is not JSON, or is not of this type; it names every error.
            ClientDisconnect: When the client goes before the end.
            HTTPException: 413 for more than `limits.max_body_size`.
            UnsupportedTypeError: A TypeError, for a type that nothing can be decoded to.
        """
        return decode_json(await self.body(), type)

    def form(
        self, *, max_files: int | None = None, max_fields: int | None = None, max_part_size: int | None = None
    ) -> "FormReading":
        """Return the body, read as a form; it is kept, so that it can be asked for again.

        Write `await request.form()`, or `async with request.form() as form:`, which closes the form's files at its end.

        Args:
            max_files: Files taken in at most; None for `limits.max_files`.
            max_fields: Other fields taken in at most; None for `limits.max_fields`.
            max_part_size: Bytes of one field that is no file; None for `limits.max_part_size`.

        Raises:
            HTTPException: 400 for what is not a form or has too much in it, 413 for too large a body.
            ClientDisconnect: When the client goes before the end.
        """
        return FormReading(self._read_form(max_files, max_fields, max_part_size))

    async def _read_form(self, max_files: int | None, max_fields: int | None, max_part_size: int | None) -> FormData:
        try:
            return self._form
        except AttributeError:
            from faster_core.forms import read_form

            limits = self.limits.override(max_files=max_files, max_fields=max_fields, max_part_size=max_part_size)
            self._refuse_large_form()
            self._form = await read_form(self.headers.get("content-type", ""), self._parts_stream(), limits)
            return self._form

    def parts(self) -> AsyncIterator["Part"]:
        """Iterate over the parts of a multipart body as they arrive; nothing is kept.

        Raises:
            HTTPException: 400 for what is not multipart or has too much in it, 413 for too large a body.
            ClientDisconnect: When the client goes before the end.
        """
        from faster_core.forms import read_parts

        self._refuse_large_form()
        return read_parts(self.headers.get("content-type", ""), self._parts_stream(), self.limits)

    def _refuse_large_form(self) -> None:
        declared = self._declared_length
        if declared is not None and declared > max(self.limits.max_form_size, self.limits.max_body_size):
            raise HTTPException(413, "Content Too Large")

    async def close(self) -> None:
        """Close the files of the form, if it was read."""
        form = getattr(self, "_form", None)
        if form is not None:
            await form.close()

    async def is_disconnected(self) -> bool:
        """Return whether the client went away, without waiting; what is left of the body stays."""
        watch = DisconnectWatch.of(self.scope)
        if watch is not None:
            # A response is being streamed, and asks all the time; the loop needs a turn to hear the answer.
            await asyncio.sleep(0)
            self._disconnected = self._disconnected or watch.disconnected
        elif not self._disconnected and self._kept is None:
            await self._poll()
        return self._disconnected

    async def _poll(self) -> None:
        """Ask the server, which answers at once only when there is something to tell."""
        asking = asyncio.ensure_future(self._receive())
        try:
            # Two turns of the loop: one to ask, one for a server that answers through a future.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        finally:
            answered = asking.done()
            if not answered:
                asking.cancel()
                await asyncio.wait([asking])
        if answered:
            message: Message = asking.result()
            if message["type"] == "http.disconnect":
                self._disconnected = True
            else:
                self._kept = message

    async def send_push_promise(self, path: str) -> None:
        """Offer a resource before the client asks for it, where the server can (HTTP/2).

        Args:
            path: The path of the resource.
        """
        if "http.response.push" not in self.scope.get("extensions", {}):
            return
        names = [name for name in _PUSHED_HEADERS if name in self.headers]
        headers = [encode_header(name, value) for name in names for value in self.headers.getlist(name)]
        await self._send({"type": "http.response.push", "path": path, "headers": headers})

    async def send_early_hints(self, link: str, /, *additional_links: str) -> None:
        """Tell the client what to load before the response is made, where the server can.

        Args:
            link: The value of a Link header, `</style.css>; rel=preload; as=style` for example.
            *additional_links: More of them.

        Raises:
            ValueError: For a value that cannot stand in a header.

        Spec: RFC 8297
        """
        if "http.response.early_hint" not in self.scope.get("extensions", {}):
            return
        links = [encode_header(b"link", value)[1] for value in (link, *additional_links)]
        await self._send({"type": "http.response.early_hint", "links": links})


def decode_json(body: bytes | str, type: Any = Any) -> Any:
    """Return JSON, decoded straight to a type.

    Args:
        body: The text.
        type: What it has to be: anything that the body of a handler can be.

    Raises:
        RequestValidationError: For text that is not JSON (`value_error.jsondecode`) or not of the type; it names every
            error.
        UnsupportedTypeError: A TypeError, for a type that nothing can be decoded to.

    Spec: RFC 8259
    """
    reader = _ANYTHING if type is Any else codec(type)
    try:
        return reader.decode_json(body)
    except INPUT_ERRORS:
        problems = reader.explain_json(body)
    errors = [{"loc": ["body"], "msg": problem.message, "type": ERROR_TYPES[problem.kind]} for problem in problems]
    raise RequestValidationError(errors, body=body)


def http_version(scope_or_request: Mapping[str, Any]) -> str:
    """Return the version of HTTP a request came by: `1.0`, `1.1`, `2` or `3`.

    Args:
        scope_or_request: An ASGI scope or a `Request`.
    """
    return str(scope_or_request.get("http_version", "1.1"))


def is_http2(request: Mapping[str, Any]) -> bool:
    """Return whether a request came by HTTP/2.

    Args:
        request: A `Request` or an ASGI scope.
    """
    return http_version(request) in {"2", "2.0"}


def get_server_host(request: HTTPConnection) -> str:
    """Return the host that the client asked for, without port; an empty text where nothing says it."""
    return request.url.hostname or ""


def get_header(request: HTTPConnection, name: str, default: str | None = None) -> str | None:
    """Return the first value of a header, or `default`."""
    return request.headers.get(name, default)
