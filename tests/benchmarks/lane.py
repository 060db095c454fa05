"""One application under one workload, asked in turns with others, and what comes of the rounds.

Each round asks every application in turn, beginning with another one each time, and compares it with a certain one *of
the same round*, so that a machine which is busy with something else slows both. What is reported is the median of the
rounds' ratios, and the quartiles as their spread.

CPU time is that of the whole process, threads included. Making scopes is not counted. What one application leaves for
the garbage collector is counted; what all of them have made by then is not looked at again (`gc.freeze`).
"""

import gc
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from statistics import median, quantiles
from time import process_time_ns
from types import FunctionType
from typing import Any

from tests.benchmarks.exchange import Application, Receiver, discard
from tests.benchmarks.request import Request
from tests.benchmarks.workload import Workload

__all__ = ["Figure", "Lane", "Spread", "spread", "summarise", "take_rounds"]


@dataclass(frozen=True)
class Spread:
    """Ratios of many rounds.

    Attributes:
        ratio: Their median.
        low: Their lower quartile.
        high: Their upper quartile.
    """

    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Figure(Spread):
    """What one application needed for one workload: its ratios to another one's CPU time, and its own.

    Attributes:
        microseconds: CPU time of one operation, the median of the rounds.
    """

    microseconds: float


def spread(values: Sequence[float], others: Sequence[float]) -> Spread:
    """Return how values compare with others, round by round."""
    ratios = [value / other for value, other in zip(values, others, strict=True)]
    low, _, high = quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
    return Spread(median(ratios), low, high)


def summarise(nanoseconds: Sequence[float], others: Sequence[float]) -> Figure:
    """Return the figure of one application, given another one's times of the same rounds."""
    found = spread(nanoseconds, others)
    return Figure(found.ratio, found.low, found.high, median(nanoseconds) / 1_000)


async def _batch(application: Application, scopes: list[Any], receivers: list[Receiver], send: Any) -> int:
    start = process_time_ns()
    for scope, receive in zip(scopes, receivers, strict=True):
        await application(scope, receive, send)
    return process_time_ns() - start


class Lane:
    """One application under one workload.

    The interpreter specialises code by what it has met, so that each has the loop which calls it to itself.

    Args:
        application: The application.
        workload: What it is asked.
        sample: Seconds of CPU time in a round.
        around: Entered around each round, and not timed; nothing by default.

    Attributes:
        nanoseconds: CPU time of one operation, by round.
    """

    def __init__(
        self,
        application: Application,
        workload: Workload,
        sample: float,
        around: Callable[[], AbstractAsyncContextManager[Any]] = nullcontext,
    ) -> None:
        self._application = application
        self._workload = workload
        self._sample = sample * 1e9
        self._around = around
        self._size = 1
        self._batches = 1
        self._run: Callable[..., Awaitable[int]] = FunctionType(_batch.__code__.replace(), globals())
        self.nanoseconds: list[float] = []

    async def warm(self) -> None:
        """Let the application make what it makes at first, and find out how often it can be asked in a sample."""
        request = self._workload.request
        self._size = max(1, min(100, 4_000_000 // (20_000 + len(request.body) + 1_000 * len(request.texts))))
        async with self._around():
            await self._ask()
            spent, asked = 0, 0
            while spent < self._sample:
                spent += await self._ask()
                asked += 1
        self._batches = max(1, asked)

    async def round(self) -> None:
        """Take one sample."""
        async with self._around():
            spent = 0
            for _ in range(self._batches):
                spent += await self._ask()
        self.nanoseconds.append(spent / (self._batches * self._size * self._workload.operations))

    async def _ask(self) -> int:
        request: Request = self._workload.request
        scopes = [request.scope() for _ in range(self._size)]
        receivers = [Receiver(request) for _ in scopes]
        return await self._run(self._application, scopes, receivers, discard)


async def take_rounds(lanes: Sequence[Lane], rounds: int) -> None:
    """Warm all lanes, then let each take its sample in every round."""
    order = list(lanes)
    gc.collect()
    gc.freeze()
    try:
        for lane in order:
            await lane.warm()
        for _ in range(rounds):
            for lane in order:
                await lane.round()
            order.append(order.pop(0))
    finally:
        gc.unfreeze()
