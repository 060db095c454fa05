"""How far a WebSocket is, and what an application may send then.

Spec: ASGI, WebSocket
"""

from enum import IntEnum

from faster_core.exceptions import WebSocketDisconnected

__all__ = ["WebSocketState", "next_state"]


class WebSocketState(IntEnum):
    """How far a side of a WebSocket has come."""

    CONNECTING = 0
    CONNECTED = 1
    DISCONNECTED = 2
    RESPONSE = 3


_CONNECTING, _CONNECTED = WebSocketState.CONNECTING, WebSocketState.CONNECTED
_DISCONNECTED, _RESPONSE = WebSocketState.DISCONNECTED, WebSocketState.RESPONSE

# What the application may send in each state, and the state that follows.
_SENDABLE: dict[WebSocketState, dict[str, WebSocketState]] = {
    _CONNECTING: {
        "websocket.accept": _CONNECTED,
        "websocket.close": _DISCONNECTED,
        "websocket.http.response.start": _RESPONSE,
    },
    _CONNECTED: {"websocket.send": _CONNECTED, "websocket.close": _DISCONNECTED},
    _RESPONSE: {"websocket.http.response.body": _RESPONSE},
    _DISCONNECTED: {},
}

_REFUSALS = {
    _CONNECTING: "before the WebSocket was accepted. Call 'await websocket.accept()' first.",
    _CONNECTED: "to a WebSocket that is open: it was accepted already.",
    _RESPONSE: "while the handshake is being denied with a response.",
    _DISCONNECTED: "after the WebSocket was closed. Check application_state before you send.",
}


def next_state(client: WebSocketState, application: WebSocketState, kind: str) -> WebSocketState:
    """Return the application's state after a message that it sends.

    Args:
        client: What the client has said.
        application: What the application has said.
        kind: The type of the message.

    Raises:
        RuntimeError: For a message that does not fit the states.
        WebSocketDisconnected: For one after the end; it is a RuntimeError, too.

    Example:
        >>> next_state(WebSocketState.CONNECTED, WebSocketState.CONNECTING, "websocket.accept")
        <WebSocketState.CONNECTED: 1>
    """
    if client is _DISCONNECTED:
        raise WebSocketDisconnected(
            f"{kind!r} was sent after the client had disconnected. Stop at WebSocketDisconnect."
        )
    following = _SENDABLE[application].get(kind)
    if following is None:
        error = WebSocketDisconnected if application is _DISCONNECTED else RuntimeError
        raise error(f"{kind!r} was sent {_REFUSALS[application]}")
    return following
