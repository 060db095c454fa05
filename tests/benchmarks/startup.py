"""The third tier: what it costs to start, in time and memory.

Every start is a process of its own, with bytecode that an earlier one has left, as on a machine where something is
installed; reported is the median of several. Time is CPU time, of imports wall time.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.benchmarks.lane import Spread, spread
from tests.benchmarks.peer import Peer

__all__ = ["FOUNDATION", "STOCKED", "Imports", "Start", "added_import", "import_time", "start"]

STOCKED = ("hand", "ours", "litestar_app", "fast_api")
"""The peers that have a large application, by key."""

_ROUTES_OF_A_RESOURCE = 5
_SIBLINGS = {"FasterAPI": {"faster_core", "faster_openapi", "faster_router", "faster_testclient"}}


@dataclass(frozen=True)
class Start:
    """What an application with many routes costs until everything in it has run once.

    Attributes:
        build: Milliseconds to declare the routes.
        first_request: Milliseconds from there through the lifespan's start-up to the first answer.
        every_route: Milliseconds to ask each route once.
        document: Milliseconds to the first `/openapi.json`; None when there is none.
        document_bytes: Its size.
        memory: Mebibytes that the process has grown by, once each route was asked; None where the system does not tell.
    """

    build: float
    first_request: float
    every_route: float
    document: float | None
    document_bytes: int | None
    memory: float | None


def start(peer: Peer, routes: int, *, repeat: int) -> Start:
    """Return what the start of a peer's large application costs.

    Args:
        peer: One of `STOCKED`.
        routes: How many routes; a fifth as many resources, each with a model.
        repeat: How many processes to start.

    Raises:
        RuntimeError: When it does not start or does not answer.
    """
    command = [sys.executable, "-m", "tests.benchmarks.cold", peer.key, str(routes // _ROUTES_OF_A_RESOURCE)]
    with tempfile.TemporaryDirectory() as cache:
        _run(command, cache)
        taken = [json.loads(_run(command, cache).stdout) for _ in range(repeat)]
    grown = [one["memory_served"] - one["memory_before"] for one in taken if one["memory_before"] is not None]
    return Start(
        build=_milliseconds(taken, "build"),
        first_request=_milliseconds(taken, "first_request"),
        every_route=_milliseconds(taken, "every_route"),
        document=None if taken[0]["document"] is None else _milliseconds(taken, "document"),
        document_bytes=taken[0]["document_bytes"],
        memory=median(grown) if grown else None,
    )


@dataclass(frozen=True)
class Imports:
    """What an import costs, in milliseconds of wall time under `-X importtime`.

    Attributes:
        own: The package itself; of FasterAPI, its siblings, too.
        third_party: Everything else that was installed, by top-level name.
        standard_library: Modules of the standard library that a bare interpreter has not loaded.
        modules: How many modules were loaded.
    """

    own: float
    third_party: dict[str, float]
    standard_library: float
    modules: int


def import_time(package: str, *, repeat: int) -> Imports:
    """Return what an import costs.

    Args:
        package: What is imported.
        repeat: How many processes to start; each module's median counts.
    """
    statement = f"import {package}"
    mine = {package} | _SIBLINGS.get(package, set())
    with tempfile.TemporaryDirectory() as cache:
        bare = set(_self_times("pass", cache))
        _self_times(statement, cache)
        runs = [_self_times(statement, cache) for _ in range(repeat)]
    times = {name: median(run.get(name, 0.0) for run in runs) for name in runs[0] if name not in bare}
    own, library, third_party = 0.0, 0.0, dict[str, float]()
    for name, spent in times.items():
        top = name.partition(".")[0]
        if top in mine:
            own += spent
        elif top in sys.stdlib_module_names:
            library += spent
        else:
            third_party[top] = third_party.get(top, 0.0) + spent
    return Imports(own, third_party, library, len(times))


FOUNDATION = ("msgspec", "uvicorn", "python_multipart")
"""What FasterAPI stands on: `added_import` says what it adds to their import."""

_ADDED = f"""
from time import process_time
begun = process_time()
import {", ".join(FOUNDATION)}
founded = process_time()
import FasterAPI
print(founded - begun, process_time() - founded)
"""


def added_import(*, repeat: int) -> Spread:
    """Return the CPU time of `import FasterAPI`, over that of importing its foundation just before it.

    Args:
        repeat: How many processes to start.
    """
    command = [sys.executable, "-c", _ADDED]
    with tempfile.TemporaryDirectory() as cache:
        _run(command, cache)
        taken = [list(map(float, _run(command, cache).stdout.split())) for _ in range(repeat)]
    return spread([added for _, added in taken], [founded for founded, _ in taken])


def _self_times(statement: str, cache: str) -> dict[str, float]:
    """Return each module's own milliseconds."""
    lines = _run([sys.executable, "-X", "importtime", "-c", statement], cache).stderr.splitlines()
    rows = [line.removeprefix("import time:").split("|") for line in lines if line.startswith("import time:")]
    return {name.strip(): int(spent) / 1_000 for spent, _, name in rows if spent.strip().isdigit()}


def _run(command: Sequence[str], cache: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPYCACHEPREFIX": cache}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    return done


def _milliseconds(taken: Sequence[dict[str, Any]], name: str) -> float:
    return float(median(one[name] for one in taken)) * 1_000
