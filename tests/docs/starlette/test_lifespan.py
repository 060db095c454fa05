"""The page on lifespan: what is opened once, and state that requests see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypedDict

from FasterAPI import Faster, FasterRouter
from FasterAPI.requests import Request
from FasterAPI.testclient import TestClient
from FasterAPI.websockets import WebSocket


class Pool:
    """Something that is opened and closed."""

    def __init__(self) -> None:
        self.events = ["open"]

    async def close(self) -> None:
        self.events.append("closed")


class State(TypedDict):
    """What the lifespan yields."""

    pool: Pool


def make(pools: list[Pool]) -> Faster:
    """Return an application with a pool for as long as it runs."""

    @asynccontextmanager
    async def lifespan(app: Faster) -> AsyncIterator[State]:
        pool = Pool()
        pools.append(pool)
        try:
            yield {"pool": pool}
        finally:
            await pool.close()

    app = Faster(lifespan=lifespan)

    @app.get("/")
    async def root(request: Request) -> Any:
        return request.state.pool.events

    @app.get("/change")
    async def change(request: Request) -> None:
        request.state.pool.events.append("used")
        request.state.other = "mine"

    @app.get("/other")
    async def other(request: Request) -> bool:
        return hasattr(request.state, "other")

    @app.websocket("/ws")
    async def converse(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json(websocket.state.pool.events)
        await websocket.close()

    return app


def test_a_pool_is_open_while_the_application_runs() -> None:
    pools: list[Pool] = []
    with TestClient(make(pools)) as client:
        assert client.get("/").json() == ["open"]
        with client.websocket_connect("/ws") as session:
            assert session.receive_json() == ["open"]
    assert [pool.events for pool in pools] == [["open", "closed"]]


def test_state_is_a_shallow_copy() -> None:
    with TestClient(make([])) as client:
        client.get("/change")
        assert client.get("/").json() == ["open", "used"]
        assert client.get("/other").json() is False


def test_every_start_opens_anew() -> None:
    pools: list[Pool] = []
    app = make(pools)
    for _ in range(2):
        with TestClient(app) as client:
            assert client.get("/").json() == ["open"]
    assert [pool.events[-1] for pool in pools] == ["closed", "closed"]


def test_without_with_no_lifespan_runs() -> None:
    pools: list[Pool] = []
    assert TestClient(make(pools)).get("/other").json() is False
    assert pools == []


def test_a_router_has_one_too() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        events.append("start")
        yield
        events.append("stop")

    app = Faster()
    app.include_router(FasterRouter(lifespan=lifespan))
    with TestClient(app):
        assert events == ["start"]
    assert events == ["start", "stop"]
