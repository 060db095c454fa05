"""Forms: what a client entered, and the files it chose.

Spec: WHATWG URL, 5.1 (urlencoded); RFC 7578 (multipart)
"""

from collections.abc import AsyncIterable, Awaitable
from urllib.parse import unquote_to_bytes

from faster_core.charset import decode_text, find_charset
from faster_core.concurrency import run_in_exit_threadpool
from faster_core.datastructures import FormData
from faster_core.exceptions import HTTPException
from faster_core.header import parse_options
from faster_core.limits import Limits
from faster_core.multipart import (
    END,
    Event,
    MultipartReader,
    Part,
    PartHead,
    close_stream,
    find_part_charset,
    read_parts,
    require_multipart,
)
from faster_core.upload import SPOOL_SIZE, UploadFile, fill, open_upload, roll_over

__all__ = ["FormData", "Part", "UploadFile", "read_form", "read_parts", "require_multipart"]

_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"

_BATCH = 256 * 1024
"""Bytes of a file on the disk that are written at once: each time is a turn in a thread."""

_LEAST = 1024
"""What a piece of a file counts for at least: each is an object, and there may be many short ones."""

_SMALL = 64 * 1024
"""Bytes of a file that is worth no file descriptor, however full the memory is."""


async def read_form(content_type: str, stream: AsyncIterable[bytes], limits: Limits) -> FormData:
    """Return the fields and files of a body.

    Files longer than a mebibyte are on disk. Whoever gets the result closes its files; after an error, a disconnect
    or a cancellation there is none left to close. An input in which no file was chosen (no name, no content) is not in
    the result.

    Args:
        content_type: The value of the Content-Type header, or an empty text. A body that is no form has no fields.
        stream: The body.
        limits: What the body may have.

    Returns:
        Every name with its values in the order they came: text, or an `UploadFile` at its start.

    Raises:
        HTTPException: 413, for too long a body; 400, for one that is malformed or goes over another limit.
        ClientDisconnect: When the stream raises it.
    """
    media_type, parameters = parse_options(content_type)
    if media_type == _URLENCODED:
        return await _UrlencodedForm(parameters, limits).read(stream)
    if media_type == _MULTIPART:
        return await _MultipartForm(parameters, limits).read(stream)
    return FormData()


class _UrlencodedForm:
    """A urlencoded body: `name=value&name=value`."""

    def __init__(self, parameters: dict[str, str], limits: Limits) -> None:
        self._charset = find_charset(parameters.get("charset", ""))
        self._limits = limits
        self._name = bytearray()
        self._value = bytearray()
        self._items: list[tuple[str, str | UploadFile]] = []

    async def read(self, stream: AsyncIterable[bytes]) -> FormData:
        parser = require_multipart().QuerystringParser(
            {
                "on_field_name": self._extend_name,
                "on_field_data": self._extend_value,
                "on_field_end": self._end_field,
            }
        )
        received = 0
        try:
            async for chunk in stream:
                received += len(chunk)
                if received > self._limits.max_body_size:
                    raise HTTPException(413, "Content Too Large")
                parser.write(chunk)
        finally:
            await close_stream(stream)
        parser.finalize()
        return FormData(self._items)

    def _extend_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        self._check_size()

    def _extend_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._check_size()

    def _check_size(self) -> None:
        if len(self._name) + len(self._value) > self._limits.max_part_size:
            raise HTTPException(400, f"Field exceeded maximum size of {self._limits.max_part_size} bytes.")

    def _end_field(self) -> None:
        if len(self._items) >= self._limits.max_fields:
            raise HTTPException(400, f"Too many fields. Maximum number of fields is {self._limits.max_fields}.")
        self._items.append((self._decode(self._name, "a field's name"), self._decode(self._value, "a field's value")))
        self._name.clear()
        self._value.clear()

    def _decode(self, text: bytearray, noun: str) -> str:
        if b"+" in text:
            text = text.replace(b"+", b" ")
        data = unquote_to_bytes(bytes(text)) if b"%" in text else text
        return decode_text(data, self._charset, noun)


