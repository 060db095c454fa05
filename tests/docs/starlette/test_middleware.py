"""The page on middleware: the built-in ones, `BaseHTTPMiddleware`, plain ASGI, and where middleware stands."""

import contextvars
from collections.abc import AsyncIterator
from typing import Any

import pytest

from FasterAPI import Faster, FasterRouter
from FasterAPI.background import BackgroundTask
from FasterAPI.datastructures import MutableHeaders
from FasterAPI.middleware import BaseHTTPMiddleware, Middleware
from FasterAPI.middleware.cors import CORSMiddleware
from FasterAPI.middleware.gzip import GZipMiddleware
from FasterAPI.middleware.httpsredirect import HTTPSRedirectMiddleware
from FasterAPI.middleware.sessions import SessionMiddleware
from FasterAPI.middleware.trustedhost import TrustedHostMiddleware
from FasterAPI.requests import Request
from FasterAPI.responses import PlainTextResponse, Response, StreamingResponse
from FasterAPI.testclient import TestClient
from FasterAPI.websockets import WebSocket

SECRET = "0123456789abcdef0123456789abcdef"


class Labelled:
    """Plain ASGI: adds a header to every answer."""

    def __init__(self, app: Any, label: str = "on") -> None:
        self.app, self.label = app, label

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def labelled(message: Any) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("X-Label", self.label)
            await send(message)

        await self.app(scope, receive, labelled)


def make(*middleware: Middleware) -> Faster:
    """Return an application with some routes inside middleware."""
    app = Faster(middleware=list(middleware))

    @app.get("/")
    async def root() -> str:
        return "root"

    @app.get("/long")
    async def long() -> Response:
        return PlainTextResponse("x" * 4000)

    @app.get("/stream")
    async def stream() -> Response:
        async def parts() -> AsyncIterator[str]:
            for _ in range(10):
                yield "y" * 400

        return StreamingResponse(parts(), media_type="text/plain")

    return app


def test_a_list_is_outermost_first() -> None:
    app = make(
        Middleware(TrustedHostMiddleware, allowed_hosts=["example.com", "*.example.com"]),
        Middleware(HTTPSRedirectMiddleware),
        Middleware(Labelled, label="inner"),
    )

    def ask(base_url: str) -> tuple[int, str | None]:
        answer = TestClient(app, base_url=base_url, follow_redirects=False).get("/")
        return answer.status_code, answer.headers.get("x-label")

    assert ask("http://other.org") == (400, None)
    assert ask("http://a.example.com") == (307, None)
    assert ask("https://example.com") == (200, "inner")


@pytest.mark.parametrize(
    ("options", "origin", "allowed"),
    [
        ({"allow_origins": ["https://a.org"]}, "https://a.org", "https://a.org"),
        ({"allow_origins": ["https://a.org"]}, "https://b.org", None),
        ({"allow_origins": ["*"]}, "https://b.org", "*"),
        ({"allow_origin_regex": r"https://.*\.a\.org"}, "https://x.a.org", "https://x.a.org"),
        ({"allow_origin_regex": r"https://.*\.a\.org"}, "https://x.a.org.evil", None),
    ],
)
def test_cors(options: dict[str, Any], origin: str, allowed: str | None) -> None:
    client = TestClient(make(Middleware(CORSMiddleware, **options)))
    answer = client.get("/", headers={"origin": origin})
    assert (answer.status_code, answer.headers.get("access-control-allow-origin")) == (200, allowed)
    asked = {"origin": origin, "access-control-request-method": "GET"}
    preflight = client.options("/", headers=asked)
    assert (preflight.status_code, preflight.headers.get("access-control-allow-origin")) == (
        *(200 if allowed else 400, allowed),
    )


def test_a_cors_preflight_tells_what_is_allowed() -> None:
    cors = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["PUT"], allow_headers=["X-A"], max_age=60)
    asked = {
        "origin": "https://a.org",
        "access-control-request-method": "PUT",
        "access-control-request-headers": "X-A",
    }
    told = TestClient(make(cors)).options("/", headers=asked).headers
    assert ("PUT" in told["access-control-allow-methods"], told["access-control-max-age"]) == (True, "60")
    assert "x-a" in told["access-control-allow-headers"].lower()


def test_a_session() -> None:
    app = Faster(middleware=[Middleware(SessionMiddleware, secret_key=SECRET, session_cookie="sid", https_only=True)])

    @app.get("/in/{name}")
    async def enter(request: Request, name: str) -> None:
        request.session["name"] = name

    @app.get("/out")
    async def leave(request: Request) -> None:
        request.session.clear()

    @app.get("/who")
    async def who(request: Request) -> Any:
        return request.session.get("name")

    client = TestClient(app, base_url="https://testserver")
    cookie = client.get("/in/ada").headers["set-cookie"].lower()
    assert cookie.startswith("sid=")
    assert {"httponly", "secure", "samesite=lax", "path=/"} <= set(cookie.split("; "))
    assert client.get("/who").json() == "ada"
    client.get("/out")
    assert client.get("/who").json() is None
    assert TestClient(app, cookies={"sid": "forged"}).get("/who").json() is None


@pytest.mark.parametrize(
    ("base_url", "status", "location"),
    [
        ("http://testserver", 307, "https://testserver/long"),
        ("https://testserver", 200, None),
    ],
)
def test_https_only(base_url: str, status: int, location: str | None) -> None:
    client = TestClient(make(Middleware(HTTPSRedirectMiddleware)), base_url=base_url, follow_redirects=False)
    answer = client.get("/long")
    assert (answer.status_code, answer.headers.get("location")) == (status, location)


