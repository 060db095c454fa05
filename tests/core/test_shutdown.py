"""Shut-down as the application sees it: readiness, WebSockets, the signal of a server that knows nothing of us."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from types import FrameType
from typing import Any

import pytest

from faster_core import App, HTTPException, WebSocket, WebSocketDisconnect
from faster_core.shutdown import Shutdown, begin_shutdown, close_websockets, lead_shutdown
from faster_core.types import Message
from tests.core.client import make_scope, run_request, running


class Conversation:
    """A WebSocket against an application, spoken message by message on the running loop."""

    def __init__(self, app: App, path: str = "/ws", **extensions: Any) -> None:
        scope = {**make_scope("GET", path), "type": "websocket", "subprotocols": [], "extensions": extensions}
        self.said: asyncio.Queue[Message] = asyncio.Queue()
        self.heard: asyncio.Queue[Message] = asyncio.Queue()
        self.said.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(app(scope, self.said.get, self.heard.put))

    async def hear(self) -> Message:
        return await asyncio.wait_for(self.heard.get(), 30)

    async def leave(self, code: int = 1001) -> None:
        self.said.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        await asyncio.wait_for(self.task, 30)


def run(function: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(function(), 60))


def chat_app(ends: list[Any] | None = None) -> App:
    app = App()
    ended: list[Any] = [] if ends is None else ends

    @app.get("/ready")
    async def ready() -> dict[str, bool]:
        if not app.ready:
            raise HTTPException(503)
        return {"ready": True}

    @app.websocket("/ws")
    async def chat(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text(await websocket.receive_text())
        except WebSocketDisconnect as gone:
            ended.append(gone.code)
            raise

    return app


def test_readiness_follows_the_lifespan() -> None:
    app = chat_app()

    async def main() -> None:
        assert not app.ready
        async with running(app):
            assert app.ready
            assert not app.shutting_down
            assert (await run_request(app, "GET", "/ready")).status == 200
            app.begin_shutdown()
            assert app.shutting_down.is_set()
            assert (await run_request(app, "GET", "/ready")).status == 503
        assert not app.ready
        async with running(app):  # a second start, as tests do, is a fresh one
            assert app.ready

    run(main)


def test_whoever_waits_is_woken() -> None:
    app = App()

    async def main() -> None:
        async with running(app):
            waiting = asyncio.create_task(app.shutting_down.wait())
            await asyncio.sleep(0)
            assert not waiting.done()
            begin_shutdown()
            await asyncio.wait_for(waiting, 30)

    run(main)


def test_open_websockets_are_closed_with_1001() -> None:
    ends: list[Any] = []
    app = chat_app(ends)

    async def main() -> None:
        async with running(app):
            conversation = Conversation(app)
            assert (await conversation.hear())["type"] == "websocket.accept"
            begin_shutdown()
            await close_websockets()
            message = await conversation.hear()
            assert (message["type"], message["code"]) == ("websocket.close", 1001)
            await conversation.leave()
            assert ends == [1001]

    run(main)


def test_a_handler_that_only_sends_hears_of_it_too(caplog: Any) -> None:
    app = App()
    ends: list[int] = []
    go_on = asyncio.Event()

    @app.websocket("/ws")
    async def tick(websocket: WebSocket) -> None:
        await websocket.accept()
        await go_on.wait()
        try:
            await websocket.send_text("tick")
        except WebSocketDisconnect as gone:
            ends.append(gone.code)
        await websocket.close()  # nothing is left to close, which is no mistake

    async def main() -> None:
        async with running(app):
            conversation = Conversation(app)
            await conversation.hear()
            await close_websockets()
            assert (await conversation.hear())["code"] == 1001
            go_on.set()
            await asyncio.wait_for(conversation.task, 30)
            assert conversation.heard.empty()

    run(main)
    assert ends == [1001]
    assert not caplog.records


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ({"websocket.http.response": {}}, [("websocket.http.response.start", 503)]),
        ({}, [("websocket.close", 1001)]),
    ],
)
@pytest.mark.parametrize("when", ["before", "during"])
def test_handshakes_are_refused(extensions: Any, expected: Any, when: str, caplog: Any) -> None:
    app = App()
    go_on = asyncio.Event()
    began = asyncio.Event()

    @app.websocket("/ws")
    async def slow(websocket: WebSocket) -> None:
        began.set()
        await go_on.wait()
        await websocket.accept()
        raise AssertionError("accepted")

    async def main() -> None:
        async with running(app):
            if when == "before":
                await close_websockets()
            conversation = Conversation(app, **extensions)
            await asyncio.wait_for(began.wait(), 30)
            await close_websockets()
            go_on.set()
            await asyncio.wait_for(conversation.task, 30)
            message = await conversation.hear()
            assert [(message["type"], message.get("status", message.get("code")))] == expected

    run(main)
    assert not caplog.records


def test_websockets_that_are_over_are_forgotten() -> None:
    app = chat_app()

    async def main() -> None:
        async with running(app):
            conversations = [Conversation(app) for _ in range(3)]
            for conversation in conversations:
                await conversation.hear()
                await conversation.leave(1000)
            await close_websockets()
            assert all(conversation.heard.empty() for conversation in conversations)

    run(main)


def test_one_that_fails_to_close_holds_up_nobody() -> None:
    class Stubborn:
        async def go_away(self) -> None:
            raise OSError

    class Willing:
        gone = False

        async def go_away(self) -> None:
            self.gone = True

    async def main() -> None:
        shutdown, willing = Shutdown(), Willing()
        await shutdown.attend(Stubborn())
        await shutdown.attend(willing)
        await shutdown.close_websockets()
        assert willing.gone

    run(main)


def test_other_loops_are_left_alone() -> None:
    app = App()

    async def main() -> None:
        async with running(app):
            other = threading.Thread(target=asyncio.run, args=(elsewhere(),))
            other.start()
            await asyncio.to_thread(other.join)
            assert app.ready

    async def elsewhere() -> None:
        begin_shutdown()

    run(main)


def test_an_endless_stream_can_end_by_it() -> None:
    app = App()

    @app.get("/ticks")
    async def ticks() -> AsyncIterator[str]:
        while not app.shutting_down:
            yield "tick"
            await asyncio.sleep(0)

    async def main() -> None:
        async with running(app):
            reply = asyncio.create_task(run_request(app, "GET", "/ticks"))
            await asyncio.sleep(0.01)
            app.begin_shutdown()
            assert (await asyncio.wait_for(reply, 30)).complete

    run(main)


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="signals as POSIX has them")
def test_the_signal_of_any_server_is_heard_and_passed_on() -> None:
    app = chat_app()
    passed_on: list[int] = []

    def of_the_server(number: int, frame: FrameType | None) -> None:
        passed_on.append(number)

    async def main() -> None:
        async with running(app):
            conversation = Conversation(app)
            await conversation.hear()
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(app.shutting_down.wait(), 30)
            assert (await conversation.hear())["code"] == 1001
            await conversation.leave()
        assert signal.getsignal(signal.SIGTERM) is of_the_server

    former = signal.signal(signal.SIGTERM, of_the_server)
    try:
        run(main)
    finally:
        signal.signal(signal.SIGTERM, former)
    assert passed_on == [signal.SIGTERM]


def test_a_server_that_leads_is_not_watched() -> None:
    def of_the_server(number: int, frame: FrameType | None) -> None:
        raise AssertionError(number)

    app = App()

    async def main() -> None:
        lead_shutdown()
        async with running(app):
            assert signal.getsignal(signal.SIGTERM) is of_the_server

    former = signal.signal(signal.SIGTERM, of_the_server)
    try:
        run(main)
    finally:
        signal.signal(signal.SIGTERM, former)


def test_a_process_without_a_server_keeps_its_signals() -> None:
    app = App()

    async def main() -> None:
        before = signal.getsignal(signal.SIGTERM)
        async with running(app):
            assert signal.getsignal(signal.SIGTERM) is before

    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    run(main)
