"""The bytes of a body that comes in several pieces."""

import asyncio

import pytest

from faster_core.endpoint.body import check_length, no_body, read_on, too_large
from faster_core.exceptions import ClientDisconnect, HTTPException
from faster_core.types import Message


def piece(body: bytes, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def read(*messages: Message, limit: int = 5, length: bytes | None = None) -> bytes:
    rest = list(messages)

    async def receive() -> Message:
        return rest.pop(0)

    headers = [] if length is None else [(b"content-length", length)]

    async def run() -> bytes:
        return await read_on(await receive(), receive, limit, headers)

    return asyncio.run(run())


def test_pieces_are_joined() -> None:
    assert read(piece(b"ab"), piece(b""), piece(b"cde", more=False)) == b"abcde"
    assert read(piece(b"ab", more=False)) == b"ab"


@pytest.mark.parametrize("length", [None, b"6", b"1", b"9" * 5000, b"x"])
def test_more_than_the_limit(length: bytes | None) -> None:
    with pytest.raises(HTTPException) as raised:
        read(piece(b"abc"), piece(b"def", more=False), length=length)
    assert raised.value.status_code == 413
    assert str(too_large()) == str(raised.value)


@pytest.mark.parametrize(
    ("length", "refused"), [(None, False), (b"5", False), (b"6", True), (b"9" * 5000, True), (b"x", False)]
)
def test_a_declared_length(length: bytes | None, refused: bool) -> None:
    headers = [(b"host", b"x")] if length is None else [(b"host", b"x"), (b"content-length", length)]
    if not refused:
        check_length(headers, 5)
        return
    with pytest.raises(HTTPException) as raised:
        check_length(headers, 5)
    assert raised.value.status_code == 413


def test_a_client_that_goes() -> None:
    with pytest.raises(ClientDisconnect):
        read(piece(b"ab"), {"type": "http.disconnect"})
    with pytest.raises(ClientDisconnect):
        read({"type": "http.disconnect"})


def test_no_body() -> None:
    with pytest.raises(ValueError, match="Field required"):
        no_body()
