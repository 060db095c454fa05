"""Multipart bodies, read as they come.

python-multipart finds the boundaries. `MultipartReader` turns what it reports into three kinds of event, and holds the
limits while it does:

    chunk ──► MultipartReader.feed ──► [PartHead, bytes, bytes, …, END, PartHead, …]
                    │                          │
                    │                          ├──► forms.read_form     fields in memory, files spooled
                    └── 413, 400               └──► read_parts          nothing kept at all

Rules that hold:

- a chunk within a part that has no boundary in it, nor the beginning of one at its end, is content as it is: it goes
  past the parser, which has given out everything before it and would only search it again; so does the rest of a chunk
  whose beginning brought the head of a file;
- a limit is checked in the call-back that meets it, so that no chunk, however long, can run past one;
- what was received is counted once, here, before it is parsed;
- a body is whole only when its closing boundary was seen.

Spec: RFC 7578; RFC 2046, 5.1
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable
from contextlib import aclosing
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from faster_core.charset import decode_text, find_charset
from faster_core.datastructures import Headers
from faster_core.diagnostic import Diagnostic, Place
from faster_core.exceptions import ConfigurationError, HTTPException
from faster_core.header import RawHeaders, parse_options
from faster_core.limits import Limits

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

__all__ = [
    "END",
    "Event",
    "MultipartReader",
    "Part",
    "PartHead",
    "close_stream",
    "find_part_charset",
    "read_parts",
    "require_multipart",
]

MAX_HEADER_SIZE = 8192
"""Bytes of one header line of a part."""

_MULTIPART = "multipart/form-data"

# As much of a boundary as is looked for in a chunk. `rfind` skips by the length of what it looks for: it takes a third
# of the time of `find`, and no more than a nanosecond for each byte of the worst content.
_NEEDLE_SIZE = 64

# As much of a chunk as is parsed before the rest is looked at: more than the head of a part commonly has.
_HEAD_SIZE = 4096


# python-multipart warns of every malformed body in the log, which anybody could fill so. The client is told instead.
_silent = logging.Logger(__name__, logging.CRITICAL)  # noqa: LOG001 - in no tree, so that no configuration wakes it


class _Mark(Enum):
    END = "the end of a part"


END: Final = _Mark.END
"""The event at the end of a part."""


class PartHead(Struct, frozen=True):
    """What stands before the content of a part.

    Attributes:
        name: The name of the form field.
        filename: The name of the file; None for a field that is no file.
        content_type: The media type that the client gave, or None.
        raw_headers: Every header line of the part.
        size: Bytes in the header lines.
    """

    name: str
    filename: str | None
    content_type: str | None
    raw_headers: RawHeaders
    size: int


Event = PartHead | bytes | Literal[_Mark.END]


def require_multipart(*places: Place) -> Any:
    """Return the module of python-multipart that parses.

    Args:
        *places: The lines that declare form data, for the message.

    Raises:
        ConfigurationError: When python-multipart is not installed.
    """
    try:
        from python_multipart import multipart
    except ImportError as error:
        fix = "Install it with: pip install 'faster-core[forms]'"
        where = f" by {places[0]}" if places else ""
        message = f"Form data, which is asked for{where}, requires python-multipart, which is not installed."
        raise ConfigurationError(Diagnostic("FA160", message, fix, places)) from error
    return multipart


def _refuse(reason: str) -> HTTPException:
    """Return the 400 for a body that is not what it says."""
    return HTTPException(400, f"There was an error parsing the body: {reason}.")


class MultipartReader:
    """The chunks of a multipart body, as events. One for each body.

    Args:
        parameters: Those of the content type: `boundary`, and perhaps `charset`.
        limits: What the body may have.

    Raises:
        HTTPException: 400, for a boundary that is missing or too long, or a charset that is unknown.
    """

    def __init__(self, parameters: dict[str, str], limits: Limits) -> None:
        boundary = parameters.get("boundary")
        if not boundary:
            raise _refuse("the content type has no boundary")
        if not boundary.isascii():
            raise _refuse("the boundary is not ASCII text")
        self._charset = find_charset(parameters.get("charset", ""))
        self._limits = limits
        self._received = self._fields = self._files = self._part_size = 0
        self._is_file = self._whole = False
        self._delimiter = b"\r\n--" + boundary.encode("ascii")
        self._needle = self._delimiter[:_NEEDLE_SIZE]
        # The chunk that the parser has, and whether it has given all of it out as content.
        self._chunk = b""
        self._within = False
        self._headers: RawHeaders = []
        self._header_size = 0
        self._name = bytearray()
        self._value = bytearray()
        self._events: list[Event] = []
        module = require_multipart()
        self._errors: type[Exception] = module.FormParserError
        self._parse_options: Callable[[bytes], tuple[bytes, dict[bytes, bytes]]] = module.parse_options_header
        try:
            self._parser = module.MultipartParser(
                boundary,
                self._callbacks(),
                # Ours is met first, and says how many there may be.
                max_header_count=limits.max_part_headers + 1,
                max_header_size=MAX_HEADER_SIZE,
            )
        except self._errors as error:
            raise _refuse(_reason(error)) from error
        self._parser.logger = _silent

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the events that `chunk` completes.

        Args:
            chunk: The next bytes of the body, cut anywhere.

        Raises:
            HTTPException: 413, for too long a body; 400, for one that is malformed or goes over another limit.
        """
        if not chunk:
            return []
        self._received += len(chunk)
        if self._received > self._limits.max_form_size:
            raise HTTPException(413, "Content Too Large")
        if self._within or len(chunk) <= _HEAD_SIZE:
            return self._read(chunk)
        # The head of a file, and then what may be all content.
        return self._read(chunk[:_HEAD_SIZE]) + self._read(chunk[_HEAD_SIZE:])

    def _read(self, chunk: bytes) -> list[Event]:
        if not (self._within and self._is_content(chunk)):
            return self._parse(chunk)
        if not self._is_file:
            self._count_content(len(chunk))
        return [chunk]

    def _is_content(self, chunk: bytes) -> bool:
        """Return whether there is no boundary in a chunk, nor the beginning of one at its end."""
        # A boundary begins with CR and has no other. The machine finds a single byte many times as fast as a text.
        last = chunk.rfind(b"\r")
        if last < 0:
            return True
        if chunk.rfind(self._needle, 0, last + len(self._needle)) >= 0:
            return False
        return len(chunk) - last >= len(self._delimiter) or not self._delimiter.startswith(bytes(chunk[last:]))

    def _parse(self, chunk: bytes) -> list[Event]:
        self._chunk, self._within = chunk, False
        try:
            self._parser.write(chunk)
        except self._errors as error:
            raise _refuse(_reason(error)) from error
        self._chunk = b""
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """Say that the body ends here.

        Raises:
            HTTPException: 400, when its closing boundary was not seen. A body of no bytes at all has no parts.
        """
        # They hold this reader, and the parser holds them: without them it is freed at once, and no collector needed.
        self._parser.callbacks = {}
        if self._received and not self._whole:
            raise _refuse("it ends before its closing boundary")

    def _callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._extend_header_name,
            "on_header_value": self._extend_header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_content,
            "on_part_data": self._take_content,
            "on_part_end": self._end_part,
            "on_end": self._end_body,
        }

    def _begin_part(self) -> None:
        self._headers = []
        self._header_size = self._part_size = 0

    def _extend_header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _extend_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        value = bytes(self._value).strip(b" \t")
        if b"\n" in value or b"\0" in value:
            raise _refuse("a header of a part has a line feed or a NUL in its value")
        self._headers.append((bytes(self._name).lower(), value))
        if len(self._headers) > self._limits.max_part_headers:
            most = self._limits.max_part_headers
            raise HTTPException(400, f"Too many headers in a part. Maximum number of headers is {most}.")
        self._header_size += len(self._name) + len(value)
        self._name.clear()
        self._value.clear()

    def _begin_content(self) -> None:
        disposition, content_type = b"", None
        for field, value in self._headers:
            if field == b"content-disposition":
                disposition = disposition or value
            elif field == b"content-type":
                content_type = content_type or value.decode("latin-1")
        options = self._parse_options(disposition)[1]
        given_name, given_filename = options.get(b"name"), options.get(b"filename")
        if given_name is None:
            raise _refuse('the Content-Disposition of a part has no "name"')
        name = decode_text(given_name, self._charset, "a field's name")
        filename = None if given_filename is None else decode_text(given_filename, self._charset, "a file's name")
        self._is_file = filename is not None
        self._count_part()
        self._events.append(PartHead(name, filename, content_type, self._headers, self._header_size))

    def _count_part(self) -> None:
        if self._is_file:
            self._files += 1
            if self._files > self._limits.max_files:
                raise HTTPException(400, f"Too many files. Maximum number of files is {self._limits.max_files}.")
        else:
            self._fields += 1
            if self._fields > self._limits.max_fields:
                raise HTTPException(400, f"Too many fields. Maximum number of fields is {self._limits.max_fields}.")

    def _take_content(self, data: bytes, start: int, end: int) -> None:
        # What the parser holds back, as it may be a boundary, is given out from another buffer later.
        self._within = data is self._chunk and end == len(data)
        if not self._is_file:
            self._count_content(end - start)
        self._events.append(data[start:end])

    def _count_content(self, size: int) -> None:
        """Count what comes of a field that is no file, and stays in memory."""
        self._part_size += size
        if self._part_size > self._limits.max_part_size:
            raise HTTPException(400, f"Part exceeded maximum size of {self._limits.max_part_size} bytes.")

    def _end_part(self) -> None:
        self._events.append(END)

    def _end_body(self) -> None:
        self._whole = True

    @property
    def charset(self) -> str:
        """The charset of the fields that name none themselves."""
        return self._charset


