import asyncio
import importlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
import pytest

from FasterAPI import Depends, Faster, TestClient
from tests.api_web.contrib.example import run_example
from tests.api_web.contrib.service import REDIS, REDIS_URL

pytest.importorskip("taskiq")
pytest.importorskip("taskiq_redis")

from taskiq import InMemoryBroker, TaskiqMessage, TaskiqResult
from taskiq_redis import RedisAsyncResultBackend

from FasterAPI.contrib import taskiq as module
from FasterAPI.contrib.taskiq import MsgspecFormatter, Tasks

ROOT = Path(__file__).parents[3]


class Item(msgspec.Struct):
    name: str
    made: datetime


def make() -> tuple[Faster, Tasks]:
    app = Faster()
    return app, Tasks(app, InMemoryBroker(await_inplace=True))


def do(app: Faster, task: Any, *args: Any, **kwargs: Any) -> TaskiqResult[Any]:
    """Have a task done while the application runs, and return its result."""
    results: list[TaskiqResult[Any]] = []

    @app.post("/do")
    async def route() -> None:
        results.append(await (await task.kiq(*args, **kwargs)).wait_result(timeout=30))

    with TestClient(app) as client:
        client.post("/do")
    return results[0]


def test_first_example_runs() -> None:
    sent: list[str] = []

    class Mailer:
        async def send(self, text: str) -> None:
            sent.append(text)

    replace = {'RedisStreamBroker("redis://localhost:6379/0")': "InMemoryBroker(await_inplace=True)"}
    given = {"Mailer": Mailer, "open_mailer": Mailer, "InMemoryBroker": InMemoryBroker}
    with TestClient(run_example(module, replace=replace, **given)["app"]) as client:
        assert client.post("/orders/7").status_code == 202
    assert sent == ["Invoice for order 7"]


def test_dependencies_are_entered_and_left_around_the_task() -> None:
    app, tasks = make()
    log: list[str] = []

    async def settings() -> str:
        return "settings"

    async def session(settings: Annotated[str, Depends(settings)]) -> AsyncIterator[str]:
        log.append("begin")
        try:
            yield f"session with {settings}"
        except LookupError:
            log.append("rollback")
            raise
        else:
            log.append("commit")

    @tasks.task
    async def work(fails: bool, session: Annotated[str, Depends(session)]) -> str:
        if fails:
            raise LookupError("none")
        return session

    result = do(app, work, False)
    assert (result.is_err, result.return_value) == (False, "session with settings")
    assert log == ["begin", "commit"]
    app, tasks = make()
    failed = do(app, tasks.task(name="again")(work_of(session)), True)
    assert isinstance(failed.error, LookupError)
    assert log == ["begin", "commit", "begin", "rollback"]


def work_of(session: Any) -> Any:
    async def work(fails: bool, session: str = Depends(session)) -> str:
        raise LookupError("none")

    return work


def test_override_stands_in_for_a_dependency() -> None:
    app, tasks = make()

    async def real() -> str:
        raise AssertionError("never called")

    @tasks.task
    async def work(value: Annotated[str, Depends(real)]) -> str:
        return value

    app.dependency_overrides[real] = lambda: "stand-in"
    assert do(app, work).return_value == "stand-in"


def test_function_that_is_no_coroutine_runs_in_a_thread() -> None:
    import threading

    app, tasks = make()

    @tasks.task
    def work() -> bool:
        return threading.current_thread() is threading.main_thread()

    assert do(app, work).return_value is False


def test_arguments_are_what_they_are_declared_to_be() -> None:
    app, tasks = make()
    seen: list[Any] = []

    @tasks.task
    async def work(item: Item, when: datetime, *, note: str = "none") -> None:
        seen.extend([item, when, note])

    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert do(app, work, Item("tea", now), when=now).error is None
    assert seen == [Item("tea", now), now, "none"]


def test_argument_that_is_something_else_fails_the_task() -> None:
    app, tasks = make()

    @tasks.task
    async def work(number: int) -> None:
        raise AssertionError("never called")

    error = do(app, work, "seven").error
    assert isinstance(error, TypeError)
    assert "the message's argument 'number' is wrong: Expected `int`, got `str`" in str(error)


