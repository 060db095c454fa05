"""A router alone under the real uvicorn, spoken to over a socket."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("uvicorn")

import uvicorn

from faster_router import Router
from tests.router.asgi import saying


@contextmanager
def served(app: Router) -> Iterator[int]:
    """The port of a server that runs in a thread until the block is left."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="on"))
    ports: list[int] = []
    started = threading.Event()

    async def serve() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        if server.started:
            ports.append(server.servers[0].sockets[0].getsockname()[1])
        started.set()
        await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert started.wait(20)
    try:
        yield ports[0]
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


async def exchange(port: int, request: bytes) -> tuple[bytes, dict[bytes, bytes], bytes]:
    """Status line, header lines and body of the answer to a raw request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request + b"connection: close\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    status, *lines = head.split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in lines)
    return status.partition(b" ")[2], headers, body


def test_a_router_alone() -> None:
    router = Router()
    router.add_route("/hello/{name}", saying("hello"))
    router.add_route("/slash/", saying("slash"))

    def ask(line: bytes) -> tuple[bytes, dict[bytes, bytes], bytes]:
        return asyncio.run(exchange(port, line + b" HTTP/1.1\r\nhost: 127.0.0.1\r\n"))

    with served(router) as port:
        assert ask(b"GET /hello/w%C3%B6rld%2e")[::2] == (b"200 OK", "hello {'name': 'wörld.'}".encode())
        head = ask(b"HEAD /hello/you")
        assert (head[0], head[1][b"content-length"], head[2]) == (b"200 OK", b"21", b"")
        assert ask(b"DELETE /hello/you")[1][b"allow"] == b"get, head, options"
        assert ask(b"OPTIONS /hello/you")[1][b"content-length"] == b"0"
        assert ask(b"GET /hello/a%2Fb")[0] == b"404 Not Found"
        assert ask(b"GET /slash?a=1")[1][b"location"] == b"http://127.0.0.1/slash/?a=1"
        assert ask(b"OPTIONS *")[0] == b"404 Not Found"
