"""FasterAPI._testclient: what the sessions of FasterAPI's own clients raise."""

import asyncio
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

pytest.importorskip("httpx")

import faster_testclient
from FasterAPI import AsyncTestClient, Faster, HTTPException, JSONResponse, TestClient, WebSocket, WebSocketDisconnect
from FasterAPI.testclient import TestClient as FromModule
from FasterAPI.testclient import WebSocketDenialResponse

app = Faster()


@app.websocket("/closed")
async def closed(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("bye")
    await websocket.close(3001, "enough")


@app.websocket("/refused")
async def refused(websocket: WebSocket) -> None:
    await websocket.close(4001, "not you")


@app.websocket("/denied")
async def denied(websocket: WebSocket) -> None:
    await websocket.send_denial_response(JSONResponse({"detail": "no"}, 401))


@app.websocket("/raising")
async def raising(websocket: WebSocket) -> None:
    raise HTTPException(403, "never")


def test_the_client_of_the_module_is_the_one_of_the_package() -> None:
    assert FromModule is TestClient
    assert issubclass(TestClient, faster_testclient.TestClient)


@pytest.mark.parametrize("cls", [WebSocketDisconnect, faster_testclient.WebSocketDisconnect], ids=["ours", "client"])
def test_a_closed_socket(cls: type[WebSocketDisconnect]) -> None:
    with TestClient(app).websocket_connect("/closed") as session:
        assert session.receive_text() == "bye"
        with pytest.raises(cls) as caught:
            session.receive_text()
        assert (caught.value.code, caught.value.reason, str(caught.value)) == (3001, "enough", "3001 enough")
        with pytest.raises(cls):
            session.receive()


@pytest.mark.parametrize(
    ("path", "code", "reason"),
    [("/refused", 4001, "not you"), ("/denied", 1006, "refused with HTTP 401"), ("/nowhere", 4004, "")],
)
@pytest.mark.parametrize("cls", [WebSocketDisconnect, faster_testclient.WebSocketDisconnect], ids=["ours", "client"])
def test_a_refused_socket(cls: type[WebSocketDisconnect], path: str, code: int, reason: str) -> None:
    with pytest.raises(cls) as caught, TestClient(app).websocket_connect(path):
        pass
    assert caught.value.code == code
    assert not reason or caught.value.reason == reason


@pytest.mark.parametrize(("path", "status"), [("/denied", 401), ("/raising", 403)])
def test_a_denial_is_a_response_as_well(path: str, status: int) -> None:
    session = TestClient(app).websocket_connect(path)
    with pytest.raises(faster_testclient.WebSocketDenialResponse) as caught, session:
        pass
    assert isinstance(caught.value, WebSocketDisconnect)
    assert (caught.value.status_code, sorted(caught.value.json())) == (status, ["detail"])


def test_the_end_of_an_iteration_is_no_error() -> None:
    async def finishing(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("one")
        await websocket.close()

    other = Faster()
    other.add_api_websocket_route("/", finishing)
    with TestClient(other).websocket_connect("/") as session:
        assert list(session) == ["one"]


def test_the_asynchronous_client() -> None:
    async def main() -> None:
        async with AsyncTestClient(app) as client:
            async with client.websocket_connect("/closed") as session:
                assert await session.receive_text() == "bye"
                with pytest.raises(WebSocketDisconnect, match="3001 enough"):
                    await session.receive_text()
            with pytest.raises(WebSocketDisconnect, match="HTTP 401"):
                await client.websocket_connect("/denied").__aenter__()

    asyncio.run(main())


def test_a_disconnect_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(TestClient.disconnect_class(3001, "enough")))
    assert (type(again), again.code, again.reason) == (TestClient.disconnect_class, 3001, "enough")


@pytest.mark.parametrize("phase", ["start-up", "shut-down"])
def test_what_a_lifespan_raises_is_raised_at_the_with_statement(phase: str) -> None:
    @asynccontextmanager
    async def lifespan(app: Faster) -> AsyncIterator[None]:
        if phase == "start-up":
            raise LookupError("no database")
        yield
        raise LookupError("no database")

    with pytest.raises(LookupError, match="no database"), TestClient(Faster(lifespan=lifespan)):
        pass


def test_a_denial_is_caught_by_its_name() -> None:
    with pytest.raises(WebSocketDenialResponse) as caught, TestClient(app).websocket_connect("/denied"):
        pass
    assert (caught.value.status_code, caught.value.json()) == (401, {"detail": "no"})
