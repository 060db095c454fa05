"""The door: what comes in is led to its route, whatever stands before it."""

import asyncio
import inspect
from typing import Any

import pytest

from faster_core import App, FasterRouter, Request, WebSocket
from faster_core.middleware.entry import Middleware
from faster_core.types import ASGIApp, Receive, Scope, Send
from tests.core.client import converse, request, running


async def hello() -> str:
    return "hello"


async def where(request: Request) -> list[Any]:
    return [request.scope["root_path"], request.path_params]


class Passing:
    """A middleware that does nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def test_servers_know_it_for_a_coroutine_function() -> None:
    app = App()
    assert inspect.iscoroutinefunction(app.__call__)


def test_what_a_request_finds_in_its_scope() -> None:
    app = App()
    app.state.word = "hi"

    @app.get("/{name}")
    async def read(request: Request) -> list[Any]:
        return [request.app is app, request.app.state.word, request.scope["route"].path, request.path_params]

    assert request(app, "GET", "/x").json() == [True, "hi", "/{name}", {"name": "x"}]


@pytest.mark.parametrize("redirects", [True, False])
def test_slashes(redirects: bool) -> None:
    app = App(redirect_slashes=redirects)
    app.get("/a/")(hello)
    reply = request(app, "GET", "/a?q=1")
    assert reply.status == (307 if redirects else 404)
    if redirects:
        assert reply.headers["location"].endswith("/a/?q=1")


def apps() -> list[Any]:
    """One application for each thing that may stand before the routes."""
    router = FasterRouter()
    hosted = App()
    hosted.host("other.example", App())
    return [
        pytest.param(App(), "", id="nothing"),
        pytest.param(App(middleware=[Middleware(Passing)]), "", id="middleware"),
        pytest.param(App(root_path="/api"), "/api", id="a root path"),
        pytest.param(hosted, "", id="a host"),
        pytest.param(_including(router), "", id="a router"),
    ]


def _including(router: FasterRouter) -> App:
    app = App()
    app.include_router(router)
    return app


@pytest.mark.parametrize(("app", "root_path"), apps())
def test_routes_are_found_whatever_stands_before_them(app: App, root_path: str) -> None:
    app.get("/fixed")(hello)
    app.get("/items/{name}")(where)
    assert request(app, "GET", "/fixed").json() == "hello"
    assert request(app, "GET", "/items/a").json() == [root_path, {"name": "a"}]
    assert request(app, "HEAD", "/fixed").body == b""
    assert request(app, "GET", "/nowhere").status == 404
    assert request(app, "POST", "/fixed").headers["allow"] == "GET, HEAD, OPTIONS"
    # Routes may come after the first request.
    app.get("/late/{name}")(where)
    app.get("/late")(hello)
    assert request(app, "GET", "/late").json() == "hello"
    assert request(app, "GET", "/late/b").json() == [root_path, {"name": "b"}]


def test_path_parameters_of_whoever_mounts_it_are_kept() -> None:
    app = App()
    app.get("/items/{name}")(where)
    reply = request(app, "GET", "/items/a", path_params={"tenant": "x", "name": "outer"})
    assert reply.json()[1] == {"tenant": "x", "name": "a"}


def test_no_middleware_after_the_first_request() -> None:
    app = App()
    app.get("/")(hello)
    app.add_middleware(Passing)
    assert request(app, "GET", "/").json() == "hello"
    with pytest.raises(RuntimeError, match="Middleware cannot be added after the first request"):
        app.add_middleware(Passing)


def test_middleware_that_cannot_be_made_ends_the_start() -> None:
    class Impossible(Passing):
        def __init__(self, app: ASGIApp) -> None:
            raise ImportError("Impossible requires a package that is not installed.")

    async def live() -> None:
        async with running(app):
            raise AssertionError("never started")

    app = App()
    app.add_middleware(Impossible)
    with pytest.raises(RuntimeError, match="Impossible requires a package that is not installed"):
        asyncio.run(live())
    # Without a lifespan the first request says so.
    with pytest.raises(ImportError, match="Impossible requires"):
        request(app, "GET", "/")


def test_a_method_is_compared_as_it_is_written() -> None:
    app = App()
    app.get("/")(hello)
    assert request(app, "get", "/").status == 405


def test_a_websocket_finds_no_route_of_a_method() -> None:
    app = App()
    app.get("/echo")(hello)

    @app.websocket("/echo")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    assert request(app, "GET", "/echo").json() == "hello"
    assert [message["type"] for message in converse(app, "/echo")] == ["websocket.accept", "websocket.close"]
