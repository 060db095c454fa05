"""The table of what is measured: the request, what has to come back, and what has to be refused."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.floor import parse_upload
from tests.benchmarks.request import Request, json_request, upload_request
from tests.benchmarks.shop import ITEMS, ORIGIN, ROUTES, WIDGET

__all__ = ["WORKLOADS", "Workload"]

_MEBIBYTE = 1024 * 1024
_TEXTS = 100


@dataclass(frozen=True)
class Workload:
    """One row of the tables.

    Args:
        key: Its name on the command line.
        title: Its name in a table.
        request: What is asked.
        value: The JSON value that has to come back; of a WebSocket, the texts.
        status: The status that has to come back.
        headers: Header lines that have to come back, lower-case.
        application: Which of a peer's applications answers: `plain`, `crowded`, `wrapped`.
        refused: Requests that have to be answered with 4xx; no workload is faster for not looking at its input.
        operations: What one request counts for: the messages of a WebSocket.
        floor: The part of the work that is a third party's, as an application; it is timed, and answers nothing.
    """

    key: str
    title: str
    request: Request
    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    application: str = "plain"
    refused: tuple[Request, ...] = ()
    operations: int = 1
    floor: Callable[[Any, Any, Any], Awaitable[None]] | None = None


_SEARCH = "/search", "q=blue&limit=20&offset=40", {"x-token": "secret", "cookie": "theme=dark; session=abc123"}
_ECHO = tuple(f"message number {number}" for number in range(_TEXTS))

WORKLOADS = {
    workload.key: workload
    for workload in (
        Workload(
            "get",
            "GET, no argument",
            Request("GET", "/"),
            {"message": "Hello, world"},
            refused=(Request("DELETE", "/"), Request("GET", "/nowhere")),
        ),
        Workload(
            "path",
            "GET, typed path parameter",
            Request("GET", "/items/42"),
            {"item_id": 42},
            refused=(Request("GET", "/items/forty-two"),),
        ),
        Workload(
            "post",
            "POST, JSON to model, 201",
            json_request("POST", "/items", WIDGET),
            WIDGET,
            status=201,
            refused=(
                json_request("POST", "/items", WIDGET | {"price": "dear"}),
                json_request("POST", "/items", b'{"name":'),
            ),
        ),
        Workload(
            "inputs",
            "3 query, header and cookie",
            Request("GET", *_SEARCH),
            {"q": "blue", "limit": 20, "offset": 40, "token": "secret", "session": "abc123"},
            refused=(
                Request("GET", "/search", "q=blue&limit=many", _SEARCH[2]),
                Request("GET", "/search", _SEARCH[1], {"cookie": "session=abc123"}),
            ),
        ),
        Workload("dependencies", "3 nested dependencies, one yield", Request("GET", "/me"), {"user": "ada", "open": 1}),
        Workload("list", "GET, list of 100 models", Request("GET", "/items"), list(ITEMS)),
        Workload(
            "routes",
            "Last of 1,000 routes",
            Request("GET", f"/resource{ROUTES - 1}/42"),
            {"item_id": 42},
            application="crowded",
            refused=(
                Request("GET", f"/resource{ROUTES - 1}/forty-two"),
                Request("GET", f"/resource{ROUTES}/42"),
            ),
        ),
        Workload(
            "upload",
            "Upload of 1 MiB",
            upload_request("/files", "file", _MEBIBYTE),
            {"filename": "photo.bin", "size": _MEBIBYTE},
            floor=parse_upload,
        ),
        Workload(
            "middleware",
            "CORS and GZip, small answer",
            Request("GET", "/", headers={"origin": ORIGIN}),
            {"message": "Hello, world"},
            headers={"access-control-allow-origin": ORIGIN},
            application="wrapped",
        ),
        Workload(
            "websocket",
            "WebSocket echo, one message",
            Request("GET", "/echo", kind="websocket", texts=_ECHO),
            list(_ECHO),
            operations=_TEXTS,
        ),
    )
}
"""All workloads but the start, by key."""
