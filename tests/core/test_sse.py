"""Server-sent events."""

import asyncio
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from faster_core.background import BackgroundTask
from faster_core.sse import KEEPALIVE_COMMENT, EventSourceResponse, ServerSentEvent, format_sse_event


class Item(msgspec.Struct):
    name: str


@pytest.mark.parametrize(
    "fields, sent",
    [
        ({"data": {"a": [1, None]}}, b'data: {"a":[1,null]}\n\n'),
        ({"data": "hello"}, b'data: "hello"\n\n'),
        ({"data": "a\nb"}, b'data: "a\\nb"\n\n'),
        ({"data": 0}, b"data: 0\n\n"),
        ({"data": False}, b"data: false\n\n"),
        ({"data": float("inf")}, b"data: null\n\n"),
        ({"data": Item("x")}, b'data: {"name":"x"}\n\n'),
        ({"data": "é"}, 'data: "é"\n\n'.encode()),
        ({"raw_data": "hello"}, b"data: hello\n\n"),
        ({"raw_data": ""}, b"data: \n\n"),
        ({"raw_data": "a\nb\r\nc\rd"}, b"data: a\ndata: b\ndata: c\ndata: d\n\n"),
        ({"raw_data": "a\n\n"}, b"data: a\ndata: \ndata: \n\n"),
        ({"raw_data": "a\u2028b\x0bc\x85"}, "data: a\u2028b\x0bc\x85\n\n".encode()),
        ({"raw_data": "\n\ndata: forged"}, b"data: \ndata: \ndata: data: forged\n\n"),
        ({"event": "x", "data": 1, "id": "7", "retry": 0}, b"event: x\ndata: 1\nid: 7\nretry: 0\n\n"),
        ({"id": ""}, b"id: \n\n"),
        ({"comment": "a\nb"}, b": a\n: b\n\n"),
        ({"comment": "c", "data": 1}, b": c\ndata: 1\n\n"),
        ({}, b"\n"),
    ],
)
def test_events_as_they_are_sent(fields: Any, sent: Any) -> None:
    assert ServerSentEvent(**fields).encode() == sent


@pytest.mark.parametrize(
    "fields, error, message",
    [
        ({"data": 1, "raw_data": "1"}, ValueError, "ServerSentEvent has both data and raw_data."),
        ({"event": "a\nb"}, ValueError, r"ServerSentEvent event is a single line without NUL, not 'a\\nb'"),
        ({"event": "a\rb"}, ValueError, "ServerSentEvent event is a single line"),
        ({"event": "a\0"}, ValueError, "ServerSentEvent event is a single line"),
        ({"event": 5}, TypeError, "ServerSentEvent event is text, not int: 5"),
        ({"id": "a\nb"}, ValueError, "ServerSentEvent id is a single line"),
        ({"id": "\0"}, ValueError, "ServerSentEvent id is a single line"),
        ({"id": 7}, TypeError, "ServerSentEvent id is text, not int: 7"),
        ({"raw_data": b"x"}, TypeError, "ServerSentEvent raw_data is text, not bytes"),
        ({"comment": 1}, TypeError, "ServerSentEvent comment is text, not int"),
        ({"retry": -1}, ValueError, "ServerSentEvent retry is 0 or more, not -1"),
        ({"retry": 1.5}, TypeError, "ServerSentEvent retry is a whole number of milliseconds, not 1.5"),
        ({"retry": True}, TypeError, "ServerSentEvent retry is a whole number of milliseconds, not True"),
        ({"retry": "1\n"}, TypeError, "ServerSentEvent retry is a whole number of milliseconds"),
    ],
)
def test_events_that_cannot_be(fields: Any, error: Any, message: Any) -> None:
    with pytest.raises(error, match=f"^{message}"):
        ServerSentEvent(**fields)


def test_an_event_does_not_change() -> None:
    event = ServerSentEvent(data=1)
    with pytest.raises(AttributeError, match="immutable"):
        event.data = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    "event, error", [(ServerSentEvent(data=object), TypeError), (ServerSentEvent(raw_data="\ud800"), ValueError)]
)
def test_data_that_cannot_be_sent(event: Any, error: Any) -> None:
    with pytest.raises(error):
        event.encode()