def test_dependency_cannot_come_with_the_message() -> None:
    app, tasks = make()

    async def role() -> str:
        return "guest"

    @tasks.task
    async def work(role: Annotated[str, Depends(role)]) -> str:
        return role

    assert isinstance(do(app, work, role="admin").error, TypeError)


@pytest.mark.parametrize("wrong", [int, 7], ids=["class", "number"])
def test_task_is_a_function(wrong: Any) -> None:
    _, tasks = make()
    with pytest.raises(TypeError, match=r"^A task is a function or a coroutine function, not "):
        tasks.task(wrong)


def test_task_has_the_name_and_labels_it_is_given() -> None:
    _, tasks = make()

    @tasks.task(name="shop:work", retry_on_error=True)
    async def work() -> None:
        """Do it."""

    assert (work.task_name, work.labels, work.__doc__) == ("shop:work", {"retry_on_error": True}, "Do it.")


def test_messages_are_json_by_msgspec() -> None:
    value = Item("tea", datetime(2026, 1, 2, tzinfo=UTC))
    message = TaskiqMessage(task_id="1", task_name="work", labels={"a": "b"}, args=[value], kwargs={"id": UUID(int=1)})
    carried = MsgspecFormatter().dumps(message)
    assert (carried.task_id, carried.task_name, carried.labels) == ("1", "work", {"a": "b"})
    read = MsgspecFormatter().loads(carried.message)
    assert read.args == [{"name": "tea", "made": "2026-01-02T00:00:00Z"}]
    assert read.kwargs == {"id": "00000000-0000-0000-0000-000000000001"}


def test_result_is_plain() -> None:
    app, tasks = make()

    @tasks.task
    async def work() -> Item:
        return Item("tea", datetime(2026, 1, 2, tzinfo=UTC))

    assert do(app, work).return_value == {"name": "tea", "made": "2026-01-02T00:00:00Z"}


def test_results_that_are_pickles_are_refused() -> None:
    broker = InMemoryBroker().with_result_backend(RedisAsyncResultBackend(REDIS_URL))
    with pytest.raises(ValueError, match=r"^The broker's result backend reads pickles, .* serializer=JSONSerializer"):
        Tasks(Faster(), broker)


def test_worker_starts_and_stops_the_application() -> None:
    log: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        log.append("start")
        yield
        log.append("stop")

    app = Faster(lifespan=lifespan)
    broker = InMemoryBroker()
    broker.is_worker_process = True
    Tasks(app, broker)

    async def run() -> None:
        await broker.startup()
        assert log == ["start"]
        await broker.shutdown()

    asyncio.run(run())
    assert log == ["start", "stop"]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("TEST_TASKS_URL", REDIS_URL)
    monkeypatch.setenv("TEST_TASKS_NAME", f"test-{uuid4().hex}")
    monkeypatch.delitem(sys.modules, "tests.api_web.contrib.served_tasks", raising=False)
    return importlib.import_module("tests.api_web.contrib.served_tasks")


@pytest.mark.parametrize("run", [pytest.param(1, marks=REDIS)], ids=["redis"])
def test_worker_process_has_the_same_dependencies(run: int, served: ModuleType) -> None:
    command = [sys.executable, "-m", "taskiq", "worker", "tests.api_web.contrib.served_tasks:broker", "--workers=1"]
    worker = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        with TestClient(served.app) as client:
            answers = [client.post("/orders", json={"product": "tea", "amount": 3}).json() for _ in range(2)]
    finally:
        worker.terminate()
        output = worker.communicate(timeout=60)[0].decode()
    # What lives as long as the application lives in the worker from one task to the next.
    assert [answer["left"] for answer in answers] == [7, 4], output
    assert answers[0]["process"] == answers[1]["process"] != answers[0]["asked_by"]
    from redis import Redis

    with Redis.from_url(REDIS_URL) as redis:
        for key in redis.scan_iter(f"*{served.NAME}*"):
            redis.delete(key)
