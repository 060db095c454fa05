"""The head of a stream, held back until there is something to send."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

import pytest

from faster_core import App, HTTPException
from faster_core.opening import END, Opening
from faster_core.response import StreamingResponse
from faster_core.sse import EventSourceResponse
from tests.core.client import request

HEAD = {"type": "http.response.start", "status": 200, "headers": []}


async def opened(items: AsyncIterator[Any], send: Callable[[Any], Any]) -> Any:
    opening = Opening(send, HEAD)
    return await opening.first(items), await opening.head()


def test_an_item_at_once_goes_before_the_head() -> None:
    log: list[Any] = []

    async def items() -> AsyncIterator[Any]:
        log.append("asked")
        yield 1

    async def send(message: Any) -> None:
        log.append(message)

    assert asyncio.run(opened(items(), send)) == (1, True)
    assert log == ["asked", HEAD]


def test_nothing_at_all() -> None:
    async def items() -> AsyncIterator[Any]:
        return
        yield

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    assert asyncio.run(opened(items(), send)) == (END, True)
    assert sent == [HEAD]


@pytest.mark.parametrize("outcome", ["item", "end", "error"])
def test_the_head_does_not_wait_for_ever(outcome: str) -> None:
    sent: list[Any] = []

    async def main() -> Any:
        gone_out = asyncio.Event()

        async def items() -> AsyncIterator[Any]:
            await gone_out.wait()
            if outcome == "error":
                raise LookupError("late")
            if outcome == "item":
                yield 1

        async def send(message: Any) -> None:
            gone_out.set()
            await asyncio.sleep(0)
            sent.append(message)

        return await asyncio.wait_for(opened(items(), send), 30)

    if outcome == "error":
        with pytest.raises(LookupError, match="late"):
            asyncio.run(main())
    else:
        assert asyncio.run(main()) == (1 if outcome == "item" else END, True)
    assert sent == [HEAD]


def test_a_client_that_is_gone() -> None:
    async def main(*, late: bool) -> Any:
        asked = asyncio.Event()

        async def items() -> AsyncIterator[Any]:
            if late:
                await asked.wait()
            yield 1

        async def send(message: Any) -> None:
            asked.set()
            raise OSError

        return await asyncio.wait_for(opened(items(), send), 30)

    assert asyncio.run(main(late=False)) == asyncio.run(main(late=True)) == (1, False)


def test_a_failure_to_send_the_head_is_raised() -> None:
    async def main() -> Any:
        asked = asyncio.Event()

        async def items() -> AsyncIterator[Any]:
            await asked.wait()
            yield 1

        async def send(message: Any) -> None:
            asked.set()
            raise ArithmeticError("a middleware is broken")

        await asyncio.wait_for(opened(items(), send), 30)

    with pytest.raises(ArithmeticError, match="a middleware is broken"):
        asyncio.run(main())


def test_a_cancellation_reaches_the_generator_and_nothing_is_sent() -> None:
    log: list[Any] = []

    async def main() -> None:
        waiting = asyncio.Event()

        async def items() -> AsyncIterator[Any]:
            try:
                waiting.set()
                await asyncio.Event().wait()
                yield 1
            except asyncio.CancelledError:
                log.append("cancelled")
                raise

        async def send(message: Any) -> None:
            log.append(message)

        task = asyncio.create_task(opened(items(), send))
        await waiting.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(main())
    assert log == ["cancelled"]


def test_a_cancellation_ends_a_head_that_nobody_takes() -> None:
    log: list[str] = []

    async def main() -> None:
        sending = asyncio.Event()

        async def items() -> AsyncIterator[Any]:
            await asyncio.Event().wait()
            yield 1

        async def send(message: Any) -> None:
            sending.set()
            try:
                await asyncio.Event().wait()
            finally:
                log.append("given up")

        task = asyncio.create_task(opened(items(), send))
        await asyncio.wait_for(sending.wait(), 30)
        task.cancel()
        await asyncio.wait([task], timeout=30)
        assert task.cancelled()

    asyncio.run(main())
    assert log == ["given up"]


def test_what_a_generator_makes_of_a_cancellation_counts() -> None:
    async def main() -> Any:
        waiting = asyncio.Event()

        async def items() -> AsyncIterator[Any]:
            try:
                waiting.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await asyncio.sleep(0)
                yield "left in order"

        async def send(message: Any) -> None: ...

        task = asyncio.create_task(opened(items(), send))
        await waiting.wait()
        task.cancel()
        return await task

    assert asyncio.run(main()) == ("left in order", True)


def test_a_generator_that_is_dropped_while_it_waits_is_closed() -> None:
    closed: list[bool] = []

    class Waiting:
        def __await__(self) -> Generator[None, None, None]:
            try:
                yield
            finally:
                closed.append(True)

    class Items:
        def __aiter__(self) -> "Items":
            return self

        def __anext__(self) -> Any:
            return Waiting()

    async def send(message: Any) -> None: ...

    async def main() -> None:
        steps = opened(Items(), send).__await__()
        next(steps)
        steps.close()

    asyncio.run(main())
    assert closed == [True]


def test_an_error_before_the_first_item_is_answered_like_any_other() -> None:
    class Gone(Exception):
        pass

    app = App()

    @app.exception_handler(Gone)
    def gone(request: Any, error: Gone) -> Any:
        return StreamingResponse(iter([b"it ", b"went"]), 410)

    @app.get("/lines")
    async def lines() -> AsyncIterator[int]:
        raise HTTPException(403, "not yours", headers={"x-why": "scope"})
        yield 1

    @app.get("/waits")
    async def waits() -> AsyncIterator[int]:
        await asyncio.sleep(0)
        raise Gone
        yield 1

    @app.get("/events", response_class=EventSourceResponse)
    def events() -> Iterator[int]:
        raise HTTPException(404)
        yield 1

    @app.get("/bytes")
    async def stream() -> Any:
        pieces: Any = iter([1])
        return StreamingResponse(pieces)

    refused = request(app, "GET", "/lines")
    assert (refused.status, refused.json(), refused.headers["x-why"]) == (403, {"detail": "not yours"}, "scope")
    assert (request(app, "GET", "/waits").status, request(app, "GET", "/waits").text) == (410, "it went")
    assert request(app, "GET", "/events").json() == {"detail": "Not Found"}
    assert request(app, "GET", "/events").headers["content-type"] == "application/json"
    assert request(app, "GET", "/bytes").status == 500


def test_an_error_after_the_head_tears_the_stream() -> None:
    app = App()

    @app.get("/late")
    async def late() -> AsyncIterator[int]:
        yield 1
        raise LookupError("late")

    with pytest.raises(LookupError, match="late"):
        request(app, "GET", "/late")
