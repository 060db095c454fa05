"""httpx transports that call an ASGI application instead of opening a socket.

Theory of operation
-------------------

Two programs meet here: the client, which asks for a response and reads it when it likes, and the application, which
runs in a task of its own on one loop. An `Exchange` stands between them and is touched on that loop only:

      client's thread (or task)              the application's loop
      ─────────────────────────              ─────────────────────────────────────────
      handle_request ── exchange() ────────► task: app(scope, receive, send)
                        start() ◄─────────── http.response.start
      iterate ───────── chunk() ◄──[1 chunk]─ http.response.body      send waits for room
                        pull()  ──[piece]───► receive                 the body, when asked for
      close ─────────── close() ───────────► http.disconnect … grace … cancellation

Rules that hold:

1. Nothing is collected. At most one chunk of the response is on its way; the application waits with the next. A piece
   of the request is fetched when the application asks for it.
2. A response has ended when the application has returned, not when it has sent the last byte: when `client.get()`
   is back, background tasks have run, and what they raised is raised.
3. Each exception is raised once, and to whom it belongs: the application's to the caller (unless
   `raise_server_exceptions=False`), the caller's own (a generator used as request body) to the caller, a broken rule
   of ASGI to both.
4. No task outlives its exchange, no exchange outlives its client.
5. A WebSocket is an exchange too: its handshake is a request with the scheme `ws`, answered with 101 and a
   `Conversation` in the response's extensions, or with a denial. So cookies, authentication and event hooks work for
   both.

The synchronous transport crosses into the loop through a `Portal`; the asynchronous one is there already.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx

from faster_testclient.body import pieces_of
from faster_testclient.conversation import Handshake
from faster_testclient.exchange import Exchange
from faster_testclient.portal import Portal
from faster_testclient.protocol import Head
from faster_testclient.server import Server

__all__ = ["CONVERSATION", "AsyncTransport", "SyncTransport"]

#: The response extension that holds the `Conversation` of an accepted handshake.
CONVERSATION = "faster_testclient.conversation"


class SyncTransport(httpx.BaseTransport):
    """Requests of a synchronous client, answered by an application on the loop of a portal.

    Args:
        server: The application's server.
        portal: Gives the portal, opening it when needed.
    """

    def __init__(self, server: Server, portal: Callable[[], Portal]) -> None:
        self._server = server
        self._portal = portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The application's response; its body is read from the application while it is iterated."""
        portal = self._portal()
        if request.url.scheme in ("ws", "wss"):
            return portal.call(_upgrade, self._server, request)
        exchange, head, rest = portal.call(_begin, self._server, request)
        stream = rest or _SyncChunks(portal, self._server, exchange, _read_timeout(request))
        return _response(exchange, head, stream)


class AsyncTransport(httpx.AsyncBaseTransport):
    """Requests of an asynchronous client, answered by an application on the same loop.

    Args:
        server: The application's server.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The application's response; its body is read from the application while it is iterated."""
        if request.url.scheme in ("ws", "wss"):
            return await _upgrade(self._server, request)
        exchange, head, rest = await _begin(self._server, request)
        stream = rest or _AsyncChunks(self._server, exchange, _read_timeout(request))
        return _response(exchange, head, stream)


class _SyncChunks(httpx.SyncByteStream):
    def __init__(self, portal: Portal, server: Server, exchange: Exchange, timeout: float | None) -> None:
        self._portal = portal
        self._server = server
        self._exchange: Exchange | None = exchange
        self._timeout = timeout

    def __iter__(self) -> Iterator[bytes]:
        while self._exchange is not None:
            chunk = self._portal.call(self._exchange.chunk, self._timeout)
            if chunk is None:
                self._server.ended(self._exchange)
                self._exchange = None
            else:
                yield chunk

    def close(self) -> None:
        exchange, self._exchange = self._exchange, None
        # A portal that was closed has already ended everything on its loop.
        if exchange is not None and not self._portal.closed:
            self._server.ended(exchange)
            self._portal.call(exchange.close)


class _AsyncChunks(httpx.AsyncByteStream):
    def __init__(self, server: Server, exchange: Exchange, timeout: float | None) -> None:
        self._server = server
        self._exchange: Exchange | None = exchange
        self._timeout = timeout

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._exchange is not None:
            chunk = await self._exchange.chunk(self._timeout)
            if chunk is None:
                self._server.ended(self._exchange)
                self._exchange = None
            else:
                yield chunk

    async def aclose(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            self._server.ended(exchange)
            await exchange.close()


async def _begin(server: Server, request: httpx.Request) -> tuple[Exchange, Head, httpx.ByteStream | None]:
    """Start the application on a request; the head of its response, and the body if that has already ended."""
    exchange = await server.exchange(request, pieces_of(request.stream))
    try:
        head = await exchange.start(_read_timeout(request))
        body = await exchange.rest()
    except BaseException:
        server.ended(exchange)
        raise
    if body is None:
        return exchange, head, None
    server.ended(exchange)
    return exchange, head, httpx.ByteStream(body)


async def _upgrade(server: Server, request: httpx.Request) -> httpx.Response:
    """Start the application on a WebSocket and wait for its answer to the handshake."""
    conversation = await server.conversation(request)
    try:
        handshake = await conversation.connect(_read_timeout(request))
    except BaseException:
        server.ended(conversation)
        raise
    if handshake.status != 101:
        server.ended(conversation)
    extensions = {CONVERSATION: (conversation, handshake)} if handshake.status == 101 else {}
    return httpx.Response(
        handshake.status,
        headers=_handshake_headers(handshake),
        stream=httpx.ByteStream(handshake.content),
        extensions=extensions,
    )


def _handshake_headers(handshake: Handshake) -> list[tuple[bytes, bytes]]:
    if handshake.status != 101 or handshake.subprotocol is None:
        return handshake.headers
    return [*handshake.headers, (b"sec-websocket-protocol", handshake.subprotocol.encode("latin-1"))]


def _response(exchange: Exchange, head: Head, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
    extensions: dict[str, Any] = {"http_version": b"HTTP/1.1"}
    if head.trailers is not None:
        # Still empty: filled when the application sends them, after the body.
        extensions["http.response.trailers"] = head.trailers
    debug = exchange.rules.debug
    if debug is not None:
        extensions["http.response.debug"] = debug
    response = httpx.Response(head.status, headers=head.headers, stream=stream, extensions=extensions)
    for name in ("template", "context"):
        if debug is not None and name in debug:
            # As attributes, which is where tests of templates look for them.
            setattr(response, name, debug[name])
    return response


def _read_timeout(request: httpx.Request) -> float | None:
    """The seconds this request may wait for each part of its response."""
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return timeout
