"""Forms: fields, files, limits, and nothing left behind."""

import asyncio
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from faster_core import multipart
from faster_core.exceptions import ClientDisconnect, HTTPException
from faster_core.forms import Part, UploadFile, read_form, read_parts, require_multipart
from faster_core.limits import Limits
from faster_core.upload import SPOOL_SIZE, SpooledFile
from tests.growth import check_growth

pytest.importorskip("python_multipart")

MULTIPART = "multipart/form-data; boundary=b"
URLENCODED = "application/x-www-form-urlencoded"


async def chunks(data: Any, size: Any = None, error: Any = None) -> AsyncIterator[Any]:
    for start in range(0, len(data), size or len(data) or 1):
        yield data[start : start + (size or len(data))]
    if error is not None:
        raise error


def read(data: Any, content_type: str = URLENCODED, size: Any = None, limits: Any = None) -> Any:
    return asyncio.run(read_form(content_type, chunks(data, size), limits or Limits()))


def refusal(*args: Any, **kwargs: Any) -> Any:
    with pytest.raises(HTTPException) as caught:
        read(*args, **kwargs)
    return caught.value.status_code, caught.value.detail


def field(name: Any = b"a", value: Any = b"1", extra: Any = b"") -> Any:
    return b'--b\r\nContent-Disposition: form-data; name="' + name + b'"\r\n' + extra + b"\r\n" + value + b"\r\n"


def file(name: Any = b"f", filename: Any = b"f.txt", value: Any = b"1", extra: Any = b"") -> Any:
    return field(name + b'"; filename="' + filename, value, extra)


