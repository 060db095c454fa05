"""Under which conditions figures were taken."""

import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

__all__ = ["Conditions", "observe", "pin", "pinned"]


@dataclass(frozen=True)
class Conditions:
    """Where and with what.

    Attributes:
        date: The day, UTC.
        python: Implementation and version.
        system: The operating system.
        processor: What it calls its processor.
        cores: How many this process may use.
        load: Processes that waited for a processor in the last minute; None where nobody counts them.
        packages: Versions of what the figures depend on.
    """

    date: str
    python: str
    system: str
    processor: str
    cores: int
    load: float | None
    packages: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return asdict(self)

    def sentence(self) -> str:
        """Return it for a reader."""
        cores = f"{self.cores} cores" if self.cores != 1 else "one core"
        load = "" if self.load is None else f", load {self.load:.1f} before the run"
        packages = ", ".join(f"{name} {version}" for name, version in self.packages.items())
        return f"{self.python} on {self.system}, {self.processor}, {cores}{load}; {packages}; {self.date}."


def observe(packages: Sequence[str]) -> Conditions:
    """Return the conditions of now.

    Args:
        packages: Distributions whose versions matter; those that are not there are left out.
    """
    versions = {}
    for name in packages:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return Conditions(
        date=datetime.now(UTC).date().isoformat(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=platform.system(),
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        packages=versions,
    )


def pin(position: int) -> list[int]:
    """Keep this process on one core, where the system can do that, and return the core as a list, else an empty one.

    Args:
        position: Which of the allowed cores; counted from the last when there are not so many.
    """
    if not hasattr(os, "sched_setaffinity"):
        return []
    allowed = sorted(os.sched_getaffinity(0))
    chosen = [allowed[position % len(allowed)]]
    os.sched_setaffinity(0, chosen)
    return chosen


@contextmanager
def pinned(position: int) -> Iterator[None]:
    """Keep this process on one core in a block, as `pin` does."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    pin(position)
    try:
        yield
    finally:
        if allowed:
            os.sched_setaffinity(0, allowed)


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
