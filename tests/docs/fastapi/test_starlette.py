"""Starlette's pages: requests, responses, static files, middleware, WebSockets and the test client, as plain ASGI."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from FasterAPI import (
    URL,
    Faster,
    FileResponse,
    FormData,
    Headers,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    QueryParams,
    RedirectResponse,
    Request,
    Response,
    StaticFiles,
    StreamingResponse,
    TestClient,
    WebSocket,
)
from FasterAPI.datastructures import MutableHeaders

Sent = Any


def ask(handler: Any, method: str = "GET", url: str = "/", **how: Any) -> Any:
    """Ask an ASGI application that is one function of a request."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive, send)
        response = await handler(request)
        await response(scope, receive, send)

    return TestClient(app, follow_redirects=False).request(method, url, **how)


def test_what_a_request_tells() -> None:
    async def tell(request: Request) -> Response:
        assert request.client is not None
        told: list[Any] = [
            request.method,
            request.url.path,
            request.url.scheme,
            request.url.port,
            str(request.base_url),
        ]
        told += [request.headers["content-type"], request.query_params.getlist("a"), request.cookies["c"]]
        return JSONResponse([*told, request.client.host, (await request.body()).decode()])

    headers = {"content-type": "text/plain", "cookie": "c=d"}
    answer = ask(tell, "PUT", "http://shop.example:8000/x?a=1&a=2", headers=headers, content=b"body").json()
    assert answer == [
        *("PUT", "/x", "http", 8000, "http://shop.example:8000/"),
        *("text/plain", ["1", "2"], "d", "testclient", "body"),
    ]


def test_a_body_as_stream_json_and_form() -> None:
    async def count(request: Request) -> Response:
        return JSONResponse(sum([len(chunk) async for chunk in request.stream()]))

    async def decode(request: Request) -> Response:
        return JSONResponse({"got": await request.json(), "again": await request.json()})

    async def fields(request: Request) -> Response:
        async with request.form(max_fields=10, max_files=1) as form:
            upload: Any = form["file"]
            told = [form["name"], upload.filename, upload.content_type, (await upload.read()).decode()]
        assert upload.file.closed
        return JSONResponse(told)

    async def awaited(request: Request) -> Response:
        form = await request.form()
        return JSONResponse([form.getlist("n"), sorted(form), isinstance(form, FormData)])

    assert ask(count, "POST", content=b"x" * 1000).json() == 1000
    assert ask(decode, "POST", json=[1]).json() == {"got": [1], "again": [1]}
    upload: dict[str, Any] = {"data": {"name": "n"}, "files": {"file": ("a.txt", b"abc", "text/plain")}}
    assert ask(fields, "POST", **upload).json() == ["n", "a.txt", "text/plain", "abc"]
    assert ask(awaited, "POST", data={"n": ["1", "2"], "m": "3"}).json() == [["1", "2"], ["m", "n"], True]


async def numbers() -> AsyncIterator[str]:
    for number in range(3):
        yield f"{number};"


@pytest.mark.parametrize(
    ("response", "status", "media_type", "text"),
    [
        (Response("Hello", media_type="text/plain"), 200, "text/plain; charset=utf-8", "Hello"),
        (HTMLResponse("<p>"), 200, "text/html; charset=utf-8", "<p>"),
        (PlainTextResponse("Hello", 202), 202, "text/plain; charset=utf-8", "Hello"),
        (JSONResponse({"hello": "world"}), 200, "application/json", '{"hello":"world"}'),
        (RedirectResponse("/a b", 303), 303, None, ""),
        (StreamingResponse(numbers(), 201, media_type="text/csv"), 201, "text/csv; charset=utf-8", "0;1;2;"),
        (Response(status_code=204), 204, None, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Response) else str(value)[:20],
)
def test_responses_are_applications(response: Response, status: int, media_type: str | None, text: str) -> None:
    answer = TestClient(response, follow_redirects=False).get("/")
    told = answer.headers.get("content-type")
    assert (answer.status_code, answer.text) == (status, text)
    assert told == media_type or (media_type is None and not text)


def test_cookies_of_a_response() -> None:
    response = PlainTextResponse("ok", headers={"x-a": "1"})
    response.set_cookie("key", "value", max_age=10, expires=10, path="/p", domain="d.org", secure=True, samesite="none")
    response.delete_cookie("old", path="/p")
    first, second = TestClient(response).get("/").headers.get_list("set-cookie")
    assert first.startswith("key=value; ")
    assert {"Max-Age=10", "Path=/p", "Domain=d.org", "Secure"} <= set(first.split("; "))
    assert "samesite=none" in first.lower()
    assert second.startswith(('old=""; ', "old=; "))


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"0123456789")
    client = TestClient(FileResponse(path, filename="my notes.txt"))
    whole = client.get("/")
    assert (whole.text, whole.headers["content-length"]) == ("0123456789", "10")
    assert whole.headers["content-disposition"].startswith("attachment; filename")
    part = client.get("/", headers={"range": "bytes=2-4"})
    assert (part.status_code, part.text, part.headers["content-range"]) == (206, "234", "bytes 2-4/10")
    assert client.get("/", headers={"range": "bytes=20-"}).status_code == 416


