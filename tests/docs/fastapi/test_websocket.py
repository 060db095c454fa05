"""WebSockets: messages, parameters and dependencies, refusals, rooms."""

from typing import Annotated, Any

import pytest

from faster_testclient import WebSocketDisconnect as Refused
from FasterAPI import (
    Cookie,
    Depends,
    Faster,
    FasterRouter,
    Query,
    TestClient,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
    status,
)

app = Faster()


@app.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        await websocket.send_text(f"Message text was: {await websocket.receive_text()}")


async def cookie_or_token(
    session: Annotated[str | None, Cookie()] = None, token: Annotated[str | None, Query()] = None
) -> str:
    if session is None and token is None:
        raise WebSocketException(code=status.WS_1008_POLICY_VIOLATION)
    return session or token or ""


@app.websocket("/items/{item_id}/ws")
async def guarded(
    *, websocket: WebSocket, item_id: str, q: int | None = None, who: Annotated[str, Depends(cookie_or_token)]
) -> None:
    await websocket.accept()
    await websocket.send_json([item_id, q, who, await websocket.receive_json()])
    await websocket.close(reason="done")


class Room:
    def __init__(self) -> None:
        self.members: list[WebSocket] = []

    async def tell(self, message: str) -> None:
        for member in self.members:
            await member.send_text(message)


room = Room()


@app.websocket("/room/{client_id}")
async def join(websocket: WebSocket, client_id: int) -> None:
    await websocket.accept()
    room.members.append(websocket)
    try:
        async for text in websocket.iter_text():
            await room.tell(f"{client_id}: {text}")
    finally:
        room.members.remove(websocket)
        await room.tell(f"{client_id} left")


router = FasterRouter(prefix="/inner")


@router.websocket("/ws")
async def bytes_and_protocol(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol="chat", headers=[(b"x-room", b"1")])
    try:
        while True:
            await websocket.send_bytes(await websocket.receive_bytes())
    except WebSocketDisconnect as gone:
        ended.append(gone.code)


ended: list[int] = []
app.include_router(router)


def test_echo() -> None:
    with TestClient(app).websocket_connect("/echo") as session:
        for word in ("one", "two"):
            session.send_text(word)
            assert session.receive_text() == f"Message text was: {word}"


@pytest.mark.parametrize(
    ("url", "how", "expected"),
    [
        ("/items/foo/ws", {"cookies": {"session": "s"}}, ["foo", None, "s", 1]),
        ("/items/bar/ws?token=t", {}, ["bar", None, "t", 1]),
        ("/items/2/ws?q=3&token=t", {}, ["2", 3, "t", 1]),
    ],
)
@pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")
def test_parameters_and_dependencies(url: str, how: dict[str, Any], expected: list[object]) -> None:
    with TestClient(app).websocket_connect(url, **how) as session:
        session.send_json(1)
        assert session.receive_json() == expected
        with pytest.raises(Refused, match="1000 done"):
            session.receive_text()


@pytest.mark.parametrize(
    ("url", "code"),
    [("/items/foo/ws", 1008), ("/items/foo/ws?q=bar&token=t", 1008), ("/room/none", 1008), ("/nowhere", 4004)],
)
def test_refusals(url: str, code: int) -> None:
    with pytest.raises(Refused) as refused, TestClient(app).websocket_connect(url):
        raise AssertionError("it was accepted")
    assert refused.value.code == code


def test_a_room() -> None:
    with TestClient(app) as client, client.websocket_connect("/room/1") as one:
        with client.websocket_connect("/room/2") as two:
            two.send_text("Hello from 2")
            assert one.receive_text() == two.receive_text() == "2: Hello from 2"
        assert one.receive_text() == "2 left"


def test_bytes_and_a_subprotocol() -> None:
    with TestClient(app).websocket_connect("/inner/ws", subprotocols=["chat", "other"]) as session:
        assert session.accepted_subprotocol == "chat"
        assert (b"x-room", b"1") in session.extra_headers
        session.send_bytes(b"\x00\xff")
        assert session.receive_bytes() == b"\x00\xff"
        session.close(1001)
    assert ended == [1001]
