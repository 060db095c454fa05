import asyncio
from typing import Any, Never

import pytest

from faster_core.middleware.timeout import TimeoutMiddleware
from faster_core.types import Receive, Scope, Send
from tests.core.middleware.exchange import accept, get, make_receive, make_scope, open_websocket, respond

pytestmark = pytest.mark.usefixtures("timeless")


def test_in_time() -> None:
    assert get(TimeoutMiddleware(respond(), 1)).body == b"hello"


def test_late_is_504_and_the_handler_is_cancelled() -> None:
    left = []

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(0)
            left.append(True)

    answer = get(TimeoutMiddleware(slow, timeout=0.01))
    assert (answer.status, answer.body) == (504, b'{"detail":"Gateway Timeout"}')
    assert answer.headers["content-type"] == "application/json"
    assert left == [True]


async def begin_and_wait(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"1", "more_body": True})
    await asyncio.sleep(0.03)
    await send({"type": "http.response.body", "body": b"2"})


def test_late_after_the_start_tears_the_response() -> None:
    messages = []

    async def send(message: str) -> None:
        messages.append(message)

    with pytest.raises(TimeoutError):
        asyncio.run(TimeoutMiddleware(begin_and_wait, 0.01)(make_scope(), make_receive(), send))  # type: ignore[arg-type]
    assert [message.get("body") for message in messages] == [None, b"1"]  # type: ignore[attr-defined]


def test_the_clock_may_stop_when_the_response_begins() -> None:
    assert get(TimeoutMiddleware(begin_and_wait, 0.01, streams=False)).body == b"12"


def test_background_work_after_the_response_has_its_own_time() -> None:
    done = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await respond()(scope, receive, send)
        await asyncio.sleep(0.03)
        done.append(True)

    assert get(TimeoutMiddleware(app, 0.01)).body == b"hello"
    assert done == [True]


def test_a_timeout_error_of_the_application_is_its_own() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> Never:
        raise TimeoutError("database")

    with pytest.raises(TimeoutError, match="database"):
        get(TimeoutMiddleware(app, 1))


def test_cancellation_from_outside_is_no_timeout() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(10)

    async def main() -> None:
        task = asyncio.create_task(TimeoutMiddleware(app, 1)(make_scope(), make_receive(), None))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_time_that_is_none(timeout: Any) -> None:
    with pytest.raises(ValueError, match="timeout must be seconds above 0"):
        TimeoutMiddleware(respond(), timeout)


def test_websockets_pass_by() -> None:
    assert asyncio.run(open_websocket(TimeoutMiddleware(accept))).messages[0]["type"] == "websocket.accept"
