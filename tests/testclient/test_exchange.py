"""faster_testclient.exchange: when the application's and the client's steps meet."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest

from faster_testclient import AsyncTestClient, ProtocolViolation, TestClient
from faster_testclient.types import ASGIApp, Message, Receive, Scope, Send
from tests.testclient.apps import answer, body, sending, start


class Ticker:
    """An endless stream; says what it sent and how it ended."""

    def __init__(self, watch: bool = False, ignore: int = 0) -> None:
        self.watch = watch
        self.ignore = ignore
        self.sent = 0
        self.log: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await receive()
        await send(start())
        if self.watch:
            ticking = asyncio.create_task(self._tick(send))
            self.log.append((await receive())["type"])
            ticking.cancel()
            await asyncio.wait({ticking})
            return
        while True:
            try:
                await self._tick(send)
            except asyncio.CancelledError:
                self.log.append("cancelled")
                self.ignore -= 1
                if self.ignore < 0:
                    raise

    async def _tick(self, send: Send) -> None:
        while True:
            await send(body(b"tick %d\n" % self.sent, more_body=True))
            self.sent += 1


def test_an_endless_stream_is_read_as_it_comes_and_told_to_stop() -> None:
    app = Ticker(watch=True)
    client = TestClient(app, disconnect_grace=5)
    with client.stream("GET", "/") as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(3)] == ["tick 0", "tick 1", "tick 2"]
    assert app.log == ["http.disconnect"]


def test_the_application_is_never_far_ahead() -> None:
    app = Ticker(watch=True)
    client = TestClient(app)
    with client.stream("GET", "/") as response:
        assert app.sent <= 1
        chunks = response.iter_raw()
        for taken in range(1, 5):
            next(chunks)
            client.run(turns)
            assert app.sent == taken + 1


def test_a_stream_that_does_not_stop_is_cancelled_after_the_grace() -> None:
    app = Ticker()
    with TestClient(app, disconnect_grace=0.02) as client:
        with client.stream("GET", "/") as response:
            next(response.iter_raw())
        assert app.log == ["cancelled"]
        assert client.run(running_tasks) == 0


def test_an_application_that_ignores_cancellation_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faster_testclient.apptask.CANCELLATION_SECONDS", 0.01)
    client = TestClient(Ticker(ignore=5), disconnect_grace=0.01)
    ignored = "http /: the application was cancelled 3 times and is still running"
    with pytest.raises(RuntimeError, match=ignored):
        with client.stream("GET", "/") as response:
            next(response.iter_raw())


async def turns() -> None:
    """Let the loop do whatever is left to do."""
    for _ in range(100):
        await asyncio.sleep(0)


async def running_tasks() -> int:
    """How many tasks run beside the portal's own and this one."""
    return len(asyncio.all_tasks()) - 2


def test_leaving_the_client_ends_open_streams() -> None:
    app = Ticker(watch=True)
    with TestClient(app) as client:
        response = client.send(client.build_request("GET", "/"), stream=True)
        next(response.iter_raw())
    assert app.log == ["http.disconnect"]
    response.close()


def test_closing_the_client_ends_open_streams() -> None:
    app = Ticker(watch=True)
    client = TestClient(app)
    client.send(client.build_request("GET", "/"), stream=True)
    client.close()
    assert app.log == ["http.disconnect"]


def test_get_returns_when_the_application_has_returned() -> None:
    done: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"ok")
        await asyncio.sleep(0.02)
        done.append(1)

    assert TestClient(app, timeout=0.01).get("/").text == "ok"
    assert done == [1]


def test_a_closed_response_waits_for_background_work() -> None:
    done: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"ok")
        await asyncio.sleep(0.03)
        done.append(1)

    with TestClient(app, disconnect_grace=0.001).stream("GET", "/"):
        pass
    assert done == [1]


def test_receive_says_disconnect_when_the_response_is_complete() -> None:
    seen: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(await receive())
        waiting = asyncio.ensure_future(receive())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await answer(send)
        seen.append(await waiting)
        seen.append(await receive())

    TestClient(app).get("/")
    gone = {"type": "http.disconnect"}
    assert seen == [{"type": "http.request", "body": b"", "more_body": False}, gone, gone]


