"""Lifespans: what is entered in which order, left in reverse, and what the server is told."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest

from faster_core import App, Depends, FasterRouter, Request
from faster_core.types import ASGIApp, Message, Receive, Scope, Send
from tests.core.client import run_request, running

events: list[str] = []


@pytest.fixture(autouse=True)
def _fresh() -> None:
    events.clear()


def lifespan(name: str, given: Any = None) -> Any:
    @asynccontextmanager
    async def live(app: Any) -> AsyncIterator[Any]:
        events.append(f"{name} in")
        try:
            yield given
        finally:
            events.append(f"{name} out")

    return live


def hook(name: str) -> Any:
    return lambda: events.append(name)


async def live(app: ASGIApp) -> dict[str, Any]:
    async with running(app) as state:
        events.append("serving")
    return state


def test_the_order() -> None:
    app = App(lifespan=lifespan("app"), on_startup=[hook("start")], on_shutdown=[hook("stop")])
    router = FasterRouter(lifespan=lifespan("router"), on_startup=[hook("router start")])
    inner = FasterRouter(on_shutdown=[hook("inner stop")])
    router.include_router(inner)
    app.include_router(router)
    app.include_router(router, prefix="/again")
    app.mount("/sub", App(lifespan=lifespan("sub")))

    async def pool() -> AsyncIterator[str]:
        events.append("pool in")
        yield "pool"
        events.append("pool out")

    @app.get("/")
    async def read(value: Annotated[str, Depends(pool, scope="app")]) -> str:
        return value

    @app.on_startup
    async def last() -> None:
        events.append("last start")

    @app.on_event("shutdown")
    def first() -> None:
        events.append("first stop")

    app.add_event_handler("startup", hook("added start"))
    asyncio.run(live(app))
    assert events == [
        "app in", "start", "last start", "added start", "router in", "router start", "pool in", "sub in",
        "serving",
        "sub out", "pool out", "inner stop", "router out", "first stop", "stop", "app out",
    ]  # fmt: skip


def test_there_are_two_events() -> None:
    with pytest.raises(ValueError, match=r"There is no event 'start'. Write 'startup' or 'shutdown'."):
        App().on_event("start")


def test_what_is_yielded_is_the_state_of_every_request() -> None:
    app = App(lifespan=lifespan("app", {"pool": "a pool"}))
    app.include_router(FasterRouter(lifespan=lifespan("router", {"cache": "a cache"})))

    @app.get("/")
    async def read(request: Request) -> list[str]:
        return [request.state.pool, request.state["cache"]]

    async def run() -> Any:
        async with running(app) as state:
            return (await run_request(app, "GET", "/", state=dict(state))).json()

    assert asyncio.run(run()) == ["a pool", "a cache"]


def test_a_bare_generator() -> None:
    async def bare(app: App) -> AsyncIterator[dict[str, int]]:
        events.append("in")
        yield {"n": 1}
        events.append("out")

    assert asyncio.run(live(App(lifespan=bare))) == {"n": 1}
    assert events == ["in", "serving", "out"]


def fail() -> None:
    raise ValueError("no database")


async def fail_on_loop() -> None:
    raise ValueError("no database")


@asynccontextmanager
async def failing(app: Any) -> AsyncIterator[None]:
    raise ValueError("no database")
    yield


@asynccontextmanager
async def wrong(app: Any) -> AsyncIterator[int]:
    yield 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"on_startup": [fail]}, "ValueError: no database"),
        ({"on_startup": [fail_on_loop]}, "ValueError: no database"),
        ({"lifespan": failing}, "ValueError: no database"),
        ({"lifespan": wrong}, "TypeError: The lifespan yielded int. Yield a mapping, or nothing."),
    ],
    ids=["hook", "async hook", "lifespan", "state"],
)
def test_a_start_up_that_fails(options: Any, message: str, caplog: pytest.LogCaptureFixture) -> None:
    app = App()
    app.include_router(FasterRouter(lifespan=lifespan("first")))
    app.include_router(FasterRouter(**options))
    with pytest.raises(RuntimeError) as raised:
        asyncio.run(live(app))
    # The traceback is logged here, and not a second time by the server, which logs what it is told.
    assert str(raised.value) == message
    assert events == ["first in", "first out"]
    assert caplog.text.count("Start-up failed") == caplog.text.count("Traceback") == 1


def test_a_mounted_application_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    app = App(lifespan=lifespan("app"))
    app.mount("/sub", App(on_startup=[fail]))
    with pytest.raises(RuntimeError, match="A mounted application failed at startup"):
        asyncio.run(live(app))
    assert events == ["app in", "app out"]


def test_a_mounted_application_without_a_lifespan() -> None:
    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"

    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        """Answers nothing at all."""

    app = App(lifespan=lifespan("app"))
    app.mount("/plain", plain)
    app.mount("/silent", silent)
    asyncio.run(live(app))
    assert events == ["app in", "serving", "app out"]


def test_a_shut_down_that_fails_does_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    app = App(lifespan=lifespan("app"), on_shutdown=[hook("one"), fail, hook("two")])
    with pytest.raises(RuntimeError, match="no database"):
        asyncio.run(live(app))
    assert events[:4] == ["app in", "serving", "two", "one"]
    assert "A shut-down hook failed" in caplog.text


def test_a_server_that_stops_at_once() -> None:
    app = App(lifespan=lifespan("app"), on_shutdown=[hook("stop")])

    @asynccontextmanager
    async def careful(app: Any) -> AsyncIterator[None]:
        try:
            yield
        finally:
            events.append("left")

    app.include_router(FasterRouter(lifespan=careful))

    async def run() -> None:
        begun = asyncio.Event()
        messages: list[Message] = [{"type": "lifespan.startup"}]

        async def receive() -> Message:
            if messages:
                return messages.pop()
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            begun.set()

        async def serve() -> None:
            await app({"type": "lifespan"}, receive, send)

        task = asyncio.create_task(serve())
        await begun.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert "left" in events
    assert "stop" in events


def test_requests_that_the_server_has_cancelled_leave_before_the_application() -> None:
    app = App(lifespan=lifespan("app"))

    async def session() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await asyncio.sleep(0.1)
            events.append("session closed")

    @app.get("/", dependencies=[Depends(session)])
    async def stuck() -> None:
        events.append("stuck")
        await asyncio.Event().wait()

    async def main() -> None:
        async with running(app):
            task = asyncio.create_task(run_request(app, "GET", "/"))
            while "stuck" not in events:
                await asyncio.sleep(0)
            # As uvicorn does when its time for shutting down is over: cancel, and go on to the lifespan.
            task.cancel()
        assert task.cancelled()

    asyncio.run(main())
    assert events == ["app in", "stuck", "session closed", "app out"]


def test_twice_in_a_row() -> None:
    app = App(lifespan=lifespan("app"))
    asyncio.run(live(app))
    asyncio.run(live(app))
    assert events == ["app in", "serving", "app out"] * 2


def test_the_test_client_gets_the_error(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async def receive() -> Message:
            return {"type": "lifespan.startup"}

        async def send(message: Message) -> None:
            events.append(message["type"])

        app = App(on_startup=[fail])
        await app({"type": "lifespan", "extensions": {"faster.raise": {}}}, receive, send)

    with pytest.raises(ValueError, match="no database"):
        asyncio.run(run())
    assert events == ["lifespan.startup.failed"]


def test_no_request_waits_for_what_generates_endpoints() -> None:
    code = """
import asyncio, sys
from faster_core import App
from tests.core.client import running

async def main():
    app, name = App(), "faster_core.endpoint.build"
    print(name in sys.modules)
    async with running(app):
        print(name in sys.modules)

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["False", "True"], "")
