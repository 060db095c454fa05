"""What `BaseHTTPMiddleware` stands on, at the turns of the loop where it could break."""

import asyncio
from typing import Any, Never

import pytest

from faster_core.exceptions import ClientDisconnect
from faster_core.middleware._trampoline import Trampoline
from faster_core.middleware.base import BaseHTTPMiddleware
from faster_core.types import Receive, Scope, Send
from tests.core.middleware.exchange import make_receive, make_scope

pytestmark = pytest.mark.usefixtures("timeless")


def message(kind: Any) -> Any:
    return {"type": kind}


def start(app: Any) -> Any:
    return Trampoline(app, {}, make_receive())


async def drain(run: Any) -> Any:
    found = []
    while (sent := await run.step()) is not None:
        found.append(sent["type"])
    return found


def test_steps() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(message("a"))
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        await send(message("b"))

    async def main() -> None:
        run = start(app)
        assert await drain(run) == ["a", "b"]
        assert run.ended
        assert await run.step() is None

    asyncio.run(main())


def test_an_error_thrown_into_a_step_is_raised_at_the_send() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send(message("a"))
        except OSError:
            await send(message("b"))

    async def main() -> None:
        run = start(app)
        await run.step()
        assert await run.step(OSError()) == message("b")
        assert await run.step() is None
        with pytest.raises(KeyError):
            await run.step(KeyError())

    asyncio.run(main())


def test_only_one_step_at_a_time() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.01)

    async def main() -> None:
        run = start(app)
        first = asyncio.create_task(_step(run))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="is being read already"):
            await run.step()
        assert await first is None

    asyncio.run(main())


async def _step(run: Any) -> Any:
    return await run.step()


def test_a_send_after_the_end_is_a_disconnect() -> None:
    kept = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        kept.append(send)

    async def main() -> None:
        await drain(start(app))
        with pytest.raises(ClientDisconnect):
            await kept[0](message("late"))

    asyncio.run(main())


def test_messages_of_other_tasks_wait_for_the_next_step() -> None:
    order = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def child() -> None:
            for kind in ("b", "c"):
                await send(message(kind))
                order.append(f"sent {kind}")

        await send(message("a"))
        await asyncio.gather(child(), asyncio.sleep(0.005))
        await send(message("d"))

    async def main() -> None:
        run = start(app)
        while (sent := await run.step()) is not None:
            order.append(f"got {sent['type']}")
            # Longer than what the application waits for.
            await asyncio.sleep(0.01)

    asyncio.run(main())
    assert order == ["got a", "got b", "sent b", "got c", "sent c", "got d"]


def test_a_task_that_outlives_the_application_is_heard() -> None:
    tasks: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.create_task(send(message("a"))))  # type: ignore[arg-type]
        await asyncio.sleep(0)

    async def main() -> None:
        assert await drain(start(app)) == ["a"]
        await asyncio.gather(*tasks)

    asyncio.run(main())


def test_an_error_reaches_the_task_that_sent() -> None:
    caught = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def child() -> None:
            try:
                await send(message("a"))
            except OSError as error:
                caught.append(error)

        await asyncio.create_task(child())

    async def main() -> None:
        run = start(app)
        await run.step()
        assert await run.step(OSError("gone")) is None

    asyncio.run(main())
    assert len(caught) == 1


def test_a_cancellation_reaches_the_task_that_is_waited_for() -> None:
    cancelled = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def child() -> None:
            try:
                await send(message("a"))
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                cancelled.append(True)
                raise

        await asyncio.create_task(child())

    async def main() -> None:
        run = start(app)
        await run.step()
        with pytest.raises(asyncio.CancelledError):
            await run.step(asyncio.CancelledError())
        assert run.ended
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
    assert cancelled == [True]


@pytest.mark.parametrize("nested", [False, True])
def test_cancelled_in_the_turn_in_which_it_is_woken(nested: Any) -> None:
    events = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        driver = scope["driver"]

        async def child() -> None:
            await asyncio.sleep(0.001)
            # The cancellation runs before the step that the message wakes.
            asyncio.get_running_loop().call_soon(driver.cancel)
            try:
                await send(message("a"))
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                events.append("child")
                raise

        try:
            await asyncio.create_task(child())
        finally:
            events.append("application")

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        run = Trampoline(app, scope, receive)
        while (sent := await run.step()) is not None:
            await send(sent)

    async def main() -> None:
        run = Trampoline(outer if nested else app, {"driver": asyncio.current_task()}, make_receive())
        with pytest.raises(asyncio.CancelledError):
            await drain(run)
        asyncio.current_task().uncancel()  # type: ignore[union-attr]
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
    assert events == ["child", "application"]


def test_close_ends_everything() -> None:
    events = []
    tasks = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def child() -> None:
            try:
                await send(message("a"))
            except asyncio.CancelledError:
                events.append("child")
                raise

        tasks.extend([asyncio.create_task(child()), asyncio.create_task(child())])
        try:
            await asyncio.sleep(10)
        finally:
            events.append("application")

    async def main() -> None:
        run = start(app)
        await run.step()
        run.close()
        assert run.ended
        await asyncio.sleep(0.001)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
    assert events == ["application", "child", "child"]


@pytest.mark.parametrize("place", ["inside", "at a bare turn", "outside"])
def test_a_middleware_that_is_thrown_away_takes_the_application_with_it(place: Any) -> None:
    left = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if place == "inside":
                await asyncio.sleep(10)
            elif place == "at a bare turn":
                await asyncio.sleep(0)
            await send({"type": "http.response.start", "status": 200, "headers": []})
        finally:
            left.append(True)

    async def dispatch(request: Any, call_next: Any) -> None:
        await call_next(request)
        await asyncio.sleep(10)

    async def main() -> None:
        coroutine = BaseHTTPMiddleware(app, dispatch)(make_scope(), make_receive(), None)  # type: ignore[arg-type]
        coroutine.send(None)  # type: ignore[attr-defined]
        coroutine.close()  # type: ignore[attr-defined]

    asyncio.run(main())
    assert left == [True]


def test_a_future_that_fails_while_the_message_is_out() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def fail() -> Never:
            await asyncio.sleep(0.001)
            raise KeyError("failed")

        tasks = [asyncio.create_task(fail()), asyncio.create_task(send(message("a")))]  # type: ignore[arg-type, var-annotated]
        try:
            await tasks[0]
        except KeyError:
            await send(message("b"))

    async def main() -> None:
        run = start(app)
        assert await run.step() == message("a")
        await asyncio.sleep(0.005)
        assert await drain(run) == ["b"]

    asyncio.run(main())


def test_woken_while_another_trampoline_waits_inside() -> None:
    order = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.01)
        order.append("inner")
        await send(message("inner"))

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        async def child() -> None:
            await asyncio.sleep(0.001)
            await send(message("child"))

        task = asyncio.create_task(child())
        run = Trampoline(inner, scope, receive)
        while (sent := await run.step()) is not None:
            await send(sent)
        await task

    async def main() -> None:
        run = start(outer)
        while (sent := await run.step()) is not None:
            order.append(f"got {sent['type']}")

    asyncio.run(main())
    assert order == ["got child", "inner", "got inner"]


def test_cancelled_at_a_bare_turn() -> None:
    events = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            while True:
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            events.append("cancelled")
            raise

    async def main() -> None:
        task = asyncio.create_task(drain(start(app)))
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert events == ["cancelled"]
