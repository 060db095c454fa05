"""A server made of lists: what the application receives is given, what it sends is kept."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from faster_core.types import Message

__all__ = ["Server", "http_scope", "websocket_scope"]


def http_scope(method: str = "GET", path: str = "/", **more: Any) -> dict[str, Any]:
    """A scope as a server makes it; `headers` may be a mapping of text."""
    headers = more.pop("headers", {})
    raw = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()] if headers else []
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": raw, **more}


def websocket_scope(path: str = "/", **more: Any) -> dict[str, Any]:
    scope = http_scope("GET", path, **more)
    del scope["method"]
    return {**scope, "type": "websocket"}


class Server:
    """Both sides of a connection. After the messages given, `receive` waits for `disconnect()`."""

    def __init__(self, messages: Iterable[Message] = (), *, scope_type: str = "http") -> None:
        self.messages = list(messages)
        self.sent: list[Message] = []
        self.gone = asyncio.Event()
        self.farewell = {"type": f"{scope_type}.disconnect"}
        self.on_send: Callable[[Message], Awaitable[None]] | None = None

    async def receive(self) -> Message:
        if self.messages:
            return self.messages.pop(0)
        await self.gone.wait()
        return self.farewell

    async def send(self, message: Message) -> None:
        if self.on_send is not None:
            await self.on_send(message)
        self.sent.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def headers(self) -> dict[str, str]:
        return {k.decode("latin-1"): v.decode("latin-1") for k, v in self.sent[0]["headers"]}
