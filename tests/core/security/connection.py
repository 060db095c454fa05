"""Connections as a server hands them over, and what a scheme makes of them."""

import asyncio
from typing import Any

import pytest

from faster_core.connection import HTTPConnection
from faster_core.exceptions import HTTPException

__all__ = ["connect", "credentials", "refusal"]


def connect(kind: str = "http", query: bytes = b"", **headers: str | list[str]) -> HTTPConnection:
    """Return a connection with headers; a list repeats one, `x_key` is `x-key`, text goes out as Latin-1."""
    fields = [
        (name.replace("_", "-").encode(), value.encode("latin-1"))
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return HTTPConnection({"type": kind, "path": "/", "query_string": query, "headers": fields})


def credentials(scheme: Any, connection: HTTPConnection) -> Any:
    """Return what the scheme takes from the connection."""
    return asyncio.run(scheme(connection))


def refusal(scheme: Any, connection: HTTPConnection) -> tuple[int, Any, dict[str, str] | None]:
    """Return status, detail and headers of the scheme's refusal."""
    with pytest.raises(HTTPException) as caught:
        asyncio.run(scheme(connection))
    return caught.value.status_code, caught.value.detail, caught.value.headers
