"""Files as responses: whole, in parts, or not at all when the client has them already.

A file is opened once, in a thread, and everything that is said about it is read from what was opened: what is sent is
what the headers describe, whatever happens to the name meanwhile. A short file is read and closed in the same visit to
the thread; a long one is read piece by piece, while the client is there.

Spec: RFC 9110, 13 to 15
"""

import mimetypes
import os
import stat
from collections.abc import AsyncIterator, Mapping
from io import FileIO
from pathlib import PurePath
from secrets import token_hex
from typing import NamedTuple

from faster_core.background import BackgroundTask
from faster_core.concurrency import run_in_exit_threadpool, run_in_threadpool
from faster_core.datastructures import Headers
from faster_core.header import RawHeaders, content_disposition, encode_header
from faster_core.ranges import MAX_RANGES, MalformedRange, Span, parse_range
from faster_core.response import Response, StreamingResponse
from faster_core.types import Receive, Scope, Send
from faster_core.validators import allows_range, format_date, is_not_modified, make_etag

__all__ = ["FileResponse", "PathLike", "guess_media_type", "open_regular"]

PathLike = str | os.PathLike[str]

# What the web is made of and some systems have no name for.
_WEB_TYPES = {
    ".avif": "image/avif",
    ".ico": "image/vnd.microsoft.icon",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}

# A compressed file is what it is: calling it by what is inside would have browsers show the compressed bytes.
_COMPRESSED_TYPES = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}

# What 304 leaves out: the client has it, with the content. Spec: RFC 9110, 15.4.5
_OF_THE_CONTENT = frozenset(
    [b"content-disposition", b"content-encoding", b"content-language", b"content-length", b"content-type"]
)

_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

_Segment = bytes | Span


def guess_media_type(name: PathLike) -> str:
    """Return the media type that the ending of a name stands for.

    Example:
        >>> guess_media_type("app.js.map"), guess_media_type("data.tar.gz"), guess_media_type("LICENSE")
        ('application/json', 'application/gzip', 'application/octet-stream')
    """
    media_type, encoding = mimetypes.guess_type(PurePath(name).name)
    if encoding is not None:
        return _COMPRESSED_TYPES.get(encoding, "application/octet-stream")
    return media_type or _WEB_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")


