"""`fasterapi run` and `fasterapi dev`, over real servers."""

import errno
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
from tests.core.served import raw, read_answer
from tests.core.spawned import Spawned, spawned
from tests.port import find_port
from tests.process import end

APP = """
import asyncio

from FasterAPI import Faster, HTTPException, Request

app = Faster()


@app.get("/")
async def root(request: Request) -> dict[str, str]:
    return {"greeting": "hello", "root_path": request.scope["root_path"], "client": request.client.host}


@app.get("/fail")
async def fail() -> None:
    raise ValueError("a secret")


@app.get("/slow")
async def slow() -> None:
    print("slow begun", flush=True)
    await asyncio.sleep(300)


@app.get("/ready")
async def ready() -> bool:
    if not app.ready:
        raise HTTPException(503)
    return True
"""

PATIENCE = 60

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")


def read(url: str, process: subprocess.Popen[str] | None = None) -> str:
    """What an address answers, once the process listens there."""
    deadline = time.monotonic() + PATIENCE
    while True:
        assert process is None or process.poll() is None, process.communicate()[0]
        try:
            with urlopen(url, timeout=30) as answer:
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
    port, log = find_port(), list[str]()
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
        try:
            log += process.communicate(timeout=PATIENCE)[0].splitlines()
        except subprocess.TimeoutExpired:
            end(process)
            raise


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
        ("--server", "granian", "--workers", "2"),
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
    assert log[1] == f"  API   {url}"
    # Once for each time that it has begun.
    assert log.count(f"  docs  {url}/docs") >= 2


def test_dev_with_a_mistake_says_so_and_ends(tmp_path: Path) -> None:
    write(tmp_path, main="import fine\n", fine="1 / 0\n")
    code, _, error = run(tmp_path, "dev", "--no-reload", "--port", str(find_port()))
    assert code == 1
    assert error.startswith("Error: main cannot be imported:\n")


@pytest.mark.parametrize("command", ["run", "dev"])
def test_port_in_use(folder: Path, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = run(folder, command, "corner.main", "--port", str(port))
    other_port = port + 1 if port < 65535 else port - 1
    message = f"Port {port} of 127.0.0.1 is in use. End what listens there, or take --port {other_port}."
    assert ended == (1, "", f"Error: {message}\n")


NOT_OURS = os.strerror(errno.EADDRNOTAVAIL)
LEFT_NOTHING = "Nothing would be left for the requests in flight: lengthen the deadline."


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("run --host 192.0.2.1 --port 8000", f"Nobody can listen at port 8000 of 192.0.2.1 here: {NOT_OURS}."),
        ("dev --host 192.0.2.1 --port 8000", f"Nobody can listen at port 8000 of 192.0.2.1 here: {NOT_OURS}."),
        (
            "run --log-level loud",
            "Invalid value for '--log-level': 'loud' is not one of 'critical', 'error', 'warning', 'info', 'debug'.",
        ),
        (
            "run --shutdown-delay 30",
            f"shutdown_delay=30 is not shorter than shutdown_deadline=25, both in seconds. {LEFT_NOTHING}",
        ),
        (
            "dev --shutdown-delay 2 --shutdown-deadline 0.5",
            f"shutdown_delay=2 is not shorter than shutdown_deadline=0.5, both in seconds. {LEFT_NOTHING}",
        ),
        (
            "run --server hypercorn --shutdown-delay 1",
            "hypercorn does not know shutdown_delay. Serve with uvicorn, or leave it out.",
        ),
    ],
)
def test_nothing_is_said_to_be_served_that_cannot_be(folder: Path, command: str, message: str) -> None:
    name, *options = command.split()
    code, said, error = run(folder, name, "corner.main", *options)
    assert (code > 0, said, error.splitlines()[-1]) == (True, "", f"Error: {message}")


@pytest.mark.parametrize("server", ["uvicorn", "granian", "hypercorn"])
def test_start_up_that_fails(tmp_path: Path, server: str) -> None:
    pytest.importorskip(server)
    lifespan = "def fail():\n    raise LookupError('no database')\n\napp = Faster(on_startup=[fail])\n"
    write(tmp_path, main=f"from FasterAPI import Faster\n\n{lifespan}")
    code, _, error = run(tmp_path, "run", "--server", server, "--port", str(find_port()))
    # granian has a status of its own.
    assert code == (1 if server == "granian" else 3)
    assert error.count("Traceback (most recent call last):") == 1
    assert "LookupError: no database" in error


def dial(server: Spawned) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)


@posix
@pytest.mark.parametrize(
    "command",
    [
        ("run", "--server", "uvicorn"),
        ("run", "--workers", "2"),
        ("run", "--server", "hypercorn"),
        ("run", "--server", "granian"),
        ("dev",),
    ],
    ids=" ".join,
)
def test_shutdown_deadline(folder: Path, command: tuple[str, ...]) -> None:
    if "--server" in command:
        pytest.importorskip(command[2])
    port = find_port()
    options = ["corner.main", "--port", str(port), "--shutdown-deadline", "1"]
    with spawned(["-m", "FasterAPI", *command, *options], folder, listening=None) as server:
        server.port = port
        read(f"http://127.0.0.1:{port}/", server.process)
        with dial(server) as connection:
            connection.sendall(raw("GET /slow"))
            server.wait_for("slow begun", seconds=PATIENCE)
            server.signal()
            # The request would take five minutes, and the deadline would be 25 seconds without the option.
            server.end(seconds=20)


@posix
@pytest.mark.parametrize("command", [("run",), ("dev", "--no-reload")], ids=" ".join)
def test_shutdown_delay(folder: Path, command: tuple[str, ...]) -> None:
    options = ["corner.main", "--port", "0", "--shutdown-delay", "200", "--shutdown-deadline", "300"]
    with spawned(["-m", "FasterAPI", *command, *options], folder) as server:
        assert "127.0.0.1:0" not in server.text
        server.signal()
        status, end = 200, time.monotonic() + PATIENCE
        while status != 503:
            assert time.monotonic() < end
            with dial(server) as connection:
                connection.sendall(raw("GET /ready"))
                status = read_answer(connection).status
        # The second Ctrl+C does not wait.
        server.signal(signal.SIGINT)
        assert server.end(seconds=PATIENCE) == 0


def test_proxy_headers_are_for_uvicorn(folder: Path) -> None:
    pytest.importorskip("granian")
    code, _, error = run(folder, "run", "corner.main", "--server", "granian", "--proxy-headers")
    assert code == 2
    assert "granian does not read proxy headers. Serve with uvicorn, or leave proxy_headers out." in error
