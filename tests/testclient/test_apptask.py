"""faster_testclient.apptask"""

from __future__ import annotations

import asyncio

import pytest

from faster_testclient import TestClient
from faster_testclient.apptask import AppTask, ClientGone, is_farewell
from faster_testclient.types import Message, Receive, Scope, Send
from tests.testclient.apps import start


class WebSocketDisconnect(Exception):
    """As some framework has it."""


class ClientDisconnect(Exception):
    """As some framework has it."""


class Later(ClientDisconnect):
    pass


@pytest.mark.parametrize(
    ("failure", "farewell"),
    [
        (WebSocketDisconnect(), True),
        (ClientDisconnect(), True),
        (Later(), True),
        (ClientGone(), True),
        (ExceptionGroup("tasks", [Later(), ExceptionGroup("more", [ClientGone()])]), True),
        (ExceptionGroup("tasks", [Later(), ValueError()]), False),
        (OSError(), False),
        (ValueError(), False),
    ],
)
def test_farewells(failure: BaseException, farewell: bool) -> None:
    assert is_farewell(failure) is farewell


def test_a_farewell_is_no_failure_after_the_client_has_left() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(start())
        await receive()
        raise ClientDisconnect

    with TestClient(app).stream("GET", "/"):
        pass


def test_a_farewell_is_a_failure_while_the_client_is_there() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ClientDisconnect

    with pytest.raises(ClientDisconnect):
        TestClient(app).get("/")


async def nothing(message: Message | None = None) -> Message:
    return {}


def run(*, cancel: bool) -> tuple[AppTask, list[str]]:
    ended: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if cancel:
            await asyncio.Event().wait()
        raise LookupError("shelf")

    async def main() -> AppTask:
        task = AppTask(app, {"type": "http"}, nothing, send_nothing, lambda: ended.append("ended"))
        assert not task.done
        await task.end(0 if cancel else None)
        assert task.done
        return task

    return asyncio.run(main()), ended


async def send_nothing(message: Message) -> None:
    await nothing(message)


def test_a_failure_is_kept() -> None:
    task, ended = run(cancel=False)
    assert isinstance(task.failure, LookupError)
    assert ended == ["ended"]


def test_a_cancellation_is_no_failure() -> None:
    task, ended = run(cancel=True)
    assert task.failure is None
    assert ended == ["ended"]
