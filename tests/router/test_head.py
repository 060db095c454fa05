"""HEAD and OPTIONS."""

import asyncio

import pytest

from faster_router.head import allow, without_body
from faster_router.types import Message, Receive, Scope, Send
from tests.router.asgi import messages

START: Message = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]}
END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


@pytest.mark.parametrize(
    ("methods", "allowed"),
    [
        ((), ()),
        (("GET",), ("GET", "HEAD", "OPTIONS")),
        (("PUT", "DELETE"), ("DELETE", "OPTIONS", "PUT")),
        (("OPTIONS",), ("OPTIONS",)),
        (("HEAD",), ("HEAD", "OPTIONS")),
    ],
)
def test_what_follows_from_registered_methods(methods: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    assert allow(methods) == allowed


@pytest.mark.parametrize(
    "bodies",
    [
        [{"type": "http.response.body", "body": b"something"}],
        [
            {"type": "http.response.body", "body": b"some", "more_body": True},
            {"type": "http.response.body", "body": b"x"},
        ],
        [{"type": "http.response.pathsend", "path": "/etc/hosts"}],
        [{"type": "http.response.zerocopysend", "file": 3, "more_body": True}, {"type": "http.response.body"}],
    ],
)
def test_the_body_is_left_out_and_the_rest_stays(bodies: list[Message]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in ({"type": "http.response.debug"}, START, *bodies):
            await send(message)

    sent = asyncio.run(messages(without_body(app), {"type": "http"}, []))
    assert sent == [{"type": "http.response.debug"}, START, END]
