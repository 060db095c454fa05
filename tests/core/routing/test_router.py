"""Routers: what they add to their routes, in which order, and when."""

import asyncio
from typing import Any

import pytest

from faster_core import App, Depends, FasterRouter, HTMLResponse, JSONResponse, Response, WebSocket
from faster_core.middleware.entry import Middleware
from faster_core.request import Request
from faster_core.types import ASGIApp, Receive, Scope, Send
from faster_router import NoMatchFound
from tests.core.client import converse, request


async def answer() -> str:
    return "ok"


def served(app: App, *paths: str, method: str = "GET") -> list[int]:
    return [request(app, method, path).status for path in paths]


def test_prefixes_are_joined() -> None:
    app, outer, inner = App(), FasterRouter(prefix="/outer"), FasterRouter(prefix="/inner")
    inner.get("/leaf")(answer)
    inner.get("")(answer)
    outer.include_router(inner, prefix="/between")
    app.include_router(outer, prefix="/api/{version}")
    assert served(app, "/api/1/outer/between/inner/leaf", "/api/1/outer/between/inner", "/leaf") == [200, 200, 404]


def test_a_router_stays_alive() -> None:
    app, outer, inner = App(), FasterRouter(), FasterRouter()
    app.include_router(outer, prefix="/a")
    app.include_router(outer, prefix="/b")
    outer.include_router(inner, prefix="/inner")
    assert served(app, "/a/inner/x") == [404]
    inner.get("/x")(answer)
    assert served(app, "/a/inner/x", "/b/inner/x") == [200, 200]


def test_one_router_in_two_applications() -> None:
    router = FasterRouter(prefix="/r")
    router.get("/x")(answer)
    apps = [App(), App()]
    for app in apps:
        app.include_router(router)
    assert [served(app, "/r/x") for app in apps] == [[200], [200]]


def mark(name: str, seen: list[str]) -> Any:
    def dependency() -> None:
        seen.append(name)

    return Depends(dependency)


def test_the_order_of_dependencies_and_tags() -> None:
    seen: list[str] = []
    app = App(dependencies=[mark("app", seen)])
    outer = FasterRouter(dependencies=[mark("outer", seen)], tags=["outer"])
    inner = FasterRouter(dependencies=[mark("inner", seen)], tags=["inner"])
    inner.get("/", dependencies=[mark("route", seen)], tags=["route"])(answer)
    outer.include_router(inner, dependencies=[mark("include inner", seen)], tags=["include inner"])
    app.include_router(outer, dependencies=[mark("include outer", seen)], tags=["include outer"])
    assert served(app, "/") == [200]
    assert seen == ["app", "include outer", "outer", "include inner", "inner", "route"]
    assert list(app.routes[0].layer.tags) == ["include outer", "outer", "include inner", "inner"]


def test_the_nearest_response_class_wins() -> None:
    class Mine(JSONResponse):
        media_type = "application/mine"

    app = App(default_response_class=Mine)
    router, plain = FasterRouter(default_response_class=HTMLResponse), FasterRouter()
    router.get("/html")(answer)
    router.get("/json", response_class=JSONResponse)(answer)
    plain.get("/mine")(answer)
    app.include_router(router)
    app.include_router(plain)
    types = [request(app, "GET", path).headers["content-type"] for path in ("/html", "/json", "/mine")]
    assert types == ["text/html; charset=utf-8", "application/json", "application/mine"]


class Wrap:
    """Middleware that says in which order it ran."""

    def __init__(self, app: ASGIApp, name: str, seen: list[str]) -> None:
        self.app, self.name, self.seen = app, name, seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            self.seen.append(self.name)
        await self.app(scope, receive, send)


def test_the_order_of_middleware() -> None:
    seen: list[str] = []
    app = App(middleware=[Middleware(Wrap, "app one", seen), Middleware(Wrap, "app two", seen)])
    app.add_middleware(Wrap, "added first", seen)
    app.add_middleware(Wrap, "added last", seen)
    router = FasterRouter(middleware=[Middleware(Wrap, "router", seen)])
    router.get("/", middleware=[Middleware(Wrap, "route one", seen), Middleware(Wrap, "route two", seen)])(answer)
    app.get("/plain")(answer)
    app.include_router(router)
    assert served(app, "/") == [200]
    assert seen == ["added last", "added first", "app one", "app two", "router", "route one", "route two"]
    seen.clear()
    assert served(app, "/plain", "/nowhere") == [200, 404]
    assert seen == ["added last", "added first", "app one", "app two"] * 2
    with pytest.raises(RuntimeError, match="Middleware cannot be added after the first request"):
        app.add_middleware(Wrap, "late", seen)


