"""A WebSocket: a handshake like a request, then messages both ways.

    CONNECTING ── accept() ──► CONNECTED ── close(), or the client goes ──► DISCONNECTED
        │                                                                       ▲
        ├── close() ── refused with 403 ────────────────────────────────────────┤
        └── send_denial_response() ──► RESPONSE ── its end ──────────────────────┘

`client_state` is what the client has said, `application_state` what the application has. What does not fit a state is a
mistake of the program and raises RuntimeError; that the client is gone raises `WebSocketDisconnect`.

Where both are CONNECTED, nearly every message is a short one of the kind that is awaited: `_flows` says so, and then
there is one coroutine between the server and whoever waits. All others go through `receive` and `send`.

Spec: RFC 6455; ASGI, WebSocket
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, MutableMapping
from typing import Any, ClassVar, Literal, TypeVar, overload

from faster_core.connection import HTTPConnection
from faster_core.encoding import encode_json
from faster_core.exceptions import (
    RequestValidationError,
    WebSocketDisconnect,
    WebSocketDisconnected,
    WebSocketRequestValidationError,
)
from faster_core.header import RawHeaders, encode_headers, is_token
from faster_core.limits import Limits
from faster_core.request import decode_json
from faster_core.response import PlainTextResponse, Response
from faster_core.types import Message, Receive, Send
from faster_core.websocket_state import WebSocketState, next_state

__all__ = ["WebSocket", "WebSocketState"]

T = TypeVar("T")
Mode = Literal["text", "binary"]

_GOING_AWAY = 1001
_GONE = 1006
_TOO_BIG = 1009
_MAX_REASON = 123


_CONNECTING, _CONNECTED = WebSocketState.CONNECTING, WebSocketState.CONNECTED
_DISCONNECTED = WebSocketState.DISCONNECTED

# What nobody hears any more when the server shuts down; to close is still allowed.
_CONTINUING = ("websocket.accept", "websocket.send")


class WebSocket(HTTPConnection):
    """A WebSocket.

    Args:
        scope: The ASGI scope.
        receive: The server's side.
        send: The application's side.
        limits: The budgets; None for those of the application. A message over `max_message_size` closes with 1009.
    """

    __slots__ = ("_application", "_client", "_flows", "_leaving", "_receive", "_send", "_short")

    _scope_types = ("websocket",)

    # Whether messages may go past these four methods; not in a subclass that has one of its own.
    _is_plain: ClassVar[bool] = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        names = ("receive", "receive_text", "receive_bytes", "send")
        cls._is_plain = all(getattr(cls, name) is getattr(WebSocket, name) for name in names)

    def __init__(
        self, scope: MutableMapping[str, Any], receive: Receive, send: Send, *, limits: Limits | None = None
    ) -> None:
        super().__init__(scope, limits=limits)
        self._receive = receive
        self._send = send
        self._client: WebSocketState = _CONNECTING
        self._application: WebSocketState = _CONNECTING
        self._flows = False
        self._leaving = False
        # A message of so many characters is within the limit, whichever they are; not known before the first.
        self._short = -1

    @property
    def client_state(self) -> WebSocketState:
        """What the client has said."""
        return self._client

    @client_state.setter
    def client_state(self, state: WebSocketState) -> None:
        self._client = state
        self._flows = state is self._application is _CONNECTED and self._is_plain

    @property
    def application_state(self) -> WebSocketState:
        """What the application has said."""
        return self._application

    @application_state.setter
    def application_state(self, state: WebSocketState) -> None:
        self._application = state
        self._flows = state is self._client is _CONNECTED and self._is_plain

    async def receive(self) -> Message:
        """Return the next ASGI message, whatever it is; `websocket.connect` is the first.

        Raises:
            WebSocketDisconnect: 1009 for a message over the limit, after closing with that code.
            RuntimeError: After `websocket.disconnect`, or for a message that cannot come now.
        """
        if self.client_state is _DISCONNECTED:
            raise WebSocketDisconnected(
                "receive() was called after the client had disconnected. Stop at WebSocketDisconnect."
            )
        message = await self._receive()
        await self._take(message)
        return message

    async def _take(self, message: Message) -> None:
        """Let a message of the server change the state. Raises as `receive` does."""
        kind = message["type"]
        if kind == "websocket.disconnect":
            self.client_state = _DISCONNECTED
        elif self.client_state is _CONNECTING:
            if kind != "websocket.connect":
                raise RuntimeError(f"The server sent {kind!r} where 'websocket.connect' was due.")
            self.client_state = _CONNECTED
        elif kind == "websocket.receive":
            if self._is_large(message):
                await self._refuse_large()
        else:
            raise RuntimeError(f"The server sent {kind!r} where 'websocket.receive' was due.")

    def _is_large(self, message: Message) -> bool:
        limit = self.limits.max_message_size
        self._short = limit // 4
        text = message.get("text")
        data = message.get("bytes")
        size = len(data) if data is not None else 0
        if text is not None:
            # A character has 1 to 4 bytes: most texts are decided without encoding them.
            is_clear = len(text) > limit or len(text) <= self._short
            size = len(text) if is_clear else len(text.encode("utf-8", "replace"))
        return size > limit

    async def _refuse_large(self) -> None:
        if self.application_state is _CONNECTED:
            await self.close(_TOO_BIG, "Message Too Big")
        self.client_state = _DISCONNECTED
        raise WebSocketDisconnect(_TOO_BIG, "Message Too Big")

    async def send(self, message: Message) -> None:
        """Send an ASGI message.

        Raises:
            WebSocketDisconnect: 1006 when the client is gone; 1001 when the server is shutting down.
            RuntimeError: For a message that cannot be sent now.
        """
        kind = message["type"]
        if self._leaving and kind in _CONTINUING:
            await self._refuse_leaving()
        following = next_state(self.client_state, self.application_state, kind)
        if kind == "websocket.http.response.body" and not message.get("more_body", False):
            following = _DISCONNECTED
        try:
            await self._send(message)
        except Exception as error:
            self._raise_if_gone(error)
            raise
        if kind != "websocket.send":
            # A message leaves the state alone, which may have changed while the server took its time.
            self.application_state = following

    async def go_away(self) -> None:
        """Close with 1001 since the server shuts down; one that is not accepted yet is refused instead.

        Whoever uses the WebSocket gets `WebSocketDisconnect` then.

        Spec: RFC 6455, 7.4.1
        """
        if self._leaving:
            return
        open_still = self.application_state is _CONNECTED and self.client_state is _CONNECTED
        if open_still:
            await self.close(_GOING_AWAY, "Going Away")
        self._leaving = True

    async def _refuse_leaving(self) -> None:
        if self.application_state is _CONNECTING:
            if "websocket.http.response" in self.scope.get("extensions", {}):
                await self.send_denial_response(PlainTextResponse("Service Unavailable", status_code=503))
            else:
                await self.close(_GOING_AWAY)
        raise WebSocketDisconnect(_GOING_AWAY, "Going Away")

    def _raise_if_gone(self, error: Exception) -> None:
        """Raise WebSocketDisconnect where a server's exception means that the client is gone.

        ASGI says OSError. Servers that close on their own raise what they like once the connection is open, but a
        mistake in the message (ValueError, TypeError …) is none of the client's.
        """
        mistakes = (TypeError, ValueError, AttributeError, KeyError, AssertionError)
        is_open = self.application_state is _CONNECTED
        if isinstance(error, OSError) or (is_open and not isinstance(error, mistakes)):
            self.application_state = _DISCONNECTED
            raise WebSocketDisconnect(_GONE) from error

    async def accept(
        self,
        subprotocol: str | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]] | None = None,
    ) -> None:
        """Accept the handshake.

        Args:
            subprotocol: The subprotocol chosen, one of `scope["subprotocols"]`.
            headers: Header fields to add to the answer.

        Raises:
            WebSocketDisconnect: When the client is gone.
            RuntimeError: When it was accepted or refused already.
            ValueError: For a subprotocol or header that cannot stand in the answer.
        """
        raw: RawHeaders = encode_headers(headers)
        if subprotocol is not None and not is_token(subprotocol):
            raise ValueError(f"WebSocket subprotocol {subprotocol!r} is not a token.")
        if self.client_state is _CONNECTING:
            self._raise_on_disconnect(await self.receive())
        await self.send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": raw})

    def _raise_on_disconnect(self, message: Message) -> None:
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005), message.get("reason"))

    async def _receive_data(self) -> Message:
        if self.application_state is _CONNECTING:
            raise RuntimeError(
                "A message was awaited before the WebSocket was accepted. Call 'await websocket.accept()' first."
            )
        message = await self.receive()
        self._raise_on_disconnect(message)
        return message

    async def _take_other(self, message: Message, key: str) -> Any:
        """Return what is in a message that is not clearly a short one of the kind that was awaited."""
        await self._take(message)
        self._raise_on_disconnect(message)
        return _content(message, key)

    async def receive_text(self) -> str:
        """Return the next message, which has to be text.

        Raises:
            WebSocketDisconnect: When the client is gone.
            WebSocketRequestValidationError: For a message of bytes.
            RuntimeError: Before `accept()`, or after the disconnect.
        """
        content: str
        if not self._flows:
            content = _content(await self._receive_data(), "text")
            return content
        message = await self._receive()
        text: str | None = message.get("text")
        if text is None or len(text) > self._short or message["type"] != "websocket.receive":
            content = await self._take_other(message, "text")
            return content
        return text

    async def receive_bytes(self) -> bytes:
        """Return the next message, which has to be bytes.

        Raises:
            WebSocketDisconnect: When the client is gone.
            WebSocketRequestValidationError: For a message of text.
            RuntimeError: Before `accept()`, or after the disconnect.
        """
        content: bytes
        if not self._flows:
            content = _content(await self._receive_data(), "bytes")
            return content
        message = await self._receive()
        data: bytes | None = message.get("bytes")
        if data is None or len(data) > self._short or message["type"] != "websocket.receive":
            content = await self._take_other(message, "bytes")
            return content
        return data

    @overload
    async def receive_json(self, mode: Mode = "text") -> Any: ...
    @overload
    async def receive_json(self, mode: Mode = "text", *, type: type[T]) -> T: ...
    @overload
    async def receive_json(self, mode: Mode = "text", *, type: Any) -> Any: ...
    async def receive_json(self, mode: Mode = "text", *, type: Any = Any) -> Any:
        """Return the next message, read as JSON.

        Args:
            mode: `text`, or `binary` for JSON in a message of bytes.
            type: What it has to be: a Struct, a pydantic model, `list[int]` …

        Raises:
            WebSocketRequestValidationError: For a message that is not JSON, or is not of this type; it names every
                error.
            WebSocketDisconnect: When the client is gone.
            RuntimeError: Before `accept()`, or after the disconnect.
            ValueError: For another mode.
        """
        _check_mode(mode)
        data = await (self.receive_text() if mode == "text" else self.receive_bytes())
        try:
            return decode_json(data, type)
        except RequestValidationError as error:
            raise WebSocketRequestValidationError(error.errors, body=data) from error

    def iter_text(self) -> AsyncIterator[str]:
        """Iterate over messages of text until the client goes."""
        return self._iterate("text")

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """Iterate over messages of bytes until the client goes."""
        return self._iterate("bytes")

    async def _iterate(self, key: Literal["text", "bytes"]) -> AsyncGenerator[Any]:
        receive = self.receive_text if key == "text" else self.receive_bytes
        try:
            while True:
                if not self._flows:
                    yield await receive()
                    continue
                message = await self._receive()
                content = message.get(key)
                if content is None or len(content) > self._short or message["type"] != "websocket.receive":
                    content = await self._take_other(message, key)
                yield content
        except WebSocketDisconnect:
            return

    async def iter_json(self, mode: Mode = "text", *, type: Any = Any) -> AsyncIterator[Any]:
        """Iterate over messages, read as JSON, until the client goes.

        Args:
            mode: `text` or `binary`.
            type: What each has to be.
        """
        try:
            while True:
                yield await self.receive_json(mode, type=type)
        except WebSocketDisconnect:
            return

    async def send_text(self, data: str) -> None:
        """Send a message of text.

        Raises:
            WebSocketDisconnect: When the client is gone.
            RuntimeError: Before `accept()`, or after `close()`.
        """
        if not self._flows:
            await self.send({"type": "websocket.send", "text": data})
            return
        try:
            await self._send({"type": "websocket.send", "text": data})
        except Exception as error:
            self._raise_if_gone(error)
            raise

    async def send_bytes(self, data: bytes) -> None:
        """Send a message of bytes. Raises as `send_text` does."""
        if not self._flows:
            await self.send({"type": "websocket.send", "bytes": data})
            return
        try:
            await self._send({"type": "websocket.send", "bytes": data})
        except Exception as error:
            self._raise_if_gone(error)
            raise

    async def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send a value as JSON. Raises as `send_text` does.

        Args:
            data: What `encoding.encode_json` takes.
            mode: `text`, or `binary` for a message of bytes.
        """
        _check_mode(mode)
        body = encode_json(data)
        await (self.send_text(body.decode()) if mode == "text" else self.send_bytes(body))

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the WebSocket; before `accept()` this refuses the handshake, after the client left it does nothing.

        Args:
            code: The close code.
            reason: A short text; what is over 123 bytes of it is cut off.

        Raises:
            RuntimeError: When the application closed it already.
            WebSocketDisconnect: When the server finds that the client is gone.

        Spec: RFC 6455, 5.5.1 and 7.4
        """
        if self.client_state is _DISCONNECTED or (self._leaving and self.application_state is _DISCONNECTED):
            self.application_state = _DISCONNECTED
            return
        short = (reason or "").encode("utf-8", "replace")[:_MAX_REASON].decode("utf-8", "ignore")
        await self.send({"type": "websocket.close", "code": code, "reason": short})

    async def send_denial_response(self, response: Response) -> None:
        """Refuse the handshake with a response of your own.

        Args:
            response: The response.

        Raises:
            RuntimeError: Where the server cannot, or when it was accepted already.
        """
        if "websocket.http.response" not in self.scope.get("extensions", {}):
            raise RuntimeError("The server cannot answer a WebSocket handshake with a response. Call close() instead.")
        await response(self.scope, self.receive, self.send)


def _check_mode(mode: str) -> None:
    if mode not in {"text", "binary"}:
        raise ValueError(f"mode is {mode!r}. Write 'text' or 'binary'.")


def _content(message: Message, key: str) -> Any:
    """Return the text or the bytes of a message.

    Raises:
        WebSocketRequestValidationError: For a message of the other kind.
    """
    content = message.get(key)
    if content is None:
        expected, got = ("str", "bytes") if key == "text" else ("bytes", "str")
        error = {"loc": ["body"], "msg": f"Expected `{expected}`, got `{got}`", "type": "value_error.msgspec"}
        raise WebSocketRequestValidationError([error])
    return content
