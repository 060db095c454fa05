"""The end of a server: nothing in flight is lost, everything is left in order, the deadline holds, the status is 0."""

import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("websockets")

import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from faster_core import App
from FasterAPI.uvicorn_server import Server, serve
from tests.core.served import Answer, raw, read_answer
from tests.core.spawned import Spawned, spawned

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")

PROGRAM = """
import asyncio
import sys
import time
from contextlib import asynccontextmanager

from faster_core import App, BackgroundTasks, Depends, HTTPException, WebSocket
from FasterAPI.server import run


def say(what):
    print(what, flush=True)


@asynccontextmanager
async def lifespan(app):
    say("lifespan entered")
    yield
    say("lifespan left")


app = App(lifespan=lifespan)


async def resource():
    try:
        yield 1
    finally:
        say("dependency left")


async def work(seconds):
    await asyncio.sleep(seconds)
    say("background done")


@app.get("/ready")
async def ready():
    if not app.ready:
        raise HTTPException(503)
    return True


@app.get("/slow")
async def slow(tasks: BackgroundTasks, seconds: float = 0.3, after: float = 0.1, value: int = Depends(resource)):
    tasks.add_task(work, after)
    say("slow begun")
    await asyncio.sleep(seconds)
    return "done"


@app.get("/quick")
async def quick(value: int = Depends(resource)):
    await asyncio.sleep(0.01)
    return "done"


@app.get("/stuck")
def stuck():
    say("stuck begun")
    time.sleep(30)


@app.websocket("/ws")
async def ws(websocket: WebSocket):
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)
    say("websocket over")


if __name__ == "__main__":
    options = dict(item.split("=") for item in sys.argv[1:])
    workers = int(options.pop("workers", 1))
    times = {name: float(value) for name, value in options.items()}
    run("main:app" if workers > 1 else app, port=0, workers=workers, **times)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(PROGRAM)
    return tmp_path


@contextlib.contextmanager
def running(program: Path, *options: str) -> Iterator[Spawned]:
    with spawned(["main.py", *options], program) as server:
        yield server


def dial(server: Spawned) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def dial_soon(server: Spawned) -> None:
    """Wait until somebody listens: workers do so a moment after their start-up."""
    for _ in range(3000):
        with contextlib.suppress(ConnectionRefusedError):
            dial(server).close()
            return
        time.sleep(0.02)
    raise AssertionError("nobody listens")


UNTIL_CTRL_C = ("shutdown_delay=110", "shutdown_deadline=115")
"""Times in which everything is done at leisure: a Ctrl+C ends the delay."""


def ask_ready(server: Spawned) -> Answer:
    with dial(server) as fresh:
        fresh.sendall(raw("GET /ready"))
        return read_answer(fresh)


def assert_going_away(websocket: ClientConnection) -> None:
    with pytest.raises(ConnectionClosed) as closed:
        websocket.recv(timeout=30)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1001, "Going Away")


def told(server: Spawned) -> list[str]:
    return [line for line in server.lines if line.endswith((" left", " done", " over"))]


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_everything_ends_in_order_with_status_0(program: Path, number: int) -> None:
    with running(program) as server, connect(f"ws://127.0.0.1:{server.port}/ws") as websocket:
        websocket.send("hello")
        assert websocket.recv(timeout=30) == "hello"
        with dial(server) as busy, dial(server) as idle:
            idle.sendall(raw("GET /ready"))
            assert read_answer(idle).body == b"true"
            busy.sendall(raw("GET /slow"))
            server.wait_for("slow begun")
            server.signal(number)
            assert_going_away(websocket)
            assert read_answer(busy).body == b'"done"'
            assert idle.recv(1) == b""
        assert server.end() == 0
        lines = told(server)
        # The WebSocket is over when its client has answered, which may take longer than the request.
        lines.remove("websocket over")
        assert lines == ["background done", "dependency left", "lifespan left"]
        assert "Traceback" not in server.text


@posix
def test_readiness_fails_before_the_door_is_closed(program: Path) -> None:
    with running(program, *UNTIL_CTRL_C) as server, dial(server) as kept:
        with connect(f"ws://127.0.0.1:{server.port}/ws") as websocket:
            server.signal()
            while (answer := ask_ready(server)).status == 200:
                time.sleep(0.01)
            # Still let in, told to go elsewhere.
            assert (answer.status, answer.headers["connection"]) == (503, "close")
            kept.sendall(raw("GET /quick"))
            assert read_answer(kept).status == 200
            websocket.send("still here")
            assert websocket.recv(timeout=30) == "still here"
            server.signal(signal.SIGINT)
            assert_going_away(websocket)
        assert server.end() == 0


@posix
def test_under_load_no_request_is_lost(program: Path) -> None:
    """Each connection asks again and again until the server says that it closes: every request has its answer."""

    async def client(port: int, counts: list[int]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(10_000):
            writer.write(raw("GET /quick"))
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
            assert head.startswith(b"HTTP/1.1 200"), head
            assert await reader.readexactly(6) == b'"done"'
            counts.append(1)
            if b"connection: close" in head.lower():
                break
        else:
            raise AssertionError("the server never said that it closes")
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()

    async def load(server: Spawned) -> int:
        counts: list[int] = []
        clients = [asyncio.create_task(client(server.port, counts)) for _ in range(20)]
        while len(counts) < 100:
            await asyncio.sleep(0.01)
        server.signal()
        await asyncio.wait_for(asyncio.gather(*clients), 60)
        return len(counts)

    with running(program, *UNTIL_CTRL_C) as server:
        answered = asyncio.run(load(server))
        server.signal(signal.SIGINT)
        assert server.end() == 0
        assert server.text.count("dependency left") == answered
        assert "Traceback" not in server.text


@posix
def test_what_does_not_end_is_cancelled_and_named(program: Path) -> None:
    with running(program, "shutdown_deadline=10") as server, dial(server) as late, dial(server) as after:
        late.sendall(raw("GET /slow?seconds=60"))
        after.sendall(raw("GET /slow?seconds=0&after=60"))
        server.wait_for("slow begun", count=2)
        assert read_answer(after).status == 200
        server.signal()
        assert server.end(30) == 0
        assert server.text.count("dependency left") == 2
        assert told(server)[-1] == "lifespan left"
        assert "Shut-down: 2 tasks of requests did not end in time and are cancelled" in server.text
        (name,) = server.wait_for(r"Background task (\w+) \(main\.py:\d+\) of 'GET /slow' was cancelled before its end")
        assert name == "work"


@posix
def test_a_thread_that_is_stuck_cannot_keep_the_process(program: Path) -> None:
    with running(program, "shutdown_deadline=1") as server, dial(server) as connection:
        connection.sendall(raw("GET /stuck"))
        server.wait_for("stuck begun")
        start = time.monotonic()
        server.signal()
        assert server.end() == 1
        assert 0.9 < time.monotonic() - start < 25
        server.wait_for(r"did not end within 1 seconds and is ended now\. Still running: .*stuck \(main\.py:\d+\)")


@posix
def test_several_workers_end_in_order(program: Path) -> None:
    with running(program, "workers=2") as server:
        server.wait_for("Application startup complete", count=2)
        dial_soon(server)
        with connect(f"ws://127.0.0.1:{server.port}/ws") as websocket, dial(server) as busy:
            busy.sendall(raw("GET /slow"))
            server.wait_for("slow begun")
            server.signal()
            assert_going_away(websocket)
            assert read_answer(busy).body == b'"done"'
        assert server.end() == 0
        lines = told(server)
        assert sorted(lines) == [
            "background done",
            "dependency left",
            "lifespan left",
            "lifespan left",
            "websocket over",
        ]
        assert lines.index("background done") < lines.index("dependency left") < len(lines) - 1
        assert "Traceback" not in server.text


@posix
def test_a_start_that_fails_has_status_3(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(PROGRAM.replace('say("lifespan entered")', 'raise LookupError("no luck")'))
    for options in ([], ["workers=2"]):
        with spawned(["main.py", *options], tmp_path, listening=None) as server:
            assert server.end() == 3
            assert "LookupError: no luck" in server.text


def test_the_delay_is_shorter_than_the_deadline() -> None:
    with pytest.raises(ValueError) as raised:
        serve(App(), {}, shutdown_delay=5, shutdown_deadline=5)
    assert str(raised.value) == (
        "shutdown_delay=5 is not shorter than shutdown_deadline=5, both in seconds. "
        "Nothing would be left for the requests in flight: lengthen the deadline."
    )


def test_within_somebody_elses_process_nothing_is_ended() -> None:
    """The server as tests and notebooks use it: in a loop of theirs, without signals of its own."""
    app = App()

    async def main() -> None:
        config = uvicorn.Config(app, port=0, log_config=None, lifespan="on")
        server = Server(config, shutdown_deadline=30)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        assert app.ready
        server.should_exit = True
        await asyncio.wait_for(serving, 60)
        assert not app.ready

    asyncio.run(main())
