"""Other people's ASGI and WSGI, unchanged, around and below an application over a real server."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("httptools")
pytest.importorskip("starlette")

from starlette.applications import Starlette
from starlette.authentication import AuthCredentials, AuthenticationBackend, SimpleUser
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.base import BaseHTTPMiddleware as StarletteBase
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse as StarletteText
from starlette.routing import Route

from faster_core import App, BackgroundTasks, Request, Response, StreamingResponse, WebSocket
from faster_core.middleware import BaseHTTPMiddleware
from faster_core.types import Receive, Scope, Send
from tests.core.served import Served, raw, read_answer, served

seen: ContextVar[list[str] | None] = ContextVar("seen", default=None)


class Notes(list[str]):
    """What happened, in order."""

    def wait_for(self, note: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while note not in self:
            assert time.monotonic() < end, f"{note!r} is not in {self}"
            time.sleep(0.005)


def declare(app: App, notes: Notes) -> None:
    @app.get("/big")
    async def big() -> str:
        return "x" * 5000

    @app.get("/who")
    async def who(request: Request) -> list[Any]:
        return [request.scope["user"].display_name, list(request.scope["auth"].scopes)]

    @app.get("/visits")
    async def visits(request: Request) -> int:
        session: dict[str, Any] = request.scope["session"]
        session["visits"] = session.get("visits", 0) + 1
        return int(session["visits"])

    @app.get("/context")
    async def context() -> list[str] | None:
        value = seen.get()
        seen.set([*(value or []), "handler"])
        return value

    @app.get("/fail")
    async def fail() -> None:
        raise LookupError

    @app.get("/background")
    async def background(tasks: BackgroundTasks) -> str:
        tasks.add_task(notes.append, "background")
        return "done"

    declare_stream(app, notes)


def declare_stream(app: App, notes: Notes) -> None:
    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def pieces() -> AsyncIterator[str]:
            try:
                while True:
                    yield "tick"
                    await asyncio.sleep(0.01)
            finally:
                notes.append("stream left")

        return StreamingResponse(pieces(), media_type="text/plain")

    @app.post("/echo")
    async def echo(request: Request) -> int:
        return len(await request.body())

    @app.websocket("/ws")
    async def ws(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def app(notes: Notes) -> App:
    app = App()
    declare(app, notes)
    return app


class Tokens(AuthenticationBackend):
    async def authenticate(self, conn: Any) -> tuple[AuthCredentials, SimpleUser] | None:
        token = conn.headers.get("authorization")
        return (AuthCredentials(["read"]), SimpleUser(token)) if token else None


def test_starlettes_middleware_as_it_is(app: App) -> None:
    app.add_middleware(GZipMiddleware, minimum_size=100)
    app.add_middleware(AuthenticationMiddleware, backend=Tokens())
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1"])
    with served(app) as live:
        answer = live.ask("GET /big\r\naccept-encoding: gzip")
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(answer.body) == b'"' + b"x" * 5000 + b'"'
        assert json.loads(live.ask("GET /who\r\nauthorization: ann").body) == ["ann", ["read"]]
        assert json.loads(live.ask("GET /who").body) == ["", []]
        assert live.ask("GET /big\r\nhost: evil.example").status == 400
        assert live.ask("GET /fail").status == 500
        assert live.ask("GET /nowhere").status == 404


def test_starlettes_sessions(app: App) -> None:
    pytest.importorskip("itsdangerous")
    from starlette.middleware.sessions import SessionMiddleware

    app.add_middleware(SessionMiddleware, secret_key="a-key-for-a-test")
    with served(app) as live:
        first = live.ask("GET /visits")
        cookie = first.headers["set-cookie"].partition(";")[0]
        assert first.body == b"1"
        assert live.ask(f"GET /visits\r\ncookie: {cookie}").body == b"2"


class Requests(BaseHTTPMiddleware):
    """The style of FastAPI: a request, and what answers it."""

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        seen.set(["middleware"])
        response: Response = await call_next(request)
        response.headers["X-Seen"] = ",".join(seen.get() or [])
        return response


class Messages(BaseHTTPMiddleware):
    """The style of ASGI, told by the number of its parameters."""

    async def dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen.set(["middleware"])

        async def send_more(message: Any) -> None:
            if message["type"] == "http.response.start":
                value = ",".join(seen.get() or []).encode()
                message = {**message, "headers": [*message["headers"], (b"x-seen", value)]}
            await send(message)

        await self.app(scope, receive, send_more)


class Starlettes(StarletteBase):
    """Starlette's own class: its context variables flow inwards only."""

    async def dispatch(self, request: Any, call_next: Any) -> Any:
        seen.set(["middleware"])
        response = await call_next(request)
        response.headers["X-Seen"] = "middleware,handler"
        return response


