"""The fifth tier: when it is worth it to run a function beside the event loop, and where.

As many calls as fit into a sample are made at once, in each way in turn: on the loop itself, in threads, in
subinterpreters, in processes. Two things are taken down: the wall time of a call, as a multiple of the same call on the
loop in the same round, and for how long the loop could do nothing else meanwhile.
"""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeAlias

from FasterAPI import SubInterpreterPool, run_in_threadpool
from tests.benchmarks.busy import work

__all__ = ["JOBS", "WAYS", "Beside", "Job", "measure"]

Call: TypeAlias = Callable[[int, bytes], Coroutine[Any, Any, int]]

WAYS = ("on the loop", "in threads", "in subinterpreters", "in processes")

_TICK = 0.001
"""Seconds between two looks at the clock by somebody else on the loop."""


@dataclass(frozen=True)
class Job:
    """One row: a function and what it is given.

    Args:
        title: Its name in the table.
        milliseconds: How long it keeps a processor busy.
        content: How many bytes go with each call.
    """

    title: str
    milliseconds: float
    content: int = 0


JOBS = (
    Job("0.1 ms", 0.1),
    Job("1 ms", 1),
    Job("10 ms", 10),
    Job("100 ms", 100),
    Job("1 ms, with 1 MiB", 1, content=1024 * 1024),
)


@dataclass(frozen=True)
class Beside:
    """What one way did with one job.

    Attributes:
        milliseconds: Wall time of a call, many at once; the rounds' median.
        ratio: That over the one on the loop of the same round; the rounds' median.
        pause: Milliseconds for which the loop did nothing else, at worst; the rounds' median.
    """

    milliseconds: float
    ratio: float
    pause: float


async def _on_the_loop(steps: int, content: bytes) -> int:
    return work(steps, content)


async def _in_threads(steps: int, content: bytes) -> int:
    return await run_in_threadpool(work, steps, content)


def _in(pool: SubInterpreterPool) -> Call:
    async def call(steps: int, content: bytes) -> int:
        return await pool.run(work, steps, content)

    return call


async def _watch(pauses: list[float]) -> None:
    """Take down how late each tick is."""
    while True:
        then = time.perf_counter()
        await asyncio.sleep(_TICK)
        pauses.append(time.perf_counter() - then - _TICK)


async def _take(call: Call, steps: int, content: bytes, count: int) -> tuple[float, float]:
    """Make calls at once; return the seconds of one, and the loop's longest pause."""
    pauses: list[float] = [0]
    watcher = asyncio.create_task(_watch(pauses))
    await asyncio.sleep(0)
    start = time.perf_counter()
    # A task each: on the loop, others get their turn between two calls.
    await asyncio.gather(*(asyncio.create_task(call(steps, content)) for _ in range(count)))
    spent = time.perf_counter() - start
    await asyncio.sleep(0)
    watcher.cancel()
    return spent / count, max(pauses)


def _steps_of(milliseconds: float) -> int:
    """Return the steps that take so long here."""
    best = min(_seconds(10_000) for _ in range(20))
    return max(1, round(10_000 * milliseconds / 1_000 / best))


def _seconds(steps: int) -> float:
    start = time.perf_counter()
    work(steps)
    return time.perf_counter() - start


async def _measure(jobs: Sequence[Job], rounds: int, sample: float) -> dict[str, dict[str, Beside]]:
    async with AsyncExitStack() as stack:
        interpreters = await stack.enter_async_context(SubInterpreterPool())
        processes = await stack.enter_async_context(SubInterpreterPool(processes=True))
        calls = dict(zip(WAYS, (_on_the_loop, _in_threads, _in(interpreters), _in(processes)), strict=True))
        figures = {}
        for job in jobs:
            steps, content = _steps_of(job.milliseconds), bytes(job.content)
            count = max(2 * (os.cpu_count() or 1), round(sample * 1_000 / job.milliseconds))
            for call in calls.values():
                await _take(call, steps, content, count)
            taken = [
                {way: await _take(call, steps, content, count) for way, call in calls.items()} for _ in range(rounds)
            ]
            figures[job.title] = {way: _summarise(way, taken) for way in WAYS}
        return figures


def _summarise(way: str, taken: Sequence[dict[str, tuple[float, float]]]) -> Beside:
    return Beside(
        median(each[way][0] for each in taken) * 1_000,
        median(each[way][0] / each[WAYS[0]][0] for each in taken),
        median(each[way][1] for each in taken) * 1_000,
    )


def measure(*, rounds: int, sample: float, jobs: Sequence[Job] = JOBS) -> dict[str, dict[str, Beside]]:
    """Return what each way did, by the job's title and the way.

    Args:
        rounds: How often.
        sample: Seconds of work for each way in a round.
        jobs: What is to be done.
    """
    return asyncio.run(_measure(jobs, rounds, sample))
