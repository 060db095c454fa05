"""The second tier: the same applications behind uvicorn, asked by wrk.

Servers are pinned to the first core and wrk to the last, one server at work at a time, for a second each, in rounds.
The one by hand and ours are asked in every round, one right after the other and each as often first as second, and are
compared within it; the others in every fourth round, with the one by hand of that round. So the ratio survives a
machine that is busy with something else. wrk speaks no WebSocket.
"""

import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.cold import requests_of, resident
from tests.benchmarks.lane import Spread, spread
from tests.benchmarks.peer import HAND, OURS, Peer
from tests.benchmarks.process import Process, started
from tests.benchmarks.worker import RESOURCES
from tests.benchmarks.workload import Workload
from tests.benchmarks.wrk import Script, scripted

__all__ = ["Load", "measure", "memory_of_worker", "summarise", "take"]

_SELDOM = 4
"""In which rounds all are asked: every fourth."""


@dataclass(frozen=True)
class Load:
    """What one server did under one workload.

    Attributes:
        per_second: Requests it answered in a second, the rounds' median.
        share: Those over what the one that it is compared with answered in the same rounds.
        microseconds: CPU time of the server for one request, the kernel's share included; the rounds' median.
        cost: That over the other one's, round by round.
        p99: Milliseconds within which 99 % of the requests were answered, the rounds' median.
    """

    per_second: float
    share: Spread
    microseconds: float
    cost: Spread
    p99: float


@dataclass(frozen=True)
class Sample:
    """What one server did in one round: `Load` has the medians."""

    per_second: float
    microseconds: float
    p99: float


@contextmanager
def _serving(peer: Peer, name: str) -> Iterator[tuple[Process, int]]:
    command = [sys.executable, "-m", "tests.benchmarks.worker", peer.key, name]
    with started(command) as process:
        line = process.output.readline()
        if not line:
            raise RuntimeError(f"{' '.join(command)} ended before it served")
        yield process, int(line)


def take(process: Process, port: int, script: Script, seconds: int) -> Sample:
    """Ask a server for a while.

    Raises:
        RuntimeError: When an answer was an error.
    """
    before = process.cpu_seconds()
    said = script.ask(port, seconds)
    spent = process.cpu_seconds() - before
    return Sample(said.per_second, spent / said.answered * 1e6, said.p99)


def summarise(samples: Sequence[Sample], others: Sequence[Sample]) -> Load:
    """Return what comes of a server's rounds, given the rounds of the one that it is compared with."""
    return Load(
        median(one.per_second for one in samples),
        spread([one.per_second for one in samples], [one.per_second for one in others]),
        median(one.microseconds for one in samples),
        spread([one.microseconds for one in samples], [one.microseconds for one in others]),
        median(one.p99 for one in samples),
    )


def measure(
    workloads: Sequence[Workload], peers: Sequence[Peer], *, rounds: int, seconds: int
) -> dict[str, dict[str, Load]]:
    """Return what the servers did, by workload and peer.

    Args:
        workloads: Of one application.
        peers: Which are compared; the one by hand has to be among them.
        rounds: How often.
        seconds: How long wrk asks in each round.
    """
    with ExitStack() as stack:
        servers = {peer.key: stack.enter_context(_serving(peer, workloads[0].application)) for peer in peers}
        return {workload.key: _compare(workload, servers, rounds, seconds) for workload in workloads}


def _compare(workload: Workload, servers: dict[str, tuple[Process, int]], rounds: int, seconds: int) -> dict[str, Load]:
    pair = [key for key in (HAND.key, OURS.key) if key in servers]
    others = [key for key in servers if key not in pair]
    taken: dict[str, list[Sample]] = {key: [] for key in servers}
    by_hand: dict[str, list[Sample]] = {key: [] for key in servers}
    with scripted(workload.request) as script:
        for process, port in servers.values():
            take(process, port, script, 1)
        for number in range(rounds):
            asked = [*pair, *others] if number % _SELDOM == 0 else pair
            for key in asked:
                taken[key].append(take(*servers[key], script, seconds))
            for key in asked:
                by_hand[key].append(taken[HAND.key][-1])
            pair.reverse()
            others.append(others.pop(0)) if others else None
    return {key: summarise(taken[key], by_hand[key]) for key in servers}


def memory_of_worker(peer: Peer) -> float:
    """Return the mebibytes of a uvicorn worker with a hundred routes that has answered each of them once."""
    with _serving(peer, "stocked") as (process, port):
        for number in range(RESOURCES):
            for request in requests_of(number):
                url = f"http://127.0.0.1:{port}{request.path}"
                asked = urllib.request.Request(url, request.body or None, dict(request.headers), method=request.method)
                with urllib.request.urlopen(asked, timeout=30) as answer:
                    answer.read()
        memory = resident(process.pid)
    assert memory is not None
    return memory
