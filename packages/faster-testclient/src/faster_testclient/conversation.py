"""One WebSocket, on the loop that runs the application."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NoReturn

import httpx

from faster_testclient.apptask import AppTask, ClientGone, is_farewell
from faster_testclient.exceptions import ProtocolViolation, WebSocketDisconnect
from faster_testclient.protocol import ResponseRules, checked_headers
from faster_testclient.types import ASGIApp, HeaderList, Message, Scope

__all__ = ["Conversation", "Handshake"]

#: Messages the application may be ahead of the test: room for a burst, none for an endless stream.
_AHEAD = 1024

_DENIAL = "websocket.http.response"


class Handshake:
    """How the application answered the handshake: status 101 and headers, or a denial with a body."""

    def __init__(self, status: int, headers: HeaderList, content: bytes = b"", subprotocol: str | None = None) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self.subprotocol = subprotocol


class Conversation:
    """A WebSocket that an application is serving: `connect`, then `put` and `get`, then `close`.

    Args:
        app: The application.
        scope: The handshake's scope, complete.
        strict: True to raise what the application raises.
        grace: Seconds between `websocket.disconnect` and the cancellation of an application that goes on.
        disconnect_class: What is raised when the application closes the socket.
    """

    def __init__(
        self,
        app: ASGIApp,
        scope: Scope,
        *,
        strict: bool,
        grace: float,
        disconnect_class: type[WebSocketDisconnect] = WebSocketDisconnect,
    ) -> None:
        self._place = f"WEBSOCKET {scope['path']}"
        self._offered: list[str] = scope["subprotocols"]
        self._strict = strict
        self._grace = grace
        self._disconnect_class = disconnect_class
        self._incoming: asyncio.Queue[Message] = asyncio.Queue()
        self._outgoing: deque[Message] = deque()
        self._denial = ResponseRules(self._place, "GET", _DENIAL)
        self._denied = bytearray()
        self._accepted = False
        self._closing: tuple[int, str] | None = None
        self._disconnected = False
        self._error: ProtocolViolation | None = None
        self._reported = False
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._incoming.put_nowait({"type": "websocket.connect"})
        self._task = AppTask(app, scope, self._incoming.get, self._send, self._news.set)

    # The client's side.

    async def connect(self, timeout: float | None) -> Handshake:
        """Wait for the application's answer to the handshake.

        Args:
            timeout: Seconds to wait; None waits without limit.

        Raises:
            WebSocketDisconnect: When the application closed the socket instead of accepting it.
            httpx.ReadTimeout: After `timeout`.
            BaseException: What the application raised.
        """
        try:
            message = await self.get(timeout)
        except WebSocketDisconnect:
            # Raised before it answered, and errors are not raised here: servers answer 500.
            return Handshake(500, [(b"content-type", b"text/plain; charset=utf-8")], b"Internal Server Error")
        except BaseException:
            self._leave(1006, "")
            await self._finish()
            raise
        if message["type"] == "websocket.close":
            await self.close()
            raise self._disconnect_class(message.get("code", 1000), message.get("reason"))
        headers: HeaderList = message["headers"]
        if message["type"] == "websocket.accept":
            return Handshake(101, headers, subprotocol=message.get("subprotocol"))
        await self.close()
        return Handshake(message["status"], headers, bytes(self._denied))

    def put(self, message: Message) -> None:
        """Give the application a message.

        Raises:
            RuntimeError: When the client has closed the socket.
        """
        if self._disconnected:
            raise RuntimeError("The WebSocket is closed: nothing can be sent any more.")
        if message.get("type") == "websocket.disconnect":
            self._leave(message.get("code", 1005), message.get("reason") or "")
        else:
            self._incoming.put_nowait(message)

    async def get(self, timeout: float | None) -> Message:  # noqa: RET503 - the last line never returns
        """The application's next message.

        Args:
            timeout: Seconds to wait; None waits without limit.

        Raises:
            WebSocketDisconnect: When the application has closed or returned, and all its messages were read.
            httpx.ReadTimeout: After `timeout`.
            BaseException: What the application raised.
        """
        try:
            async with asyncio.timeout(timeout):
                while not self._outgoing and not self._task.done and self._error is None:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise httpx.ReadTimeout(f"{self._place}: nothing came for {timeout} seconds.") from None
        if self._outgoing and self._error is None:
            self._room.set()
            return self._outgoing.popleft()
        self._raise_end()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the conversation: `websocket.disconnect`, a short grace, cancellation.

        Raises:
            BaseException: What the application raised, unless it was raised before.
        """
        self._leave(code, reason)
        await self._finish()
        failure = self._failure()
        if failure is not None and not self._reported:
            self._reported = True
            raise failure

    # The application's side.

    async def _send(self, message: Message) -> None:
        if self._disconnected:
            raise ClientGone(f"{self._place}: the client has closed the WebSocket.")
        try:
            checked = self._checked(message)
        except ProtocolViolation as exc:
            self._error = self._error or exc
            self._news.set()
            raise
        if checked is not None:
            await self._offer(checked)

    async def _offer(self, message: Message) -> None:
        while len(self._outgoing) >= _AHEAD and not self._disconnected:
            self._room.clear()
            await self._room.wait()
        if self._disconnected:
            raise ClientGone(f"{self._place}: the client has closed the WebSocket.")
        self._outgoing.append(message)
        self._news.set()

    def _checked(self, message: Message) -> Message | None:  # noqa: RET503 - the last line never returns
        """The message as the client gets it; None for a part of a denial that goes on."""
        kind = message.get("type")
        if self._closing is not None or self._denial.complete:
            self._refuse(f"{kind!r} was sent after the socket was closed", "Send nothing after that")
        if kind == "websocket.close":
            return self._close_sent(message)
        if self._accepted:
            if kind != "websocket.send":
                self._refuse(f"{kind!r} was sent to an open socket", "Send 'websocket.send' or 'websocket.close'")
            return self._payload(message)
        if kind == "websocket.accept":
            return self._accept(message)
        if kind in (f"{_DENIAL}.start", f"{_DENIAL}.body"):
            return self._deny(message)
        self._refuse(f"{kind!r} was sent before the socket was accepted", "Send 'websocket.accept' first")

    def _accept(self, message: Message) -> Message:
        if self._denial.head is not None:
            self._refuse("'websocket.accept' was sent in the middle of a denial", "Either accept or deny")
        subprotocol = message.get("subprotocol")
        if subprotocol is not None and subprotocol not in self._offered:
            self._refuse(
                f"the subprotocol {subprotocol!r} was accepted, but the client offers {self._offered}",
                "Choose one of scope['subprotocols'], or none; a client has to end the connection (RFC 6455, 4.1)",
            )
        self._accepted = True
        return {**message, "headers": checked_headers(message.get("headers") or [], self._place)}

    def _payload(self, message: Message) -> Message:
        text, data = message.get("text"), message.get("bytes")
        if (text is None) == (data is None):
            self._refuse("'websocket.send' needs 'text' or 'bytes', not both, not none", "Give exactly one")
        if not isinstance(text, str | None) or not isinstance(data, bytes | bytearray | memoryview | None):
            kind = type(data if text is None else text).__name__
            self._refuse(f"'websocket.send' carries a {kind}", "Give a str as 'text' or bytes as 'bytes'")
        return message if data is None else {**message, "bytes": bytes(data)}

    def _close_sent(self, message: Message) -> Message:
        code, reason = message.get("code", 1000), message.get("reason") or ""
        if not isinstance(code, int):
            self._refuse(f"the close code is {code!r}", "Send an integer")
        self._closing = (code, reason)
        # The peer answers a close with the same code, and that is what the application reads next.
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        return message

    def _deny(self, message: Message) -> Message | None:
        self._denied += self._denial.take(message)
        head = self._denial.head
        if not self._denial.complete or head is None:
            return None
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1006, "reason": ""})
        return {"type": f"{_DENIAL}.start", "status": head.status, "headers": head.headers}

    def _refuse(self, wrong: str, instead: str) -> NoReturn:
        raise ProtocolViolation(f"{self._place}: {wrong}. {instead}.")

    # Between both.

    def _raise_end(self) -> NoReturn:
        """Raise what the end of the application means for a client that still listens."""
        failure = self._failure()
        if failure is not None:
            self._reported = True
            raise failure
        if self._closing is not None:
            raise self._disconnect_class(*self._closing)
        if not self._accepted and self._task.failure is None:
            self._reported = True
            raise ProtocolViolation(
                f"{self._place}: the application returned without answering the handshake. "
                "Send 'websocket.accept' or 'websocket.close'."
            )
        # Servers close what an application leaves open: 1000 when it returned, 1011 when it raised (RFC 6455, 7.4.1).
        raise self._disconnect_class(1000 if self._task.failure is None else 1011)

    def _failure(self) -> BaseException | None:
        """What there is to raise in the test."""
        if self._error is not None:
            return self._error
        failure = self._task.failure
        if failure is None or (isinstance(failure, Exception) and not self._strict):
            return None
        return None if self._closing is not None and is_farewell(failure) else failure

    def _leave(self, code: int, reason: str) -> None:
        if self._closing is None:
            self._closing = (code, reason)
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self._disconnected = True
        self._room.set()

    async def _finish(self) -> None:
        try:
            await self._task.end(self._grace)
        finally:
            if not self._task.done:
                self._task.cancel()
