"""The page on the test client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from FasterAPI import Faster
from FasterAPI.requests import Request
from FasterAPI.responses import HTMLResponse
from FasterAPI.testclient import AsyncTestClient, TestClient
from FasterAPI.websockets import WebSocket, WebSocketDisconnect


async def page(scope: Any, receive: Any, send: Any) -> None:
    """Answer every request with one page."""
    assert scope["type"] == "http"
    await HTMLResponse("<body>Hello</body>")(scope, receive, send)


def make() -> Faster:
    """Return an application that tells what it got."""
    app = Faster()

    @app.api_route("/told", methods=["GET", "POST"])
    async def told(request: Request) -> Any:
        return {
            "headers": request.headers.get("authorization"),
            "cookie": request.cookies.get("a"),
            "client": request.client,
            "url": str(request.url),
            "body": (await request.body()).decode(),
            "root": request.scope["root_path"],
        }

    @app.get("/boom")
    async def boom() -> None:
        raise ZeroDivisionError("boom")

    @app.get("/set")
    async def set_cookie(request: Request) -> HTMLResponse:
        response = HTMLResponse("set")
        response.set_cookie("a", "from the app".replace(" ", "-"))
        return response

    @app.websocket("/ws")
    async def converse(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("Hello")
        await websocket.send_bytes(b"World")
        await websocket.send_json({"got": await websocket.receive_json()})
        await websocket.close(1001)

    return app


def test_a_plain_application() -> None:
    client = TestClient(page)
    response = client.get("/")
    assert isinstance(response, httpx.Response)
    assert (response.status_code, response.text) == (200, "<body>Hello</body>")


def test_headers_for_all_and_for_one() -> None:
    client = TestClient(make(), headers={"Authorization": "first"})
    assert client.get("/told").json()["headers"] == "first"
    client.headers = httpx.Headers({"Authorization": "second"})
    assert client.get("/told").json()["headers"] == "second"
    assert client.get("/told", headers={"Authorization": "third"}).json()["headers"] == "third"


def test_cookies_stay() -> None:
    client = TestClient(make(), cookies={"b": "c"})
    assert client.get("/told").json()["cookie"] is None
    client.get("/set")
    assert client.get("/told").json()["cookie"] == "from-the-app"
    client.cookies.clear()
    assert client.get("/told").json()["cookie"] is None


@pytest.mark.parametrize(
    ("how", "body"),
    [
        ({"content": b"raw"}, "raw"),
        ({"data": {"a": "1"}}, "a=1"),
        ({"json": [1]}, "[1]"),
    ],
)
def test_bodies(how: dict[str, Any], body: str) -> None:
    assert TestClient(make()).post("/told", **how).json()["body"] == body


@pytest.mark.parametrize(
    ("options", "key", "told"),
    [
        ({}, "client", ["testclient", 50000]),
        ({"client": ("localhost", 8000)}, "client", ["localhost", 8000]),
        ({}, "url", "http://testserver/told"),
        ({"base_url": "https://example.org"}, "url", "https://example.org/told"),
        ({"root_path": "/v1"}, "root", "/v1"),
    ],
)
def test_options(options: dict[str, Any], key: str, told: object) -> None:
    assert TestClient(make(), **options).get("/told").json()[key] == told


def test_errors_of_the_application() -> None:
    with pytest.raises(ZeroDivisionError, match="boom"):
        TestClient(make()).get("/boom")
    response = TestClient(make(), raise_server_exceptions=False).get("/boom")
    assert (response.status_code, "boom" in response.text) == (500, False)


def test_lifespan_runs_inside_with() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Faster) -> AsyncIterator[dict[str, int]]:
        events.append("start")
        yield {"number": 7}
        events.append("stop")

    app = Faster(lifespan=lifespan)

    @app.get("/")
    async def root(request: Request) -> int:
        events.append("request")
        return int(request.state.number)

    with TestClient(app) as client:
        assert events == ["start"]
        assert client.app_state == {"number": 7}
        assert client.get("/").json() == 7
    assert events == ["start", "request", "stop"]


def test_a_websocket() -> None:
    with TestClient(make()).websocket_connect("/ws") as session:
        assert session.receive_text() == "Hello"
        assert session.receive_bytes() == b"World"
        session.send_json({"n": 1})
        assert session.receive_json() == {"got": {"n": 1}}
        with pytest.raises(WebSocketDisconnect) as closed:
            session.receive_json()
    assert closed.value.code == 1001


def test_an_error_behind_a_websocket_is_raised() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        raise LookupError(await websocket.receive_text())

    with pytest.raises(LookupError, match="why"), TestClient(app).websocket_connect("/") as session:
        session.send_text("why")
        session.receive_text()


def test_requests_and_websockets_share_a_loop() -> None:
    app = make()
    loops: set[int] = set()

    @app.get("/loop")
    async def loop() -> None:
        loops.add(id(asyncio.get_running_loop()))

    @app.websocket("/loop")
    async def socket(websocket: WebSocket) -> None:
        loops.add(id(asyncio.get_running_loop()))
        await websocket.accept()
        await websocket.close()

    with TestClient(app) as client:
        client.get("/loop")
        with client.websocket_connect("/loop"):
            pass
    assert len(loops) == 1


def test_async_tests_share_the_loop_of_the_application() -> None:
    app = Faster()
    loops: list[asyncio.AbstractEventLoop] = []

    @app.get("/")
    async def root() -> str:
        loops.append(asyncio.get_running_loop())
        return "root"

    async def run() -> bool:
        async with AsyncTestClient(app) as client:
            response = await client.get("/")
        assert (response.status_code, response.json()) == (200, "root")
        return loops == [asyncio.get_running_loop()]

    assert asyncio.run(run())


def test_async_websockets() -> None:
    async def run() -> Any:
        async with AsyncTestClient(make()) as client, client.websocket_connect("/ws") as session:
            told = [await session.receive_text(), await session.receive_bytes()]
            await session.send_json(1)
            return [*told, await session.receive_json()]

    assert asyncio.run(run()) == ["Hello", b"World", {"got": 1}]
