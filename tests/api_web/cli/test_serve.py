"""`fasterapi run` and `fasterapi dev`, over real servers."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tests.api_web.cli.project import run, write

APP = """
from FasterAPI import Faster, Request

app = Faster()


@app.get("/")
async def root(request: Request) -> dict[str, str]:
    return {"greeting": "hello", "root_path": request.scope["root_path"], "client": request.client.host}


@app.get("/fail")
async def fail() -> None:
    raise ValueError("a secret")
"""

PATIENCE = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def read(url: str, process: subprocess.Popen[str] | None = None) -> str:
    """What an address answers, once the process listens there."""
    deadline = time.monotonic() + PATIENCE
    while True:
        assert process is None or process.poll() is None, process.communicate()[0]
        try:
            with urlopen(url, timeout=10) as answer:
                text: str = answer.read().decode()
                return text
        except HTTPError as error:
            return error.read().decode()
        except (URLError, ConnectionError):
            assert time.monotonic() < deadline, f"{url} does not answer"
            time.sleep(0.05)


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[str, list[str]]]:
    """Run a command that serves; give its address, and a list that has its output in the end."""
    port, log = free_port(), list[str]()
    process = subprocess.Popen(
        [sys.executable, "-m", "FasterAPI", *arguments, "--port", str(port)],
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        read(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}", log
    finally:
        process.send_signal(signal.SIGTERM)
        log += process.communicate(timeout=PATIENCE)[0].splitlines()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("serve"), corner__main=APP)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--workers", "2"),
        ("--server", "hypercorn"),
        ("--server", "hypercorn", "--workers", "2"),
        ("--server", "granian"),
    ],
    ids=" ".join,
)
def test_run(folder: Path, options: tuple[str, ...]) -> None:
    if "--server" in options:
        pytest.importorskip(options[1])
    with serving(folder, "run", "corner.main:app", *options) as (url, log):
        assert '"greeting":"hello"' in read(url)
        assert read(f"{url}/fail") == "Internal Server Error"
    assert log[:2] == ["FasterAPI serves corner.main:app", f"  API   {url}"]


def test_run_says_where_to_look(folder: Path) -> None:
    with serving(folder, "run", "corner.main") as (url, log):
        pass
    assert {f"  docs  {url}/docs", f"  spec  {url}/openapi.json"} <= set(log)


def test_run_below_a_path(folder: Path) -> None:
    with serving(folder, "run", "corner/main.py", "--root-path", "/shop") as (url, _):
        assert '"root_path":"/shop"' in read(url)


def test_dev_shows_errors_and_begins_anew(tmp_path: Path) -> None:
    write(tmp_path, main=APP)
    with serving(tmp_path, "dev") as (url, log):
        assert "ValueError: a secret" in read(f"{url}/fail")
        write(tmp_path, main=APP.replace('"hello"', '"welcome"'))
        deadline = time.monotonic() + PATIENCE
        while "welcome" not in read(url):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert log[0].startswith("FasterAPI serves main for development.")


def test_dev_with_a_mistake_says_so_and_ends(tmp_path: Path) -> None:
    write(tmp_path, main="import fine\n", fine="1 / 0\n")
    code, _, error = run(tmp_path, "dev", "--no-reload", "--port", str(free_port()))
    assert code == 1
    assert error.startswith("Error: main cannot be imported:\n")


@pytest.mark.parametrize("command", ["run", "dev"])
def test_port_in_use(folder: Path, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, _, error = run(folder, command, "corner.main", "--port", str(port))
    assert code == 1
    wanted = f"Error: Port {port} of 127.0.0.1 is in use. End what listens there, or take --port {port + 1}.\n"
    assert error.endswith(wanted)


def test_proxy_headers_are_for_uvicorn(folder: Path) -> None:
    pytest.importorskip("granian")
    code, _, error = run(folder, "run", "corner.main", "--server", "granian", "--proxy-headers")
    assert code == 2
    assert "granian does not read proxy headers. Serve with uvicorn, or leave proxy_headers out." in error
