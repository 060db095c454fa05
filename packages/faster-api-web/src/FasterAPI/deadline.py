"""The promise that a process ends: what has not ended by itself is ended, and named.

A thread cannot be stopped, so a handler that blocks for ever would keep its process for ever. Whoever runs processes
answers that with SIGKILL, which tells nobody why.
"""

import logging
import os
import sys
import threading
import time

__all__ = ["Deadline", "check_times"]

_log = logging.getLogger("uvicorn.error")


def check_times(shutdown_deadline: float, shutdown_delay: float) -> None:
    """Make sure that a shut-down has time for the requests in flight.

    Args:
        shutdown_deadline: Seconds from the signal to the end of the process.
        shutdown_delay: Seconds of these in which requests are still let in.

    Raises:
        ValueError: When none is left.
    """
    if not 0 <= shutdown_delay < shutdown_deadline:
        raise ValueError(
            f"shutdown_delay={shutdown_delay:g} is not shorter than shutdown_deadline={shutdown_deadline:g}, both in "
            "seconds. Nothing would be left for the requests in flight: lengthen the deadline."
        )


class Deadline:
    """Ends the process with status 1, after saying which threads are still running and where.

    Args:
        seconds: From `start` on.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end: float | None = None

    def start(self, *, enforce: bool) -> None:
        """Let the time run; a second call does nothing.

        Args:
            enforce: Whether the process is ended when it is over. It belongs to whoever started it: not in a thread
                of somebody else's.
        """
        if self._end is not None:
            return
        self._end = time.monotonic() + self._seconds
        if enforce:
            timer = threading.Timer(self._seconds, self._enforce)
            timer.daemon = True
            timer.start()

    @property
    def remaining(self) -> float:
        """Seconds left; all of them before the start, 0 after the end."""
        return self._seconds if self._end is None else max(self._end - time.monotonic(), 0.0)

    def _enforce(self) -> None:
        _log.critical(
            "The process did not end within %g seconds and is ended now. Still running: %s",
            self._seconds,
            "; ".join(_threads()) or "nothing in Python",
        )
        os._exit(1)


def _threads() -> list[str]:
    """Name each thread that does something, with the place where it is."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    told = []
    for ident, frame in sys._current_frames().items():
        code = frame.f_code
        if ident != threading.get_ident():
            where = f"{code.co_qualname} ({os.path.basename(code.co_filename)}:{frame.f_lineno})"
            told.append(f"{names.get(ident, ident)} in {where}")
    return told