def open_regular(path: PathLike) -> tuple[FileIO, os.stat_result]:
    """Return a file, open for reading, and its status. Blocks.

    Raises:
        OSError: When there is no such file, or it cannot be read.
        IsADirectoryError: For what is no regular file: a directory, a device, a pipe. None of them is opened to wait.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise IsADirectoryError(f"File at path {os.fspath(path)} is not a regular file.")
    file = FileIO(os.open(path, os.O_RDONLY | _NO_WAITING))
    info = os.fstat(file.fileno())
    if not stat.S_ISREG(info.st_mode):
        file.close()
        raise IsADirectoryError(f"File at path {os.fspath(path)} is not a regular file.")
    return file, info


class _Answer(NamedTuple):
    """What is sent: a status, header fields, and the content as pieces: bytes as they are, or spans of the file."""

    status: int
    headers: RawHeaders
    segments: list[_Segment]
    size: int


class FileResponse(Response):
    """A file, with everything that saves sending it twice: ETag, Last-Modified, 304, ranges.

    It stops as soon as the client goes away. Nothing of it blocks the event loop.

    Args:
        path: Where the file is.
        status_code: The status. With another one than 200 the file is always sent whole.
        headers: Header fields. Those given go before those made here: ETag, Last-Modified, Content-Disposition …
        media_type: The media type; None for what the ending of the name stands for.
        background: What to call after the response is sent.
        filename: The name offered for saving; None for none.
        stat_result: The status of the file, for headers that can be read before it is sent.
        method: The method to answer, `HEAD` for no body; None for that of the request.
        content_disposition_type: With a `filename`: `attachment` (saved by a browser) or `inline` (shown).
        variant: What tells this form of a file from its others, for the ETag: the name of a compression.

    Raises:
        FileNotFoundError: When it is sent and there is no file.
        IsADirectoryError: When it is sent and there is no regular file.
        RuntimeError: When the file gets shorter while it is sent.

    Spec: RFC 9110, 14; RFC 6266
    """

    chunk_size = 64 * 1024
    max_ranges = MAX_RANGES

    def __init__(
        self,
        path: PathLike,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
        filename: str | None = None,
        stat_result: os.stat_result | None = None,
        method: str | None = None,
        content_disposition_type: str = "attachment",
        variant: str = "",
    ) -> None:
        self.path = path
        self.status_code = status_code
        self.media_type: str | None = media_type or guess_media_type(filename or path)
        self.background = background
        self.filename = filename
        self.stat_result = stat_result
        self.method = method
        self.variant = variant
        self.init_headers(headers)
        self.headers.setdefault("accept-ranges", "bytes")
        if filename is not None:
            self.headers.setdefault("content-disposition", content_disposition(content_disposition_type, filename))
        self._derived: RawHeaders = []
        if stat_result is not None:
            self._derived = self._describe(stat_result)
            self.raw_headers: RawHeaders = self._with_description(stat_result)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, what was asked of it, or that the client has it, then run the background tasks."""
        transfer = _Transfer(self, scope)
        try:
            await run_in_threadpool(transfer.open)
            await self._send(transfer, scope, receive, send)
        finally:
            await transfer.close()
        if self.background is not None:
            await self._run_background(scope)

    async def _send(self, transfer: "_Transfer", scope: Scope, receive: Receive, send: Send) -> None:
        answer = transfer.answer
        if transfer.path is not None:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            await send({"type": "http.response.pathsend", "path": transfer.path})
            return
        response: Response
        if transfer.body is not None:
            response = Response(transfer.body, answer.status)
        else:
            response = StreamingResponse(transfer.read(), answer.status)
        response.raw_headers = answer.headers
        await response(scope if self.method is None else {**scope, "method": self.method}, receive, send)

    def answer(self, info: os.stat_result, method: str, request: Headers) -> _Answer:
        """Return what a request is answered, without reading a byte of the file.

        Args:
            info: The status of the file.
            method: The method of the request.
            request: Its headers.
        """
        headers = self._with_description(info)
        whole = _Answer(self.status_code, _with_length(headers, info.st_size), [Span(0, info.st_size)], info.st_size)
        if self.status_code != 200 or method not in {"GET", "HEAD"}:
            return whole
        sent = Headers(raw=headers)
        validators = {"etag": sent["etag"], "last_modified": sent["last-modified"]}
        if is_not_modified(_join(request, "if-none-match"), request.get("if-modified-since"), **validators):
            return _Answer(304, [field for field in headers if field[0] not in _OF_THE_CONTENT], [], 0)
        asked, if_range = _join(request, "range"), request.get("if-range")
        if asked is None or method == "HEAD" or not (if_range is None or allows_range(if_range, **validators)):
            return whole
        try:
            spans = parse_range(asked, info.st_size, self.max_ranges)
        except MalformedRange as error:
            return _plain(400, str(error))
        return whole if spans is None else _in_parts(spans, headers, info.st_size)

    def _describe(self, info: os.stat_result) -> RawHeaders:
        return [
            (b"content-length", str(info.st_size).encode()),
            (b"last-modified", format_date(int(info.st_mtime)).encode()),
            (b"etag", make_etag(info, self.variant).encode()),
        ]

    def _with_description(self, info: os.stat_result) -> RawHeaders:
        """Return the headers with those that the file's status gives; what a former status gave has no say."""
        headers = [field for field in self.raw_headers if field not in self._derived]
        names = {name for name, _ in headers}
        return headers + [field for field in self._describe(info) if field[0] not in names]


