"""One request against a bare ASGI application, without a server or a client."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import unquote

from faster_core.types import ASGIApp, Message, Receive, Scope, Send

Pairs = list[tuple[str, str]]


class Answer:
    """What an application sent."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages
        self.starts = [message for message in messages if message["type"].endswith("http.response.start")]
        self.pieces = [
            bytes(message.get("body", b"")) for message in messages if message["type"].endswith("http.response.body")
        ]

    @property
    def status(self) -> int:
        assert len(self.starts) == 1, self.messages
        return int(self.starts[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def headers(self) -> dict[str, str]:
        """The headers by name; a name that comes twice is an error."""
        pairs = self.pairs
        assert len({name for name, _ in pairs}) == len(pairs), pairs
        return dict(pairs)

    @property
    def pairs(self) -> Pairs:
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.starts[0]["headers"]]

    def getlist(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]


def make_scope(
    method: str = "GET", path: str = "/", headers: dict[str, str] | Pairs | None = None, **more: Any
) -> Scope:
    """Return an HTTP scope as a server makes it."""
    pairs = headers.items() if isinstance(headers, dict) else headers or []
    path, _, query = path.partition("?")
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("latin-1", "replace"),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        "client": ("192.0.2.1", 50000),
        "server": ("testserver", 80),
        "state": {},
    }
    return {**scope, **more}


def make_receive(body: bytes | Iterable[bytes] = b"", *, disconnect: asyncio.Event | None = None) -> Receive:
    """Return a `receive` that gives a body in pieces, then waits, and tells of a disconnect when the event is set."""
    pieces = [body] if isinstance(body, bytes) else list(body)
    messages: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": place < len(pieces) - 1}
        for place, piece in enumerate(pieces)
    ]

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await (disconnect or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    return receive


async def fetch(
    app: ASGIApp,
    method: str = "GET",
    path: str = "/",
    headers: dict[str, str] | Pairs | None = None,
    body: bytes | Iterable[bytes] = b"",
    **more: Any,
) -> Answer:
    """Send one request and return the answer."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    await app(make_scope(method, path, headers, **more), make_receive(body), send)
    return Answer(messages)


def get(app: ASGIApp, path: str = "/", headers: dict[str, str] | Pairs | None = None, **more: Any) -> Answer:
    """`fetch` in a loop of its own."""
    return asyncio.run(fetch(app, more.pop("method", "GET"), path, headers, **more))


def respond(
    body: bytes = b"hello", headers: dict[str, str] | Pairs | None = None, status: int = 200
) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return an application that always answers the same."""
    pairs = headers.items() if isinstance(headers, dict) else headers or []
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    return app


def stream(
    pieces: Iterable[bytes], headers: dict[str, str] | None = None
) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return an application that answers in pieces."""
    given = list(pieces)
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in (headers or {}).items()]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        for piece in given:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return app


async def open_websocket(app: ASGIApp, headers: dict[str, str] | None = None, **more: Any) -> Answer:
    """Open a WebSocket and return what the application sent."""
    messages: list[Message] = []
    scope = make_scope("", "/", headers, type="websocket", scheme="ws", subprotocols=[], **more)
    del scope["method"]

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    return Answer(messages)


async def accept(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that accepts any WebSocket."""
    await receive()
    await send({"type": "websocket.accept", "headers": []})
