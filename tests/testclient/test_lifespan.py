"""faster_testclient.lifespan"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from faster_testclient import AsyncTestClient, LifespanFailure, ProtocolViolation, TestClient
from faster_testclient.types import ASGIApp, Receive, Scope, Send
from tests.testclient.apps import Lived, answer


def test_start_up_requests_shutdown() -> None:
    app = Lived()
    with TestClient(app) as client:
        assert app.log == ["startup"]
        assert client.get("/a").text == "[('db', 'pool')]"
        assert client.app_state == {"db": "pool"}
    assert app.log == ["startup", "request /a", "shutdown"]


def test_no_lifespan_without_with() -> None:
    app = Lived()
    client = TestClient(app)
    assert client.get("/a").text == "[]"
    client.close()
    assert app.log == ["request /a"]


def test_each_request_has_a_shallow_copy_of_the_state() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["shared"] = []
            await Lived()(scope, receive, send)
            return
        scope["state"]["shared"].append(1)
        scope["state"]["own"] = True
        await answer(send)

    with TestClient(app) as client:
        client.get("/")
        client.get("/")
        assert client.app_state == {"shared": [1, 1], "db": "pool"}


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ("raise", LookupError, "startup"),
        ("say", LifespanFailure, "The application's startup failed: no database"),
        ("say and raise", LookupError, "startup"),
    ],
)
def test_failed_start_up_is_raised_by_with(how: str, error: type[Exception], message: str) -> None:
    app = Lived(startup=how)
    entered = False
    with pytest.raises(error) as caught:
        with TestClient(app):
            entered = True
    assert not entered
    assert message in str(caught.value)
    assert app.log == ["startup"]


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ("raise", LookupError, "shutdown"),
        ("say", LifespanFailure, "The application's shutdown failed: no database"),
        ("say and raise", LookupError, "shutdown"),
    ],
)
def test_failed_shutdown_is_raised_at_the_end_of_with(how: str, error: type[Exception], message: str) -> None:
    app = Lived(shutdown=how)
    with pytest.raises(error) as caught:
        with TestClient(app) as client:
            assert client.get("/").status_code == 200
    assert message in str(caught.value)


async def raises_on_sight(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        raise TypeError(scope["type"])
    await answer(send)


async def returns_on_sight(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await answer(send)


async def answers_everything(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await answer(send)


async def returns_after_asking(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    if scope["type"] == "http":
        await answer(send)


@pytest.mark.parametrize("app", [raises_on_sight, returns_on_sight, answers_everything, returns_after_asking])
def test_applications_without_lifespan(app: ASGIApp) -> None:
    with TestClient(app) as client:
        assert client.get("/").status_code == 200


def test_an_application_that_dies_between_start_up_and_shutdown_is_reported() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await answer(send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        raise LookupError("while living")

    with pytest.raises(LookupError, match="while living"):
        with TestClient(app) as client:
            assert client.get("/").status_code == 200


def test_a_failure_after_the_shutdown_is_raised() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for phase in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{phase}.complete"})
        await asyncio.sleep(0)
        raise LookupError("at the very end")

    with pytest.raises(LookupError, match="at the very end"):
        with TestClient(app):
            pass


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (["lifespan.startup.done"], "lifespan: the application sent 'lifespan.startup.done'. "),
        (
            ["lifespan.startup.complete"] * 2,
            "lifespan: the application answered 'lifespan.startup' twice. Answer once.",
        ),
    ],
)
def test_broken_rules(kinds: list[str], message: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        for kind in kinds:
            await send({"type": kind})

    with pytest.raises(ProtocolViolation) as caught:
        with TestClient(app):
            pass
    assert str(caught.value).startswith(message)


def test_start_up_life_and_shutdown_are_one_task() -> None:
    tasks: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for phase in ("startup", "shutdown"):
            await receive()
            tasks.append(asyncio.current_task())
            await send({"type": f"lifespan.{phase}.complete"})

    with TestClient(app):
        pass
    assert len(tasks) == 2
    assert tasks[0] is tasks[1]


def test_asynchronous_client() -> None:
    async def main(app: Lived) -> None:
        async with AsyncTestClient(app) as client:
            assert app.log == ["startup"]
            assert (await client.get("/a")).text == "[('db', 'pool')]"

    app = Lived()
    asyncio.run(main(app))
    assert app.log == ["startup", "request /a", "shutdown"]
    with pytest.raises(LookupError):
        asyncio.run(main(Lived(startup="say and raise")))
    with pytest.raises(LifespanFailure):
        asyncio.run(main(Lived(shutdown="say")))


def test_starlette_state() -> None:
    pytest.importorskip("starlette")
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, str]]:
        yield {"name": "state"}

    async def endpoint(request: Request) -> JSONResponse:
        return JSONResponse(request.state.name)

    with TestClient(Starlette(routes=[Route("/", endpoint)], lifespan=lifespan)) as client:
        assert client.get("/").json() == "state"


def test_starlette_failure() -> None:
    pytest.importorskip("starlette")
    from starlette.applications import Starlette

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        raise LookupError("no database")
        yield

    with pytest.raises(LookupError, match="no database"):
        with TestClient(Starlette(lifespan=lifespan)):
            pass
