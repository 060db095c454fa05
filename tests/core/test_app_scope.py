"""Dependencies outside requests, and those that live as long as the application."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest

from faster_core import App, Depends, Query
from faster_core.exceptions import ConfigurationError
from faster_core.request import Request
from tests.core.client import run_request, running

events: list[str] = []


@pytest.fixture(autouse=True)
def _fresh() -> None:
    events.clear()


async def open_pool() -> AsyncIterator[str]:
    events.append("pool in")
    yield "pool"
    events.append("pool out")


def open_session(pool: Annotated[str, Depends(open_pool)]) -> Iterator[str]:
    events.append("session in")
    yield f"session of {pool}"
    events.append("session out")


class Service:
    def __init__(self, session: Annotated[str, Depends(open_session)], retries: int = 3) -> None:
        self.session = session
        self.retries = retries


def test_a_scope_gives_values_and_leaves_them() -> None:
    async def job() -> None:
        app = App()
        async with app.scope() as scope:
            service = await scope.get(Service)
            assert (service.session, service.retries) == ("session of pool", 3)
            assert await scope.get(Service) is service
            assert events == ["pool in", "session in"]
        assert events == ["pool in", "session in", "session out", "pool out"]

    asyncio.run(job())


def test_a_scope_is_left_with_the_error() -> None:
    seen: list[str] = []

    async def resource() -> AsyncIterator[int]:
        try:
            yield 1
        except ValueError as error:
            seen.append(str(error))
            raise

    async def job() -> None:
        async with App().scope() as scope:
            await scope.get(resource)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(job())
    assert seen == ["no"]


def test_overrides_stand_in() -> None:
    async def job() -> Any:
        app = App()
        app.dependency_overrides[open_session] = lambda: "fake"
        async with app.scope() as scope:
            return (await scope.get(Service)).session

    assert asyncio.run(job()) == "fake"


def test_a_context_local_override_stands_in() -> None:
    async def job() -> Any:
        app = App()
        with app.override({open_session: lambda: "fake"}):
            async with app.scope() as scope:
                return (await scope.get(Service)).session

    assert asyncio.run(job()) == "fake"


def test_a_context_local_override_stands_in_while_it_holds() -> None:
    async def job() -> Any:
        app = App()
        async with app.scope() as scope:
            with app.override({open_session: lambda: "fake"}):
                return (await scope.get(Service)).session

    async def outlived() -> Any:
        app = App()
        with app.override({open_session: lambda: "fake"}):
            scope = app.scope()
        async with scope:
            return (await scope.get(Service)).session

    assert (asyncio.run(job()), asyncio.run(outlived())) == ("fake", "fake")


def needs_request(request: Request) -> str:
    return request.url.path


def needs_text(q: Annotated[str, Query()]) -> str:
    return q


@pytest.mark.parametrize(("dependency", "what"), [(needs_request, "request"), (needs_text, "'q'")])
def test_what_needs_a_request_says_so(dependency: Any, what: str) -> None:
    async def job() -> None:
        async with App().scope() as scope:
            await scope.get(dependency)

    line = dependency.__code__.co_firstlineno
    message = (
        f"{dependency.__name__} (test_app_scope.py:{line}) needs {what} of a request, but there is none here. "
        "Give the argument a default, or override the dependency."
    )
    with pytest.raises(RuntimeError) as raised:
        asyncio.run(job())
    assert str(raised.value) == message


def app_with_pool() -> App:
    app = App()

    @app.get("/")
    async def read(pool: Annotated[str, Depends(open_pool, scope="app")]) -> str:
        return pool

    return app


def test_an_app_scoped_dependency_is_entered_once() -> None:
    app = app_with_pool()

    async def live() -> None:
        async with running(app):
            assert events == ["pool in"]
            assert [(await run_request(app, "GET", "/")).json() for _ in range(2)] == ["pool", "pool"]
            async with app.scope() as scope:
                assert await scope.get(open_pool) == "pool"
        assert events == ["pool in", "pool out"]

    asyncio.run(live())


def test_without_its_lifespan_the_application_says_so(caplog: pytest.LogCaptureFixture) -> None:
    reply = asyncio.run(run_request(app_with_pool(), "GET", "/"))
    assert reply.status == 500
    assert (
        "lives as long as the application (scope='app'), which has not started. "
        "Run its lifespan: `with TestClient(app)` in a test." in caplog.text
    )


def test_an_override_after_start_up_is_made_when_it_is_needed() -> None:
    app = app_with_pool()

    async def fake() -> AsyncIterator[str]:
        events.append("fake in")
        yield "fake"
        events.append("fake out")

    async def live() -> None:
        async with running(app):
            app.dependency_overrides[open_pool] = fake
            replies = await asyncio.gather(*(run_request(app, "GET", "/") for _ in range(3)))
            assert [reply.json() for reply in replies] == ["fake"] * 3
            app.dependency_overrides.clear()
            assert (await run_request(app, "GET", "/")).json() == "pool"

    asyncio.run(live())
    assert events == ["pool in", "fake in", "fake out", "pool out"]


def test_a_route_that_comes_after_start_up() -> None:
    app = App()

    async def live() -> None:
        async with running(app):

            @app.get("/")
            async def read(pool: Annotated[str, Depends(open_pool, scope="app")]) -> str:
                return pool

            assert (await run_request(app, "GET", "/")).json() == "pool"
        assert events == ["pool in", "pool out"]

    asyncio.run(live())


@dataclass
class Settings:
    url: str = "memory:"


def test_an_app_scoped_dependency_takes_its_defaults() -> None:
    app = App()

    async def connect(settings: Annotated[Settings, Depends(Settings)], size: int = 4) -> str:
        return f"{settings.url} {size}"

    @app.get("/")
    async def read(connection: Annotated[str, Depends(connect, scope="app")]) -> str:
        return connection

    async def live() -> None:
        async with running(app):
            # They are no parameters of the request.
            assert (await run_request(app, "GET", "/?size=9&url=x")).json() == "memory: 4"

    asyncio.run(live())
    assert app.routes[0].plan.parameters == ()


def test_nothing_of_a_request_lives_as_long_as_the_application() -> None:
    app = App()

    def connect(q: Annotated[str, Query()] = "x") -> str:
        return q

    with pytest.raises(ConfigurationError) as raised:

        @app.get("/")
        async def read(connection: Annotated[str, Depends(connect, scope="app")]) -> None: ...

    diagnostic = raised.value.diagnostic
    assert diagnostic.code == "FA111"


def test_a_callable_without_a_hash() -> None:
    @dataclass
    class Greeter:
        word: str

        def __call__(self) -> str:
            return self.word

    async def job() -> str:
        async with App().scope() as scope:
            greeting: str = await scope.get(Greeter("hi"))
            return greeting

    assert asyncio.run(job()) == "hi"
