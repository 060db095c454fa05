"""faster_testclient.protocol"""

from __future__ import annotations

from typing import Any

import pytest

from faster_testclient import ProtocolViolation
from faster_testclient.protocol import ResponseRules
from faster_testclient.types import Message
from tests.testclient.apps import body, start

TRAILERS: Message = {"type": "http.response.trailers", "headers": [(b"x-sum", b"1")]}


def take(*messages: Message, method: str = "GET") -> tuple[ResponseRules, bytes]:
    rules = ResponseRules(f"{method} /", method)
    return rules, b"".join([rules.take(message) for message in messages])


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([body()], "GET /: 'http.response.body' was sent before 'http.response.start'. Send status and headers first."),
        ([start(), start()], "GET /: 'http.response.start' was sent twice. Send it once, before the body."),
        (
            [start(), body(), body()],
            "GET /: 'http.response.body' was sent after the end of the body. Set 'more_body' before the last.",
        ),
        ([start(), body("text")], "GET /: the body of a 'http.response.body' is a str. Send bytes; encode text."),
        (
            [{"type": "http.response.start"}],
            "GET /: the status of a response is None. Send an integer from 200 to 999.",
        ),
        ([start(103)], "GET /: the status of a response is 103. Send an integer from 200 to 999."),
        (
            [start(200, (b"content-length", b"3")), body(b"four")],
            (
                "GET /: Content-Length is 3, but the application sent 4 bytes of body and ended it. "
                "Make both agree, or leave Content-Length out."
            ),
        ),
        (
            [start(200, (b"content-length", b"3")), body(b"four", more_body=True)],
            (
                "GET /: Content-Length is 3, but the application sent 4 bytes of body so far. "
                "Make both agree, or leave Content-Length out."
            ),
        ),
        (
            [start(200, (b"Content-Length", b"3")), body(b"1", more_body=True), body(b"2")],
            (
                "GET /: Content-Length is 3, but the application sent 2 bytes of body and ended it. "
                "Make both agree, or leave Content-Length out."
            ),
        ),
        (
            [start(200, (b"content-length", b"x"))],
            "GET /: Content-Length is 'x'. Send one number, the length of the body in bytes.",
        ),
        (
            [start(200, (b"content-length", b"1"), (b"content-length", b"2"))],
            "GET /: Content-Length is '1, 2'. Send one number, the length of the body in bytes.",
        ),
        ([start(), TRAILERS], "GET /: trailers were sent but not announced. Set 'trailers' in 'http.response.start'."),
        (
            [start(trailers=True), TRAILERS],
            "GET /: trailers were sent before the end of the body. Send them after the last body message.",
        ),
        (
            [start(trailers=True), body(), TRAILERS, TRAILERS],
            "GET /: trailers were sent after the end of the response. Send them after the last body message.",
        ),
    ],
)
def test_broken_rules(messages: list[Message], message: str) -> None:
    with pytest.raises(ProtocolViolation) as caught:
        take(*messages)
    assert str(caught.value) == message
    assert isinstance(caught.value, AssertionError)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("x-a", "1"), "GET /: the header ('x-a', '1') is not a pair of byte strings. Send (b'name', b'value')."),
        ((b"x-a", 1), "GET /: the header (b'x-a', 1) is not a pair of byte strings. Send (b'name', b'value')."),
        ((b"x-a",), "GET /: the header (b'x-a',) is not a pair of byte strings. Send (b'name', b'value')."),
        ((b":status", b"200"), "GET /: the header name b':status' is not a token. Spec: RFC 9110, 5.6.2."),
        ((b"", b""), "GET /: the header name b'' is not a token. Spec: RFC 9110, 5.6.2."),
        (
            (b"x-a", b"1\r\nset-cookie: a"),
            (
                "GET /: the value of the header b'x-a' contains a line break or NUL: b'1\\r\\nset-cookie: a'. "
                "It was expected to be one line. Remove these characters before you send it."
            ),
        ),
    ],
)
def test_broken_headers(pair: Any, message: str) -> None:
    with pytest.raises(ProtocolViolation) as caught:
        take(start(200, pair))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("method", "status", "length", "content"),
    [("HEAD", 200, b"5", b"hello"), ("HEAD", 200, b"5", b""), ("GET", 304, b"5", b""), ("GET", 204, b"4", b"null")],
)
def test_responses_without_content(method: str, status: int, length: bytes, content: bytes) -> None:
    rules, received = take(start(status, (b"content-length", length)), body(content), method=method)
    assert received == b""
    assert rules.complete


@pytest.mark.parametrize("content", [b"abc", bytearray(b"abc"), memoryview(b"abc")])
def test_bytes_of_every_kind(content: Any) -> None:
    assert take(start(), body(content))[1] == b"abc"


def test_trailers_complete_the_response() -> None:
    rules, _ = take(start(trailers=True), body())
    assert not rules.complete
    rules.take({**TRAILERS, "more_trailers": True})
    assert not rules.complete
    rules.take(TRAILERS)
    assert rules.complete
    assert rules.head is not None
    assert rules.head.trailers == [(b"x-sum", b"1"), (b"x-sum", b"1")]


def test_unknown_messages_are_ignored_but_named_when_nothing_else_came() -> None:
    rules, received = take({"type": "http.response.early_hint", "links": []}, {"type": "http.respons.start"})
    assert received == b""
    assert str(rules.nothing_sent()) == (
        "GET /: the application returned without sending a response (unknown messages were ignored: "
        "http.response.early_hint, http.respons.start). Send 'http.response.start' and 'http.response.body'."
    )


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([start()], "End it with a 'http.response.body' message without 'more_body'."),
        ([start(trailers=True), body()], "End it with a 'http.response.trailers' message without 'more_trailers'."),
    ],
)
def test_incomplete(messages: list[Message], message: str) -> None:
    expected = f"GET /: the application returned before its response was complete. {message}"
    assert str(take(*messages)[0].incomplete()) == expected
