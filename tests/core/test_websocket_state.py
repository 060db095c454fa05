import pytest

from faster_core.exceptions import WebSocketDisconnected
from faster_core.websocket_state import WebSocketState, next_state

CONNECTING, CONNECTED, DISCONNECTED, RESPONSE = WebSocketState

ACCEPT, SEND, CLOSE = "websocket.accept", "websocket.send", "websocket.close"
START, BODY = "websocket.http.response.start", "websocket.http.response.body"

FITTING = {
    (CONNECTING, ACCEPT): CONNECTED,
    (CONNECTING, CLOSE): DISCONNECTED,
    (CONNECTING, START): RESPONSE,
    (CONNECTED, SEND): CONNECTED,
    (CONNECTED, CLOSE): DISCONNECTED,
    (RESPONSE, BODY): RESPONSE,
}
REFUSED = {
    CONNECTING: "before the WebSocket was accepted. Call 'await websocket.accept()' first.",
    CONNECTED: "to a WebSocket that is open: it was accepted already.",
    RESPONSE: "while the handshake is being denied with a response.",
    DISCONNECTED: "after the WebSocket was closed. Check application_state before you send.",
}


@pytest.mark.parametrize("kind", [ACCEPT, SEND, CLOSE, START, BODY, "http.response.start"])
@pytest.mark.parametrize("state", WebSocketState, ids=lambda state: state.name)
def test_every_message_in_every_state(state: WebSocketState, kind: str) -> None:
    expected = FITTING.get((state, kind))
    if expected is not None:
        assert next_state(CONNECTED, state, kind) is expected
        return
    with pytest.raises(RuntimeError) as caught:
        next_state(CONNECTED, state, kind)
    assert type(caught.value) is (WebSocketDisconnected if state is DISCONNECTED else RuntimeError)
    assert str(caught.value) == f"{kind!r} was sent {REFUSED[state]}"


@pytest.mark.parametrize("state", WebSocketState, ids=lambda state: state.name)
def test_nothing_is_sent_to_a_client_that_is_gone(state: WebSocketState) -> None:
    with pytest.raises(WebSocketDisconnected) as caught:
        next_state(DISCONNECTED, state, CLOSE)
    assert str(caught.value) == (
        "'websocket.close' was sent after the client had disconnected. Stop at WebSocketDisconnect."
    )