def add_function(app: App) -> None:
    @app.middleware("http")
    async def function(request: Request, call_next: Any) -> Response:
        seen.set(["middleware"])
        response: Response = await call_next(request)
        response.headers["X-Seen"] = ",".join(seen.get() or [])
        return response


@pytest.mark.parametrize("style", [Requests, Messages, Starlettes, None])
def test_every_style_of_middleware(app: App, notes: Notes, style: Any) -> None:
    if style is None:
        add_function(app)
    else:
        app.add_middleware(style)
    with served(app) as live:
        answer = live.ask("GET /context")
        assert json.loads(answer.body) == ["middleware"]
        assert answer.headers["x-seen"] == "middleware,handler"
        assert live.ask(b"POST /echo\r\ncontent-length: 5\r\n\r\nhello").body == b"5"
        assert live.ask("GET /fail").status == 500
        assert live.ask("GET /background").body == b'"done"'
        notes.wait_for("background")
        assert_stream_flows_and_stops(live, notes)


def assert_stream_flows_and_stops(live: Served, notes: Notes) -> None:
    tasks = live.tasks()
    with live.connect() as connection:
        connection.sendall(raw("GET /stream"))
        data = b""
        while data.count(b"tick") < 3:
            data += connection.recv(4096)
        assert b"x-seen: middleware" in data.lower()
    notes.wait_for("stream left")
    end = time.monotonic() + 30
    while live.tasks() > tasks and time.monotonic() < end:
        time.sleep(0.005)
    assert live.tasks() <= tasks


@asynccontextmanager
async def noting(notes: Notes, name: str) -> AsyncIterator[dict[str, str]]:
    notes.append(f"{name} begun")
    yield {name: "here"}
    notes.append(f"{name} over")


@pytest.fixture
def family(notes: Notes) -> Iterator[Served]:
    """An application with another and a Starlette below it, all with lifespans."""
    app = App(lifespan=lambda app: noting(notes, "outer"))
    inner = App(lifespan=lambda app: noting(notes, "inner"))

    async def star(request: Any) -> StarletteText:
        return StarletteText(f"{request.url_for('star', word='b')} {request.path_params['word']}")

    starlette = Starlette(routes=[Route("/star/{word}", star, name="star")], lifespan=lambda app: noting(notes, "star"))

    @inner.get("/items/{number}", name="item")
    async def item(request: Request, number: int) -> list[str]:
        return [str(request.url_for("item", number=number + 1)), request.scope["root_path"]]

    @app.get("/", name="home")
    async def home(request: Request) -> list[str]:
        return [str(request.url_for("home")), str(request.url_for("inner:item", number=1)), request.state.outer]

    @inner.get("/fail")
    async def fail() -> None:
        raise LookupError

    app.mount("/inner", inner, name="inner")
    app.mount("/star", starlette, name="star")
    with served(app) as live:
        yield live


