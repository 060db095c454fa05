"""Files that a client uploaded."""

from collections.abc import AsyncIterator
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from faster_core.concurrency import run_in_exit_threadpool, run_in_threadpool
from faster_core.datastructures import Headers
from faster_core.header import RawHeaders

__all__ = ["SPOOL_SIZE", "SpooledFile", "UploadFile", "fill", "open_upload", "roll_over"]

SPOOL_SIZE = 1024 * 1024
"""Bytes of one file that are kept in memory; a longer file moves to the disk."""

_CHUNK_SIZE = 256 * 1024


class SpooledFile(SpooledTemporaryFile[bytes]):
    """A file that is in memory up to `SPOOL_SIZE` bytes and on disk, without a name, from there on.

    Attributes:
        in_memory: Whether no operation on it can touch the disk, but a write that makes it too long.
    """

    in_memory: bool = True

    def __init__(self) -> None:
        super().__init__(max_size=SPOOL_SIZE)

    def fill(self, content: bytes) -> None:
        """Take bytes for the content of an empty file, without copying them; the place is at their end.

        Args:
            content: No more than `SPOOL_SIZE` bytes.
        """
        self._file = BytesIO(content)
        self._file.seek(len(content))

    def rollover(self) -> None:
        """Move the content to the disk."""
        super().rollover()
        self.in_memory = False


class UploadFile:
    """A file that a client uploaded: what it says about itself, and its bytes.

    Nothing here blocks the event loop: what could touch the disk runs in a thread.

    Args:
        file: The content, open for reading, at its start.
        filename: The name that the client gave; nothing about it can be trusted, not even that it is only a name.
        content_type: The media type that the client gave; the default is that of `headers`.
        size: Bytes in the file; None when that is not known.
        headers: The header lines of the part of the form.

    Attributes:
        file: The content, for a synchronous function to read.

    Example:
        >>> import asyncio, io
        >>> upload = UploadFile(io.BytesIO(b"a,b"), filename="table.csv", content_type="text/csv")
        >>> asyncio.run(upload.read())
        b'a,b'

    Spec: RFC 7578, 4.2
    """

    __slots__ = ("__weakref__", "content_type", "file", "filename", "headers", "size")

    def __init__(
        self,
        file: IO[bytes],
        *,
        filename: str | None = None,
        content_type: str | None = None,
        size: int | None = None,
        headers: Headers | None = None,
    ) -> None:
        self.file: IO[bytes] = file
        self.filename: str | None = filename
        self.headers: Headers = Headers() if headers is None else headers
        self.content_type: str | None = content_type if content_type is not None else self.headers.get("content-type")
        self.size = size

    @property
    def in_memory(self) -> bool:
        """Whether reading it cannot touch the disk."""
        return isinstance(self.file, BytesIO) or getattr(self.file, "in_memory", False) is True

    async def read(self, size: int = -1) -> bytes:
        """Return the next bytes, empty at the end.

        Args:
            size: The number of bytes at most; negative for all that follow.
        """
        if self.in_memory:
            return self.file.read(size)
        return await run_in_threadpool(self.file.read, size)

    async def write(self, data: bytes) -> None:
        """Write at the current place.

        Args:
            data: The bytes.
        """
        if self.in_memory and self.file.tell() + len(data) <= SPOOL_SIZE:
            end = self._write(data)
        else:
            end = await run_in_threadpool(self._write, data)
        if self.size is not None:
            self.size = max(self.size, end)

    async def seek(self, offset: int, whence: int = 0) -> None:
        """Go to another place.

        Args:
            offset: A number of bytes.
            whence: What it counts from: 0 the start, 1 the current place, 2 the end.
        """
        if self.in_memory:
            self.file.seek(offset, whence)
        else:
            await run_in_threadpool(self.file.seek, offset, whence)

    async def close(self) -> None:
        """Close the file, which removes it from the disk. Closing it again does nothing."""
        if self.in_memory:
            self.file.close()
        else:
            await run_in_exit_threadpool(self.file.close)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the rest of the file, a few hundred kilobytes at a time."""
        while chunk := await self.read(_CHUNK_SIZE):
            yield chunk

    def __repr__(self) -> str:
        return f"UploadFile(filename={self.filename!r}, size={self.size!r}, content_type={self.content_type!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> dict[str, Any]:
        """Tell pydantic, where it is installed, that a field of a model for forms is such a file."""
        return {"type": "is-instance", "cls": cls}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        """Tell pydantic what the document says of it."""
        return {"type": "string", "contentMediaType": "application/octet-stream"}

    def _write(self, data: bytes) -> int:
        self.file.write(data)
        return self.file.tell()


def open_upload(filename: str, content_type: str | None = None, raw_headers: RawHeaders | None = None) -> UploadFile:
    """Return an empty upload that can be written to, spooled.

    Args:
        filename: The name that the client gave.
        content_type: The media type that the client gave; None for none.
        raw_headers: The header lines of its part.
    """
    headers = Headers(raw=raw_headers or [])
    return UploadFile(SpooledFile(), filename=filename, content_type=content_type, size=0, headers=headers)


def fill(upload: UploadFile, content: bytes) -> None:
    """Give an empty, spooled upload its content, without copying it; the place is at its end.

    Args:
        upload: What `open_upload` returned.
        content: No more than `SPOOL_SIZE` bytes.
    """
    assert isinstance(upload.file, SpooledFile), "only what is spooled is filled"
    upload.file.fill(content)
    upload.size = len(content)


async def roll_over(upload: UploadFile) -> None:
    """Move a spooled upload to the disk."""
    if isinstance(upload.file, SpooledFile):
        await run_in_threadpool(upload.file.rollover)
