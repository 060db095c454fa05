import asyncio
from typing import Any

import pytest

from faster_core.disconnect import DisconnectWatch, run_until_disconnect
from faster_core.types import Message
from tests.core.asgi import Server, http_scope


async def turns(count: Any = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_work_that_ends_is_left_alone() -> None:
    async def main() -> None:
        scope, server, done = http_scope(), Server(), []

        async def work() -> None:
            assert DisconnectWatch.of(scope) is not None
            await turns()
            done.append(1)

        assert await run_until_disconnect(scope, server.receive, work) is True
        assert done == [1]
        assert DisconnectWatch.of(scope) is None
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_a_disconnect_cancels_the_work_and_nothing_else() -> None:
    async def main() -> None:
        scope, server, steps = http_scope(), Server(), []

        async def work() -> None:
            try:
                steps.append("began")
                server.gone.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                steps.append("cancelled")
                raise

        assert await run_until_disconnect(scope, server.receive, work) is False
        assert steps == ["began", "cancelled"]
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        await turns()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_cancelled_from_outside_stays_cancelled() -> None:
    async def main() -> None:
        server = Server()
        task = asyncio.create_task(run_until_disconnect(http_scope(), server.receive, asyncio.Event().wait))
        await turns()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await turns()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_cancelled_from_outside_in_the_same_turn_as_the_disconnect() -> None:
    async def main() -> None:
        server = Server()
        task = asyncio.create_task(run_until_disconnect(http_scope(), server.receive, asyncio.Event().wait))
        await turns()
        server.gone.set()
        # Two turns bring the watch to its cancellation of the task, which has not run yet.
        await turns(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()

    asyncio.run(main())


def test_an_exception_of_the_work_is_raised() -> None:
    async def main() -> None:
        async def work() -> None:
            raise KeyError("x")

        with pytest.raises(KeyError):
            await run_until_disconnect(http_scope(), Server().receive, work)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_an_exception_of_receive_is_raised() -> None:
    async def main() -> None:
        async def receive() -> Message:
            raise OSError("broken")

        with pytest.raises(OSError, match="broken"):
            await run_until_disconnect(http_scope(), receive, turns)

    asyncio.run(main())


def test_the_body_is_kept_for_a_reader() -> None:
    async def main() -> None:
        scope = http_scope()
        messages = [{"type": "http.request", "body": bytes([n]), "more_body": n < 3} for n in range(4)]
        server = Server(messages)
        seen = []

        async def work() -> None:
            await turns()
            watch = DisconnectWatch.of(scope)
            assert watch is not None
            for _ in range(4):
                seen.append((await watch.receive())["body"])
            server.gone.set()
            await watch.receive()

        assert await run_until_disconnect(scope, server.receive, work) is False
        assert seen == [b"\0", b"\1", b"\2", b"\3"]

    asyncio.run(main())


def test_no_more_is_kept_than_a_server_would() -> None:
    async def main() -> None:
        scope = http_scope()
        chunk = b"x" * 40_000
        server = Server([{"type": "http.request", "body": chunk, "more_body": True}] * 10)

        async def work() -> None:
            await turns(30)
            assert len(server.messages) == 8
            watch = DisconnectWatch.of(scope)
            assert watch is not None
            await watch.receive()
            await turns(30)
            assert len(server.messages) == 7

        assert await run_until_disconnect(scope, server.receive, work)

    asyncio.run(main())


def test_a_watch_tells_of_the_disconnect_again_and_again() -> None:
    async def main() -> None:
        server = Server()
        server.gone.set()
        watch = DisconnectWatch(server.receive)
        await watch.run()
        assert watch.disconnected
        assert [(await watch.receive())["type"] for _ in range(2)] == ["http.disconnect"] * 2

    asyncio.run(main())
