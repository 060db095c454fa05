"""Requests, WebSockets and responses of Starlette's classes: they work, and the limits hold for them."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest

from faster_core import App, Form, PlainTextResponse, Request, Response, WebSocket
from faster_core.upload import UploadFile
from tests.core.client import converse, multipart, request


def starlette_app(max_body_size: int = 10) -> App:
    requests = pytest.importorskip("starlette.requests")
    websockets = pytest.importorskip("starlette.websockets")
    app = App(max_body_size=max_body_size)

    async def whole(request: Any) -> list[Any]:
        return [len(await request.body()), await request.is_disconnected()]

    async def pieces(request: Any) -> int:
        return sum([len(piece) async for piece in request.stream()])

    async def beside(request: Any, own: Request, item: dict[str, int]) -> list[Any]:
        return [item, (await request.body()).decode(), await own.json(), type(request).__module__]

    async def form(request: Any, name: Annotated[str, Form()], file: UploadFile | None = None) -> list[Any]:
        return [name, file and file.filename, request.method]

    for handler in (whole, pieces, beside, form):
        handler.__annotations__["request"] = requests.Request
        app.post(f"/{handler.__name__}")(handler)

    async def echo(websocket: Any, own: WebSocket, number: int = 1) -> None:
        await websocket.accept()
        await websocket.send_text(f"{await websocket.receive_text()} {number} {own.client_state.name}")
        await websocket.close(3000)

    echo.__annotations__["websocket"] = websockets.WebSocket
    app.websocket("/echo")(echo)
    return app


@pytest.mark.parametrize("in_chunks", [False, True])
@pytest.mark.parametrize("path", ["/whole", "/pieces", "/beside", "/form"])
def test_the_limits_hold_for_starlettes_request(path: str, in_chunks: bool) -> None:
    pytest.importorskip("python_multipart")
    body = {"/beside": b'{"a": 1234567890}', "/form": b"name=" + b"x" * 20}.get(path, b"x" * 20)
    media_type = "application/x-www-form-urlencoded" if path == "/form" else "application/json"
    content = [body[index : index + 4] for index in range(0, len(body), 4)] if in_chunks else body
    sent = request(starlette_app(), "POST", path, content=content, headers={"content-type": media_type})
    assert sent.status == 413


def test_starlettes_request_beside_a_body() -> None:
    pytest.importorskip("python_multipart")
    app = starlette_app(1000)
    assert request(app, "POST", "/whole", content=b"abc").json() == [3, False]
    assert request(app, "POST", "/pieces", content=b"abc").json() == 3
    beside = [{"a": 1}, '{"a": 1}', {"a": 1}, "starlette.requests"]
    assert request(app, "POST", "/beside", json={"a": 1}).json() == beside
    parts = multipart(("name", "n"), ("file", "1", "a.txt"))
    assert request(app, "POST", "/form", **parts).json() == ["n", "a.txt", "POST"]


def test_starlettes_websocket() -> None:
    heard = converse(starlette_app(), "/echo?number=2", "hi")
    assert [message["type"] for message in heard] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert (heard[1]["text"], heard[2]["code"]) == ("hi 2 CONNECTED", 3000)
    refused = converse(starlette_app(), "/echo?number=x")
    assert [(message["type"], message["code"]) for message in refused] == [("websocket.close", 1008)]


def test_responses_of_starlette_are_sent_as_they_are() -> None:
    responses = pytest.importorskip("starlette.responses")
    background = pytest.importorskip("starlette.background")
    app = App()
    done: list[str] = []

    async def pieces() -> AsyncIterator[str]:
        yield "a"
        yield "b"

    def made() -> dict[str, Any]:
        return {
            "json": responses.JSONResponse({"a": 1}, 202, background=background.BackgroundTask(done.append, "x")),
            "text": responses.PlainTextResponse("a", headers={"x-a": "b"}),
            "stream": responses.StreamingResponse(pieces()),
        }

    @app.get("/plain/{name}")
    async def plain(name: str) -> Any:
        return made()[name]

    @app.get("/lent/{name}")
    async def lent(name: str, response: Response) -> Any:
        response.headers["x-lent"] = "yes"
        return made()[name]

    @app.get("/classed/{name}", response_class=PlainTextResponse)
    def classed(name: str) -> Any:
        return made()[name]

    async def annotated(name: str) -> Any:
        return made()[name]

    annotated.__annotations__["return"] = responses.Response
    app.get("/annotated/{name}")(annotated)
    for path in ("plain", "lent", "classed", "annotated"):
        json, text, stream = (request(app, "GET", f"/{path}/{name}") for name in ("json", "text", "stream"))
        assert (json.status, json.json(), text.text, text.headers["x-a"], stream.text) == (
            202,
            {"a": 1},
            "a",
            "b",
            "ab",
        )
        assert text.headers.get("x-lent") == ("yes" if path == "lent" else None)
    assert done == ["x"] * 4


def test_results_made_into_a_response_of_starlette() -> None:
    responses = pytest.importorskip("starlette.responses")
    app = App()

    @app.get("/", response_class=responses.HTMLResponse)
    async def page() -> str:
        return "<p>"

    reply = request(app, "GET", "/")
    assert (reply.text, reply.headers["content-type"]) == ("<p>", "text/html; charset=utf-8")