def test_function_middleware() -> None:
    app = App()

    @app.middleware("http")
    async def add_header(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers["x-added"] = request.url.path
        return response

    @app.get("/fail")
    async def fail() -> None:
        raise ValueError

    app.get("/")(answer)
    assert request(app, "GET", "/").headers["x-added"] == "/"
    assert (request(app, "GET", "/fail").status, request(app, "GET", "/fail").headers["x-added"]) == (500, "/fail")
    with pytest.raises(ValueError, match="There is no middleware type 'websocket'"):
        app.middleware("websocket")


def test_what_an_error_in_middleware_becomes() -> None:
    app = App()

    class Fails:
        def __init__(self, app: ASGIApp) -> None: ...

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            raise ValueError

    app.get("/", middleware=[Middleware(Fails)])(answer)
    app.get("/fine")(answer)
    assert served(app, "/", "/fine") == [500, 200]
    app = App(middleware=[Middleware(Fails)])
    assert served(app, "/") == [500]


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/items", 200, None),
        ("HEAD", "/items", 200, None),
        ("OPTIONS", "/items", 200, "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "/items", 405, "GET, HEAD, OPTIONS, POST"),
        ("POST", "/items", 200, None),
        ("QUERY", "/search", 200, None),
        ("GET", "/search", 405, "OPTIONS, QUERY"),
        ("GET", "/none", 404, None),
        ("GET", "/items/", 307, None),
    ],
)
def test_methods(method: str, path: str, status: int, allow: str | None) -> None:
    app = App()
    app.get("/items")(answer)
    app.post("/items")(answer)
    app.query("/search")(answer)
    reply = request(app, method, path)
    assert (reply.status, reply.headers.get("allow")) == (status, allow)
    if method == "HEAD":
        assert (reply.body, reply.headers["content-length"]) == (b"", "4")
    if status == 404:
        assert reply.json() == {"detail": "Not Found"}
    if status == 405:
        assert reply.json() == {"detail": "Method Not Allowed"}


def test_all_decorators() -> None:
    app = App()
    for method in ("get", "post", "put", "patch", "delete", "options", "head", "trace", "query"):

        def handler(method: str = method) -> str:
            return method

        getattr(app, method)(f"/{method}")(handler)
        reply = request(app, method.upper(), f"/{method}")
        assert reply.status == 200
        assert method == "head" or reply.json() == method
    app.api_route("/both", methods=["get", "PUT"])(answer)
    assert served(app, "/both") + served(app, "/both", method="PUT") == [200, 200]
    app.add_route("/plain", answer, ["POST"], name="named")
    app.route("/other", ["PUT"])(answer)
    assert served(app, "/plain", method="POST") + served(app, "/other", method="PUT") == [200, 200]
    assert app.url_path_for("named") == "/plain"


def test_static_text_beats_a_variable() -> None:
    app = App()

    @app.get("/users/{name}")
    async def named(name: str) -> str:
        return name

    @app.get("/users/me")
    async def me() -> str:
        return "myself"

    @app.get("/users/{name}/posts")
    async def posts(name: str) -> str:
        return f"posts of {name}"

    paths = ("/users/me", "/users/you", "/users/me/posts")
    assert [request(app, "GET", path).json() for path in paths] == ["myself", "you", "posts of me"]


def test_urls() -> None:
    app, router, sub = App(), FasterRouter(prefix="/users"), App()

    @router.get("/{name}", name="user")
    async def read_user(name: str) -> str:
        return name

    @sub.get("/things/{number:int}")
    async def read_thing(number: int, request: Request) -> str:
        return str(request.url_for("read_thing", number=number + 1))

    @app.get("/where")
    async def where(request: Request) -> list[str]:
        return [
            str(request.url_for("user", name="a b")),
            str(request.url_for("sub:read_thing", number=1)),
            str(request.base_url),
        ]

    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        url = str(Request(scope, receive).url_for("user", name="x"))
        await JSONResponse(url)(scope, receive, send)

    app.include_router(router, prefix="/v1")
    app.mount("/sub", sub, name="sub")
    app.mount("/plain", plain)
    assert app.url_path_for("user", name="a?b") == "/v1/users/a%3Fb"
    assert app.url_path_for("sub:read_thing", number=3) == "/sub/things/3"
    with pytest.raises(NoMatchFound):
        app.url_path_for("nobody")
    with pytest.raises(NoMatchFound):
        app.url_path_for("user", other="x")
    reply = request(app, "GET", "/where", headers={"host": "example.org"})
    assert reply.json() == [
        "http://example.org/v1/users/a%20b",
        "http://example.org/sub/things/1",
        "http://example.org/",
    ]
    reply = request(app, "GET", "/sub/things/3", headers={"host": "example.org"})
    assert reply.json() == "http://example.org/sub/things/4"
    reply = request(app, "GET", "/plain/x", headers={"host": "example.org"})
    assert reply.json() == "http://example.org/v1/users/x"


