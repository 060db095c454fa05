"""Mounted applications and middleware, with the boundary around them."""

from collections.abc import Callable
from typing import Any

from faster_core.boundary import Boundary
from faster_core.direct import direct
from faster_core.tracked import Tracked
from faster_core.types import ASGIApp, Receive, Scope, Send

__all__ = ["Guarded"]


class Guarded:
    """An application whose exceptions are answered by a boundary. What is asked of it, is asked of the application.

    Args:
        app: The application.
        boundary: Gives the boundary; asked at each exception, so that handlers may be added later.
    """

    __slots__ = ("_boundary", "_next", "app")

    def __init__(self, app: ASGIApp, boundary: Callable[[], Boundary]) -> None:
        self.app: ASGIApp = app
        self._next = direct(app)
        self._boundary = boundary

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a connection."""
        if scope["type"] != "http":
            await self._next(scope, receive, send)
            return
        tracked = Tracked(send)
        try:
            await self._next(scope, receive, tracked.send)
        except Exception as error:  # noqa: BLE001 - this is the boundary
            await self._boundary().fail(error, scope, receive, send, tracked.stage)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.app, name)

    def __repr__(self) -> str:
        return f"Guarded({self.app!r})"
