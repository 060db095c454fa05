"""The first tier: CPU time of a request, with the applications called directly, in turns."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

from tests.benchmarks import loop
from tests.benchmarks.exchange import check, running
from tests.benchmarks.floor import FLOOR
from tests.benchmarks.lane import Figure, Lane, summarise, take_rounds
from tests.benchmarks.peer import HAND, Peer
from tests.benchmarks.workload import Workload

__all__ = ["measure"]


async def _measure(workload: Workload, peers: Sequence[Peer], rounds: int, sample: float) -> dict[str, Figure]:
    applications = {peer.key: peer.application(workload.application) for peer in peers}
    async with AsyncExitStack() as stack:
        for peer in peers:
            await stack.enter_async_context(running(applications[peer.key]))
            await check(applications[peer.key], workload, peer.title)
        if workload.floor is not None:
            applications[FLOOR] = workload.floor
        lanes = {key: Lane(application, workload, sample) for key, application in applications.items()}
        await take_rounds(list(lanes.values()), rounds)
    by_hand = lanes[HAND.key].nanoseconds
    return {key: summarise(lane.nanoseconds, by_hand) for key, lane in lanes.items()}


def measure(workload: Workload, peers: Sequence[Peer], *, rounds: int, sample: float) -> dict[str, Figure]:
    """Return the figures of the applications under a workload, by their keys: ratios to the one by hand.

    Where the workload has a floor, its figure is there as `FLOOR`.

    Args:
        workload: What is asked. It is made sure that all do it before any is timed.
        peers: Which are compared; the one by hand has to be among them.
        rounds: How often.
        sample: Seconds of CPU time for each application in a round.
    """
    return loop.run(_measure(workload, peers, rounds, sample))