@pytest.mark.parametrize("path", ["/proxy/where", "/where"])
def test_a_root_path(path: str) -> None:
    app = App(root_path="/proxy/")

    @app.get("/where")
    async def where(request: Request) -> list[str]:
        return [request.scope["root_path"], str(request.url_for("where")), str(request.base_url)]

    reply = request(app, "GET", path, headers={"host": "example.org"})
    assert reply.json() == ["/proxy", "http://example.org/proxy/where", "http://example.org/proxy/"]


def test_the_root_path_of_the_server() -> None:
    app = App()

    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse(str(Request(scope, receive).url_for("where")))(scope, receive, send)

    @app.get("/where")
    async def where(request: Request) -> str:
        return str(request.url_for("where"))

    app.mount("/plain", plain)
    for path in ("/proxy/where", "/proxy/plain/x"):
        reply = request(app, "GET", path, headers={"host": "example.org"}, root_path="/proxy")
        assert reply.json() == "http://example.org/proxy/where"


def test_mounts_and_hosts() -> None:
    app, sub, other = App(), App(), App()
    sub.get("/x")(answer)
    sub.websocket("/ws")(_greet)
    other.get("/")(answer)
    router = FasterRouter(prefix="/r")
    router.mount("/m", sub)
    app.include_router(router)
    app.mount("/sub", sub)
    app.host("other.example.org", other)
    assert served(app, "/sub/x", "/r/m/x", "/sub/none", "/x") == [200, 200, 404, 404]
    assert request(app, "GET", "/", headers={"host": "other.example.org"}).status == 200
    assert request(app, "GET", "/", headers={"host": "example.org"}).status == 404
    assert converse(app, "/sub/ws")[1] == {"type": "websocket.send", "text": "hello"}


async def _greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("hello")


def test_an_error_in_a_mounted_application() -> None:
    app = App()

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError

    app.mount("/broken", broken)
    assert request(app, "GET", "/broken/x").status == 500


def test_several_routers_with_handlers_of_their_own() -> None:
    app = App()
    router = FasterRouter(prefix="/r")

    @router.exception_handler(ValueError)
    async def of_router(request: Request, exc: ValueError) -> Response:
        return JSONResponse("router", 400)

    @app.exception_handler(ValueError)
    async def of_app(request: Request, exc: ValueError) -> Response:
        return JSONResponse("app", 400)

    async def fail() -> None:
        raise ValueError

    router.get("/")(fail)
    app.get("/")(fail)
    app.include_router(router)
    assert [request(app, "GET", path).json() for path in ("/r/", "/")] == ["router", "app"]


def test_limits_at_every_level() -> None:
    app = App(max_body_size=100)
    router = FasterRouter(prefix="/r", max_body_size=50)

    async def read(request: Request) -> int:
        return len(await request.body())

    app.post("/")(read)
    app.post("/small", max_body_size=10)(read)
    router.post("/")(read)
    app.include_router(router)
    app.include_router(router, prefix="/wide", max_body_size=70)
    cases = {"/": 100, "/small": 10, "/r/": 50, "/wide/r/": 50}
    for path, limit in cases.items():
        assert request(app, "POST", path, content=b"x" * limit).json() == limit
        for content in (b"x" * (limit + 1), [b"x" * limit, b"x"]):
            assert request(app, "POST", path, content=content).status == 413


def test_concurrent_requests_during_registration() -> None:
    app = App()
    app.get("/")(answer)

    async def run() -> list[int]:
        from tests.core.client import run_request

        first = asyncio.create_task(run_request(app, "GET", "/"))
        await asyncio.sleep(0)
        app.get("/late")(answer)
        return [(await first).status, (await run_request(app, "GET", "/late")).status]

    assert asyncio.run(run()) == [200, 200]
