"""WebSocket sessions: what `websocket_connect` gives, synchronous and asynchronous."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from faster_testclient.conversation import Conversation, Handshake
from faster_testclient.exceptions import WebSocketDisconnect
from faster_testclient.portal import Portal
from faster_testclient.server import Server
from faster_testclient.transport import CONVERSATION
from faster_testclient.types import HeaderList, Message

__all__ = ["AsyncWebSocketSession", "Mode", "WebSocketSession", "handshake_headers", "handshake_url"]

Mode = Literal["text", "binary"]

# RFC 6455, 7.4.1: closed as planned, going away, closed without a code. An iteration just ends.
_NORMAL_CODES = (1000, 1001, 1005)


class _Session:
    """The handshake's answer, kept for the test."""

    #: The handshake's answer: status 101 and the headers that came with the acceptance.
    response: httpx.Response
    #: The subprotocol the application chose; None when it chose none.
    accepted_subprotocol: str | None = None
    #: The headers the application sent with its acceptance, as byte pairs.
    extra_headers: HeaderList

    def __init__(self, server: Server) -> None:
        self._server = server
        self._open: Conversation | None = None

    @property
    def _conversation(self) -> Conversation:
        if self._open is None:
            raise RuntimeError("The WebSocket is not open. Use the session in a 'with' statement.")
        return self._open

    def _opened(self, response: httpx.Response) -> None:
        """Keep what the application answered.

        Raises:
            WebSocketDenialResponse: When it was anything but 101.
        """
        accepted: tuple[Conversation, Handshake] | None = response.extensions.get(CONVERSATION)
        if accepted is None:
            raise self._server.denial_class(
                response.status_code, response.headers.raw, response.content, response.request
            )
        self._open, handshake = accepted
        self.response = response
        self.accepted_subprotocol = handshake.subprotocol
        self.extra_headers = handshake.headers

    def _open_message(self, message: Message) -> Message:
        if message["type"] == "websocket.close":
            raise self._server.disconnect_class(message.get("code", 1000), message.get("reason"))
        return message

    def _left(self) -> Conversation | None:
        conversation, self._open = self._open, None
        if conversation is not None:
            self._server.ended(conversation)
        return conversation


class WebSocketSession(_Session):
    """An open WebSocket to the application, inside a `with` statement.

    Entering it makes the handshake; leaving it says goodbye with `websocket.disconnect`, waits for the application to
    end, and raises what it raised. Iterating gives the payload of each message, str or bytes, until the application
    closes.

    Args:
        server: The application's server.
        portal: Gives the portal to the application's loop.
        handshake: Makes the handshake.
    """

    def __init__(self, server: Server, portal: Callable[[], Portal], handshake: Callable[[], httpx.Response]) -> None:
        super().__init__(server)
        self._open_portal = portal
        self._handshake = handshake

    def __enter__(self) -> Self:
        # The loop the conversation lives on; the client may have another by the time the session ends.
        self._portal = self._open_portal()
        response = self._handshake()
        response.read()
        self._opened(response)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        conversation = self._left()
        # A portal that was closed has already ended everything on its loop.
        if conversation is not None and not self._portal.closed:
            self._portal.call(conversation.close)

    def __iter__(self) -> Iterator[str | bytes]:
        while True:
            try:
                message = self._message(None)
            except WebSocketDisconnect as exc:
                if exc.code not in _NORMAL_CODES:
                    raise
                return
            yield _payload(message)

    def send(self, message: Message) -> None:
        """Send an ASGI message as it is, for example `{"type": "websocket.receive", "text": "…"}`.

        Raises:
            RuntimeError: When the session was closed with `close`.
        """
        conversation = self._conversation
        self._portal.call(_put, conversation, message)

    def send_text(self, data: str) -> None:
        """Send a text message."""
        self.send({"type": "websocket.receive", "text": data})

    def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        self.send({"type": "websocket.receive", "bytes": data})

    def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send `data` as JSON, in a text or a binary message."""
        self.send(_json_message(data, mode))

    def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the socket from the client's side: the application receives `websocket.disconnect`."""
        self.send({"type": "websocket.disconnect", "code": code, "reason": reason or ""})

    def receive(self, timeout: float | None = None) -> Message:
        """The application's next ASGI message as it is, `websocket.close` included.

        Args:
            timeout: Seconds to wait; None waits without limit.

        Raises:
            WebSocketDisconnect: When nothing comes any more.
            httpx.ReadTimeout: After `timeout`.
            BaseException: What the application raised.
        """
        conversation = self._conversation
        return self._portal.call(conversation.get, timeout)

    def receive_text(self, timeout: float | None = None) -> str:
        """The text of the next message; see `receive`.

        Raises:
            WebSocketDisconnect: When the application closed the socket.
            AssertionError: When the message is binary.
        """
        return _text(self._message(timeout))

    def receive_bytes(self, timeout: float | None = None) -> bytes:
        """The bytes of the next message; see `receive`.

        Raises:
            WebSocketDisconnect: When the application closed the socket.
            AssertionError: When the message is text.
        """
        return _bytes(self._message(timeout))

    def receive_json(self, mode: Mode = "text", timeout: float | None = None) -> Any:
        """The next message, decoded from JSON; see `receive_text` and `receive_bytes`."""
        return json.loads(self.receive_text(timeout) if mode == "text" else self.receive_bytes(timeout))

    def _message(self, timeout: float | None) -> Message:
        return self._open_message(self.receive(timeout))