def test_a_cancelled_receive_spoils_nothing() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(read_all(receive), 0.01)
        await answer(send)
        assert (await receive())["type"] == "http.disconnect"

    async def read_all(receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    assert TestClient(app).get("/").status_code == 200


async def fails_at_once(scope: Scope, receive: Receive, send: Send) -> None:
    raise LookupError("shelf")


async def fails_after_start(scope: Scope, receive: Receive, send: Send) -> None:
    await send(start())
    raise LookupError("shelf")


async def fails_in_the_body(scope: Scope, receive: Receive, send: Send) -> None:
    await send(start())
    await send(body(b"half", more_body=True))
    await asyncio.sleep(0.001)
    raise LookupError("shelf")


async def fails_after_500(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, b"oh no", 500)
    if "faster.raise" in scope["extensions"]:
        raise LookupError("shelf")


async def fails_in_the_background(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, b"ok", 200)
    await asyncio.sleep(0.001)
    raise LookupError("shelf")


FAILING: list[ASGIApp] = [
    fails_at_once,
    fails_after_start,
    fails_in_the_body,
    fails_after_500,
    fails_in_the_background,
]


@pytest.mark.parametrize("app", FAILING)
def test_what_leaves_the_application_is_raised_with_its_traceback(app: ASGIApp) -> None:
    client = TestClient(app)
    with pytest.raises(LookupError, match="shelf") as caught:
        client.get("/")
    assert caught.traceback[-1].name == app.__name__
    with pytest.raises(LookupError, match="shelf"):
        with client.stream("GET", "/") as response:
            response.read()


def test_an_unread_response_raises_when_it_is_closed() -> None:
    with pytest.raises(LookupError, match="shelf"):
        with TestClient(fails_in_the_background).stream("GET", "/") as response:
            assert response.status_code == 200


@pytest.mark.parametrize(
    ("app", "status", "text"),
    [
        (fails_at_once, 500, "Internal Server Error"),
        (fails_after_500, 500, "oh no"),
        (fails_in_the_background, 200, "ok"),
    ],
)
def test_errors_can_be_answered_instead(app: ASGIApp, status: int, text: str) -> None:
    response = TestClient(app, raise_server_exceptions=False).get("/")
    assert (response.status_code, response.text) == (status, text)


@pytest.mark.parametrize("app", [fails_after_start, fails_in_the_body])
def test_a_torn_response_is_torn_for_the_client_too(app: ASGIApp) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="GET /x: the application ended before"):
        TestClient(app, raise_server_exceptions=False).get("/x")


def test_a_failed_head_request_has_no_body() -> None:
    response = TestClient(fails_at_once, raise_server_exceptions=False).head("/")
    assert (response.status_code, response.content) == (500, b"")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1)])
@pytest.mark.parametrize("strict", [True, False])
def test_exits_are_never_a_500(error: BaseException, strict: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    with pytest.raises(type(error)):
        TestClient(app, raise_server_exceptions=strict).get("/")


def test_an_application_that_cancels_itself() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise asyncio.CancelledError

    with pytest.raises(RuntimeError, match="but nobody cancelled it"):
        TestClient(app).get("/")


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    ("app", "message"),
    [
        (sending(body()), "'http.response.body' was sent before"),
        (sending(start(), start()), "was sent twice"),
        (sending(), "returned without sending a response"),
        (sending(start(), body(), body()), "after the end of the body"),
        (sending(start(200, (b"content-length", b"9")), body(b"1")), "Content-Length is 9"),
    ],
)
def test_broken_rules_are_raised_in_the_caller(app: ASGIApp, message: str, strict: bool) -> None:
    with pytest.raises(ProtocolViolation, match=message):
        TestClient(app, raise_server_exceptions=strict).get("/")


def test_a_broken_rule_is_raised_even_when_the_application_survives_it() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        with pytest.raises(ProtocolViolation):
            await send(body("text"))
        await asyncio.Event().wait()

    with pytest.raises(ProtocolViolation, match="is a str"):
        TestClient(app, disconnect_grace=0.01).get("/")


