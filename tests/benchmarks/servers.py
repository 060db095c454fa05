"""What uvloop, workers and other servers change: one application of ours behind each, asked by wrk in turns.

Each is started by a command that a reader can type, with the log at `warning`. A server with one worker has the first
core and wrk the last; two workers have the first two cores, and on a machine with two share one of them with wrk.
"""

import os
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from tests.benchmarks.process import Process, started
from tests.benchmarks.server import Load, Sample, summarise, take
from tests.benchmarks.workload import Workload
from tests.benchmarks.wrk import scripted

__all__ = ["SERVERS", "Server", "measure"]

_APP = "tests.benchmarks.peers.ours:plain"
_RUN = ("-m", "FasterAPI", "run", f"{_APP}()", "--log-level", "warning")


@dataclass(frozen=True)
class Server:
    """One way to serve.

    Args:
        title: Its name in a table.
        command: What follows `python`, but for the port.
        package: What has to be importable for it.
        workers: How many processes answer.
    """

    title: str
    command: tuple[str, ...]
    package: str
    workers: int = 1

    @property
    def present(self) -> bool:
        """Whether this machine has it."""
        return find_spec(self.package) is not None


SERVERS = {
    "uvicorn": Server("`fasterapi run`: uvicorn on uvloop and httptools", _RUN, "uvloop"),
    "plain": Server(
        "`uvicorn --loop asyncio --http h11`",
        ("-m", "uvicorn", "--factory", _APP, "--loop", "asyncio", "--http", "h11", "--log-level", "warning"),
        "uvicorn",
    ),
    "workers": Server("`fasterapi run --workers 2`", (*_RUN, "--workers", "2"), "uvloop", workers=2),
    "granian": Server("`fasterapi run --server granian`", (*_RUN, "--server", "granian"), "granian"),
    "hypercorn": Server("`fasterapi run --server hypercorn`", (*_RUN, "--server", "hypercorn"), "hypercorn"),
}
"""All ways, by key; the first is what the others are compared with."""


def measure(workload: Workload, keys: Sequence[str], *, rounds: int, seconds: int) -> dict[str, Load]:
    """Return what the servers did under a workload, by key.

    Args:
        workload: What is asked.
        keys: Of servers that are there, the first of all among them.
        rounds: How often.
        seconds: How long wrk asks in each round.

    Raises:
        RuntimeError: When one does not start.
    """
    first = next(iter(SERVERS))
    taken: dict[str, list[Sample]] = {key: [] for key in keys}
    with ExitStack() as stack:
        script = stack.enter_context(scripted(workload.request))
        servers = {key: stack.enter_context(_serving(SERVERS[key])) for key in keys}
        for process, port in servers.values():
            take(process, port, script, 1)
        order = list(keys)
        for _ in range(rounds):
            for key in order:
                taken[key].append(take(*servers[key], script, seconds))
            order.append(order.pop(0))
    return {key: summarise(samples, taken[first]) for key, samples in taken.items()}


@contextmanager
def _serving(server: Server) -> Iterator[tuple[Process, int]]:
    port = _free_port()
    command = [sys.executable, *server.command, "--port", str(port)]
    if shutil.which("taskset"):
        cores = sorted(os.sched_getaffinity(0))[: server.workers]
        command = ["taskset", "-c", ",".join(map(str, cores)), *command]
    with started(command, silent=True) as process:
        _wait_for(port, command)
        yield process, port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, command: Sequence[str]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"{' '.join(command)} did not answer within 30 seconds")