@pytest.fixture
def spooled(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Every spooled file that was opened."""
    opened = []

    class Watched(SpooledFile):
        def __init__(self) -> None:
            super().__init__()
            opened.append(self)

    monkeypatch.setattr("faster_core.upload.SpooledFile", Watched)
    return opened


@pytest.mark.parametrize("size", [None, 1, 2, 5])
@pytest.mark.parametrize(
    "body, items",
    [
        (b"", []),
        (b"a=1", [("a", "1")]),
        (b"a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
        (b"a=1&&b=2&", [("a", "1"), ("b", "2")]),
        (b"&a=1", [("a", "1")]),
        (b"a", [("a", "")]),
        (b"a=", [("a", "")]),
        (b"a&b=1", [("a", ""), ("b", "1")]),
        (b"=1", [("", "1")]),
        (b"a=b=c", [("a", "b=c")]),
        (b"a=1;b=2", [("a", "1;b=2")]),
        (b"full+name=Ada+L%2Bovelace", [("full name", "Ada L+ovelace")]),
        (b"%61%5B%5D=%26%3d", [("a[]", "&=")]),
        (b"a=%C3%A9&b=\xc3\xa9", [("a", "é"), ("b", "é")]),
        (b"a=%F0%9F%92%A9", [("a", "💩")]),
        (b"a=100%&b=%zz&c=%4", [("a", "100%"), ("b", "%zz"), ("c", "%4")]),
        (b"a=%00", [("a", "\0")]),
    ],
)
def test_urlencoded_fields(body: Any, items: Any, size: Any) -> None:
    assert read(body, size=size).multi_items() == items


def test_a_urlencoded_form_may_name_its_charset() -> None:
    assert read(b"a=%E9&b=\xe9", f"{URLENCODED}; charset=ISO-8859-1").multi_items() == [("a", "é"), ("b", "é")]


@pytest.mark.parametrize(
    "body, content_type, limits, expected",
    [
        (b"a=%FF", URLENCODED, None, (400, "There was an error parsing the body: a field's value is not utf-8 text.")),
        (
            b"%ED%A0%80=1",
            URLENCODED,
            None,
            (400, "There was an error parsing the body: a field's name is not utf-8 text."),
        ),
        (
            b"a=1",
            f"{URLENCODED}; charset=klingon",
            None,
            (400, "There was an error parsing the body: its charset is not supported."),
        ),
        (b"a=1&b=2&c=3", URLENCODED, Limits(max_fields=2), (400, "Too many fields. Maximum number of fields is 2.")),
        (b"a=12345", URLENCODED, Limits(max_part_size=5), (400, "Field exceeded maximum size of 5 bytes.")),
        (b"abcdef", URLENCODED, Limits(max_part_size=5), (400, "Field exceeded maximum size of 5 bytes.")),
        (b"a=1&b=2", URLENCODED, Limits(max_body_size=6), (413, "Content Too Large")),
        (b"&" * 100, URLENCODED, Limits(max_body_size=6), (413, "Content Too Large")),
    ],
)
@pytest.mark.parametrize("size", [None, 1])
def test_urlencoded_forms_that_are_refused(body: Any, content_type: str, limits: Any, expected: Any, size: Any) -> None:
    assert refusal(body, content_type, size, limits) == expected


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/json", "multipart/mixed; boundary=b", "\u20ac"]
)
def test_a_body_that_is_no_form_has_no_fields_and_is_not_read(content_type: str) -> None:
    async def run() -> Any:
        stream = chunks(b"a=1")
        form = await read_form(content_type, stream, Limits())
        return form, [chunk async for chunk in stream]

    form, rest = asyncio.run(run())
    assert form.multi_items() == []
    assert rest == [b"a=1"]


@pytest.mark.parametrize("size", [None, 1, 3, 50])
def test_multipart_fields_and_files_keep_their_order(size: Any) -> None:
    body = (
        field(b"tag", b"x")
        + file(b"doc", b"a.txt", b"first", b"Content-Type: text/plain\r\nX-Part: 7\r\n")
        + field(b"tag", "é€".encode())
        + file(b"doc", b"b.bin", b"")
        + b"--b--\r\n"
    )

    async def run() -> None:
        form = await read_form("Multipart/Form-Data; Boundary=b", chunks(body, size), Limits())
        assert form.getlist("tag") == ["x", "é€"]
        first, second = form.getlist("doc")
        assert isinstance(first, UploadFile)
        assert isinstance(second, UploadFile)
        assert (first.filename, first.content_type, first.size) == ("a.txt", "text/plain", 5)
        assert first.headers["x-part"] == "7"
        assert await first.read() == b"first"
        assert (second.filename, second.content_type, second.size) == ("b.bin", None, 0)
        assert [name for name, _ in form.multi_items()] == ["tag", "doc", "tag", "doc"]
        await form.close()
        assert first.file.closed
        assert second.file.closed

    asyncio.run(run())


def test_an_input_without_a_file_is_absent(spooled: Any) -> None:
    body = file(filename=b"", value=b"", extra=b"Content-Type: application/octet-stream\r\n") + field() + b"--b--"
    assert read(body, MULTIPART).multi_items() == [("a", "1")]
    assert [temporary.closed for temporary in spooled] == [True]


def test_content_without_a_name_and_a_name_without_content_are_files() -> None:
    form = read(file(filename=b"", value=b"x") + file(filename=b"empty", value=b"") + b"--b--", MULTIPART)
    assert [upload.size for upload in form.getlist("f")] == [1, 0]
    asyncio.run(form.close())


def test_fields_may_name_their_charset() -> None:
    body = field(value=b"\x80", extra=b"Content-Type: text/plain; charset=windows-1252\r\n") + b"--b--"
    assert read(body, MULTIPART)["a"] == "€"


def test_a_long_file_goes_to_the_disk_and_a_short_one_does_not() -> None:
    long = bytes(range(256)) * (SPOOL_SIZE // 256) + b"!"

    async def run() -> None:
        form = await read_form(
            MULTIPART, chunks(file(value=long) + file(b"g", value=long[:-1]) + b"--b--", 65536), Limits()
        )
        upload, short = form["f"], form["g"]
        assert isinstance(upload, UploadFile)
        assert isinstance(short, UploadFile)
        assert not upload.in_memory
        assert short.in_memory
        assert upload.size == len(long)
        assert await upload.read() == long
        await form.close()

    asyncio.run(run())


@pytest.mark.parametrize("size", [2, 1000, 1500, 65536])
def test_a_file_is_whole_however_short_its_pieces_are(size: int) -> None:
    content = bytes(range(256)) * (40 if size == 2 else 4096)

    async def run() -> None:
        form = await read_form(MULTIPART, chunks(file(value=content) + b"--b--", size), Limits())
        upload = form["f"]
        assert isinstance(upload, UploadFile)
        assert (upload.size, upload.in_memory) == (len(content), True)
        assert await upload.read() == content
        await form.close()

    asyncio.run(run())


@pytest.mark.parametrize("size", [None, 1000, 65536])
@pytest.mark.parametrize("more", [1, 65536, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1])
def test_long_files_are_whole_on_the_disk(more: int, size: int | None) -> None:
    contents = [bytes([number]) * SPOOL_SIZE + bytes(range(256)) * 2000 for number in (1, 2)]
    contents = [content[: SPOOL_SIZE + more] for content in contents]
    body = b"".join(file(value=content) for content in contents) + field() + b"--b--"

    async def run() -> None:
        form = await read_form(MULTIPART, chunks(body, size), Limits())
        uploads = form.getlist("f")
        assert len(uploads) == 2
        for upload, content in zip(uploads, contents, strict=True):
            assert isinstance(upload, UploadFile)
            assert (upload.size, upload.in_memory) == (len(content), False)
            assert await upload.read() == content
        assert form["a"] == "1"
        await form.close()

    asyncio.run(run())


def test_many_short_files_do_not_fill_the_memory(spooled: Any) -> None:
    value = b"x" * 70_000
    small = b"y" * 1000
    body = b"".join([file(value=value) * 5, file(value=small) * 3, b"--b--"])

    async def run() -> Any:
        form = await read_form(MULTIPART, chunks(body, 10_000), Limits(max_body_size=200_000))
        assert [len(await upload.read()) for upload in form.getlist("f")] == [70_000] * 5 + [1000] * 3
        in_memory = [temporary.in_memory for temporary in spooled]
        await form.close()
        return in_memory

    assert asyncio.run(run()) == [True, True, False, False, False, True, True, True]


@pytest.mark.parametrize(
    "body, limits, expected",
    [
        (field(value=b"x" * 60) * 2, Limits(max_body_size=150), (413, "Content Too Large")),
        (file(value=b"") * 4, Limits(max_body_size=150), (413, "Content Too Large")),
        (file(value=b"x" * 900), Limits(max_form_size=600), (413, "Content Too Large")),
        (field() * 3, Limits(max_fields=2), (400, "Too many fields. Maximum number of fields is 2.")),
        (file() * 3, Limits(max_files=2), (400, "Too many files. Maximum number of files is 2.")),
        (field(value=b"123456"), Limits(max_part_size=5), (400, "Part exceeded maximum size of 5 bytes.")),
        (field(value=b"\xff"), None, (400, "There was an error parsing the body: a field's value is not utf-8 text.")),
        (file(), None, (400, "There was an error parsing the body: it ends before its closing boundary.")),
    ],
)
@pytest.mark.parametrize("size", [None, 1])
def test_multipart_forms_that_are_refused_leave_no_file(
    body: Any, limits: Any, expected: Any, size: Any, spooled: Any
) -> None:
    body = file(value=b"first") + body
    if "closing" not in expected[1]:
        body += b"--b--"
    assert refusal(body, MULTIPART, size, limits) == expected
    assert size is None or spooled
    assert all(temporary.closed for temporary in spooled)


def test_a_file_may_be_longer_than_a_body_in_memory() -> None:
    form = read(file(value=b"x" * 3000) + b"--b--", MULTIPART, limits=Limits(max_body_size=1000))
    assert form["f"].size == 3000
    asyncio.run(form.close())


@pytest.mark.parametrize("length", [10, SPOOL_SIZE + 10])
def test_a_disconnect_leaves_no_file(length: Any, spooled: Any) -> None:
    with pytest.raises(ClientDisconnect):
        asyncio.run(read_form(MULTIPART, chunks(file(value=b"x" * length), 65536, ClientDisconnect()), Limits()))
    assert [temporary.closed for temporary in spooled] == [True]


@pytest.mark.parametrize("length", [10, SPOOL_SIZE + 10])
def test_a_cancellation_leaves_no_file(length: Any, spooled: Any) -> None:
    closed = []

    async def stream() -> AsyncIterator[Any]:
        try:
            yield file(value=b"x" * length)
            await asyncio.sleep(30)
        finally:
            closed.append(True)

    async def run() -> None:
        task = asyncio.create_task(read_form(MULTIPART, stream(), Limits()))
        while not spooled or spooled[0].in_memory != (length < SPOOL_SIZE):
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert [temporary.closed for temporary in spooled] == [True]
    assert closed == [True]


def test_a_cancellation_while_the_disk_is_written_leaves_no_file(spooled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow_rollover(self: SpooledFile, rollover: Any = SpooledFile.rollover) -> None:
        begun.set()
        go.wait(60)
        rollover(self)

    monkeypatch.setattr(SpooledFile, "rollover", slow_rollover)

    async def run() -> None:
        task = asyncio.create_task(read_form(MULTIPART, chunks(file(value=b"x" * (SPOOL_SIZE + 1))), Limits()))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.sleep(0)
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert [temporary.closed for temporary in spooled] == [True]


def test_an_error_closes_the_stream() -> None:
    closed = []

    async def stream() -> AsyncIterator[Any]:
        try:
            while True:
                yield b"a=1&"
        finally:
            closed.append(True)

    with pytest.raises(HTTPException, match="413"):
        asyncio.run(read_form(URLENCODED, stream(), Limits(max_body_size=10)))
    assert closed == [True]


def test_a_stream_need_not_be_a_generator() -> None:
    class Once:
        def __init__(self) -> None:
            self.left = [b"a=1", b"&b=2"]

        def __aiter__(self) -> Any:
            return self

        async def __anext__(self) -> Any:
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop(0)

    assert asyncio.run(read_form(URLENCODED, Once(), Limits())).multi_items() == [("a", "1"), ("b", "2")]


def test_names_are_those_of_multipart() -> None:
    assert (read_parts, require_multipart, Part) == (
        multipart.read_parts,
        multipart.require_multipart,
        multipart.Part,
    )


@pytest.mark.parametrize(
    "content_type, unit, size",
    [
        (URLENCODED, b"a=1&", 64),
        (URLENCODED, b"a=1&", 1),
        (URLENCODED, b"&", 64),
        (URLENCODED, b"a", 1),
        (URLENCODED, b"=", 64),
        (URLENCODED, b"%41", 7),
        (URLENCODED, b"%", 64),
        (MULTIPART, field(), 64),
        (MULTIPART, file(), 64),
    ],
)
def test_time_is_linear_in_the_number_of_bytes(content_type: str, unit: Any, size: Any) -> None:
    def work(count: int) -> Callable[[], object]:
        body = unit * count + (b"--b--" if content_type == MULTIPART else b"")
        limits = Limits(max_fields=count, max_files=count)
        return lambda: asyncio.run(read(body, content_type, size, limits).close())

    check_growth(work, 250)


UPLOAD = """
import asyncio, resource, sys, time
from faster_core.forms import read_form
from faster_core.limits import Limits

async def stream(megabytes):
    yield b'--b\\r\\nContent-Disposition: form-data; name="f"; filename="f"\\r\\n\\r\\n'
    block = b"x" * 65536
    for _ in range(megabytes * 16):
        yield block
        await asyncio.sleep(0)
    yield b"\\r\\n--b--"

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 1024

async def main(megabytes):
    form = await read_form("multipart/form-data; boundary=b", stream(4), Limits())
    await form.close()
    before = most = resident()
    # What the loop's own thread does without a break, whatever else the machine does in between.
    worst, last, done = 0.0, time.thread_time(), False

    async def watch():
        nonlocal worst, last, most
        while not done:
            await asyncio.sleep(0.005)
            now = time.thread_time()
            worst, last, most = max(worst, now - last), now, max(most, resident())

    watcher = asyncio.create_task(watch())
    form = await read_form("multipart/form-data; boundary=b", stream(megabytes), Limits())
    done = True
    await watcher
    assert form["f"].size == megabytes * 1048576
    await form.close()
    print(most - before, round(worst * 1000))

asyncio.run(main(int(sys.argv[1])))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads resident memory from /proc")
@pytest.mark.parametrize("megabytes", [20, 200])
def test_a_long_upload_keeps_memory_flat_and_the_loop_free(megabytes: int) -> None:
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(UPLOAD), str(megabytes)], capture_output=True, text=True, check=True
    )
    kibibytes, milliseconds = map(int, result.stdout.split())
    assert kibibytes < 4096
    assert milliseconds < 500