class AsyncWebSocketSession(_Session):
    """An open WebSocket to the application, inside an `async with` statement: `WebSocketSession` with `await`.

    Args:
        server: The application's server.
        handshake: Makes the handshake.
    """

    def __init__(self, server: Server, handshake: Callable[[], Awaitable[httpx.Response]]) -> None:
        super().__init__(server)
        self._handshake = handshake

    async def __aenter__(self) -> Self:
        response = await self._handshake()
        await response.aread()
        self._opened(response)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        conversation = self._left()
        if conversation is not None:
            await conversation.close()

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        while True:
            try:
                message = await self._message(None)
            except WebSocketDisconnect as exc:
                if exc.code not in _NORMAL_CODES:
                    raise
                return
            yield _payload(message)

    async def send(self, message: Message) -> None:
        """Send an ASGI message as it is; see `WebSocketSession.send`."""
        self._conversation.put(message)

    async def send_text(self, data: str) -> None:
        """Send a text message."""
        await self.send({"type": "websocket.receive", "text": data})

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        await self.send({"type": "websocket.receive", "bytes": data})

    async def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send `data` as JSON, in a text or a binary message."""
        await self.send(_json_message(data, mode))

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the socket from the client's side: the application receives `websocket.disconnect`."""
        await self.send({"type": "websocket.disconnect", "code": code, "reason": reason or ""})

    async def receive(self, timeout: float | None = None) -> Message:
        """The application's next ASGI message as it is; see `WebSocketSession.receive`."""
        return await self._conversation.get(timeout)

    async def receive_text(self, timeout: float | None = None) -> str:
        """The text of the next message; see `WebSocketSession.receive_text`."""
        return _text(await self._message(timeout))

    async def receive_bytes(self, timeout: float | None = None) -> bytes:
        """The bytes of the next message; see `WebSocketSession.receive_bytes`."""
        return _bytes(await self._message(timeout))

    async def receive_json(self, mode: Mode = "text", timeout: float | None = None) -> Any:
        """The next message, decoded from JSON; see `WebSocketSession.receive_json`."""
        return json.loads(await self.receive_text(timeout) if mode == "text" else await self.receive_bytes(timeout))

    async def _message(self, timeout: float | None) -> Message:
        return self._open_message(await self.receive(timeout))


def handshake_url(base_url: httpx.URL, url: httpx.URL | str) -> httpx.URL:
    """The address of a WebSocket: `url` below `base_url`, with `ws` for `http` and `wss` for `https`."""
    target = httpx.URL(url)
    if not target.is_absolute_url:
        raw_path = base_url.raw_path.rstrip(b"/") + b"/" + target.raw_path.lstrip(b"/")
        target = base_url.copy_with(raw_path=raw_path)
    scheme = {"http": "ws", "https": "wss"}.get(target.scheme, target.scheme)
    return target.copy_with(scheme=scheme)


def handshake_headers(headers: Any, subprotocols: Sequence[str] | None) -> httpx.Headers:
    """The headers of a handshake: the caller's, and what RFC 6455, 4.1 asks for."""
    complete = httpx.Headers(headers)
    complete.setdefault("connection", "upgrade")
    complete.setdefault("upgrade", "websocket")
    complete.setdefault("sec-websocket-version", "13")
    # Any 16 bytes in base64: nothing is masked here, but applications may look for the header.
    complete.setdefault("sec-websocket-key", "ZmFzdGVyLXRlc3RjbGllbg==")
    if subprotocols:
        complete.setdefault("sec-websocket-protocol", ", ".join(subprotocols))
    return complete


async def _put(conversation: Conversation, message: Message) -> None:
    conversation.put(message)


def _json_message(data: Any, mode: Mode) -> Message:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if mode == "text":
        return {"type": "websocket.receive", "text": text}
    return {"type": "websocket.receive", "bytes": text.encode()}


def _payload(message: Message) -> str | bytes:
    text: str | None = message.get("text")
    return text if text is not None else _bytes(message)


def _text(message: Message) -> str:
    text: str | None = message.get("text")
    assert text is not None, f"The application sent bytes where the test expected text: {message['bytes']!r}"
    return text


def _bytes(message: Message) -> bytes:
    data: bytes | None = message.get("bytes")
    assert data is not None, f"The application sent text where the test expected bytes: {message['text']!r}"
    return data
