"""An application under the real uvicorn, in a thread of this process, spoken to over sockets."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("httptools")

import uvicorn

__all__ = ["Answer", "Served", "read_answer", "served"]


@dataclass
class Answer:
    """One response, read from a socket.

    Attributes:
        status: The status.
        pairs: The header fields, names in lower case.
        body: The body, chunks joined.
    """

    status: int
    pairs: list[tuple[str, str]]
    body: bytes
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = dict(self.pairs)


class Served:
    """A server that runs.

    Attributes:
        port: Its port on 127.0.0.1.
        server: uvicorn's own object.
    """

    def __init__(self, server: uvicorn.Server, loop: asyncio.AbstractEventLoop, port: int) -> None:
        self.server = server
        self.port = port
        self._loop = loop

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def ask(self, request: bytes | str) -> Answer:
        """Send one raw request on a connection of its own; `Host` and the empty line are added."""
        with self.connect() as connection:
            connection.sendall(raw(request))
            return read_answer(connection, head=raw(request).startswith(b"HEAD"))

    def tasks(self) -> int:
        """How many tasks the server's loop has."""

        async def count() -> int:
            return len(asyncio.all_tasks()) - 1

        return asyncio.run_coroutine_threadsafe(count(), self._loop).result(30)


def raw(request: bytes | str) -> bytes:
    """Complete a request line, with or without header lines."""
    data = request.encode("latin-1") if isinstance(request, str) else request
    head, separator, body = data.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    if not line.endswith(b"HTTP/1.1"):
        line += b" HTTP/1.1"
    if not any(item.lower().startswith(b"host:") for item in fields):
        fields.insert(0, b"host: 127.0.0.1")
    return b"\r\n".join([line, *fields]) + b"\r\n\r\n" + (body if separator else b"")


def read_answer(connection: socket.socket, *, head: bool = False) -> Answer:
    """Read one response off a connection, and not a byte more.

    Args:
        connection: The connection.
        head: Whether it answers HEAD and so has no body.
    """
    with connection.makefile("rb", buffering=0) as stream:
        status = int(_line(stream).split(b" ")[1])
        pairs: list[tuple[str, str]] = []
        while line := _line(stream):
            name, _, value = line.decode("latin-1").partition(":")
            pairs.append((name.lower(), value.strip()))
        headers = dict(pairs)
        if head or status in (204, 304) or status < 200:
            body = b""
        elif headers.get("transfer-encoding") == "chunked":
            body = b"".join(_chunks(stream))
        else:
            body = _exactly(stream, int(headers["content-length"]))
    return Answer(status, pairs, body)


def _line(stream: Any) -> bytes:
    line = bytearray()
    while not line.endswith(b"\r\n"):
        byte = stream.read(1)
        if not byte:
            raise ConnectionError(f"the connection ended after {bytes(line)!r}")
        line += byte
    return bytes(line[:-2])


def _exactly(stream: Any, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = stream.read(size - len(data))
        if not piece:
            raise ConnectionError(f"the connection ended {size - len(data)} bytes early")
        data += piece
    return bytes(data)


def _chunks(stream: Any) -> Iterator[bytes]:
    while size := int(_line(stream), 16):
        yield _exactly(stream, size)
        _line(stream)
    _line(stream)


@contextlib.contextmanager
def served(app: Any, **options: Any) -> Iterator[Served]:
    """Serve until the block is left.

    Args:
        app: The application.
        **options: Further arguments of `uvicorn.Config`.
    """
    settings = {"host": "127.0.0.1", "port": 0, "lifespan": "on", "log_config": None, "http": "httptools", **options}
    config = uvicorn.Config(app, timeout_graceful_shutdown=3, **settings)
    server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []
    started = threading.Event()

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        serving = asyncio.create_task(server.serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.002)
        started.set()
        await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert started.wait(60)
    assert server.started, "the server did not start"
    try:
        yield Served(server, loops[0], server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()
