"""A client without a network: one request, WebSocket or lifespan against an application, on a loop of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote_to_bytes

from faster_core.types import ASGIApp, Message, Scope

__all__ = ["Reply", "converse", "make_scope", "multipart", "request", "run_request", "running"]

Pairs = Iterable[tuple[str, str]]


class Reply:
    """What an application answered."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = messages
        starts = [message for message in messages if message["type"] == "http.response.start"]
        assert len(starts) == 1, messages
        self.status: int = starts[0]["status"]
        self.pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in starts[0]["headers"]]
        self.headers = dict(self.pairs)
        bodies = [message for message in messages if message["type"] == "http.response.body"]
        self.body = b"".join(message.get("body", b"") for message in bodies)
        self.complete = bool(bodies) and not bodies[-1].get("more_body", False)

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """The errors of a 422: place, message and kind of each."""
        assert self.status == 422, (self.status, self.body)
        found = self.json()["detail"]
        assert all(list(error) == ["loc", "msg", "type"] for error in found), found
        return [(".".join(map(str, error["loc"])), error["msg"], error["type"]) for error in found]


def make_scope(method: str, target: str, headers: Pairs | dict[str, str] = (), **more: Any) -> Scope:
    """A scope as a server makes it."""
    path, _, query = target.partition("?")
    pairs = headers.items() if isinstance(headers, dict) else headers
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(path).decode(),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        "server": ("test", 80),
        "client": ("127.0.0.1", 5000),
        **more,
    }


async def run_request(
    app: ASGIApp,
    method: str,
    target: str,
    *,
    json: Any = None,
    content: bytes | Iterable[bytes] | None = None,
    headers: Pairs | dict[str, str] = (),
    **more: Any,
) -> Reply:
    """Send a request on the running loop. See `request`."""
    pairs = list(headers.items() if isinstance(headers, dict) else headers)
    if json is not None:
        content = _dump(json)
        if not any(name.lower() == "content-type" for name, _ in pairs):
            pairs.append(("content-type", "application/json"))
    chunks = [content] if isinstance(content, bytes) else list(content or [b""])
    messages = [
        {"type": "http.request", "body": chunk, "more_body": index < len(chunks) - 1}
        for index, chunk in enumerate(chunks)
    ]
    sent: list[Message] = []
    never = asyncio.Event()

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await never.wait()
        raise AssertionError("nobody sets the event")

    async def send(message: Message) -> None:
        sent.append(dict(message))

    await app(make_scope(method, target, pairs, **more), receive, send)
    return Reply(sent)


def _dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def request(app: ASGIApp, method: str, target: str, **options: Any) -> Reply:
    """Send one request and return the answer.

    Args:
        app: The application.
        method: The method.
        target: Path and query, percent-encoded.
        **options: `json`, `content` (bytes or chunks of them), `headers`, and further members of the scope.
    """
    return asyncio.run(run_request(app, method, target, **options))


def converse(app: ASGIApp, path: str, *said: Message | str, **options: Any) -> list[Message]:
    """Open a WebSocket, say something, leave, and return what the application sent.

    Args:
        app: The application.
        path: Path and query.
        *said: Messages after the handshake; a text is a text message.
        **options: `headers` and further members of the scope.
    """
    heard: list[Message] = []
    messages: list[Message] = [{"type": "websocket.connect"}]
    messages += [{"type": "websocket.receive", "text": item} if isinstance(item, str) else item for item in said]
    messages.append({"type": "websocket.disconnect", "code": 1000, "reason": ""})
    scope = make_scope("GET", path, options.pop("headers", ()), **options)
    del scope["method"]
    scope = {**scope, "type": "websocket", "scheme": "ws", "subprotocols": []}

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        heard.append(dict(message))

    asyncio.run(_await(app(scope, receive, send)))
    return heard


async def _await(awaitable: Any) -> None:
    await awaitable


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[dict[str, Any]]:
    """Run the lifespan of an application around a block; gives the state, raises what start-up says."""
    said: asyncio.Queue[Message] = asyncio.Queue()
    heard: asyncio.Queue[Message] = asyncio.Queue()
    state: dict[str, Any] = {}

    async def live() -> None:
        await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}, said.get, heard.put)

    task = asyncio.create_task(live())
    await said.put({"type": "lifespan.startup"})
    answer = await heard.get()
    if answer["type"] == "lifespan.startup.failed":
        await task
        raise RuntimeError(answer["message"])
    try:
        yield state
    finally:
        await said.put({"type": "lifespan.shutdown"})
        answer = await heard.get()
        await task
    if answer["type"] == "lifespan.shutdown.failed":
        raise RuntimeError(answer["message"])


def multipart(*parts: tuple[str, bytes | str] | tuple[str, bytes | str, str]) -> dict[str, Any]:
    """The options of a request with these fields, each `(name, value)`, or `(name, content, filename)` for a file."""
    lines: list[bytes] = []
    for name, value, *filename in parts:
        more = f'; filename="{filename[0]}"' if filename else ""
        lines += [b"--frontier", f'Content-Disposition: form-data; name="{name}"{more}'.encode(), b""]
        lines.append(value if isinstance(value, bytes) else value.encode())
    lines += [b"--frontier--", b""]
    return {
        "content": b"\r\n".join(lines),
        "headers": {"content-type": "multipart/form-data; boundary=frontier"},
    }