class _MultipartForm:
    """A multipart body whose fields are kept in memory, and whose files are spooled to disk."""

    def __init__(self, parameters: dict[str, str], limits: Limits) -> None:
        self._reader = MultipartReader(parameters, limits)
        self._head: PartHead | None = None
        self._field = bytearray()
        self._limits = limits
        self._held = self._spooled = 0
        # Pieces of a file that wait to be put into it, and how many bytes more may wait.
        self._pieces: list[bytes] = []
        self._room = 0
        self._upload: UploadFile | None = None
        self._uploads: list[UploadFile] = []
        self._items: list[tuple[str, str | UploadFile]] = []

    async def read(self, stream: AsyncIterable[bytes]) -> FormData:
        try:
            try:
                async for chunk in stream:
                    for event in self._reader.feed(chunk):
                        waiting = self._take(event)
                        if waiting is not None:
                            await waiting
                self._reader.close()
            finally:
                await close_stream(stream)
        except BaseException:
            await _discard(self._uploads)
            raise
        return FormData(self._items)

    def _take(self, event: Event) -> Awaitable[None] | None:
        """Take one event, and return what is left to wait for: a file on the disk."""
        if isinstance(event, bytes):
            upload, length = self._upload, len(event)
            if upload is None:
                self._hold(length)
                self._field += event
            elif length <= self._room:
                self._room -= max(length, _LEAST)
                self._pieces.append(event)
            else:
                return self._write(upload, event)
        elif event is END:
            return self._end_part()
        else:
            self._hold(event.size)
            self._head = event
            if event.filename is not None:
                self._upload = open_upload(event.filename, event.content_type, event.raw_headers)
                self._uploads.append(self._upload)
                self._room = min(SPOOL_SIZE, self._limits.max_body_size - self._spooled)
        return None

    def _hold(self, size: int) -> None:
        """Count what stays in memory whatever happens: fields, and the heads of files."""
        self._held += size
        if self._held > self._limits.max_body_size:
            raise HTTPException(413, "Content Too Large")

    def _join(self) -> bytes:
        """Return what waits, and let nothing more wait."""
        self._room = 0
        content = b"".join(self._pieces)
        self._pieces.clear()
        return content

    def _settle(self, upload: UploadFile) -> None:
        """Put the beginning of a file, and perhaps all of it, into it."""
        content = self._join()
        if content:
            self._spooled += len(content)
            fill(upload, content)

    async def _write(self, upload: UploadFile, data: bytes) -> None:
        """Write to a file, and move it to the disk early when many short files together fill the memory."""
        if not upload.in_memory:
            self._pieces.append(data)
            await upload.write(self._join())
            self._room = _BATCH
            return
        self._settle(upload)
        await upload.write(data)
        size = upload.size or 0
        self._spooled += len(data)
        if upload.in_memory and size > _SMALL and self._spooled > self._limits.max_body_size:
            await roll_over(upload)
        if not upload.in_memory:
            self._spooled -= size
            self._room = _BATCH

    async def _end_on_disk(self, upload: UploadFile) -> None:
        if self._pieces:
            await upload.write(self._join())
        await upload.seek(0)

    def _end_part(self) -> Awaitable[None] | None:
        head, upload = self._head, self._upload
        self._head = self._upload = None
        assert head is not None, "a part ends after its head"
        if upload is None:
            charset = self._reader.charset
            if head.content_type is not None:
                charset = find_part_charset(head.content_type, charset)
            self._items.append((head.name, decode_text(self._field, charset, "a field's value")))
            self._field.clear()
            return None
        if not upload.in_memory:
            self._items.append((head.name, upload))
            return self._end_on_disk(upload)
        self._settle(upload)
        if head.filename or upload.size:
            self._items.append((head.name, upload))
            upload.file.seek(0)
            return None
        # Browsers send this for a file input in which nothing was chosen.
        return upload.close()


async def _discard(uploads: list[UploadFile]) -> None:
    """Close files, those on disk in a thread: giving back the blocks of a long one takes time."""
    on_disk = []
    for upload in uploads:
        if upload.in_memory:
            upload.file.close()
        else:
            on_disk.append(upload.file)
    if on_disk:
        await run_in_exit_threadpool(lambda: [file.close() for file in on_disk])
