"""Good and bad requests, made of good ones: whatever a client may get wrong, one thing at a time."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.core.client import multipart, run_request

__all__ = ["Call", "statuses"]

_MISFITS = ("", "x", "-1", "0", "9" * 40, "1.5", "%00", "%ff")
_BODIES = (b"", b"{", b"null", b"[]", b"{}", b"7", b"\xff\xfe", b'"\\ud800"', b"[" * 500, b'{"":1}', b"a=%ff", b"--x")
_TYPES = ("", "text/plain", "application/json", "application/msgpack", "multipart/form-data", "image/svg+xml")


@dataclass(frozen=True)
class Call:
    """A request.

    Attributes:
        method: The method.
        path: The path, percent-encoded.
        query: The parameters of the query string, percent-encoded.
        headers: The headers, cookies among them.
        content: The body.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    @classmethod
    def json(cls, method: str, path: str, body: Any, **more: Any) -> "Call":
        """Return a request with a body of JSON."""
        headers = {"content-type": "application/json", **more.pop("headers", {})}
        return cls(method, path, headers=headers, content=json.dumps(body).encode(), **more)

    @classmethod
    def form(cls, method: str, path: str, *fields: tuple[str, str] | tuple[str, str, str]) -> "Call":
        """Return a request with a form of fields (name, value) and files (name, value, file name)."""
        made = multipart(*fields)
        return cls(method, path, headers=dict(made["headers"]), content=made["content"])


def _variants(good: Call, limit: int, *, variable: bool) -> Iterator[Call]:
    """Give a good request, and with it every bad one that is made of it."""
    yield good
    if variable:
        yield from (replace(good, path=path) for path in _paths(good.path))
    yield from (replace(good, query=query) for query in _queries(good.query))
    yield from (replace(good, headers=headers) for headers in _headers(good.headers))
    yield from (replace(good, content=content) for content in _BODIES)
    yield replace(good, content=b"x" * (limit + 1))
    declared = {**good.headers, "content-length": str(limit + 1)}
    yield replace(good, headers=declared, content=b"x" * (limit + 1))
    yield replace(good, content=good.content + b" " * (limit + 1))


def _paths(path: str) -> Iterator[str]:
    *start, _ = path.split("/")
    # Servers hand on U+FFFD for what is no UTF-8.
    yield from ("/".join([*start, text.replace("%ff", "%EF%BF%BD")]) for text in _MISFITS if text)


def _queries(query: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    yield {}
    yield {**query, "%ff": "%ff"}
    yield {**query, **{f"n{number}": "1" for number in range(1001)}}
    for name in query:
        yield {other: value for other, value in query.items() if other != name}
        yield from ({**query, name: text} for text in _MISFITS)


def _headers(headers: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    yield {}
    yield {**headers, "cookie": "\xff=\xff; a"}
    yield from ({**headers, "content-type": text} for text in _TYPES)
    for name, value in headers.items():
        yield {other: text for other, text in headers.items() if other != name}
        for text in ("", "x", "\xff", value.partition("=")[0] + "=x", value.partition(" ")[0] + " x", "Basic eDp5"):
            yield {**headers, name: text}


def statuses(app: Any, good: Sequence[Call], limit: int, *, variable: bool) -> dict[int, Call]:
    """Return every status that one route answers, each with the first request that provoked it.

    Args:
        app: The application.
        good: Requests to start from.
        limit: Bytes of a body that are taken at most.
        variable: Whether the last segment of the path is a parameter.
    """
    return asyncio.run(_statuses(app, [bad for call in good for bad in _variants(call, limit, variable=variable)]))


async def _statuses(app: Any, calls: Sequence[Call]) -> dict[int, Call]:
    found: dict[int, Call] = {}
    for call in calls:
        query = "&".join(f"{name}={value}" for name, value in call.query.items())
        target = f"{call.path}?{query}" if query else call.path
        reply = await run_request(app, call.method, target, headers=call.headers.items(), content=call.content)
        found.setdefault(reply.status, call)
    return found
