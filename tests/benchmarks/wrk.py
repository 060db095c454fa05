"""wrk: what asks servers, and what it says."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.request import Request

__all__ = ["CONNECTIONS", "Said", "Script", "available", "read", "scripted"]

CONNECTIONS = 16


@dataclass(frozen=True)
class Said:
    """What wrk saw.

    Attributes:
        answered: Requests that were answered.
        per_second: The same for each second.
        p99: Milliseconds within which 99 % of them were.
    """

    answered: int
    per_second: float
    p99: float


@dataclass(frozen=True)
class Script:
    """A request, written for wrk.

    Args:
        request: The request.
        path: The file.
    """

    request: Request
    path: Path

    def ask(self, port: int, seconds: int) -> Said:
        """Have wrk ask a server on the last of the cores, and return what it saw.

        Args:
            port: Of this machine.
            seconds: How long.

        Raises:
            RuntimeError: When an answer was an error.
        """
        query = f"?{self.request.query}" if self.request.query else ""
        url = f"http://127.0.0.1:{port}{self.request.path}{query}"
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(self.path), url]
        cores = sorted(os.sched_getaffinity(0))
        if shutil.which("taskset") and len(cores) > 1:
            command = ["taskset", "-c", str(cores[-1]), *command]
        return read(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def available() -> str:
    """Return why servers cannot be measured here; empty when they can."""
    if shutil.which("wrk") is None:
        return "wrk is not installed"
    if not Path("/proc/self/stat").exists():
        return "the system does not tell a process's CPU time in /proc"
    return ""


@contextmanager
def scripted(request: Request) -> Iterator[Script]:
    """Write what wrk is to send, for the time of a block."""
    with tempfile.TemporaryDirectory() as folder:
        body, script = Path(folder) / "body", Path(folder) / "request.lua"
        body.write_bytes(request.body)
        lines = [f'wrk.method = "{request.method}"', f'local file = io.open("{body}", "rb")']
        lines += ['local body = file:read("*a")', "file:close()", "if #body > 0 then wrk.body = body end"]
        fields = [(name.decode(), value.decode()) for name, value in request.fields]
        # wrk writes the two that are left out by itself.
        lines += [
            f'wrk.headers["{name}"] = {_lua(value)}' for name, value in fields if name not in ("host", "content-length")
        ]
        script.write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield Script(request, script)


def _lua(text: str) -> str:
    """Return a Lua literal for a text without line breaks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read(text: str) -> Said:
    """Return what is in wrk's report.

    Raises:
        RuntimeError: When an answer was an error, or the report is none.
    """
    if "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(f"wrk saw errors:\n{text}")
    found = [
        re.search(pattern, text)
        for pattern in (r"(\d+) requests in", r"Requests/sec:\s+([\d.]+)", r"99%\s+([\d.]+)(us|ms|s|m)\b")
    ]
    match found:
        case [re.Match() as answered, re.Match() as per_second, re.Match() as latency]:
            unit = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}[latency[2]]
            return Said(int(answered[1]), float(per_second[1]), float(latency[1]) * unit)
    raise RuntimeError(f"wrk did not report:\n{text}")