class Part:
    """One part of a multipart body that is being received.

    Iterate over it for its bytes as they come, or `read()` it. A part that was left unread is skipped when the next is
    asked for.

    Attributes:
        name: The name of the form field.
        filename: The name of the file, as the client gave it; None for a field that is no file.
        headers: Every header line of the part.
        content_type: The media type that the client gave, or None.
    """

    def __init__(self, head: PartHead, events: AsyncIterator[Event], charset: str, limits: Limits) -> None:
        self.name: str = head.name
        self.filename: str | None = head.filename
        self.headers: Headers = Headers(raw=head.raw_headers)
        self.content_type: str | None = head.content_type
        self._events = events
        self._charset = charset
        self._limits = limits
        self._state: Literal["open", "read", "skipped"] = "open"

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self._state == "skipped":
            raise RuntimeError(
                f"The part {self.name!r} was skipped when the next one was asked for. Read each part before the next."
            )
        if self._state == "read":
            raise StopAsyncIteration
        event = await anext(self._events)
        if isinstance(event, bytes):
            return event
        self._state = "read"
        raise StopAsyncIteration

    async def read(self) -> bytes:
        """Return the rest of the part.

        Raises:
            HTTPException: 413, when that is more than a body in memory may have (`max_body_size`).
        """
        content = bytearray()
        async for chunk in self:
            content += chunk
            if len(content) > self._limits.max_body_size:
                raise HTTPException(413, "Content Too Large")
        return bytes(content)

    async def text(self) -> str:
        """Return the rest of the part as text, in the charset that the part or the form names, or UTF-8.

        Raises:
            HTTPException: 400, when it is not text in that charset; 413, as `read`.
        """
        return decode_text(await self.read(), find_part_charset(self.content_type or "", self._charset), "a part")

    async def skip(self) -> None:
        """Receive the rest of the part and forget it."""
        if self._state != "open":
            return
        self._state = "skipped"
        async for event in self._events:
            if event is END:
                return

    def __repr__(self) -> str:
        return f"Part(name={self.name!r}, filename={self.filename!r}, content_type={self.content_type!r})"


