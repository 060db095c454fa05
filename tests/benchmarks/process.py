"""Processes of servers: what they have used, those that they have started included."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Process", "started"]

_SCHED = 2
"""The kernel's number for a process's time on a processor, in the name of a clock."""


@dataclass(frozen=True)
class Process:
    """A process that serves.

    Attributes:
        pid: Its number.
        output: What it says, when it was asked for.
    """

    pid: int
    output: Any = None

    def cpu_seconds(self) -> float:
        """Return the CPU time that it and its children have used so far, the kernel's share included."""
        return sum(map(_cpu_seconds, _family(self.pid)))


@contextmanager
def started(command: Sequence[str], *, env: Mapping[str, str] | None = None, silent: bool = False) -> Iterator[Process]:
    """Start a process for the time of a block.

    Args:
        command: What to run.
        env: Its environment; this one's by default.
        silent: Whether its output goes nowhere, instead of being read.
    """
    output = subprocess.DEVNULL if silent else subprocess.PIPE
    process = subprocess.Popen(command, stdout=output, text=True, env=env)
    try:
        yield Process(process.pid, process.stdout)
    finally:
        process.terminate()
        process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()


def _cpu_seconds(pid: int) -> float:
    """Return what one process has used, in nanoseconds' steps; nothing of one that has ended.

    Spec: Linux, clock_getcpuclockid(3)
    """
    try:
        return time.clock_gettime((~pid << 3) | _SCHED)
    except OSError:
        return 0.0


def _family(pid: int) -> list[int]:
    """Return a process and all that it has started, at any depth."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _parent(path: Path) -> int | None:
    """Return the number of a process's parent; None when it has ended."""
    try:
        fields = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(fields[1])
