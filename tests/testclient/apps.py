"""Small ASGI applications and their parts, for the tests beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faster_testclient.types import ASGIApp, Message, Receive, Scope, Send


async def answer(send: Send, body: bytes = b"", status: int = 200, headers: Any = ()) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


async def read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


def sending(*messages: Message) -> ASGIApp:
    """An application that sends these messages and returns."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] != "lifespan"
        for message in messages:
            await send(message)

    return app


def start(status: int = 200, *headers: tuple[bytes, bytes], **more: Any) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers), **more}


def body(content: Any = b"", **more: Any) -> Message:
    return {"type": "http.response.body", "body": content, **more}


def recording(seen: list[Scope], then: Callable[..., Any] = answer) -> ASGIApp:
    """An application that keeps its scopes and answers."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] != "lifespan"
        seen.append(scope)
        await then(send)

    return app


class Lived:
    """An application with a lifespan that writes down what happens, and answers with its state."""

    def __init__(self, **fails: str) -> None:
        self.log: list[str] = []
        self.fails = fails

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for phase in ("startup", "shutdown"):
                await self._phase(phase, scope, receive, send)
            return
        self.log.append(f"request {scope['path']}")
        await answer(send, repr(sorted(scope["state"].items())).encode())

    async def _phase(self, phase: str, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        assert message == {"type": f"lifespan.{phase}"}
        self.log.append(phase)
        how = self.fails.get(phase)
        if how == "raise":
            raise LookupError(phase)
        if how in ("say", "say and raise"):
            await send({"type": f"lifespan.{phase}.failed", "message": "no database"})
            if how == "say and raise":
                raise LookupError(phase)
        else:
            scope["state"]["db"] = "pool"
            await send({"type": f"lifespan.{phase}.complete"})
