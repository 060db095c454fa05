"""The end of a server that knows nothing of us: `uvicorn main:app`; and what many open streams cost it."""

import socket
import sys
from pathlib import Path

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("httptools")
pytest.importorskip("websockets")

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.core.served import raw, read_answer
from tests.core.spawned import Spawned, spawned

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")

PROGRAM = """
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faster_core import App, BackgroundTasks, Depends, WebSocket
from faster_core.sse import EventSourceResponse


@asynccontextmanager
async def lifespan(app):
    yield
    print("lifespan left", flush=True)


app = App(lifespan=lifespan)


async def resource():
    yield 1
    print("dependency left", flush=True)


async def work():
    await asyncio.sleep(0.1)
    print("background done", flush=True)


@app.get("/slow")
async def slow(tasks: BackgroundTasks, value: int = Depends(resource)):
    tasks.add_task(work)
    print("slow begun", flush=True)
    await asyncio.sleep(0.3)
    return "done"


@app.websocket("/ws")
async def ws(websocket: WebSocket):
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)
    print("websocket over", flush=True)


@app.get("/events")
async def events() -> EventSourceResponse:
    async def make():
        yield "first"
        await asyncio.Event().wait()

    return EventSourceResponse(make())
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(PROGRAM)
    return tmp_path


def uvicorn_arguments(*more: str) -> list[str]:
    return ["-m", "uvicorn", "main:app", "--port", "0", *more]


@pytest.mark.parametrize("ws", ["websockets", "websockets-sansio"])
def test_plain_uvicorn_ends_in_order(program: Path, ws: str) -> None:
    codes = [end_in_order(program, ws)]
    # uvicorn looks every tenth of a second whether it is to stop, and then says 1012. It finds the sockets closed,
    # unless the process stood still in between.
    while codes[-1] == 1012 and len(codes) < 10:
        codes.append(end_in_order(program, ws))
    assert codes[-1] == 1001


def end_in_order(program: Path, ws: str) -> int:
    """Stop a server in the middle of its work, and return the code that a WebSocket was closed with."""
    with spawned(uvicorn_arguments("--ws", ws), program) as server:
        with connect(f"ws://127.0.0.1:{server.port}/ws") as websocket:
            websocket.send("hello")
            assert websocket.recv(timeout=30) == "hello"
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
                connection.sendall(raw("GET /slow"))
                server.wait_for("slow begun")
                server.signal()
                with pytest.raises(ConnectionClosed) as closed:
                    websocket.recv(timeout=30)
                assert closed.value.rcvd is not None
                assert read_answer(connection).body == b'"done"'
        server.end()
        told = [line for line in server.lines if line.endswith((" left", " done", " over"))]
        # The WebSocket is over when its client has answered, which may take longer than the request.
        told.remove("websocket over")
        assert told == ["background done", "dependency left", "lifespan left"]
        assert "Traceback" not in server.text
    return closed.value.rcvd.code


def open_streams(server: Spawned, count: int) -> list[socket.socket]:
    connections = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        connection.sendall(raw("GET /events"))
        connections.append(connection)
    for connection in connections:
        seen = b""
        while b"first" not in seen:
            seen += connection.recv(4096)
    return connections


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the memory of a process")
def test_an_open_stream_takes_under_40_kilobytes(program: Path) -> None:
    with spawned(uvicorn_arguments("--no-access-log"), program) as server:
        first = open_streams(server, 50)
        before = server.resident()
        more = open_streams(server, 300)
        each = (server.resident() - before) / len(more)
        for connection in [*first, *more]:
            connection.close()
        assert each < 40_000
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(raw("GET /nowhere"))
            answer = connection.recv(4096)
        assert answer.startswith(b"HTTP/1.1 404")
