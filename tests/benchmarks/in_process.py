"""The first tier: CPU time of a request, with the applications called directly.

Each round asks every application in turn, beginning with another one each time, and compares it with the one by hand
*of the same round*, so that a machine which is busy with something else slows both. What is reported is the median of
the rounds' ratios, and the quartiles as their spread.

CPU time is that of the whole process, threads included. Making scopes is not counted. What one application leaves for
the garbage collector is counted; what all of them have made by then is not looked at again (`gc.freeze`).
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median, quantiles
from time import process_time_ns
from types import FunctionType
from typing import Any

from tests.benchmarks.exchange import Application, Receiver, check, discard, running
from tests.benchmarks.peer import HAND, Peer
from tests.benchmarks.request import Request
from tests.benchmarks.workload import Workload

__all__ = ["Figure", "measure"]


@dataclass(frozen=True)
class Figure:
    """What one application needed for one workload.

    Attributes:
        microseconds: CPU time of one operation, the median of the rounds.
        ratio: That over the one by hand, the median of the rounds' ratios.
        low: The ratio's lower quartile.
        high: The ratio's upper quartile.
    """

    microseconds: float
    ratio: float
    low: float
    high: float


async def _batch(application: Application, scopes: list[Any], receivers: list[Receiver], send: Any) -> int:
    start = process_time_ns()
    for scope, receive in zip(scopes, receivers, strict=True):
        await application(scope, receive, send)
    return process_time_ns() - start


class _Lane:
    """One application under one workload.

    The interpreter specialises code by what it has met, so that each has the loop which calls it to itself.
    """

    def __init__(self, application: Application, workload: Workload, sample: float) -> None:
        self._application = application
        self._workload = workload
        self._sample = sample * 1e9
        self._size = 1
        self._batches = 1
        self._run: Callable[..., Awaitable[int]] = FunctionType(_batch.__code__.replace(), globals())
        self.nanoseconds: list[float] = []

    async def warm(self) -> None:
        """Let the application make what it makes at first, and find out how often it can be asked in a sample."""
        request = self._workload.request
        self._size = max(1, min(100, 4_000_000 // (20_000 + len(request.body) + 1_000 * len(request.texts))))
        await self._ask()
        spent, asked = 0, 0
        while spent < self._sample:
            spent += await self._ask()
            asked += 1
        self._batches = max(1, asked)

    async def _ask(self) -> int:
        request: Request = self._workload.request
        scopes = [request.scope() for _ in range(self._size)]
        receivers = [Receiver(request) for _ in scopes]
        return await self._run(self._application, scopes, receivers, discard)

    async def round(self) -> None:
        """Take one sample."""
        spent = 0
        for _ in range(self._batches):
            spent += await self._ask()
        self.nanoseconds.append(spent / (self._batches * self._size * self._workload.operations))


async def _measure(workload: Workload, peers: Sequence[Peer], rounds: int, sample: float) -> dict[str, Figure]:
    applications = {peer.key: peer.application(workload.application) for peer in peers}
    async with AsyncExitStack() as stack:
        for peer in peers:
            await stack.enter_async_context(running(applications[peer.key]))
            await check(applications[peer.key], workload, peer.title)
        lanes = {key: _Lane(application, workload, sample) for key, application in applications.items()}
        gc.collect()
        gc.freeze()
        try:
            await _take_rounds(list(lanes.values()), rounds)
        finally:
            gc.unfreeze()
    by_hand = lanes[HAND.key].nanoseconds
    return {key: _summarise(lane.nanoseconds, by_hand) for key, lane in lanes.items()}


async def _take_rounds(order: list[_Lane], rounds: int) -> None:
    for lane in order:
        await lane.warm()
    for _ in range(rounds):
        for lane in order:
            await lane.round()
        order.append(order.pop(0))


def _summarise(nanoseconds: list[float], by_hand: list[float]) -> Figure:
    ratios = [ours / theirs for ours, theirs in zip(nanoseconds, by_hand, strict=True)]
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return Figure(median(nanoseconds) / 1_000, median(ratios), low, high)


def measure(workload: Workload, peers: Sequence[Peer], *, rounds: int, sample: float) -> dict[str, Figure]:
    """Return the figures of the applications under a workload, by their keys.

    Args:
        workload: What is asked. It is made sure that all do it before any is timed.
        peers: Which are compared; the one by hand has to be among them.
        rounds: How often.
        sample: Seconds of CPU time for each application in a round.
    """
    return asyncio.run(_measure(workload, peers, rounds, sample))
