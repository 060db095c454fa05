"""Litestar, with msgspec models, which are its own first choice."""

# The peers are installed where benchmarks run, not where types are checked.
# mypy: disable-error-code="import-not-found, no-any-return, untyped-decorator"

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import msgspec
from litestar import Litestar, WebSocket, get, post, websocket
from litestar.config.compression import CompressionConfig
from litestar.config.cors import CORSConfig
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, Parameter

from tests.benchmarks.exchange import Application
from tests.benchmarks.shop import ITEMS, ORIGIN, ROUTES, Connection, Settings, current_user, load_settings

__all__ = ["crowded", "plain", "wrapped"]


class Item(msgspec.Struct):
    name: str
    price: float
    quantity: int
    tags: list[str]


STOCK = msgspec.convert(ITEMS, list[Item])


async def connect(settings: NamedDependency[Settings]) -> AsyncGenerator[Connection, None]:
    async with Connection(settings) as connection:
        yield connection


async def find_user(connection: NamedDependency[Connection]) -> dict[str, Any]:
    return await current_user(connection)


@get("/")
async def hello() -> dict[str, str]:
    return {"message": "Hello, world"}


@get("/items/{item_id:int}")
async def read_item(item_id: int) -> dict[str, int]:
    return {"item_id": item_id}


@get("/items")
async def list_items() -> list[Item]:
    return STOCK


@post("/items")
async def create_item(data: Item) -> Item:
    return data


@get("/search")
async def search(
    q: str,
    token: Annotated[str, Parameter(header="X-Token")],
    session: Annotated[str, Parameter(cookie="session")],
    limit: int = 10,
    offset: int = 0,
) -> dict[str, Any]:
    return {"q": q, "limit": limit, "offset": offset, "token": token, "session": session}


@get(
    "/me",
    dependencies={"settings": Provide(load_settings), "connection": Provide(connect), "user": Provide(find_user)},
)
async def me(user: NamedDependency[dict[str, Any]]) -> dict[str, Any]:
    return user


@post("/files", status_code=200)
async def upload(data: Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)]) -> dict[str, Any]:
    return {"filename": data.filename, "size": len(await data.read())}


@websocket("/echo")
async def echo(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass


def plain() -> Application:
    return Litestar([hello, read_item, list_items, create_item, search, me, upload, echo])


def reader(number: int) -> HTTPRouteHandler:
    @get(f"/resource{number}/{{item_id:int}}", name=f"read {number}")
    async def read(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    return read


def crowded() -> Application:
    return Litestar([reader(number) for number in range(ROUTES)])


def wrapped() -> Application:
    return Litestar(
        [hello],
        cors_config=CORSConfig(allow_origins=[ORIGIN]),
        compression_config=CompressionConfig(backend="gzip", minimum_size=500),
    )
