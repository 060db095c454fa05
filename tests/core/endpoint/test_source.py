"""The generated source of a handful of plans; `python -m tests.core.endpoint.test_source` writes it anew."""

import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any

import msgspec
import pytest

from faster_core import App, BackgroundTasks, Cookie, Depends, Form, Header, Query, Response, WebSocket

HERE = FilePath(__file__).parent / "sources"


class Item(msgspec.Struct):
    name: str


class Filter(msgspec.Struct):
    limit: int = 10


async def user(x_token: Annotated[str, Header()]) -> str:
    return x_token


async def session() -> AsyncIterator[str]:
    yield "session"


def connection() -> Iterator[str]:
    yield "connection"


def plain(app: App) -> None:
    @app.get("/plain")
    async def hello() -> dict[str, str]: ...  # type: ignore[empty-body]


def parameters(app: App) -> None:
    @app.get("/parameters/{item_id}")
    def read(  # type: ignore[empty-body]
        item_id: int,
        filters: Annotated[Filter, Query()],
        q: str | None = None,
        session: Annotated[str, Cookie()] = "",
    ) -> str: ...


def body(app: App) -> None:
    @app.put("/body/{item_id:int}", status_code=201)
    async def change(  # type: ignore[empty-body]
        item_id: int, item: Item, who: Annotated[str, Depends(user)], db: Annotated[str, Depends(session)]
    ) -> Item: ...


def form(app: App) -> None:
    @app.post("/form")
    async def login(
        name: Annotated[str, Form()],
        response: Response,
        tasks: BackgroundTasks,
        db: Annotated[str, Depends(connection, scope="function")],
    ) -> None: ...


def stream(app: App) -> None:
    @app.get("/stream")
    async def items(db: Annotated[str, Depends(session)]) -> AsyncIterator[Item]:
        yield Item("a")


def websocket(app: App) -> None:
    @app.websocket("/websocket")
    async def talk(websocket: WebSocket, who: Annotated[str, Depends(user)]) -> None: ...


PLANS: list[Callable[[App], None]] = [plain, parameters, body, form, stream, websocket]


def source_of(declare: Callable[[App], None]) -> str:
    app = App()
    declare(app)
    route: Any = app.routes[0]
    return re.sub(r"\.py:\d+", ".py", route.explain().source)


@pytest.mark.parametrize("declare", PLANS, ids=lambda declare: declare.__name__)
def test_the_source(declare: Callable[[App], None]) -> None:
    expected = (HERE / f"{declare.__name__}.txt").read_text(encoding="utf-8")
    assert source_of(declare) == expected, (
        "Read the difference; if it is meant: python -m tests.core.endpoint.test_source"
    )


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for plan in PLANS:
        (HERE / f"{plan.__name__}.txt").write_text(source_of(plan), encoding="utf-8")
    sys.stdout.write(f"{len(PLANS)} sources written to {HERE.name}/\n")
