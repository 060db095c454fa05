"""The lifespan of a router that stands alone."""

import asyncio
from typing import Any

import pytest

from faster_router import ASGIApp, Message, Receive, Router, Scope, Send
from faster_router.lifespan import run_lifespans
from tests.router.asgi import messages

UP: Message = {"type": "lifespan.startup"}
DOWN: Message = {"type": "lifespan.shutdown"}


def part(name: str, log: list[str], *, startup: str = "complete", shutdown: str = "complete") -> ASGIApp:
    """An application with a lifespan that writes down what happens to it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "lifespan"
        assert (await receive())["type"] == "lifespan.startup"
        log.append(f"{name} up")
        scope["state"][name] = True
        await send({"type": f"lifespan.startup.{startup}", "message": f"{name} cannot start"})
        if startup == "failed":
            return
        assert (await receive())["type"] == "lifespan.shutdown"
        log.append(f"{name} down")
        await send({"type": f"lifespan.shutdown.{shutdown}", "message": ""})

    return app


async def unaware(scope: Scope, receive: Receive, send: Send) -> None:
    """An application for HTTP only."""
    raise NotImplementedError(scope["type"])


async def heedless(scope: Scope, receive: Receive, send: Send) -> None:
    """An application for HTTP that never looks what it is called for."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


def run(*apps: ASGIApp) -> tuple[list[Message], dict[str, Any]]:
    state: dict[str, Any] = {}
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}
    return asyncio.run(messages(lambda *call: run_lifespans(apps, *call), scope, [UP, DOWN])), state


def test_a_router_alone_starts_and_stops() -> None:
    router = Router()
    sent = asyncio.run(messages(router, {"type": "lifespan"}, [UP, DOWN]))
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_router_starts_what_is_mounted_each_once() -> None:
    log: list[str] = []
    first, second = part("first", log), part("second", log)
    router = Router()
    router.mount("/a", first)
    router.host("b.org", second)
    router.mount("/c", first)
    assert router.mounts == [first, second, first]
    asyncio.run(messages(router, {"type": "lifespan", "state": {}}, [UP, DOWN]))
    assert log == ["first up", "second up", "second down", "first down"]


def test_applications_start_in_order_and_stop_in_reverse_and_share_their_state() -> None:
    log: list[str] = []
    sent, state = run(part("a", log), unaware, part("b", log))
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert log == ["a up", "b up", "b down", "a down"]
    assert state == {"a": True, "b": True}


def test_one_that_answers_as_if_to_a_request_takes_no_part() -> None:
    log: list[str] = []
    sent, _ = run(heedless, part("a", log), heedless)
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert log == ["a up", "a down"]


def test_one_that_fails_to_start_stops_those_before_it() -> None:
    log: list[str] = []
    sent, _ = run(part("a", log), part("b", log, startup="failed"), part("c", log))
    assert sent == [{"type": "lifespan.startup.failed", "message": "b cannot start"}]
    assert log == ["a up", "b up", "a down"]


def test_one_that_fails_to_stop_does_not_keep_the_others_from_it() -> None:
    log: list[str] = []
    sent, _ = run(part("a", log), part("b", log, shutdown="failed"))
    assert sent[-1] == {"type": "lifespan.shutdown.failed", "message": "lifespan.shutdown failed"}
    assert log[-1] == "a down"


@pytest.mark.parametrize("answered", [False, True])
def test_an_error_while_stopping_is_told(answered: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if answered:
            await send({"type": "lifespan.shutdown.complete"})
        raise ValueError("stuck")

    sent, _ = run(app)
    assert sent[-1] == {"type": "lifespan.shutdown.failed", "message": "ValueError('stuck')"}


def test_one_that_ends_by_itself_is_let_go() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})

    assert [message["type"] for message in run(app)[0]] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_one_that_returns_at_once_takes_no_part() -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        return None

    log: list[str] = []
    assert run(silent, part("a", log))[0][0]["type"] == "lifespan.startup.complete"
    assert log == ["a up", "a down"]


def test_a_start_that_fails_and_then_raises_leaves_nothing_behind() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})
        raise ConnectionError

    assert run(app)[0] == [{"type": "lifespan.startup.failed", "message": "no database"}]


def test_a_cancelled_router_takes_its_applications_with_it() -> None:
    log: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        try:
            await receive()
        finally:
            log.append("left")

    async def main() -> None:
        started = asyncio.Event()
        incoming: asyncio.Queue[Message] = asyncio.Queue()
        await incoming.put(UP)

        async def send(message: Message) -> None:
            started.set()

        task = asyncio.create_task(run_lifespans([app], {"type": "lifespan"}, incoming.get, send))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert log == ["left"]
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
