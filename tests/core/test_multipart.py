"""Multipart bodies, read as they come."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any
from weakref import ref

import pytest

from faster_core.diagnostic import Place
from faster_core.exceptions import ClientDisconnect, ConfigurationError, HTTPException
from faster_core.limits import Limits
from faster_core.multipart import END, MultipartReader, PartHead, read_parts, require_multipart
from tests.growth import check_growth

pytest.importorskip("python_multipart")

TYPE = "multipart/form-data; boundary=b"
ONE_OF_EACH = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nHello\r\n'
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\nX-N: 1\r\n\r\n'
    b"one\r\ntwo\r\n--b--\r\n"
)


async def chunks(data: Any, size: Any = None, error: Any = None) -> AsyncIterator[Any]:
    for start in range(0, len(data), size or len(data) or 1):
        yield data[start : start + (size or len(data))]
    if error is not None:
        raise error


def field(name: Any = b"a", value: Any = b"1", extra: Any = b"") -> Any:
    return b'--b\r\nContent-Disposition: form-data; name="' + name + b'"\r\n' + extra + b"\r\n" + value + b"\r\n"


def file(name: Any = b"f", filename: Any = b"f.txt", value: Any = b"1") -> Any:
    return field(name + b'"; filename="' + filename, value)


def collect(data: Any, size: Any = None, limits: Any = None, content_type: str = TYPE) -> Any:
    async def run() -> Any:
        found = []
        async for part in read_parts(content_type, chunks(data, size), limits or Limits()):
            found.append((part.name, part.filename, part.content_type, await part.read()))
        return found

    return asyncio.run(run())


def refusal(data: Any, size: Any = None, limits: Any = None, content_type: str = TYPE) -> Any:
    with pytest.raises(HTTPException) as caught:
        collect(data, size, limits, content_type)
    return caught.value.status_code, caught.value.detail


@pytest.mark.parametrize("size", [None, 1, 2, 3, 7, 64])
def test_parts_are_the_same_however_the_body_is_cut(size: Any) -> None:
    assert collect(ONE_OF_EACH, size) == [
        ("title", None, None, b"Hello"),
        ("f", "a.txt", "text/plain", b"one\r\ntwo"),
    ]


def test_a_reader_reports_heads_bytes_and_ends() -> None:
    reader = MultipartReader({"boundary": "b"}, Limits())
    events = reader.feed(ONE_OF_EACH)
    reader.close()
    kinds = [type(event).__name__ if isinstance(event, PartHead) else event for event in events]
    assert kinds == ["PartHead", b"Hello", END, "PartHead", b"one\r\ntwo", END]
    head = events[3]
    assert isinstance(head, PartHead)
    assert (b"x-n", b"1") in head.raw_headers
    assert head.size == len(b'content-dispositionform-data; name="f"; filename="a.txt"content-typetext/plainx-n1')


def test_a_reader_that_has_ended_is_freed_without_a_collector() -> None:
    reader = MultipartReader({"boundary": "b"}, Limits())
    reader.feed(ONE_OF_EACH)
    reader.close()
    freed = ref(reader)
    gc.disable()
    try:
        del reader
        assert freed() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("size", [None, 1, 5])
@pytest.mark.parametrize(
    "content",
    [
        b"\r\n--",
        b"\r\n--c",
        b"\r\n-\r\n--\r\n-b",
        b"--b",
        b"--b--",
        b"\r",
        b"\n--b\n",
        b"\r\n--bx",
        b"\r\n--b-x",
        b"\r\r\n\r\r\n--",
        b"",
    ],
)
def test_what_only_looks_like_a_boundary_is_content(content: Any, size: Any) -> None:
    assert collect(field(value=content) + b"--b--", size) == [("a", None, None, content)]


LONG = b"x" * 80
PREFIX = b"\r\n--" + LONG[:60]


@pytest.mark.parametrize(
    "content",
    [
        PREFIX,
        PREFIX + b"y",
        PREFIX * 3,
        b"a" * 200 + b"\r",
        (b"\r\n--" + LONG)[:-1] + b"\r",
        b"\r" * 90,
        b"ab\r\n--" * 30,
    ],
    ids=range(7),
)
@pytest.mark.parametrize("size", [1, 2, 5, 30, 63, 64, 65, 84, 85, 100, 200, None])
def test_contents_like_a_long_boundary_however_they_are_cut(content: bytes, size: int | None) -> None:
    body = (field(value=content) + file(value=content * 2) + b"--b--").replace(b"--b", b"--" + LONG)
    reader = MultipartReader({"boundary": LONG.decode()}, Limits())
    events = [
        event
        for start in range(0, len(body), size or len(body))
        for event in reader.feed(body[start : start + (size or len(body))])
    ]
    reader.close()
    parts: list[list[bytes]] = []
    for event in events:
        if isinstance(event, PartHead):
            parts.append([])
        elif event is not END:
            assert event
            parts[-1].append(event)
    assert [b"".join(part) for part in parts] == [content, content * 2]


@pytest.mark.parametrize("content", [b"a", b"\r", b"\r\n--", b"\r\n--b-\n"], ids=range(4))
def test_a_boundary_where_a_long_chunk_is_cut(content: bytes) -> None:
    """The reader parses the head of a long chunk, and looks for a boundary in the rest before it parses that."""
    for size in range(3_950, 4_110):
        first = (content * size)[:size] + b"."
        body = file(value=first) + field(value=b"2") + file(value=b"3" * 5_000) + b"--b--"
        assert [part[3] for part in collect(body)] == [first, b"2", b"3" * 5_000], size


def test_the_rest_of_a_long_chunk_is_handed_on() -> None:
    reader = MultipartReader({"boundary": "b"}, Limits())
    content = bytes(range(256)) * 64
    head, first, rest = reader.feed(file(value=content)[:-2])
    assert isinstance(head, PartHead)
    assert isinstance(first, bytes)
    assert isinstance(rest, bytes)
    assert first + rest == content


def test_a_chunk_within_a_part_is_handed_on_as_it_is() -> None:
    reader = MultipartReader({"boundary": "b"}, Limits())
    head, first = reader.feed(file(value=b"1")[:-2])
    assert (type(head), first) == (PartHead, b"1")
    for chunk in (b"2" * 1000, b"\r3", b"\r\n--c"):
        (event,) = reader.feed(chunk)
        assert event is chunk
    assert reader.feed(b"") == []
    assert reader.feed(b"4\r\n--") == [b"4"]
    assert reader.feed(b"5") == [b"\r\n--", b"5"]
    assert reader.feed(b"\r\n--b--") == [END]
    reader.close()


def test_a_body_of_no_bytes_has_no_parts() -> None:
    assert collect(b"") == []
    assert collect(b"--b--") == []


def test_an_epilogue_is_ignored() -> None:
    assert collect(field() + b"--b--\r\nanything\r\n--b\r\n") == [("a", None, None, b"1")]


@pytest.mark.parametrize(
    "data, reason",
    [
        (b"x", "Expected boundary character"),
        (b"--b\r\n", "it ends before its closing boundary"),
        (field(), "it ends before its closing boundary"),
        (field()[:-6], "it ends before its closing boundary"),
        (field() + b"--b", "it ends before its closing boundary"),
        (b"--b\r\n\r\n1\r\n--b--", 'the Content-Disposition of a part has no "name"'),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--", 'the Content-Disposition of a part has no "name"'),
        (b"--b\r\nCont ent: a\r\n\r\n", "Found invalid character"),
        (b"--b\r\n: a\r\n\r\n", "Found 0-length header"),
        (b"--bX", "Did not find CR at end of boundary"),
        (b"--b\r\nX-A: a\nX-B: b\r\n\r\n", "a header of a part has a line feed or a NUL in its value"),
        (b"--b\r\nX-A: a\0\r\n\r\n", "a header of a part has a line feed or a NUL in its value"),
        (field(b"\xff"), "a field's name is not utf-8 text"),
        (file(filename=b"\xff"), "a file's name is not utf-8 text"),
        (b"--b\r\n" + b"a" * 9000 + b": 1\r\n", "Maximum header size exceeded"),
        (b"--b\r\na: " + b"a" * 9000, "Maximum header size exceeded"),
    ],
)
@pytest.mark.parametrize("size", [None, 1])
def test_malformed_bodies_are_refused_with_the_reason(data: Any, reason: Any, size: Any) -> None:
    status, detail = refusal(data, size)
    assert status == 400
    assert detail.startswith("There was an error parsing the body: ")
    assert reason in detail
    assert detail.endswith(".")


@pytest.mark.parametrize(
    "content_type, status, detail",
    [
        ("multipart/form-data", 400, "There was an error parsing the body: the content type has no boundary."),
        (
            "multipart/form-data; boundary=",
            400,
            "There was an error parsing the body: the content type has no boundary.",
        ),
        (
            'multipart/form-data; boundary=""',
            400,
            "There was an error parsing the body: the content type has no boundary.",
        ),
        (
            "multipart/form-data; boundary=b; charset=rot13",
            400,
            "There was an error parsing the body: its charset is not supported.",
        ),
        (
            "multipart/form-data; boundary=\u20ac",
            400,
            "There was an error parsing the body: the boundary is not ASCII text.",
        ),
        ("multipart/mixed; boundary=b", 415, "Expected a body of type multipart/form-data."),
        ("application/json", 415, "Expected a body of type multipart/form-data."),
        ("", 415, "Expected a body of type multipart/form-data."),
    ],
)
def test_content_types_that_cannot_be_read(content_type: str, status: Any, detail: Any) -> None:
    assert refusal(b"", content_type=content_type) == (status, detail)


def test_a_boundary_that_is_too_long_is_refused() -> None:
    status, detail = refusal(b"", content_type="multipart/form-data; boundary=" + "b" * 300)
    assert status == 400
    assert "Boundary length 300" in detail


@pytest.mark.parametrize(
    "data, limits, expected",
    [
        (field() * 3 + b"--b--", Limits(max_fields=2), (400, "Too many fields. Maximum number of fields is 2.")),
        (file() * 3 + b"--b--", Limits(max_files=2), (400, "Too many files. Maximum number of files is 2.")),
        (field(value=b"x" * 11), Limits(max_part_size=10), (400, "Part exceeded maximum size of 10 bytes.")),
        (
            field(extra=b"X-A: 1\r\nX-B: 2\r\n"),
            Limits(max_part_headers=2),
            (400, "Too many headers in a part. Maximum number of headers is 2."),
        ),
        (field(value=b"x" * 1000), Limits(max_form_size=500), (413, "Content Too Large")),
        (file(value=b"x" * 1000), Limits(max_form_size=500), (413, "Content Too Large")),
        (field() + b"--b--\r\n" + b"x" * 1000, Limits(max_form_size=500), (413, "Content Too Large")),
        (b"\r\n" * 1000, Limits(max_form_size=500), (413, "Content Too Large")),
    ],
)
@pytest.mark.parametrize("size", [None, 1])
def test_every_limit_holds(data: Any, limits: Any, expected: Any, size: Any) -> None:
    assert refusal(data, size, limits) == expected


def test_what_is_just_within_the_limits_is_taken() -> None:
    body = field(value=b"x" * 10) * 2 + file(value=b"y" * 50) + b"--b--"
    limits = Limits(max_fields=2, max_files=1, max_part_size=10, max_part_headers=1, max_form_size=len(body))
    assert len(collect(body, limits=limits)) == 3


def test_a_body_is_refused_as_soon_as_it_is_too_long() -> None:
    taken = []

    async def stream() -> AsyncIterator[Any]:
        for _ in range(100):
            taken.append(1)
            yield b"x" * 10 if len(taken) > 1 else file()

    async def run() -> None:
        async for part in read_parts(TYPE, stream(), Limits(max_form_size=200)):
            await part.read()

    with pytest.raises(HTTPException, match="413"):
        asyncio.run(run())
    assert len(taken) < 20


def test_reading_a_file_into_memory_keeps_to_the_body_limit() -> None:
    assert refusal(file(value=b"x" * 101) + b"--b--", limits=Limits(max_body_size=100)) == (413, "Content Too Large")


def test_parts_stream_while_they_are_received() -> None:
    async def run() -> Any:
        arrived = []

        async def stream() -> AsyncIterator[Any]:
            yield file(value=b"")[:-2]
            for number in range(3):
                yield b"chunk%d" % number
                arrived.append(number)
            yield b"\r\n--b--"

        seen = []
        async for part in read_parts(TYPE, stream(), Limits()):
            seen = [(chunk, len(arrived)) async for chunk in part]
        return seen

    seen = asyncio.run(run())
    assert b"".join(chunk for chunk, _ in seen) == b"chunk0chunk1chunk2"
    assert [count for _, count in seen] == [0, 1, 2]


def test_an_unread_part_is_skipped_and_cannot_be_read_later() -> None:
    async def run() -> Any:
        parts = []
        body = file(b"a", value=b"A" * 100) + file(b"b", value=b"B" * 100) + field(b"c", b"C") + b"--b--"
        async for part in read_parts(TYPE, chunks(body, 10), Limits()):
            parts.append(part)
            if part.name == "b":
                assert (await anext(part)).startswith(b"B")
            if part.name == "c":
                assert await part.text() == "C"
                assert await part.read() == b""
        return parts

    first, second, third = asyncio.run(run())
    assert repr(first) == "Part(name='a', filename='f.txt', content_type=None)"
    for stale in (first, second):
        with pytest.raises(RuntimeError, match=f"The part '{stale.name}' was skipped when the next one was asked for"):
            asyncio.run(stale.read())
    assert asyncio.run(third.read()) == b""


def test_leaving_early_closes_the_stream() -> None:
    closed: list[bool] = []

    async def stream() -> AsyncIterator[Any]:
        try:
            while True:
                yield file() if not closed else b""
        finally:
            closed.append(True)

    async def run() -> None:
        parts = read_parts(TYPE, stream(), Limits())
        async for part in parts:
            async for _ in part:
                break
            break
        await parts.aclose()

    asyncio.run(run())
    assert closed == [True]


def test_a_disconnect_reaches_the_reader() -> None:
    async def run() -> None:
        async for part in read_parts(TYPE, chunks(file(), 5, ClientDisconnect()), Limits()):
            await part.read()

    with pytest.raises(ClientDisconnect):
        asyncio.run(run())


@pytest.mark.parametrize(
    "content_type, extra, value, text",
    [
        (TYPE, b"", "é".encode(), "é"),
        (TYPE + "; charset=iso-8859-1", b"", b"\xe9", "é"),
        (TYPE, b"Content-Type: text/plain; charset=windows-1252\r\n", b"\x80", "€"),
        (TYPE + "; charset=iso-8859-1", b"Content-Type: text/plain; charset=utf-8\r\n", b"\xc3\xa9", "é"),
        (TYPE, b"Content-Type: text/plain; format=flowed\r\n", "é".encode(), "é"),
    ],
)
def test_text_is_decoded_in_the_charset_that_was_named(content_type: str, extra: Any, value: Any, text: Any) -> None:
    async def run() -> Any:
        async for part in read_parts(content_type, chunks(field(value=value, extra=extra) + b"--b--"), Limits()):
            return await part.text()

    assert asyncio.run(run()) == text


def test_text_that_is_none_is_refused() -> None:
    async def run() -> None:
        async for part in read_parts(TYPE, chunks(field(value=b"\xff") + b"--b--"), Limits()):
            await part.text()

    with pytest.raises(HTTPException, match="a part is not utf-8 text"):
        asyncio.run(run())


@pytest.mark.parametrize(
    "given, filename",
    [
        (b"a b.txt", "a b.txt"),
        ("naïve €.txt".encode(), "naïve €.txt"),
        (b"semi;colon.txt", "semi;colon.txt"),
        (rb"quote\".txt", 'quote".txt'),
        (rb"C:\dir\file.txt", "file.txt"),
        (b"../../etc/passwd", "../../etc/passwd"),
        (b"", ""),
    ],
)
def test_file_names(given: Any, filename: Any) -> None:
    assert collect(file(filename=given) + b"--b--")[0][1] == filename


def test_without_python_multipart_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_multipart", None)
    with pytest.raises(ConfigurationError) as caught:
        require_multipart(Place("/srv/shop.py", 14, "login"))
    assert str(caught.value) == (
        "Form data, which is asked for by login (shop.py:14), requires python-multipart, which is not installed. "
        "Install it with: pip install 'faster-core[forms]' [FA160]"
    )
    with pytest.raises(ConfigurationError, match=r"^Form data, which is asked for, requires") as caught:
        collect(b"")
    assert caught.value.diagnostic.places == ()


def test_a_malformed_body_leaves_nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    refusal(b"nonsense")
    refusal(field().replace(b":", b""))
    assert caplog.records == []


TOKENS = [b"\r\n", b"--b", b"--", b"\r", b"\n", b'"', b";", b":", b"\0", b"\xff", b"name=", b"filename=", b" ", b"\\"]


def damaged(random: Random) -> bytes:
    body = bytearray(ONE_OF_EACH)
    for _ in range(random.randint(1, 6)):
        place = random.randrange(len(body) + 1)
        if random.random() < 0.5:
            body[place:place] = random.choice(TOKENS)
        else:
            del body[place : place + random.randint(1, 6)]
    return bytes(body)


@pytest.mark.parametrize("seed", range(5))
def test_damaged_bodies_are_read_or_refused_alike_however_they_are_cut(seed: int) -> None:
    def outcome(body: bytes, size: int | None) -> Any:
        try:
            return collect(body, size)
        except HTTPException as error:
            return error.status_code

    random = Random(seed)
    refused = 0
    for _ in range(60):
        body = damaged(random)
        whole = outcome(body, None)
        assert outcome(body, 1) == outcome(body, 7) == whole, body
        assert whole == 400 or isinstance(whole, list)
        refused += whole == 400
    assert 0 < refused < 60


def many_parts(count: int) -> Any:
    return field(value=b"x") * count + b"--b--", None, Limits(max_fields=count)


def one_byte_chunks(count: int) -> Any:
    return file(value=b"x" * count * 20) + b"--b--", 1, Limits()


def look_alikes(count: int) -> Any:
    return file(value=b"\r\n--" * count * 100) + b"--b--", 512, Limits()


def carriage_returns(count: int) -> Any:
    return file(value=b"\r" * count * 100) + b"--b--", 512, Limits()


def a_boundary_cut_between_chunks(count: int) -> Any:
    return file(value=b"\r\n--c" * count * 10) + b"--b--", 5, Limits()


def line_ends_before_the_first_boundary(count: int) -> Any:
    return b"\r\n" * count * 1000 + field() + b"--b--", 512, Limits()


def quotes_in_a_header(count: int) -> Any:
    return field(extra=b"X-A: " + b'";' * 4000 + b"\r\n") * (count // 20) + b"--b--", None, Limits()


@pytest.mark.parametrize(
    "make",
    [
        many_parts,
        one_byte_chunks,
        look_alikes,
        carriage_returns,
        a_boundary_cut_between_chunks,
        line_ends_before_the_first_boundary,
        quotes_in_a_header,
    ],
)
def test_time_is_linear_in_the_number_of_bytes(make: Any) -> None:
    def read(count: int) -> Callable[[], object]:
        body, size, limits = make(count)
        return lambda: collect(body, size, limits)

    check_growth(read, 80)


def test_a_header_without_end_is_refused_early() -> None:
    taken = []

    async def stream() -> AsyncIterator[Any]:
        yield b"--b\r\nX-A: "
        while True:
            taken.append(1)
            yield b"a" * 1000

    async def run() -> None:
        async for _ in read_parts(TYPE, stream(), Limits()):
            pass

    with pytest.raises(HTTPException, match="Maximum header size exceeded"):
        asyncio.run(run())
    assert len(taken) < 12
