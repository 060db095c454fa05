"""An end to requests that take too long."""

import asyncio

from faster_core.direct import direct
from faster_core.middleware._pairs import answer_json
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["TimeoutMiddleware"]


class TimeoutMiddleware:
    """Cancels a request that takes longer than it may, and answers 504 if nothing was sent yet.

    The handler gets a cancellation at its next `await`; its `finally` blocks and dependencies run. When the answer has
    begun, it is torn: the error goes on to the server, which drops the connection, for a body that stops early must not
    look like a whole one. Once the last piece is sent the clock stops, so background tasks have their own time.

    A handler that runs in a thread cannot be stopped: the answer comes when it returns.

    Args:
        app: The next application.
        timeout: Seconds.
        streams: Whether the time counts for the whole response. With False the clock stops when the answer begins:
            for event streams and downloads that may take as long as they like.

    Raises:
        ValueError: At construction, for a time that is not above 0.
        TimeoutError: When the time is over and the answer had begun.

    Example:
        >>> app.add_middleware(TimeoutMiddleware, timeout=10)  # doctest: +SKIP

    Spec: RFC 9110, 15.6.5
    """

    def __init__(self, app: ASGIApp, timeout: float = 30.0, *, streams: bool = True) -> None:
        if not timeout > 0:
            raise ValueError(f"TimeoutMiddleware: timeout must be seconds above 0, not {timeout!r}.")
        self.app = app
        self._next = direct(app)
        self.timeout = timeout
        self.streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call on for as long as the time allows."""
        if scope["type"] != "http":
            await self._next(scope, receive, send)
            return
        started = False

        async def send_in_time(message: Message) -> None:
            nonlocal started
            kind = message["type"]
            if kind == "http.response.start":
                started = True  # before it is sent: a server that fails half-way may have begun
                over = not self.streams
            else:
                over = kind == "http.response.pathsend" or (
                    kind == "http.response.body" and not message.get("more_body", False)
                )
            await send(message)
            if over and not clock.expired():
                clock.reschedule(None)

        clock = asyncio.timeout(self.timeout)
        try:
            async with clock:
                await self._next(scope, receive, send_in_time)
        except TimeoutError:
            if started or not clock.expired():
                raise
            await answer_json(scope, receive, send, 504)