class _Transfer:
    """One file on its way to one client."""

    def __init__(self, response: FileResponse, scope: Scope) -> None:
        self._response = response
        self._request = Headers(raw=scope.get("headers", []))
        self._is_http = scope["type"] == "http"
        self._method: str = response.method or scope.get("method", "GET")
        self._offers_path = self._is_http and "http.response.pathsend" in (scope.get("extensions") or {})
        self._file: FileIO | None = None
        self.answer: _Answer
        self.body: bytes | None = None
        self.path: str | None = None

    def open(self) -> None:
        """Open the file, decide what is sent, and read it when it is short. Blocks."""
        self._file, info = open_regular(self._response.path)
        answer = self.answer = self._response.answer(info, self._method if self._is_http else "", self._request)
        is_whole = answer.status == self._response.status_code
        if self._method == "HEAD":
            self.body = b""
        elif self._offers_path and is_whole:
            self.path = os.path.abspath(self._response.path)
        elif answer.size <= self._response.chunk_size:
            self.body = b"".join(
                segment if isinstance(segment, bytes) else self._read(segment.start, segment.end)
                for segment in answer.segments
            )
        else:
            return
        self._file.close()

    async def read(self) -> AsyncIterator[bytes]:
        """Iterate over the content."""
        for segment in self.answer.segments:
            if isinstance(segment, bytes):
                yield segment
                continue
            start = segment.start
            while start < segment.end:
                end = min(start + self._response.chunk_size, segment.end)
                yield await run_in_threadpool(self._read, start, end)
                start = end

    async def close(self) -> None:
        """Close the file, if it is open."""
        if self._file is not None and not self._file.closed:
            await run_in_exit_threadpool(self._file.close)

    def _read(self, start: int, end: int) -> bytes:
        file = self._file
        assert file is not None
        file.seek(start)
        content = file.read(end - start) or b""
        while len(content) < end - start:
            more = file.read(end - start - len(content))
            if not more:
                raise RuntimeError(f"File at path {os.fspath(self._response.path)} got shorter while it was sent.")
            content += more
        return content


def _in_parts(spans: list[Span], headers: RawHeaders, size: int) -> _Answer:
    if not spans:
        return _plain(416, "", (b"content-range", f"bytes */{size}".encode()))
    if len(spans) == 1:
        span = spans[0]
        length = span.end - span.start
        content_range = (b"content-range", _content_range(span, size))
        return _Answer(206, [*_with_length(headers, length), content_range], [span], length)
    boundary = token_hex(16)
    media_type = next((value for name, value in headers if name == b"content-type"), b"application/octet-stream")
    segments: list[_Segment] = []
    length = 0
    for span in spans:
        delimiter = f"\r\n--{boundary}" if segments else f"--{boundary}"
        place = b"Content-Range: " + _content_range(span, size)
        head = b"\r\n".join([delimiter.encode(), b"Content-Type: " + media_type, place, b"\r\n"])
        segments += [head, span]
        length += len(head) + span.end - span.start
    end = f"\r\n--{boundary}--\r\n".encode()
    fields = [field for field in _with_length(headers, length + len(end)) if field[0] != b"content-type"]
    fields.append(encode_header("content-type", f"multipart/byteranges; boundary={boundary}"))
    return _Answer(206, fields, [*segments, end], length + len(end))


def _plain(status: int, text: str, *headers: tuple[bytes, bytes]) -> _Answer:
    body = text.encode()
    fields = [(b"content-type", b"text/plain; charset=utf-8"), *headers]
    return _Answer(status, _with_length(fields, len(body)), [body] if body else [], len(body))


def _content_range(span: Span, size: int) -> bytes:
    return f"bytes {span.start}-{span.end - 1}/{size}".encode()


def _with_length(headers: RawHeaders, size: int) -> RawHeaders:
    return [*(field for field in headers if field[0] != b"content-length"), (b"content-length", str(size).encode())]


def _join(request: Headers, name: str) -> str | None:
    """Return a list header that may come in several lines, as one."""
    values = request.getlist(name)
    return ", ".join(values) if values else None
