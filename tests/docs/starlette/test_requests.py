"""The page on requests: `Request` in a plain ASGI function and in routes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest

from FasterAPI import Faster
from FasterAPI.datastructures import UploadFile
from FasterAPI.exceptions import ClientDisconnect, HTTPException
from FasterAPI.requests import HTTPConnection, Request
from FasterAPI.responses import JSONResponse, Response
from FasterAPI.testclient import TestClient


def serving(tell: Callable[[Request], Awaitable[Any]]) -> TestClient:
    """Return a client of an ASGI function that sends what is told of a request."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        request = Request(scope, receive)
        await JSONResponse(await tell(request))(scope, receive, send)

    return TestClient(app)


@pytest.mark.parametrize(
    ("tell", "told"),
    [
        (lambda request: request.method, "PATCH"),
        (lambda request: str(request.url), "http://testserver:81/a/b?tag=x&tag=y&n=1"),
        (lambda request: request.url.path, "/a/b"),
        (lambda request: request.url.port, 81),
        (lambda request: request.url.scheme, "http"),
        (lambda request: request.url.query, "tag=x&tag=y&n=1"),
        (lambda request: request.headers["content-type"], "text/plain"),
        (lambda request: request.headers["CONTENT-TYPE"], "text/plain"),
        (lambda request: request.headers.get("x-absent"), None),
        (lambda request: request.query_params["n"], "1"),
        (lambda request: request.query_params["tag"], "y"),
        (lambda request: request.query_params.getlist("tag"), ["x", "y"]),
        (lambda request: request.path_params, {}),
        (lambda request: request.client.host, "10.0.0.7"),
        (lambda request: request.client.port, 4711),
        (lambda request: request.cookies.get("flavour"), "mint"),
        (lambda request: request.cookies.get("absent"), None),
        (lambda request: request["path"], "/a/b"),
        (lambda request: sorted(key for key in request if key in {"type", "method"}), ["method", "type"]),
    ],
    ids=count(),
)
def test_what_came(tell: Callable[[Any], Any], told: object) -> None:
    async def answer(request: Request) -> Any:
        return tell(request)

    client = serving(answer)
    client.cookies.set("flavour", "mint")
    other = TestClient(client.app, base_url="http://testserver:81", client=("10.0.0.7", 4711), cookies=client.cookies)
    response = other.patch("/a/b?tag=x&tag=y&n=1", content=b"", headers={"content-type": "text/plain"})
    assert response.json() == told


def test_a_client_that_is_not_known() -> None:
    async def answer(request: Request) -> bool:
        return request.client is None

    assert TestClient(serving(answer).app, client=None).get("/").json() is True


def test_path_parameters_and_a_url_for_a_route() -> None:
    app = Faster()

    @app.get("/users/{user_id:int}/{rest:path}", name="user")
    async def user(request: Request) -> Any:
        return [request.path_params, str(request.url_for("user", user_id=2, rest="x/y"))]

    assert TestClient(app).get("/users/7/a/b").json() == [
        {"user_id": 7, "rest": "a/b"},
        "http://testserver/users/2/x/y",
    ]


def test_a_body_as_bytes_json_and_again() -> None:
    async def answer(request: Request) -> Any:
        body = await request.body()
        return [len(body), await request.json(), len(b"".join([chunk async for chunk in request.stream()]))]

    assert serving(answer).post("/", content=b'{"a": [1]}').json() == [10, {"a": [1]}, 10]


def test_a_body_in_chunks() -> None:
    async def answer(request: Request) -> Any:
        body = b""
        async for chunk in request.stream():
            body += chunk
        return body.decode()

    assert serving(answer).post("/", content=iter([b"one ", b"two ", b"three"])).json() == "one two three"


def test_a_streamed_body_is_gone() -> None:
    async def answer(request: Request) -> Any:
        assert [chunk async for chunk in request.stream() if chunk]
        with pytest.raises(RuntimeError):
            await request.body()
        return "gone"

    assert serving(answer).post("/", content=b"body").json() == "gone"


def test_a_form_with_files() -> None:
    async def answer(request: Request) -> Any:
        async with request.form(max_files=2, max_fields=3, max_part_size=1024) as form:
            upload = form["upload"]
            assert isinstance(upload, UploadFile)
            contents = await upload.read()
            await upload.seek(0)
            told = [form["title"], upload.filename, upload.content_type, upload.size, contents == await upload.read()]
        assert upload.file.closed
        return told

    response = serving(answer).post("/", data={"title": "T"}, files={"upload": ("f.csv", b"a,b", "text/csv")})
    assert response.json() == ["T", "f.csv", "text/csv", 3, True]


@pytest.mark.parametrize(
    ("limits", "how"),
    [
        ({"max_fields": 1}, {"data": {"a": "1", "b": "2"}, "files": {"f": b"1"}}),
        ({"max_files": 1}, {"files": {"f": b"1", "g": b"2"}}),
        ({"max_part_size": 4}, {"data": {"a": "12345"}, "files": {"f": b"1"}}),
    ],
)
def test_limits_of_a_form(limits: dict[str, int], how: dict[str, Any]) -> None:
    async def answer(request: Request) -> Any:
        with pytest.raises(HTTPException) as refused:
            await request.form(**limits)
        return refused.value.status_code

    assert serving(answer).post("/", **how).json() == 400


def test_whether_the_client_has_gone() -> None:
    async def run(*messages: dict[str, Any]) -> bool:
        waiting = list(messages)

        async def receive() -> dict[str, Any]:
            if not waiting:
                await asyncio.Event().wait()
            return waiting.pop(0)

        request = Request({"type": "http", "method": "GET", "path": "/", "headers": []}, receive)
        await request.body()
        return await request.is_disconnected()

    body = {"type": "http.request", "body": b"", "more_body": False}
    assert asyncio.run(run(body)) is False
    assert asyncio.run(run(body, {"type": "http.disconnect"})) is True


def test_a_client_that_goes_while_it_sends() -> None:
    waiting: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def run() -> None:
        await Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive).body()

    with pytest.raises(ClientDisconnect):
        asyncio.run(run())


def test_what_requests_and_websockets_have_in_common() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        connection = HTTPConnection(scope)
        await JSONResponse([connection.url.path, connection.headers["x-a"]])(scope, receive, send)

    assert TestClient(app).get("/p", headers={"x-a": "a"}).json() == ["/p", "a"]


def test_state_of_requests_and_application() -> None:
    @asynccontextmanager
    async def lifespan(app: Faster) -> AsyncIterator[dict[str, str]]:
        yield {"pool": "open"}

    app = Faster(lifespan=lifespan)
    app.state.admin = "ada@example.org"

    @app.middleware("http")
    async def stamp(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.stamp = request.method
        return await call_next(request)

    @app.get("/")
    async def root(request: Request) -> Any:
        return [request.state.pool, request.state.stamp, request.app.state.admin, hasattr(request.state, "none")]

    with TestClient(app) as client:
        assert client.get("/").json() == ["open", "GET", "ada@example.org", False]


def test_pushes_where_the_server_can() -> None:
    sent: list[Any] = []

    async def run(extensions: dict[str, Any]) -> None:
        async def receive() -> dict[str, Any]:
            raise AssertionError("nothing has to be received")

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"accept", b"*/*")]}
        await Request({**scope, "extensions": extensions}, receive, send).send_push_promise("/style.css")

    asyncio.run(run({}))
    assert sent == []
    asyncio.run(run({"http.response.push": {}}))
    assert sent == [{"type": "http.response.push", "path": "/style.css", "headers": [(b"accept", b"*/*")]}]