def test_www_of_a_trusted_host() -> None:
    app = make(Middleware(TrustedHostMiddleware, allowed_hosts=["www.example.com"]))
    answer = TestClient(app, base_url="https://example.com", follow_redirects=False).get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "https://www.example.com/")


@pytest.mark.parametrize(
    ("path", "accepted", "coding"),
    [("/long", "gzip", "gzip"), ("/stream", "gzip", "gzip"), ("/", "gzip", None), ("/long", "identity", None)],
)
def test_gzip(path: str, accepted: str, coding: str | None) -> None:
    client = TestClient(make(Middleware(GZipMiddleware, minimum_size=1000, compresslevel=9)))
    answer = client.get(path, headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == coding
    assert answer.text in {"x" * 4000, "y" * 4000, '"root"'}
    if path != "/":
        assert "accept-encoding" in answer.headers["vary"].lower()


def test_gzip_leaves_event_streams_alone() -> None:
    async def events() -> AsyncIterator[str]:
        yield f"data: {'x' * 4000}\n\n"

    stream = GZipMiddleware(StreamingResponse(events(), media_type="text/event-stream"))
    answer = TestClient(stream).get("/", headers={"accept-encoding": "gzip"})
    assert (len(answer.text), "content-encoding" in answer.headers) == (4008, False)


def test_a_session_needs_its_middleware() -> None:
    app = make()

    @app.get("/session")
    async def session(request: Request) -> Any:
        return request.session

    with pytest.raises(RuntimeError, match="SessionMiddleware"):
        TestClient(app).get("/session")


class CustomHeader(BaseHTTPMiddleware):
    """A class with an option."""

    def __init__(self, app: Any, header_value: str = "Example") -> None:
        super().__init__(app)
        self.header_value = header_value

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        if request.headers.get("x-stop"):
            return PlainTextResponse("stopped", 403)
        response: Response = await call_next(request)
        response.headers["Custom"] = self.header_value
        return response


@pytest.mark.parametrize(("options", "value"), [({}, "Example"), ({"header_value": "Customized"}, "Customized")])
def test_a_header_by_a_class(options: dict[str, str], value: str) -> None:
    client = TestClient(make(Middleware(CustomHeader, **options)))
    for path in ("/", "/stream", "/none"):
        assert client.get(path).headers["custom"] == value
    stopped = client.get("/", headers={"x-stop": "1"})
    assert (stopped.status_code, stopped.text, "custom" in stopped.headers) == (403, "stopped", False)


def test_context_variables_go_both_ways() -> None:
    seen: contextvars.ContextVar[str] = contextvars.ContextVar("seen", default="nothing")
    told: list[str] = []

    class Told(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Response:
            seen.set("outside")
            response: Response = await call_next(request)
            told.append(seen.get())
            return response

    app = make(Middleware(Told))

    @app.get("/seen")
    async def inside() -> str:
        before = seen.get()
        seen.set("inside")
        return before

    assert (TestClient(app).get("/seen").json(), told) == ("outside", ["inside"])


def test_plain_asgi_leaves_websockets_alone() -> None:
    app = make(Middleware(Labelled))

    @app.websocket("/ws")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    with TestClient(app).websocket_connect("/ws") as session:
        session.send_text("hi")
        assert session.receive_text() == "hi"
    assert TestClient(app).get("/").headers["x-label"] == "on"


def test_plain_asgi_around_anything() -> None:
    for app in (PlainTextResponse("ok"), make()):
        assert TestClient(Labelled(app, label="around")).get("/").headers["x-label"] == "around"


def test_plain_asgi_reads_the_body_as_it_passes() -> None:
    sizes: list[int] = []

    class Measured:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            size = 0

            async def measured() -> Any:
                nonlocal size
                message = await receive()
                size += len(message.get("body", b""))
                return message

            await self.app(scope, measured if scope["type"] == "http" else receive, send)
            sizes.append(size)

    app = make(Middleware(Measured))

    @app.post("/")
    async def post(request: Request) -> int:
        return len(await request.body())

    assert (TestClient(app).post("/", content=b"12345").json(), sizes) == (5, [5])


def test_plain_asgi_hands_values_on() -> None:
    class Numbered:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("state", {})["number"] = 42
            await self.app(scope, receive, send)

    app = make(Middleware(Numbered))

    @app.get("/number")
    async def number(request: Request) -> int:
        return int(request.state.number)

    assert TestClient(app).get("/number").json() == 42


def test_middleware_of_a_mount_a_router_and_a_route() -> None:
    app = make(Middleware(Labelled, label="app"))
    router = FasterRouter(prefix="/router", middleware=[Middleware(Labelled, label="router")])

    @router.get("/")
    async def routed() -> str:
        return "routed"

    @router.get("/more", middleware=[Middleware(Labelled, label="route")])
    async def more() -> str:
        return "more"

    inner = make(Middleware(Labelled, label="mount"))
    app.include_router(router)
    app.mount("/mount", inner)
    client = TestClient(app)
    labels = {
        path: client.get(path).headers.get_list("x-label") for path in ("/", "/router/", "/router/more", "/mount/")
    }
    assert labels == {
        "/": ["app"],
        "/router/": ["router", "app"],
        "/router/more": ["route", "router", "app"],
        "/mount/": ["mount", "app"],
    }


def test_background_tasks_run_inside_a_class() -> None:
    done: list[str] = []
    app = make(Middleware(CustomHeader))

    @app.get("/task")
    async def task() -> Response:
        return PlainTextResponse("ok", background=BackgroundTask(done.append, "done"))

    assert (TestClient(app).get("/task").headers["custom"], done) == ("Example", ["done"])