def test_mounted_applications(family: Served, notes: Notes) -> None:
    base = f"http://127.0.0.1:{family.port}"
    host = f"host: 127.0.0.1:{family.port}"
    assert json.loads(family.ask(f"GET /\r\n{host}").body) == [f"{base}/", f"{base}/inner/items/1", "here"]
    assert json.loads(family.ask(f"GET /inner/items/7\r\n{host}").body) == [f"{base}/inner/items/8", "/inner"]
    assert family.ask(f"GET /star/star/a\r\n{host}").body == f"{base}/star/star/b a".encode()
    assert family.ask("GET /inner/items/x").status == 422
    assert family.ask("GET /inner/nowhere").status == 404
    assert family.ask("GET /inner/fail").status == 500
    assert notes[0] == "outer begun"
    assert set(notes) == {"outer begun", "inner begun", "star begun"}


def test_mounted_lifespans_end_in_reverse(notes: Notes) -> None:
    app = App(lifespan=lambda app: noting(notes, "outer"))
    app.mount("/a", App(lifespan=lambda app: noting(notes, "a")))
    app.mount("/b", Starlette(lifespan=lambda app: noting(notes, "b")))
    with served(app):
        pass
    assert notes == ["outer begun", "a begun", "b begun", "b over", "a over", "outer over"]


def test_below_starlette(app: App) -> None:
    outer = Starlette()
    outer.mount("/api", app)
    with served(outer) as live:
        assert live.ask("GET /api/big").status == 200
        assert live.ask("GET /api/nowhere").status == 404
        assert live.ask("GET /api/fail").status == 500


def test_wsgi_below(app: App) -> None:
    pytest.importorskip("a2wsgi")
    from a2wsgi import WSGIMiddleware

    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        size = len(environ["wsgi.input"].read())
        return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']} {size}".encode()]

    below: Any = WSGIMiddleware(wsgi)
    app.mount("/old", below)
    with served(app) as live:
        assert live.ask("GET /old/page").body == b"/old /page 0"
        assert live.ask(b"POST /old/form\r\ncontent-length: 3\r\n\r\na=b").body == b"/old /form 3"
        assert live.ask("GET /big").status == 200


@pytest.fixture
def proxied() -> App:
    app = App()

    @app.get("/where", name="where")
    async def where(request: Request) -> list[Any]:
        client = request.client
        return [str(request.url_for("where")), request.scope["root_path"], client.host if client else None]

    @app.get("/slash/")
    async def slash() -> None: ...

    return app


def test_below_a_path_of_a_proxy(proxied: App) -> None:
    with served(proxied, root_path="/api/v1") as live:
        answer = json.loads(live.ask("GET /where\r\nhost: shop.example").body)
        assert answer == ["http://shop.example/api/v1/where", "/api/v1", "127.0.0.1"]
        location = live.ask("GET /slash\r\nhost: shop.example").headers["location"]
        assert location == "http://shop.example/api/v1/slash/"


def test_forwarded_headers_count_from_trusted_proxies_only(proxied: App) -> None:
    forwarded = "GET /where\r\nhost: shop.example\r\nx-forwarded-proto: https\r\nx-forwarded-for: 203.0.113.9"
    with served(proxied, proxy_headers=True, forwarded_allow_ips="127.0.0.1") as live:
        assert json.loads(live.ask(forwarded).body) == ["https://shop.example/where", "", "203.0.113.9"]
    with served(proxied, proxy_headers=True, forwarded_allow_ips="203.0.113.1") as live:
        assert json.loads(live.ask(forwarded).body) == ["http://shop.example/where", "", "127.0.0.1"]
    with served(proxied, proxy_headers=False) as live:
        assert json.loads(live.ask(forwarded).body) == ["http://shop.example/where", "", "127.0.0.1"]


def test_two_answers_of_one_connection_keep_their_contexts(app: App) -> None:
    add_function(app)
    with served(app) as live, live.connect() as connection:
        for _ in range(2):
            connection.sendall(raw("GET /context"))
            assert json.loads(read_answer(connection).body) == ["middleware"]
