"""The boundary: who answers an exception, what is logged, and that the connection stays usable."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from faster_core import App, HTTPException, JSONResponse, PlainTextResponse, RequestValidationError, Response
from faster_core.boundary import Boundary, http_exception_handler, request_validation_exception_handler
from faster_core.exceptions import ClientDisconnect, ResponseValidationError
from faster_core.middleware.entry import Middleware
from faster_core.request import Request
from faster_core.types import ASGIApp, Message, Receive, Scope, Send
from tests.core.client import Reply, converse, make_scope, request


class Base(Exception):
    pass


class Derived(Base):
    pass


class Teapot(HTTPException):
    def __init__(self) -> None:
        super().__init__(418, {"short": "stout"}, {"x-pot": "tea"})


def app_raising(error: Exception, **options: Any) -> App:
    app = App(**options)

    @app.get("/")
    async def fail() -> None:
        raise error

    return app


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (HTTPException(404), 404, {"detail": "Not Found"}),
        (HTTPException(404, "Gone home"), 404, {"detail": "Gone home"}),
        (HTTPException(422, [{"any": "value"}]), 422, {"detail": [{"any": "value"}]}),
        (Teapot(), 418, {"detail": {"short": "stout"}}),
        (HTTPException(799), 799, {"detail": "Error"}),
    ],
)
def test_http_exceptions(error: HTTPException, status: int, body: Any) -> None:
    reply = request(app_raising(error), "GET", "/")
    assert (reply.status, reply.json()) == (status, body)
    assert reply.headers["content-length"] == str(len(reply.body))


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body(status: int) -> None:
    reply = request(app_raising(HTTPException(status, headers={"x-a": "b"})), "GET", "/")
    assert (reply.status, reply.body, reply.headers) == (status, b"", {"x-a": "b"})


def test_headers_are_kept() -> None:
    assert request(app_raising(Teapot()), "GET", "/").headers["x-pot"] == "tea"


async def said(request: Request, exc: Exception) -> Response:
    return PlainTextResponse(f"async {type(exc).__name__} {request.url.path}", 400)


def said_in_thread(request: Request, exc: Exception) -> Response:
    return PlainTextResponse(f"sync {type(exc).__name__} {request.url.path}", 400)


class Handles:
    async def __call__(self, request: Request, exc: Exception) -> Response:
        return await said(request, exc)


@pytest.mark.parametrize(
    ("key", "handler", "error", "text"),
    [
        (Base, said, Derived(), "async Derived /"),
        (Base, said_in_thread, Base(), "sync Base /"),
        (Base, Handles(), Base(), "async Base /"),
        (Base, lambda request, exc: said(request, exc), Base(), "async Base /"),
        (418, said, Teapot(), "async Teapot /"),
        (HTTPException, said, Teapot(), "async Teapot /"),
        (Teapot, said, Teapot(), "async Teapot /"),
        (500, said, ValueError(), "async ValueError /"),
        (Exception, said, ValueError(), "async ValueError /"),
    ],
    ids=str,
)  # fmt: skip
def test_handlers(key: Any, handler: Any, error: Exception, text: str) -> None:
    reply = request(app_raising(error, exception_handlers={key: handler}), "GET", "/")
    assert (reply.status, reply.text) == (400, text)


def test_a_status_comes_before_a_class_and_a_class_before_its_bases() -> None:
    app = app_raising(Teapot())
    app.add_exception_handler(HTTPException, said)

    @app.exception_handler(Teapot)
    async def of_class(request: Request, exc: Teapot) -> Response:
        return JSONResponse("class")

    assert request(app, "GET", "/").json() == "class"

    @app.exception_handler(418)
    async def of_status(request: Request, exc: Teapot) -> Response:
        return JSONResponse("status")

    assert request(app, "GET", "/").json() == "status"


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_misses_go_through_the_handlers(method: str) -> None:
    app = App(exception_handlers={404: said, 405: said})
    app.get("/x")(lambda: None)
    reply = request(app, method, "/nowhere" if method == "GET" else "/x")
    assert reply.text.startswith("async HTTPException")


def test_validation_errors_can_be_answered() -> None:
    app = App()

    @app.exception_handler(RequestValidationError)
    async def answer(request: Request, exc: RequestValidationError) -> Response:
        assert exc.errors() is exc.errors
        return JSONResponse([exc.errors[0]["loc"], exc.body], 400)

    @app.post("/")
    async def read(item: dict[str, int]) -> None: ...

    reply = request(app, "POST", "/", json={"a": "b"})
    assert (reply.status, reply.json()) == (400, [["body"], {"a": "b"}])


def test_a_validation_error_as_text() -> None:
    error = RequestValidationError([{"loc": ["query", "q"], "msg": "Field required", "type": "value_error.missing"}])
    assert str(error) == "1 validation error\n  query.q: Field required"


def test_a_validation_error_names_the_handler() -> None:
    app = App()
    seen: list[str] = []

    @app.exception_handler(RequestValidationError)
    @app.exception_handler(ResponseValidationError)
    async def note(request: Request, exc: Exception) -> Response:
        seen.append(str(exc))
        return PlainTextResponse("")

    async def read(number: int = 1) -> list[int]:
        result: list[Any] = [1, "two"]
        return result

    app.get("/")(read)
    request(app, "GET", "/?number=x")
    request(app, "GET", "/")
    place = f"read (test_boundary.py:{read.__code__.co_firstlineno})"
    assert seen == [
        f"1 validation error in {place}\n  query.number: Expected `int`, got `str`",
        f"1 validation error in {place}\n  response: Expected `int`, got `str` - at `$[1]`; the value is 'two'",
    ]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_an_unhandled_error_is_logged_once_and_tells_nothing(log: pytest.LogCaptureFixture) -> None:
    reply = request(app_raising(ValueError("secret")), "GET", "/")
    assert (reply.status, reply.text) == (500, "Internal Server Error")
    assert reply.complete
    records = [record for record in log.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in records] == ["Unhandled ValueError in GET /"]
    assert records[0].exc_info is not None


def test_a_request_with_an_unhandled_error_passes_its_middleware_once(log: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    class Watch:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            async def watched(message: Message) -> None:
                seen.append(message["type"])
                await send(message)

            await self.app(scope, receive, watched)

    reply = request(app_raising(ValueError(), middleware=[Middleware(Watch)]), "GET", "/")
    assert reply.status == 500
    assert seen == ["http.response.start", "http.response.body"]
    assert log.text.count("Unhandled") == 1


def test_debug_shows_the_traceback() -> None:
    reply = request(app_raising(ValueError("secret"), debug=True), "GET", "/")
    assert reply.status == 500
    assert "ValueError: secret" in reply.text


def test_a_handler_that_raises(log: pytest.LogCaptureFixture) -> None:
    async def broken(request: Request, exc: Exception) -> Response:
        raise KeyError("broken handler")

    app = app_raising(Base(), exception_handlers={Base: broken})
    assert request(app, "GET", "/").status == 500
    assert log.text.count("Unhandled KeyError") == 1
    app = app_raising(Base(), exception_handlers={Exception: broken})
    assert request(app, "GET", "/").text == "Internal Server Error"


def test_a_handler_that_gives_no_response(log: pytest.LogCaptureFixture) -> None:
    app = app_raising(Base(), exception_handlers={Base: lambda request, exc: {"no": "response"}})
    assert request(app, "GET", "/").status == 500
    assert "An exception handler returned dict, which is no response. Return a JSONResponse." in log.text
    app = app_raising(Base(), exception_handlers={Exception: lambda request, exc: None})
    assert request(app, "GET", "/").text == "Internal Server Error"


def test_an_error_after_the_response_has_begun_tears_it(log: pytest.LogCaptureFixture) -> None:
    app = App(middleware=[Middleware(_Nothing)])

    @app.get("/")
    async def stream() -> Any:
        yield "one"
        raise ValueError("late")

    sent: list[Message] = []

    async def run() -> None:
        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        await app(make_scope("GET", "/"), receive, send)

    with pytest.raises(ValueError, match="late"):
        asyncio.run(run())
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[-1]["more_body"]
    assert log.text.count("Unhandled ValueError") == 1


class _Nothing:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def test_an_error_after_the_response_is_complete_is_swallowed(log: pytest.LogCaptureFixture) -> None:
    app = App()

    class Late(Response):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await super().__call__(scope, receive, send)
            raise ValueError("late")

    @app.get("/")
    async def read() -> Response:
        return Late("x")

    assert request(app, "GET", "/").text == "x"
    assert log.text.count("Unhandled ValueError") == 1


def test_the_test_client_gets_the_error() -> None:
    with pytest.raises(ValueError, match="secret"):
        request(app_raising(ValueError("secret")), "GET", "/", extensions={"faster.raise": {}})


def test_a_client_that_goes_is_no_error(log: pytest.LogCaptureFixture) -> None:
    sent: list[Message] = []

    async def run() -> None:
        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await app_raising(ClientDisconnect())(make_scope("GET", "/"), receive, send)

    asyncio.run(run())
    assert sent == []
    assert "Unhandled" not in log.text


def test_the_request_id_is_logged(log: pytest.LogCaptureFixture) -> None:
    request(app_raising(ValueError()), "GET", "/", state={"request_id": "abc"})
    assert "Unhandled ValueError in GET / [request abc]" in log.text


def test_a_path_cannot_forge_a_line_of_the_log(log: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.get("/{rest:path}")
    async def fail(rest: str) -> None:
        raise ValueError

    request(app, "GET", "/a%0AUnhandled")
    assert "Unhandled ValueError in GET /a\\nUnhandled" in log.text


def test_the_default_handlers_can_be_called() -> None:
    app = App()

    @app.exception_handler(HTTPException)
    async def wrapped(request: Request, exc: HTTPException) -> Response:
        response = await http_exception_handler(request, exc)
        response.headers["x-wrapped"] = "yes"
        return response

    @app.exception_handler(RequestValidationError)
    async def wrapped_too(request: Request, exc: RequestValidationError) -> Response:
        return await request_validation_exception_handler(request, exc)

    @app.get("/")
    async def read(q: int) -> None:
        raise HTTPException(400)

    reply: Reply = request(app, "GET", "/?q=1")
    assert (reply.status, reply.headers["x-wrapped"]) == (400, "yes")
    assert len(request(app, "GET", "/").errors) == 1


def test_no_handler_for_what_is_unhandled() -> None:
    boundary = Boundary({Exception: said, 500: said})
    assert boundary.handler_for(ValueError()) is None
    assert boundary.handler_for(HTTPException(500)) is said


def test_exceptions_of_starlette_are_answered_as_ours() -> None:
    exceptions = pytest.importorskip("starlette.exceptions")

    class Gone(exceptions.HTTPException):  # type: ignore[misc,name-defined]
        pass

    reply = request(app_raising(Gone(410, "gone", {"x-a": "b"})), "GET", "/")
    assert (reply.status, reply.json(), reply.headers["x-a"]) == (410, {"detail": "gone"}, "b")
    seen: list[type] = []

    async def answer(request: Request, exc: Any) -> JSONResponse:
        seen.append(type(exc))
        return JSONResponse("x", 400)

    for key in (HTTPException, 410, exceptions.HTTPException, Gone):
        app = app_raising(Gone(410))
        app.add_exception_handler(key, answer)
        assert request(app, "GET", "/").status == 400
    assert seen == [HTTPException, HTTPException, Gone, Gone]


def test_static_files_of_starlette_below_a_mount(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    staticfiles = pytest.importorskip("starlette.staticfiles")
    pytest.importorskip("anyio")
    (tmp_path / "a.txt").write_text("a")
    app = App()
    app.mount("/static", staticfiles.StaticFiles(directory=tmp_path))
    assert request(app, "GET", "/static/a.txt").text == "a"
    reply = request(app, "GET", "/static/b.txt")
    assert (reply.status, reply.json(), caplog.records) == (404, {"detail": "Not Found"}, [])


def test_websocket_exceptions_of_starlette() -> None:
    exceptions = pytest.importorskip("starlette.exceptions")
    app = App()

    @app.websocket("/")
    async def refuse() -> None:
        raise exceptions.WebSocketException(1008, "no")

    assert converse(app, "/") == [{"type": "websocket.close", "code": 1008, "reason": "no"}]
