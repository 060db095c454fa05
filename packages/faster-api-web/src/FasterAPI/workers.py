"""Several processes that serve the same sockets: started, replaced when they die, stopped together.

SIGTERM, SIGINT   every worker is told to stop; what has not by the deadline is killed
SIGHUP            one after the other is replaced: the new one serves before the old one stops
a worker dies     another takes its place; one that could not start stops them all
the parent dies   its workers stop
"""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any

__all__ = ["STARTUP_FAILURE", "Workers"]

_log = logging.getLogger("uvicorn.error")

STARTUP_FAILURE = 3
"""The status of a process whose application did not start."""

_LIVED = 1.0
"""Seconds: what dies younger than this is replaced no faster."""

_TO_START = 60.0
"""Seconds that a new worker has, when it is to replace an old one, until it serves."""


class _Worker:
    """One process, and the pipe on which it says that it serves."""

    def __init__(self, target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._heard, said = spawn.Pipe(duplex=False)
        self.process = spawn.Process(target=_begin, args=(target, said, arguments))
        self.process.start()
        said.close()
        self.born = time.monotonic()
        self._serves = False

    def serves(self, seconds: float = 0.0) -> bool:
        """Tell whether it has served, waiting for it that long."""
        if not self._serves and not self._heard.closed and self._heard.poll(seconds):
            try:
                self._serves = self._heard.recv()
            except EOFError:
                self._heard.close()
                return False
        return self._serves

    @property
    def failed_to_start(self) -> bool:
        """Whether it ended by itself without having served."""
        code = self.process.exitcode
        return code == STARTUP_FAILURE or (code is not None and code >= 0 and not self._serves)

    def stop(self) -> None:
        """Tell it to stop."""
        if self.process.is_alive():
            self.process.terminate()

    def end(self, seconds: float) -> int:
        """Wait for its end and return its status; what takes longer is killed."""
        self.process.join(max(seconds, 0.0))
        if self.process.is_alive():
            _log.error("Worker %s did not end in time and is killed", self.process.pid)
            self.process.kill()
            self.process.join()
        return self.process.exitcode or 0


class Workers:
    """The processes.

    Args:
        target: Called in each process with a function to call when it serves, and the arguments. Like these it has to
            be picklable.
        arguments: Its further arguments.
        count: How many processes.
        deadline: Seconds that each has to stop.
    """

    def __init__(self, target: Callable[..., None], arguments: tuple[Any, ...], count: int, *, deadline: float) -> None:
        self._target = target
        self._arguments = arguments
        self._count = count
        self._deadline = deadline
        self._workers: list[_Worker] = []
        self._stopping = False
        self._renewing = False

    def run(self) -> int:
        """Serve until a signal comes, and return the status to end with: 0 when every worker ended in order."""
        with self._listening():
            self._workers = [self._start() for _ in range(self._count)]
            code = 0
            while not self._stopping and not code:
                wait([worker.process.sentinel for worker in self._workers], timeout=0.2)
                if self._renewing:
                    self._renew()
                code = self._replace_dead()
            stopped = self._stop()
            return code or stopped

    def _start(self) -> _Worker:
        worker = _Worker(self._target, self._arguments)
        _log.info("Started worker %s", worker.process.pid)
        return worker

    def _replace_dead(self) -> int:
        """Replace those that died; return a status when that is of no use."""
        for index, worker in enumerate(self._workers):
            worker.serves()
            if worker.process.exitcode is None or self._stopping:
                continue
            if worker.failed_to_start:
                _log.error("Worker %s could not start; all are stopped", worker.process.pid)
                return worker.process.exitcode or STARTUP_FAILURE
            _log.error("Worker %s died with status %s", worker.process.pid, worker.process.exitcode)
            time.sleep(max(worker.born + _LIVED - time.monotonic(), 0.0))
            self._workers[index] = self._start()
        return 0

    def _renew(self) -> None:
        """Replace each worker by one that serves already."""
        self._renewing = False
        for index, former in enumerate(self._workers):
            worker = self._start()
            if not self._wait_for(worker):
                _log.error("Worker %s did not start; the others go on as they are", worker.process.pid)
                worker.stop()
                worker.end(self._deadline)
                return
            self._workers[index] = worker
            former.stop()
            former.end(self._deadline + _LIVED)

    def _wait_for(self, worker: _Worker) -> bool:
        end = time.monotonic() + _TO_START
        while time.monotonic() < end and not self._stopping and worker.process.exitcode is None:
            if worker.serves(0.1):
                return True
        return False

    def _stop(self) -> int:
        end = time.monotonic() + self._deadline + _LIVED
        for worker in self._workers:
            worker.stop()
        codes = [worker.end(end - time.monotonic()) for worker in self._workers]
        return int(any(codes))

    @contextmanager
    def _listening(self) -> Iterator[None]:
        def stop(number: int, frame: FrameType | None) -> None:
            self._stopping = True

        def renew(number: int, frame: FrameType | None) -> None:
            self._renewing = True

        handlers: dict[int, Any] = {signal.SIGTERM: stop, signal.SIGINT: stop}
        if hasattr(signal, "SIGHUP"):
            handlers[signal.SIGHUP] = renew
        former = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def _begin(target: Callable[..., None], said: Connection, arguments: tuple[Any, ...]) -> None:
    """Run in a new process."""
    threading.Thread(target=_stop_after_parent, daemon=True, name="faster-parent").start()
    target(lambda: said.send(True), *arguments)


def _stop_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
