"""Threads: context flows both ways, cancellation outlasts the function, exits have a pool of their own."""

import asyncio
import contextvars
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from faster_core.concurrency import (
    DEFAULT_THREADS,
    iterate_in_threadpool,
    run_in_executor,
    run_in_exit_threadpool,
    run_in_threadpool,
    set_thread_limit,
)

number: contextvars.ContextVar[int] = contextvars.ContextVar("number", default=0)


@pytest.fixture
def _former_limit() -> Iterator[None]:
    yield
    set_thread_limit(DEFAULT_THREADS)


def thread_name() -> str:
    return threading.current_thread().name


def test_where_functions_run() -> None:
    async def run() -> None:
        assert (await run_in_threadpool(thread_name)).startswith("faster-handler")
        assert (await run_in_exit_threadpool(thread_name)).startswith("faster-exit")
        assert (await run_in_executor(None, thread_name)).startswith("faster-handler")
        with ThreadPoolExecutor(1, thread_name_prefix="own") as own:
            assert (await run_in_executor(own, thread_name)).startswith("own")

    asyncio.run(run())


def test_arguments_and_errors() -> None:
    def fail() -> None:
        raise KeyError("x")

    async def run() -> None:
        assert await run_in_threadpool(int, "11", base=2) == 3
        with pytest.raises(KeyError):
            await run_in_threadpool(fail)
        with pytest.raises(RuntimeError, match="function raised StopIteration"):
            await run_in_threadpool(next, iter(()))

    asyncio.run(run())


def test_context_variables_flow_both_ways() -> None:
    def change() -> int:
        seen = number.get()
        number.set(seen + 1)
        return seen

    async def run() -> None:
        number.set(5)
        assert await run_in_threadpool(change) == 5
        assert number.get() == 6
        await asyncio.gather(asyncio.create_task(run_in_threadpool(change)))
        assert number.get() == 6

    asyncio.run(run())


def test_what_a_failing_function_set_is_set() -> None:
    def change() -> None:
        number.set(9)
        raise ValueError("late")

    async def run() -> None:
        with pytest.raises(ValueError, match="late"):
            await run_in_threadpool(change)
        assert number.get() == 9

    asyncio.run(run())


def test_a_cancelled_task_waits_for_its_function() -> None:
    begun, go, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go.wait(60)
        ended.set()

    async def run() -> None:
        task = asyncio.create_task(run_in_threadpool(slow))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        assert not task.done()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()

    asyncio.run(run())


def test_a_cancelled_task_drops_the_error_of_its_function() -> None:
    begun = threading.Event()

    def fail() -> None:
        begun.set()
        time.sleep(0.01)
        raise ValueError

    async def run() -> None:
        task = asyncio.create_task(run_in_threadpool(fail))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


@pytest.mark.usefixtures("_former_limit")
def test_how_many_run_at_once() -> None:
    set_thread_limit(2)
    inside: list[int] = [0, 0]
    lock = threading.Lock()
    pair = threading.Barrier(2, timeout=60)

    def count() -> None:
        with lock:
            inside[0] += 1
            inside[1] = max(inside)
        pair.wait()
        with lock:
            inside[0] -= 1

    async def run() -> None:
        await asyncio.gather(*(run_in_threadpool(count) for _ in range(8)))

    asyncio.run(run())
    assert inside == [0, 2]
    with pytest.raises(ValueError, match="The number of threads must be 1 or more, not 0"):
        set_thread_limit(0)


def test_iteration() -> None:
    closed: list[str] = []

    def items() -> Iterator[str]:
        try:
            yield threading.current_thread().name
            yield "second"
        finally:
            closed.append(threading.current_thread().name)

    async def run() -> None:
        found = [item async for item in iterate_in_threadpool(items())]
        assert found[0].startswith("faster-handler")
        assert found[1] == "second"
        stream = iterate_in_threadpool(items())
        await anext(stream)
        await stream.aclose()
        assert [item async for item in iterate_in_threadpool([1, 2])] == [1, 2]

    asyncio.run(run())
    assert len(closed) == 2
    assert closed[1].startswith("faster-exit")
