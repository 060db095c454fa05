"""The page on WebSockets: `WebSocket` in a plain ASGI function and in routes."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from FasterAPI import Faster
from FasterAPI.exceptions import WebSocketException
from FasterAPI.responses import JSONResponse
from FasterAPI.testclient import TestClient
from FasterAPI.websockets import WebSocket, WebSocketDisconnect, WebSocketState


def serving(converse: Callable[[WebSocket], Awaitable[None]], **options: Any) -> TestClient:
    """Return a client of an ASGI function that speaks over a WebSocket."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "websocket"
        await converse(WebSocket(scope=scope, receive=receive, send=send))

    return TestClient(app, **options)


def test_what_came() -> None:
    async def tell(websocket: WebSocket) -> None:
        await websocket.accept()
        assert websocket.client is not None
        told = [str(websocket.url), websocket.url.scheme, websocket.headers["x-a"], websocket.query_params["q"]]
        told += [websocket.cookies["c"], websocket.client.host, websocket["path"]]
        await websocket.send_json([*told, websocket.path_params])
        await websocket.close()

    client = serving(tell, headers={"x-a": "a"}, cookies={"c": "d"})
    with client.websocket_connect("/room?q=1") as session:
        assert session.receive_json() == [
            *("ws://testserver/room?q=1", "ws", "a", "1", "d", "testclient", "/room"),
            {},
        ]


def test_a_route_with_a_path_parameter() -> None:
    app = Faster()

    @app.websocket("/rooms/{room}")
    async def enter(websocket: WebSocket, room: int) -> None:
        await websocket.accept()
        await websocket.send_json([room, websocket.path_params])
        await websocket.close()

    with TestClient(app).websocket_connect("/rooms/3") as session:
        told = session.receive_json()
    assert told[0] == 3
    assert list(told[1]) == ["room"]


