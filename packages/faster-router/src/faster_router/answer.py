"""The router's own answers: short, whole and with a length."""

from faster_router.match import Miss
from faster_router.types import ASGIApp, Receive, Scope, Send

__all__ = ["answer", "answer_miss", "close_websocket"]

# There is no route for this WebSocket. 4000 to 4999 are for private use.
# Spec: RFC 6455, 7.4.2
_NO_ROUTE = 4004


def answer(status: int, text: str = "", headers: tuple[tuple[bytes, bytes], ...] = ()) -> ASGIApp:
    """An application that answers with a status and a line of plain text.

    Args:
        status: The status code.
        text: The body; ASCII.
        headers: Further header lines.
    """
    body = text.encode("ascii")
    lines = [(b"content-length", b"%d" % len(body)), *headers]
    if body:
        lines.insert(0, (b"content-type", b"text/plain; charset=utf-8"))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": lines})
        # The length is the one a GET would have, the body is not sent. Spec: RFC 9110, 9.3.2
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return app


def answer_miss(scope: Scope, miss: Miss) -> ASGIApp:
    """The default answer to a request without a route: 404, or 405 with `Allow`; a WebSocket is closed with code 4004.

    Spec: RFC 9110, 15.5.5 and 15.5.6
    """
    if scope["type"] == "websocket":
        return close_websocket
    if miss.allowed:
        return answer(405, "Method Not Allowed", ((b"allow", ", ".join(miss.allowed).encode("ascii")),))
    return answer(404, "Not Found")


async def close_websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a WebSocket before it is accepted, with code 4004."""
    await receive()  # websocket.connect, which comes first whatever the answer
    await send({"type": "websocket.close", "code": _NO_ROUTE, "reason": ""})
