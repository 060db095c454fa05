"""What an application sees of its server: lifespan, scopes, and who is connected."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

import httpx

from faster_testclient.body import Pieces
from faster_testclient.conversation import Conversation
from faster_testclient.exceptions import WebSocketDenialResponse, WebSocketDisconnect
from faster_testclient.exchange import Exchange
from faster_testclient.lifespan import Lifespan
from faster_testclient.scope import http_scope, websocket_scope
from faster_testclient.types import ASGIApp, Scope

__all__ = ["Server"]


class _Connection(Protocol):
    def close(self) -> Coroutine[Any, Any, None]: ...


class Server:
    """The server of one application. Its coroutines run on the application's loop.

    Args:
        app: The application.
        strict: True to raise what the application raises in the client.
        root_path: `root_path` of each scope.
        client: `client` of each scope, host and port.
        grace: Seconds between a disconnect and the cancellation of an application that goes on.
        disconnect_class: What a session raises when the application closes its socket.
        denial_class: What a session raises when the application refuses it with an HTTP response.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        strict: bool,
        root_path: str,
        client: tuple[str, int] | None,
        grace: float,
        disconnect_class: type[WebSocketDisconnect] = WebSocketDisconnect,
        denial_class: type[WebSocketDenialResponse] = WebSocketDenialResponse,
    ) -> None:
        self.app = app
        self.strict = strict
        self.root_path = root_path
        self.client = client
        self.grace = grace
        self.disconnect_class = disconnect_class
        self.denial_class = denial_class
        self.state: dict[str, Any] = {}
        self._lifespan: Lifespan | None = None
        self._open: set[_Connection] = set()

    async def startup(self) -> None:
        """Start the application; see `Lifespan.startup`."""
        self.state.clear()
        lifespan = Lifespan(self.app, self.state)
        await lifespan.startup()
        self._lifespan = lifespan

    async def shutdown(self) -> None:
        """Disconnect who is still connected, then shut the application down; see `Lifespan.shutdown`."""
        lifespan, self._lifespan = self._lifespan, None
        try:
            await self.disconnect()
        finally:
            if lifespan is not None:
                await lifespan.shutdown()

    async def disconnect(self) -> None:
        """Close every open exchange and conversation.

        Raises:
            BaseException: What their applications raised: one as it is, several as a group.
        """
        closing = [_closed(connection) for connection in self._open]
        self._open.clear()
        failures = [error for error in await asyncio.gather(*closing) if error is not None]
        if len(failures) == 1:
            raise failures[0]
        if failures:
            raise BaseExceptionGroup("Several open connections failed at the end.", failures)

    async def exchange(self, request: httpx.Request, pieces: Pieces) -> Exchange:
        """The application's work on an HTTP request, begun."""
        scope = self._completed(http_scope(request))
        exchange = Exchange(self.app, scope, pieces, strict=self.strict, grace=self.grace)
        self._open.add(exchange)
        return exchange

    async def conversation(self, request: httpx.Request) -> Conversation:
        """The application's work on a WebSocket, begun."""
        scope = self._completed(websocket_scope(request))
        conversation = Conversation(
            self.app, scope, strict=self.strict, grace=self.grace, disconnect_class=self.disconnect_class
        )
        self._open.add(conversation)
        return conversation

    def ended(self, connection: _Connection) -> None:
        """Forget a connection that needs no closing any more."""
        self._open.discard(connection)

    def _completed(self, scope: Scope) -> Scope:
        scope["root_path"] = self.root_path
        scope["client"] = self.client
        # A shallow copy, as servers make: what a request adds is its own, what start-up opened is shared.
        scope["state"] = self.state.copy()
        if self.strict:
            # Frameworks that answer 500 and keep the exception to themselves raise it when they see this.
            scope["extensions"]["faster.raise"] = {}
        return scope


async def _closed(connection: _Connection) -> BaseException | None:
    """Close a connection; what it raised."""
    try:
        await connection.close()
    except BaseException as exc:  # noqa: BLE001 - raised when all are closed
        return exc
    return None