async def echo_text(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        await websocket.send_text(await websocket.receive_text())


async def echo_bytes(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        await websocket.send_bytes(await websocket.receive_bytes())


async def echo_json(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        await websocket.send_json(await websocket.receive_json())


async def echo_binary_json(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        await websocket.send_json(await websocket.receive_json(mode="binary"), mode="binary")


async def iterate_text(websocket: WebSocket) -> None:
    await websocket.accept()
    async for message in websocket.iter_text():
        await websocket.send_text(message)


async def iterate_bytes(websocket: WebSocket) -> None:
    await websocket.accept()
    async for message in websocket.iter_bytes():
        await websocket.send_bytes(message)


async def iterate_json(websocket: WebSocket) -> None:
    await websocket.accept()
    async for message in websocket.iter_json():
        await websocket.send_json(message)


async def pass_messages_on(websocket: WebSocket) -> None:
    await websocket.accept()
    while (message := await websocket.receive())["type"] == "websocket.receive":
        await websocket.send({**message, "type": "websocket.send"})


@pytest.mark.parametrize("converse", [echo_text, iterate_text, pass_messages_on])
def test_texts(converse: Any) -> None:
    with serving(converse_until_gone(converse)).websocket_connect("/") as session:
        for text in ("one", "zwölf", ""):
            session.send_text(text)
            assert session.receive_text() == text


@pytest.mark.parametrize("converse", [echo_bytes, iterate_bytes, pass_messages_on])
def test_bytes(converse: Any) -> None:
    with serving(converse_until_gone(converse)).websocket_connect("/") as session:
        for data in (b"one", b"\x00\xff", b""):
            session.send_bytes(data)
            assert session.receive_bytes() == data


@pytest.mark.parametrize(
    ("converse", "mode"),
    [(echo_json, "text"), (iterate_json, "text"), (echo_binary_json, "binary")],
)
def test_json(converse: Any, mode: Any) -> None:
    with serving(converse_until_gone(converse)).websocket_connect("/") as session:
        for value in ({"a": [1, None]}, "text", 1.5):
            session.send_json(value, mode=mode)
            assert session.receive_json(mode=mode) == value


def converse_until_gone(converse: Any) -> Any:
    """Return a conversation that ends without an error when the client leaves."""

    async def converse_on(websocket: WebSocket) -> None:
        try:
            await converse(websocket)
        except WebSocketDisconnect as gone:
            assert gone.code == 1000

    return converse_on


def test_a_subprotocol_and_headers() -> None:
    async def choose(websocket: WebSocket) -> None:
        offered = websocket.scope["subprotocols"]
        await websocket.accept(subprotocol=offered[-1], headers=[(b"x-offered", str(len(offered)).encode())])
        await websocket.close()

    with serving(choose).websocket_connect("/", subprotocols=["soap", "wamp"]) as session:
        assert session.accepted_subprotocol == "wamp"
        assert (b"x-offered", b"2") in session.extra_headers


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "moving"), (4321, "mine")])
def test_codes_of_closing(code: int, reason: str) -> None:
    async def close(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close(code=code, reason=reason)

    with serving(close).websocket_connect("/") as session, pytest.raises(WebSocketDisconnect) as closed:
        session.receive_text()
    assert (closed.value.code, closed.value.reason or "") == (code, reason)


def test_the_code_the_client_gives() -> None:
    codes: list[int] = []

    async def wait(websocket: WebSocket) -> None:
        await websocket.accept()
        with pytest.raises(WebSocketDisconnect) as gone:
            await websocket.receive_text()
        codes.append(gone.value.code)

    with serving(wait).websocket_connect("/") as session:
        session.close(code=3001)
    assert codes == [3001]


def test_a_handshake_is_refused() -> None:
    async def refuse(websocket: WebSocket) -> None:
        await websocket.close(code=1008)

    with pytest.raises(WebSocketDisconnect) as refused, serving(refuse).websocket_connect("/"):
        raise AssertionError("it was accepted")
    assert refused.value.code == 1008


def test_a_handshake_is_refused_by_an_exception() -> None:
    app = Faster()

    @app.websocket("/")
    async def refuse(websocket: WebSocket) -> None:
        raise WebSocketException(code=3000, reason="no")

    with pytest.raises(WebSocketDisconnect) as refused, TestClient(app).websocket_connect("/"):
        raise AssertionError("it was accepted")
    assert (refused.value.code, refused.value.reason) == (3000, "no")


def test_a_handshake_is_refused_with_a_response() -> None:
    async def refuse(websocket: WebSocket) -> None:
        await websocket.send_denial_response(JSONResponse({"why": "closed"}, 401, {"x-a": "b"}))

    with pytest.raises(WebSocketDisconnect) as refused, serving(refuse).websocket_connect("/"):
        raise AssertionError("it was accepted")
    denial: Any = refused.value
    assert (denial.status_code, denial.json(), denial.headers["x-a"]) == (401, {"why": "closed"}, "b")


def test_a_refusal_with_a_response_needs_the_server() -> None:
    async def refuse(websocket: WebSocket) -> None:
        del websocket.scope["extensions"]["websocket.http.response"]
        with pytest.raises(RuntimeError):
            await websocket.send_denial_response(JSONResponse({}, 401))
        await websocket.close(code=1013)

    with pytest.raises(WebSocketDisconnect) as refused, serving(refuse).websocket_connect("/"):
        raise AssertionError("it was accepted")
    assert refused.value.code == 1013


def test_the_states_of_a_conversation() -> None:
    states: list[tuple[WebSocketState, WebSocketState]] = []

    async def converse(websocket: WebSocket) -> None:
        states.append((websocket.client_state, websocket.application_state))
        await websocket.accept()
        states.append((websocket.client_state, websocket.application_state))
        await websocket.close()
        states.append((websocket.client_state, websocket.application_state))

    with serving(converse).websocket_connect("/"):
        pass
    connecting, connected, disconnected = (
        WebSocketState.CONNECTING,
        WebSocketState.CONNECTED,
        WebSocketState.DISCONNECTED,
    )
    assert states == [(connecting, connecting), (connected, connected), (connected, disconnected)]


@pytest.mark.parametrize(
    "use",
    [
        lambda websocket: websocket.receive_text(),
        lambda websocket: websocket.receive_json(),
        lambda websocket: websocket.send_text("early"),
        lambda websocket: websocket.send({"type": "websocket.send", "text": "early"}),
    ],
    ids=["receive_text", "receive_json", "send_text", "send"],
)
def test_nothing_is_said_before_the_handshake(use: Callable[[WebSocket], Awaitable[Any]]) -> None:
    async def converse(websocket: WebSocket) -> None:
        with pytest.raises(RuntimeError):
            await use(websocket)
        await websocket.accept()
        await websocket.send_text("now")

    with serving(converse).websocket_connect("/") as session:
        assert session.receive_text() == "now"