def find_part_charset(content_type: str, default: str) -> str:
    """Return the charset of one field.

    Args:
        content_type: The content type of the part.
        default: The charset of the form.

    Raises:
        HTTPException: 400, for a charset that is unknown.
    """
    if ";" not in content_type:
        return default
    return find_charset(parse_options(content_type)[1].get("charset", ""), default)


async def read_parts(content_type: str, stream: AsyncIterable[bytes], limits: Limits) -> AsyncGenerator[Part]:
    """Iterate over the parts of a multipart body while it is received. Nothing is kept, in memory or on disk.

    Args:
        content_type: The value of the Content-Type header.
        stream: The body.
        limits: What the body may have.

    Raises:
        HTTPException: 415, for a body that is not multipart/form-data; 413 and 400 as `MultipartReader`.
    """
    media_type, parameters = parse_options(content_type)
    if media_type != _MULTIPART:
        raise HTTPException(415, f"Expected a body of type {_MULTIPART}.")
    reader = MultipartReader(parameters, limits)
    async with aclosing(_read_events(reader, stream)) as events:
        async for event in events:
            if isinstance(event, PartHead):
                part = Part(event, events, reader.charset, limits)
                yield part
                await part.skip()


async def close_stream(stream: AsyncIterable[bytes]) -> None:
    """Close a stream that can be closed: a generator that is left half read would be ended by a stray task."""
    close = getattr(stream, "aclose", None)
    if close is not None:
        await close()


async def _read_events(reader: MultipartReader, stream: AsyncIterable[bytes]) -> AsyncGenerator[Event]:
    try:
        async for chunk in stream:
            for event in reader.feed(chunk):
                yield event
        reader.close()
    finally:
        await close_stream(stream)


def _reason(error: Exception) -> str:
    return f"its multipart data is invalid ({str(error).rstrip('.')})"