def test_static_files_with_pages(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>Home</h1>")
    (tmp_path / "404.html").write_text("<h1>Lost</h1>")
    client = TestClient(StaticFiles(directory=tmp_path, html=True))
    assert client.get("/").text == "<h1>Home</h1>"
    lost = client.get("/nowhere")
    assert (lost.status_code, lost.text) == (404, "<h1>Lost</h1>")
    assert client.post("/index.html").status_code == 405


def test_a_websocket_as_an_application() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        websocket = WebSocket(scope, receive=receive, send=send)
        await websocket.accept()
        await websocket.send_json({"path": websocket.url.path, "q": websocket.query_params["q"]})
        async for message in websocket.iter_json():
            await websocket.send_json(message + 1)
        await websocket.close()

    with TestClient(app).websocket_connect("/ws?q=1") as session:
        assert session.receive_json() == {"path": "/ws", "q": "1"}
        session.send_json(41)
        assert session.receive_json() == 42


def test_pure_asgi_middleware_changes_and_answers() -> None:
    class Guard:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await self.app(scope, receive, send)
                return
            if Headers(scope=scope).get("x-token") != "t":
                await PlainTextResponse("no", 403)(scope, receive, send)
                return

            async def with_header(message: Sent) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message).append("x-guard", "seen")
                await send(message)

            await self.app(scope, receive, with_header)

    app = Faster()
    app.add_middleware(Guard)

    @app.get("/")
    async def root() -> str:
        return "in"

    client = TestClient(app)
    assert client.get("/").status_code == 403
    answer = client.get("/", headers={"x-token": "t"})
    assert (answer.json(), answer.headers["x-guard"]) == ("in", "seen")


def test_data_structures() -> None:
    url = URL("https://ada@example.org:123/path/to?a=1#f")
    assert (url.scheme, url.hostname, url.port, url.path, url.query, url.fragment) == (
        *("https", "example.org", 123, "/path/to"),
        *("a=1", "f"),
    )
    assert str(url.replace(scheme="http", port=None)) == "http://ada@example.org/path/to?a=1#f"
    assert str(URL("/x?a=1").include_query_params(a=2, b=3)) == "/x?a=2&b=3"
    query = QueryParams("a=1&a=2&b=")
    assert (query["a"], query.getlist("a"), query["b"], "c" in query, query.multi_items()[0]) == (
        *("2", ["1", "2"], "", False, ("a", "1")),
    )
    headers = Headers({"X-Token": "t"})
    assert (headers["x-token"], "X-TOKEN" in headers, headers.keys()) == ("t", True, ["x-token"])


def test_what_the_test_client_takes() -> None:
    app = Faster()

    @app.get("/boom")
    async def boom() -> None:
        raise LookupError("boom")

    @app.get("/who")
    async def who(request: Request) -> Any:
        return [request.client, request.headers["x-a"], request.cookies.get("c"), str(request.url)]

    with pytest.raises(LookupError, match="boom"):
        TestClient(app).get("/boom")
    assert TestClient(app, raise_server_exceptions=False).get("/boom").status_code == 500
    client = TestClient(
        app, base_url="https://shop.example", client=("9.9.9.9", 9), headers={"x-a": "a"}, cookies={"c": "d"}
    )
    assert client.get("/who").json() == [["9.9.9.9", 9], "a", "d", "https://shop.example/who"]
