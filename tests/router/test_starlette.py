"""Together with the real Starlette: a router in its applications, its applications in a router."""

import warnings
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx")

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Host, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

with warnings.catch_warnings():
    # Its client works with httpx, and says at import that it would rather have the successor.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from faster_router import Router, Scope
from faster_router.types import Receive, Send
from tests.router.asgi import saying


async def show(request: Request) -> JSONResponse:
    """What Starlette makes of the scope it was given."""
    link = str(request.url_for("show", x=request.path_params.get("x", "none")))
    return JSONResponse({"params": request.path_params, "url": str(request.url), "link": link})


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_json(websocket.path_params)
    await websocket.close()


async def socket(scope: Scope, receive: Receive, send: Send) -> None:
    websocket = WebSocket(scope, receive, send)
    await echo(websocket)


def starlette() -> Starlette:
    return Starlette(routes=[Route("/show/{x}", show), WebSocketRoute("/ws/{x}", echo)])


def router() -> Router:
    inner = Router()
    inner.add_route("/items/{id:int}", saying("item"))
    inner.add_route("/slash/", saying("slash"))
    inner.add_websocket_route("/ws/{x}", socket)
    return inner


@pytest.mark.parametrize("path", ["/sub/{tenant}", "/sub/t"])
def test_a_router_below_starlette_finds_its_way(path: str) -> None:
    with TestClient(Starlette(routes=[Mount(path, router())])) as client:
        found = client.get("/sub/t/items/7")
        assert found.text.startswith("item {")
        assert "'id': 7" in found.text
        assert found.text.endswith("/sub/t")
        assert client.get("/sub/t/items/x").status_code == 404
        assert client.post("/sub/t/items/7").headers["allow"] == "GET, HEAD, OPTIONS"
        assert client.head("/sub/t/items/7").content == b""
        sent_on = client.get("/sub/t/slash?a=1", follow_redirects=False)
        assert (sent_on.status_code, sent_on.headers["location"]) == (307, "http://testserver/sub/t/slash/?a=1")
        assert client.get("/sub/t/slash").text.startswith("slash")
        with client.websocket_connect("/sub/t/ws/1") as websocket:
            assert websocket.receive_json()["x"] == "1"
        with pytest.raises(WebSocketDisconnect) as caught, client.websocket_connect("/sub/t/nothing"):
            pass
        assert caught.value.code == 4004


def test_a_router_for_a_host_of_starlette() -> None:
    client = TestClient(Starlette(routes=[Host("{sub}.example.org", router())]), base_url="http://a.example.org")
    assert client.get("/items/7").text == "item {'sub': 'a', 'id': 7}"


def test_starlette_below_a_router_finds_its_way() -> None:
    outer = Router()
    outer.mount("/sub/{tenant}", starlette(), "sub")
    client = TestClient(outer)
    found = client.get("/sub/t/show/1?q=2").json()
    assert found["params"] == {"tenant": "t", "x": "1"}
    assert found["url"] == "http://testserver/sub/t/show/1?q=2"
    assert found["link"] == "http://testserver/sub/t/show/1"
    assert outer.url_path_for("sub:show", tenant="ü", x="1") == "/sub/%C3%BC/show/1"
    assert client.get("/sub/t/nothing").text == "Not Found"
    with client.websocket_connect("/sub/t/ws/1") as websocket:
        assert websocket.receive_json() == {"tenant": "t", "x": "1"}


def test_starlette_for_a_host_of_a_router() -> None:
    outer = Router()
    outer.host("{sub}.example.org", starlette(), "tenant")
    client = TestClient(outer, base_url="http://a.example.org:81")
    assert client.get("/show/1").json()["params"] == {"sub": "a", "x": "1"}
    assert outer.url_path_for("tenant:show", sub="a", x=1) == "/show/1"


def test_a_nameless_starlette_does_not_hide_names_after_it() -> None:
    outer = Router()
    outer.mount("/sub", starlette())
    outer.mount("/own", router())
    outer.add_route("/late", saying("late"), name="late")
    assert outer.url_path_for("late") == "/late"
    assert outer.url_path_for("show", x=1) == "/sub/show/1"


def test_static_files(tmp_path: Path) -> None:
    (tmp_path / "a b.css").write_text("body {}")
    outer = Router()
    outer.mount("/static", StaticFiles(directory=tmp_path), "static")
    client = TestClient(outer, root_path="/root")
    path = outer.url_path_for("static", path="/a b.css")
    assert path == "/static/a%20b.css"
    assert client.get("/root" + path).text == client.get(path).text == "body {}"
    with pytest.raises(HTTPException, match="404"):  # as StaticFiles does outside Starlette's own applications
        client.get("/static/none.css")


def test_lifespans_of_both() -> None:
    log: list[str] = []

    async def lifespan(app: Starlette) -> Any:
        log.append("up")
        yield
        log.append("down")

    from contextlib import asynccontextmanager

    outer = Router()
    outer.mount("/sub", Starlette(lifespan=asynccontextmanager(lifespan)))
    with TestClient(outer):
        assert log == ["up"]
    assert log == ["up", "down"]
