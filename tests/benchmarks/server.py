"""The second tier: the same applications behind uvicorn, asked by wrk.

Servers are pinned to the first core and wrk to the second, one server at work at a time, in rounds. Requests a second
on a machine with two cores say as much about wrk and uvicorn as about an application; the server's CPU time for each
request, which is reported beside them, says more. wrk speaks no WebSocket.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.cold import requests_of, resident
from tests.benchmarks.peer import Peer
from tests.benchmarks.request import Request
from tests.benchmarks.worker import RESOURCES
from tests.benchmarks.workload import Workload

__all__ = ["Load", "available", "measure", "memory_of_worker"]

_CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """What one server did under one workload.

    Attributes:
        per_second: Requests it answered in a second, in the best round.
        microseconds: CPU time of the server for one request, the kernel's share included; the rounds' median.
        p99: Milliseconds within which 99 % of the requests were answered, in the best round.
    """

    per_second: float
    microseconds: float
    p99: float


@dataclass(frozen=True)
class _Server:
    process: "subprocess.Popen[str]"
    port: int

    def cpu_seconds(self) -> float:
        """Return what it has used so far."""
        path = Path(f"/proc/{self.process.pid}/stat")
        fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def available() -> str:
    """Return why this tier cannot run here; empty when it can."""
    if shutil.which("wrk") is None:
        return "wrk is not installed"
    if not Path("/proc/self/stat").exists():
        return "the system does not tell a process's CPU time in /proc"
    return ""


@contextmanager
def _serving(peer: Peer, name: str) -> Iterator[_Server]:
    command = [sys.executable, "-m", "tests.benchmarks.worker", peer.key, name]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(command)} ended with {process.wait()}")
        yield _Server(process, int(line))
    finally:
        process.terminate()
        process.wait(timeout=30)


def measure(
    workloads: Sequence[Workload], peers: Sequence[Peer], *, rounds: int, seconds: int
) -> dict[str, dict[str, Load]]:
    """Return what the servers did, by workload and peer.

    Args:
        workloads: Of one application.
        peers: Which are compared.
        rounds: How often.
        seconds: How long wrk asks in each round.
    """
    with ExitStack() as stack:
        servers = {peer.key: stack.enter_context(_serving(peer, workloads[0].application)) for peer in peers}
        return {workload.key: _compare(workload, servers, rounds, seconds) for workload in workloads}


def _compare(workload: Workload, servers: dict[str, _Server], rounds: int, seconds: int) -> dict[str, Load]:
    taken: dict[str, list[Load]] = {key: [] for key in servers}
    with tempfile.TemporaryDirectory() as folder:
        script = _write_script(workload.request, Path(folder))
        for server in servers.values():
            _load(server, workload.request, script, 1)
        order = list(servers)
        for _ in range(rounds):
            for key in order:
                taken[key].append(_load(servers[key], workload.request, script, seconds))
            order.append(order.pop(0))
    return {
        key: Load(
            # Whatever else the machine does can only take away from these two.
            max(load.per_second for load in loads),
            median(load.microseconds for load in loads),
            min(load.p99 for load in loads),
        )
        for key, loads in taken.items()
    }


def _write_script(request: Request, folder: Path) -> Path:
    """Write what wrk is to send."""
    body = folder / "body"
    body.write_bytes(request.body)
    lines = [f'wrk.method = "{request.method}"', f'local file = io.open("{body}", "rb")']
    lines += ['local body = file:read("*a")', "file:close()", "if #body > 0 then wrk.body = body end"]
    # wrk writes these two by itself.
    fields = [(name.decode(), value.decode()) for name, value in request.fields]
    lines += [
        f'wrk.headers["{name}"] = {_lua(value)}' for name, value in fields if name not in ("host", "content-length")
    ]
    script = folder / "request.lua"
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return script


def _lua(text: str) -> str:
    """Return a Lua literal for a text without line breaks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _load(server: _Server, request: Request, script: Path, seconds: int) -> Load:
    """Have wrk ask a server.

    Raises:
        RuntimeError: When an answer was an error.
    """
    url = f"http://127.0.0.1:{server.port}{request.path}" + (f"?{request.query}" if request.query else "")
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), url]
    if shutil.which("taskset") and len(os.sched_getaffinity(0)) > 1:
        command = ["taskset", "-c", str(sorted(os.sched_getaffinity(0))[1]), *command]
    before = server.cpu_seconds()
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = server.cpu_seconds() - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{url}:\n{said}")
    answered = _number(r"(\d+) requests in", said)
    return Load(_number(r"Requests/sec:\s+([\d.]+)", said), spent / answered * 1e6, _latency(said))


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"wrk did not say {pattern}:\n{text}")
    return float(found[1])


def _latency(text: str) -> float:
    """Return the 99th percentile in milliseconds."""
    found = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", text)
    if found is None:
        raise RuntimeError(f"wrk did not say a latency:\n{text}")
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}[found[2]]


def memory_of_worker(peer: Peer) -> float:
    """Return the mebibytes of a uvicorn worker with a hundred routes that has answered each of them once."""
    with _serving(peer, "stocked") as server:
        for number in range(RESOURCES):
            for request in requests_of(number):
                url = f"http://127.0.0.1:{server.port}{request.path}"
                asked = urllib.request.Request(url, request.body or None, dict(request.headers), method=request.method)
                with urllib.request.urlopen(asked, timeout=30) as answer:
                    answer.read()
        memory = resident(server.process.pid)
    assert memory is not None
    return memory
