"""What the tests need to call an ASGI application: one request in, one answer out, without a server."""

import asyncio
from collections.abc import Iterable
from typing import Any, NamedTuple

from faster_router import ASGIApp, Message, Receive, Scope, Send


class Answer(NamedTuple):
    """What an application sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    scope: Scope


def http_scope(method: str, path: str, **more: Any) -> Scope:
    """A scope as a server makes it."""
    headers: Iterable[tuple[bytes, bytes]] = more.pop("headers", [(b"host", b"example.org")])
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "scheme": "http", "root_path": ""}
    return {**scope, "headers": list(headers), **more}


def ask(app: ASGIApp, method: str, path: str, **more: Any) -> Answer:
    """The answer to a request; `more` goes into the scope."""
    scope = http_scope(method, path, **more)
    sent = asyncio.run(messages(app, scope, [{"type": "http.request", "body": b"", "more_body": False}]))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert len(headers) == len(sent[0]["headers"])
    return Answer(sent[0]["status"], headers, sent[1].get("body", b""), scope)


async def messages(app: ASGIApp, scope: Scope, incoming: list[Message]) -> list[Message]:
    """All messages an application sends, given these to receive."""
    sent: list[Message] = []
    queue = iter(incoming)

    async def receive() -> Message:
        return next(queue)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def saying(text: str) -> ASGIApp:
    """An application that answers with a text, the path parameters it got and the root path it sees."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = f"{text} {scope.get('path_params', {})} {scope.get('root_path', '')}".strip().encode()
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app
