"""A server in a process of its own, which signals can end and whose memory is its own."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["Spawned", "spawned"]


class Spawned:
    """A process that runs, and what it said.

    Attributes:
        port: The port that it listens on.
        lines: The lines of its output so far, standard error among them.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.port = 0
        self.lines: list[str] = []
        self._arrived = threading.Condition()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._arrived:
                self.lines.append(line.rstrip("\n"))
                self._arrived.notify_all()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, pattern: str, *, count: int = 1, seconds: float = 60) -> list[str]:
        """Wait until so many lines fit a pattern, and return what its group caught."""
        end = time.monotonic() + seconds
        with self._arrived:
            while True:
                found = re.findall(pattern, self.text)
                if len(found) >= count:
                    return found
                left = end - time.monotonic()
                assert left > 0, f"{pattern!r} was not said:\n{self.text}"
                self._arrived.wait(min(left, 0.1))

    def signal(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def end(self, seconds: float = 60) -> int:
        """Wait for its end and return its status; all of its output is in `lines` then."""
        status = self.process.wait(seconds)
        self._reading.join(seconds)
        return status

    def resident(self) -> int:
        """Bytes of its memory that are in use."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def spawned(
    arguments: Sequence[str], folder: Path, *, listening: str | None = r"running on http://127\.0\.0\.1:(\d+)"
) -> Iterator[Spawned]:
    """Run Python with some arguments, in a folder, until the block is left.

    Args:
        arguments: The arguments.
        folder: The folder, which modules are imported from, too.
        listening: What it says when it listens; the group is the port. None does not wait.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(
        [sys.executable, "-u", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    running = Spawned(process)
    try:
        if listening is not None:
            running.port = int(running.wait_for(listening)[0])
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        running.end()
        assert process.stdout is not None
        process.stdout.close()
