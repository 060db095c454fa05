"""A budget for the body of a request, whoever reads it."""

from faster_core.body import CONTENT_TOO_LARGE, parse_content_length
from faster_core.direct import direct
from faster_core.exceptions import HTTPException
from faster_core.middleware._pairs import answer_json, find_header
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BodyLimitMiddleware"]


class BodyLimitMiddleware:
    """Refuses bodies that are too long with 413, by their declared length or by the bytes received.

    The application has limits of its own (`max_body_size`); this one is for what is mounted into it, or for an
    application of another framework. A body whose `Content-Length` is over the limit is refused before the application
    runs. Otherwise bytes are counted as they arrive, whatever the framing, and the piece that goes over the limit is
    never handed on: `receive()` raises an `HTTPException` instead. Where that becomes a 413 of the application's own
    making, it is sent; any other answer that begins afterwards is replaced.

    Args:
        app: The next application.
        max_body_size: Bytes.

    Raises:
        ValueError: At construction, for a number that is none or negative.

    Example:
        >>> app.add_middleware(BodyLimitMiddleware, max_body_size=1024 * 1024)  # doctest: +SKIP

    Spec: RFC 9110, 15.5.14
    """

    def __init__(self, app: ASGIApp, max_body_size: int) -> None:
        if isinstance(max_body_size, bool) or not isinstance(max_body_size, int) or max_body_size < 0:
            raise ValueError(
                f"BodyLimitMiddleware: max_body_size must be a number of bytes, 0 or more, not {max_body_size!r}."
            )
        self.app = app
        self._next = direct(app)
        self.max_body_size = max_body_size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is declared too long; otherwise call on and count."""
        if scope["type"] != "http":
            await self._next(scope, receive, send)
            return
        declared = parse_content_length(find_header(scope, b"content-length"))
        if declared is not None and declared > self.max_body_size:
            await answer_json(scope, receive, send, 413, CONTENT_TOO_LARGE)
            return
        budget = _Budget(scope, receive, send, self.max_body_size)
        try:
            await self._next(scope, budget.receive, budget.send)
        except HTTPException as error:
            if error is not budget.refusal or (budget.started and not budget.replaced):
                raise
            if not budget.replaced:
                await answer_json(scope, receive, send, 413, CONTENT_TOO_LARGE)


class _Budget:
    """One request: what was received, and whether it was too much."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self.refusal: HTTPException | None = None
        self.started = False
        self.replaced = False
        self._scope = scope
        self._receive = receive
        self._send = send
        self._left = limit

    async def receive(self) -> Message:
        if self.refusal is not None:
            raise self.refusal
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self.refusal = HTTPException(413, CONTENT_TOO_LARGE)
                raise self.refusal
        return message

    async def send(self, message: Message) -> None:
        if self.replaced:
            return
        if message["type"] == "http.response.start" and not self.started:
            self.started = True
            if self.refusal is not None and message["status"] != 413:
                self.replaced = True
                await answer_json(self._scope, self._receive, self._send, 413, CONTENT_TOO_LARGE)
                return
        await self._send(message)
