"""One connection to an application, without a server in between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from tests.benchmarks.request import Request
from tests.benchmarks.workload import Workload

__all__ = ["Answer", "Application", "Receiver", "ask", "check", "discard", "running"]

Message: TypeAlias = MutableMapping[str, Any]
Application: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]


class Receiver:
    """The `receive` of one connection.

    Args:
        request: What the client sends.
    """

    __slots__ = ("_left",)

    def __init__(self, request: Request) -> None:
        self._left = request.messages[::-1]

    async def __call__(self) -> Message:
        """Return the next message; after the last, wait for a client that never goes."""
        if self._left:
            return self._left.pop()
        await asyncio.get_running_loop().create_future()
        raise AssertionError  # pragma: no cover


async def discard(message: Message) -> None:
    """Take a message as a server with an endless buffer does."""


@dataclass
class Answer:
    """What an application sent.

    Attributes:
        status: The status; 101 for a WebSocket that was accepted.
        headers: The header lines, by name in lower case.
        body: The body.
        texts: What a WebSocket sent.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    texts: list[str] = field(default_factory=list)

    async def take(self, message: Message) -> None:
        """Take a message of the application."""
        match message["type"]:
            case "http.response.start":
                self.status = message["status"]
                pairs = [(bytes(name).decode().lower(), bytes(value).decode()) for name, value in message["headers"]]
                self.headers = dict(pairs)
                assert len(pairs) == len(self.headers), f"a header line came twice: {pairs}"
            case "http.response.body":
                self.body += message.get("body", b"")
            case "websocket.accept":
                self.status = 101
            case "websocket.send":
                self.texts.append(message["text"])
            case "websocket.close":
                pass
            case other:
                raise AssertionError(f"an application sent {other}")


async def ask(application: Application, request: Request) -> Answer:
    """Return what an application answers.

    Raises:
        TimeoutError: When it does not, within five seconds.
    """
    answer = Answer()
    await asyncio.wait_for(application(request.scope(), Receiver(request), answer.take), timeout=5)
    return answer


async def check(application: Application, workload: Workload, name: str) -> None:
    """Make sure that an application does the work, three times over, and refuses what it has to.

    Raises:
        AssertionError: Otherwise, saying what came.
    """
    for _ in range(3):
        answer = await ask(application, workload.request)
        told = f"{name}, {workload.key}: {answer.status} {answer.headers} {answer.body[:200]!r}"
        if workload.request.kind == "websocket":
            assert (answer.status, answer.texts) == (101, workload.value), told
            continue
        assert answer.status == workload.status, told
        assert msgspec.json.decode(answer.body) == workload.value, told
        assert answer.headers["content-type"].startswith("application/json"), told
        assert answer.headers["content-length"] == str(len(answer.body)), told
        assert "content-encoding" not in answer.headers, told
        assert workload.headers.items() <= answer.headers.items(), told
    for request in workload.refused:
        answer = await ask(application, request)
        assert 400 <= answer.status < 500, f"{name}, {workload.key}: {request} is answered with {answer}"


@asynccontextmanager
async def running(application: Application) -> AsyncIterator[None]:
    """Run an application's lifespan around a block.

    Spec: ASGI 3.0, Lifespan
    """
    stop, said = asyncio.Event(), asyncio.Queue[str]()
    words = iter(("lifespan.startup", "lifespan.shutdown"))

    async def receive() -> Message:
        word = next(words)
        if word == "lifespan.shutdown":
            await stop.wait()
        return {"type": word}

    async def send(message: Message) -> None:
        said.put_nowait(message["type"])

    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    task = asyncio.ensure_future(application(scope, receive, send))
    try:
        word = await asyncio.wait_for(said.get(), timeout=30)
        assert word == "lifespan.startup.complete", word
        yield
    finally:
        stop.set()
        await task
