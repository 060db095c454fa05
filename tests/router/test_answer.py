"""The router's own answers."""

import asyncio

from faster_router.answer import answer, answer_miss, close_websocket
from faster_router.match import Miss
from tests.router.asgi import ask, http_scope, messages


def test_every_answer_has_a_length() -> None:
    text = {"content-type": "text/plain; charset=utf-8", "content-length": "5"}
    assert ask(answer(418, "short"), "GET", "/")[:3] == (418, text, b"short")
    assert ask(answer(418, "short"), "HEAD", "/")[:3] == (418, text, b"")
    assert ask(answer(200, headers=((b"x", b"y"),)), "GET", "/")[:3] == (200, {"content-length": "0", "x": "y"}, b"")


def test_a_miss_is_404_or_405_with_allow() -> None:
    scope = http_scope("GET", "/")
    assert ask(answer_miss(scope, Miss()), "GET", "/")[::2] == (404, b"Not Found")
    wrong = ask(answer_miss(scope, Miss(("GET", "PUT"))), "POST", "/")
    assert (wrong.status, wrong.headers["allow"], wrong.body) == (405, "GET, PUT", b"Method Not Allowed")


def test_a_websocket_is_closed_before_it_is_accepted() -> None:
    assert answer_miss({"type": "websocket"}, Miss()) is close_websocket
    sent = asyncio.run(messages(close_websocket, {"type": "websocket"}, [{"type": "websocket.connect"}]))
    assert sent == [{"type": "websocket.close", "code": 4004, "reason": ""}]
