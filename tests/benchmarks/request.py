"""A request as uvicorn hands it to an application."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import msgspec

__all__ = ["CHUNK", "Request", "json_request", "upload_request"]

CHUNK = 64 * 1024
"""Bytes of a body in one message."""

# What a browser's `fetch` sends; seven lines, as with uvicorn in lower case.
_HEADERS = {
    "host": "127.0.0.1:8000",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "accept": "*/*",
    "accept-language": "en-GB,en;q=0.5",
    "accept-encoding": "gzip, deflate, br",
    "referer": "http://127.0.0.1:8000/",
    "connection": "keep-alive",
}


@dataclass(frozen=True)
class Request:
    """What a client asks.

    Args:
        method: The method.
        path: The path.
        query: What follows the question mark.
        headers: Header lines beside the seven that every request has.
        body: The body.
        kind: Whether it opens a WebSocket.
        texts: What a WebSocket's client sends, one message each.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    kind: Literal["http", "websocket"] = "http"
    texts: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """The header lines as they come from a server."""
        fields = {**_HEADERS, **self.headers}
        if self.body:
            fields["content-length"] = str(len(self.body))
        return [(name.encode(), value.encode()) for name, value in fields.items()]

    @cached_property
    def messages(self) -> list[dict[str, Any]]:
        """What the server says, in order."""
        if self.kind == "websocket":
            texts = [{"type": "websocket.receive", "text": text} for text in self.texts]
            return [{"type": "websocket.connect"}, *texts, {"type": "websocket.disconnect", "code": 1000}]
        chunks = [self.body[start : start + CHUNK] for start in range(0, len(self.body), CHUNK)] or [b""]
        return [
            {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
            for number, chunk in enumerate(chunks, 1)
        ]

    def scope(self) -> dict[str, Any]:
        """Return a fresh scope with uvicorn's thirteen keys.

        Spec: ASGI 3.0, HTTP connection scope
        """
        scope: dict[str, Any] = {
            "type": self.kind,
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 50_000),
            "scheme": "http" if self.kind == "http" else "ws",
            "root_path": "",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": self.query.encode(),
            "headers": self.fields.copy(),
            "state": {},
        }
        if self.kind == "http":
            scope["method"] = self.method
        else:
            scope |= {"subprotocols": [], "extensions": {"websocket.http.response": {}}}
        return scope


def json_request(method: str, path: str, value: Any) -> Request:
    """Return a request with a JSON body.

    Args:
        method: The method.
        path: The path.
        value: What the body says; bytes are taken as they are.
    """
    body = value if isinstance(value, bytes) else msgspec.json.encode(value)
    return Request(method, path, headers={"content-type": "application/json"}, body=body)


def upload_request(path: str, name: str, size: int) -> Request:
    """Return a request that uploads one file as a form.

    Args:
        path: The path.
        name: The field's name.
        size: Bytes of the file; they take every value, line breaks included.

    Spec: RFC 7578, 4
    """
    boundary = "----geckoformboundary6d2f1c0b9e8a7f65"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="photo.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return Request("POST", path, headers={"content-type": f"multipart/form-data; boundary={boundary}"}, body=body)
