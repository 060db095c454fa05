import asyncio
import functools
import logging
import threading
from typing import Any

import pytest

from faster_core.background import BackgroundTask, BackgroundTasks
from faster_core.request_id import request_id_var

seen: list[tuple[Any, int, bool]] = []


@pytest.fixture(autouse=True)
def _forget() -> None:
    seen.clear()


def work(value: Any, *, times: Any = 1) -> None:
    seen.append((value, times, threading.current_thread() is threading.main_thread()))


async def async_work(value: Any, *, times: Any = 1) -> None:
    work(value, times=times)


class Callable:
    async def __call__(self, value: Any) -> None:
        work(value)


@pytest.mark.parametrize(
    "func, on_loop",
    [
        (work, False),
        (async_work, True),
        (functools.partial(async_work, times=1), True),
        (functools.partial(functools.partial(work), times=1), False),
        (Callable(), True),
        (lambda value: async_work(value), True),
    ],
    ids=["function", "coroutine", "partial-coroutine", "partial-function", "object", "lambda"],
)
def test_a_task_calls_its_function(func: Any, on_loop: Any) -> None:
    asyncio.run(BackgroundTask(func, "a")())
    assert seen == [("a", 1, on_loop)]


def test_tasks_run_in_order_and_may_add_more() -> None:
    tasks = BackgroundTasks([BackgroundTask(work, 1)])

    async def more() -> None:
        work(2)
        tasks.add_task(async_work, 3, times=4)

    tasks.add_task(more)
    assert len(tasks) == 2
    asyncio.run(tasks())
    assert [entry[:2] for entry in seen] == [(1, 1), (2, 1), (3, 4)]


def test_a_failure_is_logged_with_its_route_and_stops_nothing(caplog: Any) -> None:
    def fail() -> None:
        raise ValueError("no luck")

    tasks = BackgroundTasks()
    tasks.add_task(fail)
    tasks.add_task(work, 1)
    with caplog.at_level(logging.ERROR, logger="faster_core.background"):
        asyncio.run(tasks("POST /items"))
    assert len(seen) == 1
    (record,) = caplog.records
    assert record.name == "faster_core.background"
    assert record.getMessage().startswith("Background task fail (test_background.py:")
    assert record.getMessage().endswith("of 'POST /items' failed")
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == "no luck"


def test_a_route_cannot_break_a_log_line(caplog: Any) -> None:
    def fail() -> None:
        raise ValueError

    with caplog.at_level(logging.ERROR, logger="faster_core.background"):
        asyncio.run(BackgroundTask(fail)("GET /a\nb"))
    assert "\n" not in caplog.records[0].getMessage()


def test_a_cancelled_task_is_named_and_stays_cancelled(caplog: Any) -> None:
    async def wait() -> None:
        await asyncio.Event().wait()

    async def main() -> None:
        request_id_var.set("abc\n\x1b[31m")
        task = asyncio.create_task(BackgroundTask(wait)("POST /items"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    (record,) = caplog.records
    assert record.getMessage().startswith("Background task wait (test_background.py:")
    ending = "of 'POST /items' was cancelled before its end [request abc\\n\\x1b[31m]"
    assert record.getMessage().endswith(ending)
    assert record.exc_info is None


def test_no_tasks_are_still_something() -> None:
    tasks = BackgroundTasks()
    assert tasks
    assert repr(tasks) == "BackgroundTasks([])"
    assert repr(BackgroundTask(work, 1)).startswith("BackgroundTask(work (test_background.py:")
    asyncio.run(tasks())