def test_an_unfinished_response() -> None:
    app = sending(start(), body(b"half", more_body=True))
    with pytest.raises(ProtocolViolation, match="returned before its response was complete"):
        TestClient(app).get("/")
    with pytest.raises(ProtocolViolation, match="returned before its response was complete"):
        with TestClient(app).stream("GET", "/"):
            pass


@pytest.mark.parametrize("first", [[], [start()]])
def test_time_limits(first: list[Message]) -> None:
    ended: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in first:
            await send(message)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(scope["path"])

    client = TestClient(app, disconnect_grace=0.01)
    with pytest.raises(httpx.ReadTimeout, match=r"GET /slow: nothing came for 0\.02 seconds\."):
        client.get("/slow", timeout=0.02)
    assert ended == ["/slow"]


def test_send_after_the_client_has_gone_does_nothing() -> None:
    log: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(start())
        await receive()
        await send(body(b"late"))
        log.append("returned")

    with TestClient(app).stream("GET", "/"):
        pass
    assert log == ["returned"]


def test_an_error_in_clean_up_after_a_disconnect_is_raised() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(start())
        await receive()
        raise LookupError("in clean-up")

    with pytest.raises(LookupError, match="in clean-up"):
        with TestClient(app).stream("GET", "/"):
            pass


def both(app: ASGIApp, use: Callable[[AsyncTestClient], Awaitable[Any]], **options: Any) -> Any:
    async def main() -> Any:
        async with AsyncTestClient(app, **options) as client:
            result = await use(client)
            # Nothing but this test and the application's lifespan is left.
            assert len(asyncio.all_tasks()) == 1
            return result

    return asyncio.run(main())


def test_asynchronous_streams() -> None:
    app = Ticker(watch=True)

    async def use(client: AsyncTestClient) -> list[str]:
        lines = []
        async with client.stream("GET", "/") as response:
            async for line in response.aiter_lines():
                lines.append(line)
                if len(lines) == 3:
                    break
        return lines

    assert both(app, use) == ["tick 0", "tick 1", "tick 2"]
    assert app.log == ["http.disconnect"]


@pytest.mark.parametrize("app", FAILING)
def test_asynchronous_failures(app: ASGIApp) -> None:
    with pytest.raises(LookupError, match="shelf"):
        both(app, lambda client: client.get("/"))


def test_a_cancelled_request_disconnects_the_application() -> None:
    log: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await receive()
        log.append((await receive())["type"])

    async def use(client: AsyncTestClient) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await client.get("/")

    both(app, use)
    assert log == ["http.disconnect"]


def test_starlette_streams() -> None:
    pytest.importorskip("starlette")
    from starlette.applications import Starlette
    from starlette.background import BackgroundTask
    from starlette.requests import Request
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.routing import Route

    log: list[str] = []

    async def endless(request: Request) -> StreamingResponse:
        async def numbers() -> Any:
            try:
                number = 0
                while True:
                    yield f"{number}\n"
                    number += 1
                    await asyncio.sleep(0)
            finally:
                log.append("closed")

        return StreamingResponse(numbers())

    def threaded(request: Request) -> StreamingResponse:
        def numbers() -> Iterator[str]:
            yield from ("a", "b", "c")

        return StreamingResponse(numbers())

    def tasks(request: Request) -> JSONResponse:
        return JSONResponse(1, background=BackgroundTask(log.append, "background"))

    routes = [Route("/endless", endless), Route("/threaded", threaded), Route("/tasks", tasks)]
    with TestClient(Starlette(routes=routes)) as client:
        with client.stream("GET", "/endless") as response:
            lines = response.iter_lines()
            assert [next(lines) for _ in range(5)] == ["0", "1", "2", "3", "4"]
        # Starlette leaves a generator that waits at its `yield` to the garbage collector, and that to the loop.
        gc.collect()
        client.run(turns)
        assert log == ["closed"]
        assert client.get("/threaded").text == "abc"
        assert client.get("/tasks").json() == 1
        assert log == ["closed", "background"]
