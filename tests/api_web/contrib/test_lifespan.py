from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from FasterAPI import Faster, Request, TestClient
from FasterAPI.contrib._lifespan import wrap_lifespan


class Opened:
    """What opens and closes, and says so."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.name = name
        self.log = log

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        self.log.append(f"open {self.name}")
        try:
            yield
        finally:
            self.log.append(f"close {self.name}")


def test_it_is_around_the_applications_own_lifespan() -> None:
    log: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
        log.append(f"start {type(app).__name__}")
        yield {"greeting": "hello"}
        log.append("stop")

    app = Faster(lifespan=lifespan)
    wrap_lifespan(app, Opened("a", log))
    wrap_lifespan(app, Opened("b", log))

    @app.get("/")
    async def root(request: Request) -> str:
        return str(request.state.greeting)

    with TestClient(app) as client:
        assert client.get("/").json() == "hello"
    assert log == ["open b", "open a", "start Faster", "stop", "close a", "close b"]


def test_it_is_opened_at_each_start() -> None:
    log: list[str] = []
    app = Faster()
    wrap_lifespan(app, Opened("a", log))
    for _ in range(2):
        with TestClient(app):
            pass
    assert log == ["open a", "close a"] * 2


def test_it_is_closed_when_the_application_fails_to_start() -> None:
    log: list[str] = []

    async def lifespan(app: Any) -> AsyncIterator[None]:
        raise LookupError("no")
        yield

    app = Faster(lifespan=lifespan)
    wrap_lifespan(app, Opened("a", log))
    with pytest.raises(LookupError, match="no"), TestClient(app):
        pass
    assert log == ["open a", "close a"]
