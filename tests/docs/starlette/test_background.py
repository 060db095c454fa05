"""The page on background tasks: one, several, and one that fails."""

import logging
from typing import Any

import pytest

from FasterAPI import Faster
from FasterAPI.background import BackgroundTask, BackgroundTasks
from FasterAPI.responses import JSONResponse, PlainTextResponse, Response
from FasterAPI.testclient import TestClient


def test_one_task() -> None:
    sent: list[Any] = []

    async def mail(address: str, *, subject: str) -> None:
        sent.append((address, subject))

    app = Faster()

    @app.post("/signup")
    async def signup() -> Response:
        task = BackgroundTask(mail, "ada@example.org", subject="Welcome")
        response = JSONResponse({"status": "ok"}, background=task)
        assert sent == []
        return response

    assert TestClient(app).post("/signup").json() == {"status": "ok"}
    assert sent == [("ada@example.org", "Welcome")]


def test_several_tasks_in_order() -> None:
    done: list[str] = []

    async def later(name: str) -> None:
        done.append(name)

    tasks = BackgroundTasks()
    tasks.add_task(later, "first")
    tasks.add_task(done.append, "second")
    tasks.add_task(later, name="third")
    assert TestClient(PlainTextResponse("ok", background=tasks)).get("/").text == "ok"
    assert done == ["first", "second", "third"]


def test_tasks_start_after_the_response() -> None:
    order: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            order.append(message["type"])
            await send(message)

        await PlainTextResponse("ok", background=BackgroundTask(order.append, "task"))(scope, receive, noted)

    TestClient(app).get("/")
    assert order == ["http.response.start", "http.response.body", "task"]


def test_a_task_that_fails_does_not_stop_the_next(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    async def fail() -> None:
        raise LookupError("lost")

    tasks = BackgroundTasks()
    tasks.add_task(fail)
    tasks.add_task(done.append, "next")
    with caplog.at_level(logging.ERROR):
        assert TestClient(PlainTextResponse("ok", background=tasks)).get("/").status_code == 200
    assert done == ["next"]
    assert "lost" in caplog.text
