"""Stretches of requests for callgrind to count: `python -m tests.benchmarks.stretch ours get`, under valgrind."""

import gc
import os
import subprocess
import sys

from tests.benchmarks import loop
from tests.benchmarks.exchange import Application, Receiver, check, discard, running
from tests.benchmarks.peer import PEERS
from tests.benchmarks.request import Request
from tests.benchmarks.workload import WORKLOADS

__all__ = ["SIZE"]

SIZE = 200
"""Requests in the shorter stretch."""


async def _ask(application: Application, request: Request, size: int) -> None:
    """Ask as often as told."""
    scopes = [request.scope() for _ in range(size)]
    receivers = [Receiver(request) for _ in scopes]
    gc.collect()
    _control("--zero")
    for scope, receive in zip(scopes, receivers, strict=True):
        await application(scope, receive, discard)
    _control("--dump")


def _control(*order: str) -> None:
    subprocess.run(["callgrind_control", *order, str(os.getpid())], check=True, stdout=subprocess.DEVNULL)


async def _stretch(peer: str, key: str) -> None:
    workload = WORKLOADS[key]
    application = PEERS[peer].application(workload.application)
    size = max(2, SIZE // (1 + len(workload.request.body) // 4096 + len(workload.request.texts) // 4))
    async with running(application):
        await check(application, workload, peer)
        for scope in [workload.request.scope() for _ in range(size)]:
            await application(scope, Receiver(workload.request), discard)
        gc.disable()
        _control("--instr=on")
        await _ask(application, workload.request, 2)
        await _ask(application, workload.request, size)
        await _ask(application, workload.request, 2 * size)
        _control("--instr=off")
    print(size, flush=True)


if __name__ == "__main__":
    loop.run(_stretch(*sys.argv[1:3]))
