"""Uploaded files: what they say about themselves, and where their bytes are."""

import asyncio
import io
import threading
from tempfile import SpooledTemporaryFile
from typing import Any

import pytest

from faster_core.datastructures import Headers
from faster_core.encoding import jsonable_encoder
from faster_core.upload import SPOOL_SIZE, SpooledFile, UploadFile, fill, open_upload, roll_over


def test_an_upload_says_what_the_client_said() -> None:
    upload = UploadFile(
        io.BytesIO(b"a,b"), filename="table.csv", size=3, headers=Headers({"content-type": "text/csv", "x-part": "1"})
    )
    assert (upload.filename, upload.content_type, upload.size) == ("table.csv", "text/csv", 3)
    assert upload.headers["x-part"] == "1"
    assert repr(upload) == "UploadFile(filename='table.csv', size=3, content_type='text/csv')"


def test_a_content_type_of_its_own_goes_before_the_headers() -> None:
    headers = Headers({"content-type": "text/csv"})
    assert UploadFile(io.BytesIO(), content_type="text/plain", headers=headers).content_type == "text/plain"
    assert UploadFile(io.BytesIO()).content_type is None


def test_read_write_seek_and_iterate_in_memory() -> None:
    async def use() -> None:
        upload = open_upload("notes.txt")
        await upload.write(b"one ")
        await upload.write(b"two")
        assert upload.size == 7
        await upload.seek(0)
        assert await upload.read(3) == b"one"
        assert await upload.read() == b" two"
        assert await upload.read() == b""
        await upload.seek(-3, 2)
        assert await upload.read() == b"two"
        await upload.seek(1)
        await upload.write(b"XX")
        assert upload.size == 7
        await upload.seek(0)
        assert [chunk async for chunk in upload] == [b"oXX two"]
        assert upload.in_memory
        await upload.close()
        await upload.close()
        assert upload.file.closed

    asyncio.run(use())


class Recorder(SpooledFile):
    """A spooled file that remembers which thread used it."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[tuple[str, bool]] = []

    def _note(self, what: Any) -> None:
        self.threads.append((what, threading.current_thread() is threading.main_thread()))

    def rollover(self) -> None:
        self._note("rollover")
        super().rollover()

    def read(self, *args: Any) -> Any:
        self._note("read")
        return super().read(*args)

    def write(self, data: Any) -> Any:
        self._note("write")
        return super().write(data)

    def seek(self, *args: Any) -> Any:
        self._note("seek")
        return super().seek(*args)

    def close(self) -> None:
        self._note("close")
        super().close()


def test_what_touches_the_disk_runs_in_a_thread_and_the_rest_does_not() -> None:
    async def use() -> None:
        file = Recorder()
        upload = UploadFile(file, size=0)
        await upload.write(b"x" * SPOOL_SIZE)
        await upload.seek(0)
        await upload.read(1)
        await upload.seek(0, 2)
        assert file.threads == [("write", True), ("seek", True), ("read", True), ("seek", True)]
        file.threads.clear()

        await upload.write(b"y")
        assert not upload.in_memory
        await upload.seek(SPOOL_SIZE - 1)
        assert await upload.read() == b"xy"
        await upload.close()
        assert file.threads == [
            ("write", False),
            ("rollover", False),
            ("seek", False),
            ("read", False),
            ("close", False),
        ]
        assert upload.size == SPOOL_SIZE + 1

    asyncio.run(use())


def test_a_file_of_unknown_kind_is_used_in_a_thread() -> None:
    async def use() -> None:
        with SpooledTemporaryFile(max_size=10) as file:
            upload = UploadFile(file)
            await upload.write(b"abc")
            assert upload.size is None
            assert not upload.in_memory
            await upload.seek(0)
            assert await upload.read() == b"abc"

    asyncio.run(use())


def test_rolling_over_keeps_content_and_place() -> None:
    async def use() -> None:
        upload = open_upload("a")
        await upload.write(b"abc")
        await upload.seek(1)
        await roll_over(upload)
        assert not upload.in_memory
        assert await upload.read() == b"bc"
        await upload.close()

        plain = UploadFile(io.BytesIO(b"abc"))
        await roll_over(plain)
        assert plain.in_memory

    asyncio.run(use())


def test_what_an_upload_is_filled_with_is_not_copied() -> None:
    async def use() -> None:
        upload, content = open_upload("a"), b"x" * 1000
        fill(upload, content)
        assert (upload.size, upload.in_memory, await upload.read()) == (1000, True, b"")
        await upload.seek(0)
        assert await upload.read() is content
        await upload.write(b"y" * SPOOL_SIZE)
        assert (upload.size, upload.in_memory) == (1000 + SPOOL_SIZE, False)
        await upload.seek(999)
        assert await upload.read(2) == b"xy"
        await upload.close()

    asyncio.run(use())


def test_a_closed_upload_cannot_be_read() -> None:
    async def use() -> None:
        upload = open_upload("a")
        await upload.close()
        with pytest.raises(ValueError, match="closed file"):
            await upload.read()

    asyncio.run(use())


def test_a_field_of_a_pydantic_model() -> None:
    pydantic = pytest.importorskip("pydantic")

    class Photo(pydantic.BaseModel):  # type: ignore[misc,name-defined]
        title: str
        image: UploadFile
        others: list[UploadFile] = []

    upload = UploadFile(io.BytesIO(b"x"), filename="x.png")
    assert Photo(title="x", image=upload, others=[upload]).others == [upload]
    with pytest.raises(pydantic.ValidationError, match="instance of UploadFile"):
        Photo(title="x", image="x.png")
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    properties = Photo.model_json_schema()["properties"]
    assert (properties["image"], properties["others"]["items"]) == ({**file, "title": "Image"}, file)


def test_it_is_no_json() -> None:
    with pytest.raises(ValueError, match="A file cannot be written as JSON"):
        jsonable_encoder(UploadFile(io.BytesIO(b"x")))
