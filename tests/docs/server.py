"""A real server with a real application in another process, for as long as a block of a test."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.port import find_port
from tests.process import end

__all__ = ["EXAMPLES", "serve"]

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"

_PATIENCE = 90
"""Seconds to wait for the first answer, on a machine with much else to do."""


@contextmanager
def serve(
    *command: str, environ: Mapping[str, str], path: str = "/", printed: list[str] | None = None
) -> Iterator[str]:
    """Run a command that serves on the port it is given, and give the address it answers at.

    Args:
        *command: The arguments after `python -m`; `{port}` stands for the port.
        environ: Variables of the process, beside those of this one.
        path: What is asked for to see whether it answers.
        printed: Takes what the process has printed, at the end.
    """
    port = find_port()
    arguments = [argument.format(port=port) for argument in command]
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=EXAMPLES,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}{path}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        log = ""
        try:
            log = process.communicate(timeout=_PATIENCE)[0]
        except subprocess.TimeoutExpired:
            end(process)
            raise
        if printed is not None:
            printed.append(log)
    assert "Traceback" not in log, log


def _wait(process: subprocess.Popen[str], url: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[0]
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{url} did not answer in {_PATIENCE} seconds")
