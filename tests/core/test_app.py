"""The application as a whole: what it refuses, and extensions."""

import asyncio
import copy
import functools
from collections.abc import Callable
from typing import Annotated, Any

import pytest

from faster_core import App, Depends, Extension, JSONResponse
from faster_core.concurrency import DEFAULT_THREADS, set_thread_limit
from tests.core.client import request, run_request


async def hello() -> str:
    return "hello"


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


def test_threads() -> None:
    try:
        App(threads=3)
        with pytest.raises(ValueError, match="The number of threads must be 1 or more, not 0"):
            App(threads=0)
    finally:
        set_thread_limit(DEFAULT_THREADS)


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


def test_dependencies_are_called_through_their_wrappers() -> None:
    app, called = App(), []

    def noting(mark: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
            async def call(*args: Any, **kwargs: Any) -> Any:
                called.append(f"{mark} {function.__name__}")
                return await function(*args, **kwargs)

            return functools.wraps(function)(call)

        return wrap

    async def number() -> int:
        return 1

    async def double(number: Annotated[int, Depends(number)]) -> int:
        return number * 2

    async def other() -> int:
        return 10

    @app.get("/")
    async def read(double: Annotated[int, Depends(double)]) -> int:
        return double

    assert request(app, "GET", "/").json() == 2
    assert called == []
    app.wrap_dependencies(noting("inner"))
    app.wrap_dependencies(noting("outer"))
    assert request(app, "GET", "/").json() == 2
    assert called == ["outer number", "inner number", "outer double", "inner double"]
    called.clear()
    # What stands in for a dependency is one, too.
    app.dependency_overrides[number] = other
    assert request(app, "GET", "/").json() == 20
    assert called == ["outer other", "inner other", "outer double", "inner double"]


def test_a_wrapper_is_asked_once_for_each_dependency() -> None:
    app, asked = App(), []

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        asked.append(function.__name__)
        return function

    async def first(number: int) -> int:
        return number

    async def second() -> int:
        return 2

    @app.get("/")
    async def read(first: Annotated[int, Depends(first)], second: Annotated[int, Depends(second)]) -> int:
        return first + second

    app.wrap_dependencies(wrap)
    # Where the number does not fit, the other one is called all the same: it stands in the endpoint twice.
    assert request(app, "GET", "/?number=x").status == 422
    assert request(app, "GET", "/?number=1").json() == 3
    assert asked == ["first", "second"]
