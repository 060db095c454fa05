import asyncio
from typing import Any

import pytest

from faster_core.body import BodyStream, parse_content_length, read_body
from faster_core.exceptions import ClientDisconnect, HTTPException
from tests.core.asgi import Server


def pieces(*chunks: Any, end: Any = True) -> Any:
    last = len(chunks) - 1
    return [{"type": "http.request", "body": chunk, "more_body": i < last or not end} for i, chunk in enumerate(chunks)]


DISCONNECT = {"type": "http.disconnect"}


@pytest.mark.parametrize(
    "value, length",
    [
        (None, None),
        (b"", None),
        (b"0", 0),
        ("12", 12),
        (b"-1", None),
        (b"+1", None),
        (b"1_0", None),
        (b"0x1", None),
        ("\u0663", None),
        ("\u00b2", None),
        (b"9" * 5000, 10**19),
    ],
    ids=repr,
)
def test_parse_content_length(value: Any, length: Any) -> None:
    assert parse_content_length(value) == length


@pytest.mark.parametrize(
    "messages, body",
    [
        ([{"type": "http.request"}], b""),
        (pieces(b""), b""),
        (pieces(b"abc"), b"abc"),
        (pieces(b"a", b"", b"bc"), b"abc"),
        (pieces(b"abcd", b"e"), b"abcde"),
    ],
)
def test_read_body(messages: Any, body: Any) -> None:
    assert asyncio.run(read_body(Server(messages).receive, 5)) == body


@pytest.mark.parametrize("messages", [pieces(b"abcdef"), pieces(b"abc", b"def"), pieces(b"abcdef", end=False)])
def test_bytes_are_counted_whatever_the_framing(messages: Any) -> None:
    with pytest.raises(HTTPException) as caught:
        asyncio.run(read_body(Server(messages).receive, 5))
    assert (caught.value.status_code, caught.value.detail) == (413, "Content Too Large")

    async def consume() -> Any:
        return [chunk async for chunk in BodyStream(Server(messages).receive, 5)]

    with pytest.raises(HTTPException) as caught:
        asyncio.run(consume())
    assert (caught.value.status_code, caught.value.detail) == (413, "Content Too Large")


def test_a_declared_length_is_refused_before_reading() -> None:
    server = Server(pieces(b"a"))
    with pytest.raises(HTTPException) as caught:
        asyncio.run(read_body(server.receive, 5, declared=6))
    assert caught.value.status_code == 413
    assert len(server.messages) == 1


def test_a_declared_length_that_lies_changes_nothing() -> None:
    with pytest.raises(HTTPException):
        asyncio.run(read_body(Server(pieces(b"abcdef")).receive, 5, declared=1))


@pytest.mark.parametrize("messages", [[DISCONNECT], [*pieces(b"a", end=False), DISCONNECT]])
def test_a_body_cut_short_is_never_handed_on(messages: Any) -> None:
    with pytest.raises(ClientDisconnect):
        asyncio.run(read_body(Server(messages).receive, 5))

    async def consume() -> Any:
        return [chunk async for chunk in BodyStream(Server(messages).receive)]

    with pytest.raises(ClientDisconnect):
        asyncio.run(consume())


def test_body_stream_gives_pieces_as_they_arrive() -> None:
    async def consume() -> Any:
        return [chunk async for chunk in BodyStream(Server(pieces(b"a", b"", b"bc")).receive, 3)]

    assert asyncio.run(consume()) == [b"a", b"bc"]


@pytest.mark.parametrize(
    ("messages", "error"),
    [([*pieces(b"a", end=False), DISCONNECT], ClientDisconnect), (pieces(b"a", b"bcdefg", b"h"), HTTPException)],
)
def test_a_stream_that_has_failed_has_ended(messages: Any, error: type[Exception]) -> None:
    async def consume() -> Any:
        stream = BodyStream(Server(messages).receive, 5)
        with pytest.raises(error):
            [chunk async for chunk in stream]
        return [chunk async for chunk in stream]

    assert asyncio.run(consume()) == []
