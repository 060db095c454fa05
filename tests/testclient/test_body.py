"""faster_testclient.body: request bodies, piece by piece."""

from __future__ import annotations

import asyncio
import contextvars
import io
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from faster_testclient import AsyncTestClient, TestClient
from faster_testclient.body import PIECE_BYTES
from faster_testclient.types import Message, Receive, Scope, Send
from tests.testclient.apps import answer, body, read, sending, start

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE")


class Reader:
    """Keeps the messages it receives and answers."""

    def __init__(self, answer_first: bool = False) -> None:
        self.messages: list[Message] = []
        self.answer_first = answer_first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        if self.answer_first:
            await answer(send)
            self.messages.append(await receive())
            return
        while not self.messages or self.messages[-1].get("more_body"):
            self.messages.append(await receive())
        await answer(send)


def request(content: bytes, more_body: bool) -> Message:
    return {"type": "http.request", "body": content, "more_body": more_body}


def letters() -> Iterator[bytes]:
    yield b"a"
    yield b""
    yield b"b"


async def async_letters() -> AsyncIterator[bytes]:
    for letter in letters():
        await asyncio.sleep(0)
        yield letter


def test_a_small_body_is_one_message() -> None:
    app = Reader()
    TestClient(app).post("/", content=b"abc")
    assert app.messages == [request(b"abc", False)]


def test_a_large_body_is_split_as_servers_do() -> None:
    app = Reader()
    TestClient(app).post("/", content=b"x" * (PIECE_BYTES * 2))
    assert [(len(message["body"]), message["more_body"]) for message in app.messages] == [
        (PIECE_BYTES, True),
        (PIECE_BYTES, False),
    ]


def test_a_generator_is_sent_piece_by_piece() -> None:
    app = Reader()
    TestClient(app).post("/", content=letters())
    assert app.messages == [request(b"a", True), request(b"b", True), request(b"", False)]


def test_an_asynchronous_generator_is_sent_piece_by_piece() -> None:
    async def main() -> None:
        await AsyncTestClient(app).post("/", content=async_letters())

    app = Reader()
    asyncio.run(main())
    assert app.messages == [request(b"a", True), request(b"b", True), request(b"", False)]


def test_pieces_are_fetched_when_the_application_asks() -> None:
    fetched: list[int] = []

    def content() -> Iterator[bytes]:
        for number in range(3):
            fetched.append(number)
            yield b"x"

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert fetched == []
        for expected in ([0], [0, 1]):
            await receive()
            assert fetched == expected
        await answer(send)

    assert TestClient(app).post("/", content=content()).status_code == 200
    assert fetched == [0, 1]


def test_files_and_fields() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, await read(receive))

    files = {"upload": ("a.txt", io.BytesIO(b"content" * 20_000), "text/plain")}
    text = TestClient(app).post("/", data={"field": "value"}, files=files).text
    assert 'name="field"' in text
    assert 'filename="a.txt"' in text
    assert "content" * 20_000 in text


def test_a_generator_runs_in_one_thread_with_the_callers_context() -> None:
    seen: set[tuple[int, str]] = set()

    def content() -> Iterator[bytes]:
        for _ in range(3):
            seen.add((threading.get_ident(), VARIABLE.get()))
            yield b"x"

    VARIABLE.set("mine")
    TestClient(Reader()).post("/", content=content())
    assert len(seen) == 1
    assert next(iter(seen))[1] == "mine"


def test_a_generator_may_read_another_response() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            await send(start())
            for letter in (b"a", b"b"):
                await send(body(letter, more_body=True))
            await send(body())
        else:
            await answer(send, await read(receive))

    client = TestClient(app)
    with client.stream("GET", "/") as source:
        assert client.post("/", content=source.iter_raw()).text == "ab"


def test_an_error_in_the_callers_generator_is_the_callers() -> None:
    seen: list[str] = []

    def content() -> Iterator[bytes]:
        yield b"a"
        raise LookupError("mine")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend([(await receive())["type"] for _ in range(2)])

    with pytest.raises(LookupError, match="mine"):
        TestClient(app).post("/", content=content())
    assert seen == ["http.request", "http.disconnect"]


@pytest.mark.parametrize("content", [b"abc", letters()])
def test_a_body_nobody_reads(content: bytes) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, status=413)

    assert TestClient(app).post("/", content=content).status_code == 413


def test_after_the_response_the_rest_of_the_body_is_gone() -> None:
    app = Reader(answer_first=True)
    TestClient(app).post("/", content=letters())
    assert app.messages == [{"type": "http.disconnect"}]


def test_a_piece_survives_a_cancelled_receive() -> None:
    release = threading.Event()

    def content() -> Iterator[bytes]:
        release.wait(60)
        yield b"late"

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.01)
        release.set()
        await answer(send, await read(receive))

    assert TestClient(app).post("/", content=content()).text == "late"


@pytest.mark.parametrize("chunks", [1, 2])
def test_an_error_in_the_callers_generator_is_seen_even_when_nobody_wants_the_piece(chunks: int) -> None:
    raised = threading.Event()

    def content() -> Iterator[bytes]:
        raised.set()
        raise LookupError("mine")
        yield b""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asking = asyncio.ensure_future(receive())
        await asyncio.sleep(0)
        asking.cancel()
        while not raised.is_set():
            await asyncio.sleep(0)
        await asyncio.sleep(0.2)
        await sending(start(), *[body(b"x", more_body=True)] * chunks, body())(scope, receive, send)

    with pytest.raises(LookupError, match="mine"):
        TestClient(app).post("/", content=content())


def test_a_piece_goes_to_one_of_two_receivers() -> None:
    release = threading.Event()

    def content() -> Iterator[bytes]:
        release.wait(60)
        yield b"once"

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        both = [asyncio.ensure_future(receive()) for _ in range(2)]
        await asyncio.sleep(0.01)
        release.set()
        await answer(send, b"".join([message["body"] for message in await asyncio.gather(*both)]))

    assert TestClient(app).post("/", content=content()).text == "once"


def test_a_stuck_asynchronous_generator_is_ended_with_the_exchange() -> None:
    ended: list[int] = []

    async def stuck() -> AsyncIterator[bytes]:
        try:
            await asyncio.Event().wait()
            yield b""
        finally:
            ended.append(1)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.01)
        await answer(send)

    async def main() -> None:
        response = await AsyncTestClient(app).post("/", content=stuck())
        assert response.status_code == 200

    asyncio.run(main())
    assert ended == [1]
