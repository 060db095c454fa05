"""Bytes as they are served: the document, with its entity tag."""

from typing import Any

import msgspec
from msgspec import Struct

from faster_core.request import Request
from faster_core.response import Response
from faster_openapi.model import Object

__all__ = ["Served", "ServedDocument", "answer"]

_MOST = 16


class Served(Struct, frozen=True):
    """Bytes and their entity tag."""

    body: bytes
    etag: str


class ServedDocument:
    """Encodes a document once for each path that it is served under."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Object, Served]] = {}

    def bytes_of(self, document: Object, root_path: str) -> Served:
        """Return the bytes of a document.

        Args:
            document: The document; while it is the same object, it is not encoded again.
            root_path: The path that becomes the first of its servers; empty for none.
        """
        known = self._kept.get(root_path)
        if known is not None and known[0] is document:
            return known[1]
        import hashlib

        body = msgspec.json.encode(_with_server(document, root_path))
        served = Served(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        if len(self._kept) >= _MOST:
            # The path may come from a header of a proxy, so that there is no end of them.
            self._kept.clear()
        self._kept[root_path] = (document, served)
        return served


def _with_server(document: Object, root_path: str) -> Object:
    servers: list[Any] = document.get("servers") or []
    if not root_path or any(server.get("url") == root_path for server in servers):
        return document
    first: Object = {name: document[name] for name in ("openapi", "info") if name in document}
    rest = {name: value for name, value in document.items() if name != "servers"}
    return {**first, "servers": [{"url": root_path}, *servers], **rest}


def answer(request: Request, served: Served, media_type: str, headers: dict[str, str]) -> Response:
    """Return the bytes, or 304 for a client that has them.

    Args:
        request: The request.
        served: The bytes.
        media_type: Their media type.
        headers: Further header fields.

    Spec: RFC 9110, 13.1.2
    """
    headers = {**headers, "ETag": served.etag}
    wanted = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    if served.etag in tags or "*" in tags:
        return Response(status_code=304, headers=headers)
    return Response(served.body, media_type=media_type, headers=headers)
