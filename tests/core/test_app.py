"""The application as a whole: its door, what it refuses, and extensions."""

import asyncio
import copy
import inspect
from typing import Any

import pytest

from faster_core import App, Extension, JSONResponse, Request
from faster_core.concurrency import DEFAULT_THREADS, set_thread_limit
from tests.core.client import request, run_request


async def hello() -> str:
    return "hello"


def test_servers_know_it_for_a_coroutine_function() -> None:
    app = App()
    assert inspect.iscoroutinefunction(app.__call__)


def test_an_extension() -> None:
    class Health:
        def install(self, app: App) -> None:
            app.get("/health")(hello)

    app = App()
    extension: Extension = Health()
    app.install(extension)
    assert app.extensions == [extension]
    assert request(app, "GET", "/health").json() == "hello"


def test_it_cannot_be_copied() -> None:
    with pytest.raises(TypeError, match=r"An application cannot be copied\. Make another\."):
        copy.copy(App())


def test_an_unknown_keyword_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="titel"):
        App(titel="x")  # type: ignore[call-arg]


def test_how_it_shows() -> None:
    app = App()
    app.get("/")(hello)
    assert repr(app) == "App(1 routes)"
    assert repr(app.routes[0]) == "Route(GET / → hello)"


def test_what_a_request_finds_in_its_scope() -> None:
    app = App()
    app.state.word = "hi"

    @app.get("/{name}")
    async def read(request: Request) -> list[Any]:
        return [request.app is app, request.app.state.word, request.scope["route"].path, request.path_params]

    assert request(app, "GET", "/x").json() == [True, "hi", "/{name}", {"name": "x"}]


def test_threads() -> None:
    try:
        App(threads=3)
        with pytest.raises(ValueError, match="The number of threads must be 1 or more, not 0"):
            App(threads=0)
    finally:
        set_thread_limit(DEFAULT_THREADS)


@pytest.mark.parametrize("redirects", [True, False])
def test_slashes(redirects: bool) -> None:
    app = App(redirect_slashes=redirects)
    app.get("/a/")(hello)
    reply = request(app, "GET", "/a?q=1")
    assert reply.status == (307 if redirects else 404)
    if redirects:
        assert reply.headers["location"].endswith("/a/?q=1")


def test_handlers_added_late_are_used() -> None:
    app = App()

    @app.get("/")
    async def fail() -> None:
        raise KeyError

    assert request(app, "GET", "/").status == 500
    app.add_exception_handler(KeyError, lambda request, exc: JSONResponse("late", 400))
    assert request(app, "GET", "/").json() == "late"


def test_many_requests_over_one_loop() -> None:
    app = App()

    @app.get("/{number}")
    def read(number: int) -> int:
        return number

    async def run() -> list[Any]:
        replies = await asyncio.gather(*(run_request(app, "GET", f"/{number}") for number in range(100)))
        return [reply.json() for reply in replies]

    assert asyncio.run(run()) == list(range(100))