@pytest.mark.parametrize(
    "fields, sent",
    [
        ({"data_str": '{"a":1}'}, b'data: {"a":1}\n\n'),
        (
            {"data_str": "a\nb", "event": "e", "id": "1", "retry": 5, "comment": "c"},
            b": c\nevent: e\ndata: a\ndata: b\nid: 1\nretry: 5\n\n",
        ),
        ({}, b"\n"),
    ],
)
def test_format_sse_event(fields: Any, sent: Any) -> None:
    assert format_sse_event(**fields) == sent


@pytest.mark.parametrize("fields", [{"event": "a\n"}, {"id": "a\r"}, {"id": "\0"}, {"retry": -1}])
def test_format_sse_event_refuses_what_would_end_its_line(fields: Any) -> None:
    with pytest.raises(ValueError, match="ServerSentEvent"):
        format_sse_event(**fields)


async def wait_forever() -> Any:
    await asyncio.sleep(3600)


SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}


def call(response: Any, **scope: Any) -> Any:
    messages = []

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(response({**SCOPE, **scope}, wait_forever, send))
    return messages[0]["status"], dict(messages[0]["headers"]), [message["body"] for message in messages[1:]]


async def events() -> AsyncIterator[Any]:
    yield {"a": 1}
    yield "text"
    yield None
    yield ServerSentEvent(data=1, event="x")
    yield format_sse_event(data_str="ready")


EXPECTED = [
    b'data: {"a":1}\n\n',
    b'data: "text"\n\n',
    b"data: null\n\n",
    b"event: x\ndata: 1\n\n",
    b"data: ready\n\n",
    b"",
]


@pytest.mark.parametrize("ping", [15.0, None])
def test_a_stream_of_events(ping: Any) -> None:
    status, headers, chunks = call(EventSourceResponse(events(), ping=ping))
    assert status == 200
    assert headers == {
        b"content-type": b"text/event-stream; charset=utf-8",
        b"cache-control": b"no-cache",
        b"x-accel-buffering": b"no",
    }
    assert chunks == EXPECTED


def test_what_responses_have() -> None:
    calls: list[int] = []
    given = {"Cache-Control": "no-store", "X-A": "1"}
    response = EventSourceResponse(events(), 201, given, background=BackgroundTask(calls.append, 1))
    status, headers, _ = call(response)
    assert (status, headers[b"cache-control"], headers[b"x-a"], calls) == (201, b"no-store", b"1", [1])
    assert call(EventSourceResponse(events()), method="HEAD")[2] == [b""]
    assert call(EventSourceResponse(events()), type="websocket")[2] == EXPECTED


def test_a_synchronous_generator_runs_in_a_thread() -> None:
    threads = []

    def source() -> Iterator[Any]:
        threads.append(threading.current_thread() is threading.main_thread())
        yield 1

    assert call(EventSourceResponse(source()))[2] == [b"data: 1\n\n", b""]
    assert threads == [False]


@pytest.mark.parametrize("ping", [0, -1, float("nan")])
def test_a_ping_has_to_be_a_time(ping: Any) -> None:
    with pytest.raises(ValueError, match="ping is a number of seconds above 0, or None"):
        EventSourceResponse(events(), ping=ping)


@pytest.mark.usefixtures("timeless")
def test_silence_is_broken_and_talk_is_not() -> None:
    async def source() -> AsyncIterator[Any]:
        for number in range(4):
            await asyncio.sleep(0.02)
            yield number
        await asyncio.sleep(0.14)
        yield "end"

    chunks = call(EventSourceResponse(source(), ping=0.05))[2]
    assert chunks[:4] == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n"]
    assert chunks[-2:] == [b'data: "end"\n\n', b""]
    assert set(chunks[4:-2]) == {KEEPALIVE_COMMENT}
    assert len(chunks[4:-2]) == 2


