"""How many instructions a request takes, counted by callgrind, for what must not grow.

Counts hardly depend on what else the machine does, so that two of them, taken at different times, can be compared.
Each workload runs in a process of its own, with `PYTHONHASHSEED=0`. The process lets the counter be read before and
after each of two stretches of requests, one twice as long as the other; their difference is free of what reading
costs.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tests.benchmarks.peer import Peer
from tests.benchmarks.workload import Workload

__all__ = ["LOSS", "available", "changes", "comparable", "count", "losses"]

Counts: TypeAlias = Mapping[str, Mapping[str, int]]

LOSS = 0.10
"""By how much a count may grow before somebody is told."""


def available() -> str:
    """Return why this tier cannot run here; empty when it can."""
    missing = [tool for tool in ("valgrind", "callgrind_control") if shutil.which(tool) is None]
    return f"{' and '.join(missing)} not installed" if missing else ""


def count(peer: Peer, workload: Workload) -> int:
    """Return the instructions of one operation.

    Raises:
        RuntimeError: When valgrind fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [
            *("valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet", f"--callgrind-out-file={out}"),
            *(sys.executable, "-m", "tests.benchmarks.stretch", peer.key, workload.key),
        ]
        done = subprocess.run(
            command,
            env=os.environ | {"PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
        size = int(done.stdout.split()[-1])
        dumps = sorted(Path(folder).glob("out.*"), key=lambda path: int(path.suffix[1:]))
        # The first says what went before; the second is of one stretch, the third of one that is twice as long.
        short, long = (_total(path) for path in dumps[1:3])
    return round((long - short) / size / workload.operations)


def _total(path: Path) -> int:
    """Return the instructions in one dump."""
    found = re.search(r"^(?:totals|summary): (\d+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{path} has no total")
    return int(found[1])


def comparable(then: Mapping[str, Any], conditions: Mapping[str, Any]) -> bool:
    """Tell whether counts of two runs mean the same: the same interpreter and packages give the same counts."""
    return all(conditions[name] == then["conditions"][name] for name in ("python", "system", "packages"))


def changes(now: Counts, then: Mapping[str, Any], conditions: Mapping[str, Any]) -> dict[str, float]:
    """Return by how much ours has changed since another run, by workload: 1.0 for not at all.

    Where the counts mean something else, what is written by hand has changed, too, and what is compared is the ratio
    to it.

    Args:
        now: Counts by workload and peer.
        then: What was written last: `conditions` and `figures`. A workload that one side has not is left out.
        conditions: Those of now.
    """
    before: Counts = then["figures"]
    found = {}
    for key in now.keys() & before.keys():
        found[key] = now[key]["ours"] / before[key]["ours"]
        if not comparable(then, conditions):
            found[key] /= now[key]["hand"] / before[key]["hand"]
    return {key: found[key] for key in now if key in found}


def losses(now: Counts, then: Mapping[str, Any], conditions: Mapping[str, Any]) -> list[str]:
    """Return what to say about counts that have grown by more than `LOSS`. See `changes`."""
    before: Counts = then["figures"]
    measure = "instructions" if comparable(then, conditions) else "instructions, relative to those by hand"
    return [
        f"{key}: {change - 1:.0%} more {measure}; {before[key]['ours']:,} then, {now[key]['ours']:,} now"
        for key, change in changes(now, then, conditions).items()
        if change > 1 + LOSS
    ]
