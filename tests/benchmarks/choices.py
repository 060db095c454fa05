"""What each choice of the design bought: CPU time of a request without it, over that with it, one choice at a time.

Both applications answer the same request and refuse the same bad input, as all peers do, and are asked in turns. Each
is started for its own samples only, since what an application does to its event loop would reach the other.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.benchmarks import loop
from tests.benchmarks.choice import Choice
from tests.benchmarks.exchange import Application, check, running
from tests.benchmarks.lane import Figure, Lane, summarise, take_rounds
from tests.benchmarks.peer import OURS
from tests.benchmarks.workload import Workload

__all__ = ["Gain", "make", "measure"]

Around = Callable[[], AbstractAsyncContextManager[Any]]


@dataclass(frozen=True)
class Gain:
    """What one choice bought for one workload.

    Attributes:
        with_it: Microseconds of CPU time for a request, as it is.
        without: The same without the choice, and its ratios to those with it.
    """

    with_it: float
    without: Figure


def make(choice: Choice, workload: Workload) -> tuple[Application, Around]:
    """Return a fresh application without a choice, and what is to be entered while it is asked."""
    application = choice.undo(OURS.application(workload.application), workload)  # type: ignore[arg-type]
    return application, partial(running, application) if choice.started else nullcontext


async def _measure(choice: Choice, workload: Workload, rounds: int, sample: float) -> Gain:
    as_it_is = OURS.application(workload.application)
    lanes = []
    for application, around in ((as_it_is, partial(running, as_it_is)), make(choice, workload)):
        async with around():
            await check(application, workload, choice.title)
        lanes.append(Lane(application, workload, sample, around))
    await take_rounds(lanes, rounds)
    with_it, without = (lane.nanoseconds for lane in lanes)
    return Gain(summarise(with_it, with_it).microseconds, summarise(without, with_it))


def measure(choice: Choice, workload: Workload, *, rounds: int, sample: float) -> Gain:
    """Return what a choice bought for a workload.

    Args:
        choice: The choice.
        workload: What is asked. It is made sure that it is answered with the choice and without.
        rounds: How often.
        sample: Seconds of CPU time for each of the two in a round.
    """
    return loop.run(_measure(choice, workload, rounds, sample))