@pytest.mark.usefixtures("timeless")
def test_a_slow_client_gets_one_message_at_a_time() -> None:
    log = []

    async def source() -> AsyncIterator[Any]:
        yield 1
        await asyncio.sleep(0.04)
        yield 2

    async def send(message: Any) -> None:
        log.append("begin")
        await asyncio.sleep(0.05)
        log.append("end")

    asyncio.run(EventSourceResponse(source(), ping=0.02)(dict(SCOPE), wait_forever, send))
    assert log == ["begin", "end"] * (len(log) // 2)
    assert len(log) >= 2 * 5


@pytest.mark.usefixtures("timeless")
def test_a_failure_to_send_a_comment_is_not_lost() -> None:
    async def source() -> AsyncIterator[Any]:
        yield 0
        await asyncio.sleep(0.05)
        yield 1

    async def send(message: Any) -> None:
        if message.get("body") == KEEPALIVE_COMMENT:
            raise ArithmeticError("a middleware is broken")

    with pytest.raises(ArithmeticError, match="a middleware is broken"):
        asyncio.run(EventSourceResponse(source(), ping=0.01)(dict(SCOPE), wait_forever, send))

    async def ending() -> AsyncIterator[Any]:
        yield 0
        await asyncio.sleep(0.05)

    with pytest.raises(ArithmeticError, match="a middleware is broken"):
        asyncio.run(EventSourceResponse(ending(), ping=0.01)(dict(SCOPE), wait_forever, send))

    async def failing() -> Any:
        yield 0
        await asyncio.sleep(0.05)
        raise LookupError("no more")

    with pytest.raises(ArithmeticError, match="a middleware is broken") as caught:
        asyncio.run(EventSourceResponse(failing(), ping=0.01)(dict(SCOPE), wait_forever, send))
    assert isinstance(caught.value.__context__, LookupError)


@pytest.mark.usefixtures("timeless")
def test_a_server_that_says_that_the_client_is_gone_ends_the_stream() -> None:
    closed = []

    async def source() -> AsyncIterator[Any]:
        try:
            for number in range(100):
                await asyncio.sleep(0.02)
                yield number
        finally:
            closed.append(True)

    sent = []

    async def send(message: Any) -> None:
        sent.append(message)
        if len(sent) > 1:
            raise OSError("gone")

    asyncio.run(EventSourceResponse(source(), ping=0.005)(dict(SCOPE), wait_forever, send))
    assert closed == [True]
    assert len(sent) <= 3


@pytest.mark.parametrize("ping", [0.01, 15.0])
@pytest.mark.usefixtures("timeless")
def test_a_client_that_leaves_ends_the_generator_at_once(ping: Any) -> None:
    closed = []

    async def source() -> AsyncIterator[Any]:
        try:
            yield 1
            await asyncio.sleep(3600)
        finally:
            closed.append(True)

    async def run() -> Any:
        gone = asyncio.Event()

        async def receive() -> Any:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            pass

        task = asyncio.create_task(EventSourceResponse(source(), ping=ping)(dict(SCOPE), receive, send))
        await asyncio.sleep(0.03)
        before = asyncio.get_running_loop().time()
        gone.set()
        await task
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return asyncio.get_running_loop().time() - before

    assert asyncio.run(run()) < 0.5
    assert closed == [True]


@pytest.mark.usefixtures("timeless")
def test_a_cancellation_in_the_middle_of_a_comment_leaves_no_task() -> None:
    async def run() -> None:
        sending = asyncio.Event()

        async def send(message: Any) -> None:
            if message.get("body") == KEEPALIVE_COMMENT:
                sending.set()
                await asyncio.sleep(3600)

        async def source() -> AsyncIterator[Any]:
            await asyncio.sleep(3600)
            yield

        task = asyncio.create_task(EventSourceResponse(source(), ping=0.01)(dict(SCOPE), wait_forever, send))
        await sending.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


MANY = """
import asyncio, gc, resource
from faster_core.sse import EventSourceResponse

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

async def source():
    yield {"hello": 1}
    await asyncio.sleep(3600)

async def receive():
    await asyncio.sleep(3600)

async def send(message):
    pass

def scope():
    return {"type": "http", "method": "GET", "path": "/", "headers": []}

async def start(count):
    tasks = [asyncio.create_task(EventSourceResponse(source())(scope(), receive, send)) for _ in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    return tasks

async def main():
    tasks = await start(200)
    gc.collect()
    before, running = resident(), len(asyncio.all_tasks())
    tasks += await start(2000)
    gc.collect()
    print((resident() - before) // 2000, (len(asyncio.all_tasks()) - running) / 2000)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads resident memory from /proc")
def test_two_thousand_open_streams_are_small() -> None:
    result = subprocess.run([sys.executable, "-c", textwrap.dedent(MANY)], capture_output=True, text=True, check=True)
    size, tasks = result.stdout.split()
    assert int(size) < 40 * 1024
    # The one that the server would have made, and the one that waits for the client to leave.
    assert float(tasks) == 2
