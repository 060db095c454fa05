"""The page on exceptions: handlers by status and by class, for requests and WebSockets."""

from typing import Any

import pytest

from FasterAPI import Faster
from FasterAPI.exceptions import HTTPException, WebSocketException
from FasterAPI.requests import Request
from FasterAPI.responses import HTMLResponse, JSONResponse, Response
from FasterAPI.testclient import TestClient
from FasterAPI.websockets import WebSocket, WebSocketDisconnect


class Late(Exception):
    """An error of the application's own."""


class TooLate(Late):
    """A special case of it."""


async def not_found(request: Request, exc: HTTPException) -> Response:
    """Answer 404 with a page."""
    return HTMLResponse("<p>Lost</p>", status_code=exc.status_code)


def late(request: Request, exc: Late) -> Response:
    """Answer `Late`; an ordinary function."""
    return JSONResponse({"late": str(exc), "path": request.url.path}, 503)


async def refused(request: Request, exc: HTTPException) -> Response:
    """Answer every other HTTPException."""
    return JSONResponse({"why": exc.detail}, exc.status_code, exc.headers)


def make(**options: Any) -> Faster:
    """Return an application whose routes fail."""
    app = Faster(**options)

    @app.get("/late")
    async def raise_late() -> None:
        raise Late("train")

    @app.get("/later")
    async def raise_later() -> None:
        raise TooLate("bus")

    @app.get("/missing")
    async def missing() -> None:
        raise HTTPException(404, detail="none")

    @app.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(status_code=418, detail="short and stout", headers={"X-Tea": "green"})

    @app.get("/boom")
    async def boom() -> None:
        raise ZeroDivisionError("boom")

    return app


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/missing", 404, "<p>Lost</p>"),
        ("/nowhere", 404, "<p>Lost</p>"),
        ("/late", 503, '{"late":"train","path":"/late"}'),
        ("/later", 503, '{"late":"bus","path":"/later"}'),
        ("/teapot", 418, '{"why":"short and stout"}'),
    ],
)
def test_handlers(path: str, status: int, text: str) -> None:
    app = make(exception_handlers={404: not_found, Late: late, HTTPException: refused})
    answer = TestClient(app).get(path)
    assert (answer.status_code, answer.text) == (status, text)


def test_headers_of_an_exception() -> None:
    for handlers in ({}, {HTTPException: refused}):
        assert TestClient(make(exception_handlers=handlers)).get("/teapot").headers["x-tea"] == "green"


@pytest.mark.parametrize("key", [500, Exception])
def test_a_handler_for_what_nobody_expected(key: Any) -> None:
    async def sorry(request: Request, exc: Exception) -> Response:
        return HTMLResponse("<p>Sorry</p>", status_code=500)

    app = make(exception_handlers={key: sorry})
    answer = TestClient(app, raise_server_exceptions=False).get("/boom")
    assert (answer.status_code, answer.text) == (500, "<p>Sorry</p>")


def test_nothing_leaks_unless_debugged() -> None:
    hidden = TestClient(make(), raise_server_exceptions=False).get("/boom")
    shown = TestClient(make(debug=True), raise_server_exceptions=False).get("/boom")
    assert (hidden.status_code, "ZeroDivisionError" in hidden.text) == (500, False)
    assert (shown.status_code, "ZeroDivisionError" in shown.text) == (500, True)


def test_a_websocket_has_handlers_too() -> None:
    app = make()

    @app.exception_handler(Late)
    async def close(websocket: WebSocket, exc: Late) -> None:
        await websocket.close(code=4001, reason=str(exc))

    @app.websocket("/late")
    async def converse(websocket: WebSocket) -> None:
        await websocket.accept()
        raise Late("ship")

    @app.websocket("/policy")
    async def policy(websocket: WebSocket) -> None:
        await websocket.accept()
        raise WebSocketException(code=1008, reason="policy")

    for path, code, reason in (("/late", 4001, "ship"), ("/policy", 1008, "policy")):
        with TestClient(app).websocket_connect(path) as session, pytest.raises(WebSocketDisconnect) as closed:
            session.receive_text()
        assert (closed.value.code, closed.value.reason) == (code, reason)
