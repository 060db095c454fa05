"""The bytes of a body as endpoints read them, where they do not come in one piece."""

from typing import Any

from faster_core.body import CONTENT_TOO_LARGE, parse_content_length, read_body
from faster_core.exceptions import HTTPException
from faster_core.types import Message, Receive

__all__ = ["check_length", "no_body", "read_on", "too_large"]


def no_body() -> Any:
    """Raise the error for a body that is not there.

    Raises:
        ValueError: Always.
    """
    raise ValueError("Field required")


def too_large() -> HTTPException:
    """Return the error for a body over its limit.

    Spec: RFC 9110, 15.5.14
    """
    return HTTPException(413, CONTENT_TOO_LARGE)


def check_length(headers: list[tuple[bytes, bytes]], limit: int) -> None:
    """Refuse a body before it is read, where its size is declared.

    Args:
        headers: The header fields.
        limit: Bytes at most.

    Raises:
        HTTPException: 413 over the limit.
    """
    declared = parse_content_length(next((value for name, value in headers if name == b"content-length"), None))
    if declared is not None and declared > limit:
        raise too_large()


async def read_on(message: Message, receive: Receive, limit: int, headers: list[tuple[bytes, bytes]]) -> bytes:
    """Return a body whose first message has come already.

    Args:
        message: The first message.
        receive: Gives the others.
        limit: Bytes taken in at most.
        headers: The header fields, of which Content-Length is believed when it is too large.

    Raises:
        ClientDisconnect: When the client goes before the end.
        HTTPException: 413 over the limit.
    """
    first = [message]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    declared = next((value for name, value in headers if name == b"content-length"), None)
    return await read_body(replay, limit, declared=parse_content_length(declared))
