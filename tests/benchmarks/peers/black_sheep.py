"""BlackSheep, with pydantic models for what it binds, and msgspec for its JSON."""

# The peers are installed where benchmarks run, not where types are checked.
# mypy: disable-error-code="import-not-found, misc, no-any-return, no-untyped-call, untyped-decorator"

import logging
from collections.abc import Callable
from typing import Any

import msgspec
from blacksheep import (
    Application as BlackSheep,
)
from blacksheep import (
    FromCookie,
    FromFiles,
    FromHeader,
    FromJSON,
    FromQuery,
    Response,
    WebSocket,
    WebSocketDisconnectError,
    json,
)
from blacksheep.server.compression import GzipMiddleware, use_gzip_compression
from blacksheep.server.routing import Router
from blacksheep.settings.json import json_settings
from pydantic import BaseModel

from tests.benchmarks.exchange import Application
from tests.benchmarks.shop import ITEMS, ORIGIN, ROUTES, Connection, current_user, load_settings

__all__ = ["crowded", "plain", "wrapped"]


class Item(BaseModel):
    name: str
    price: float
    quantity: int
    tags: list[str]


class Token(FromHeader[str]):
    name = "X-Token"


class Session(FromCookie[str]):
    name = "session"


STOCK = [Item(**item) for item in ITEMS]


def encode_model(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise NotImplementedError(type(value))


encoder = msgspec.json.Encoder(enc_hook=encode_model)


def as_text(value: Any) -> str:
    return encoder.encode(value).decode()


# It reports every refusal; that is for operators.
logging.getLogger("blacksheep.server").addFilter(lambda record: record.levelno > logging.INFO)
json_settings.use(loads=msgspec.json.decode, dumps=as_text)


def plain() -> Application:
    app = BlackSheep(router=Router())

    @app.router.get("/")
    async def hello() -> Response:
        return json({"message": "Hello, world"})

    @app.router.get("/items/{int:item_id}")
    async def read_item(item_id: int) -> Response:
        return json({"item_id": item_id})

    @app.router.get("/items")
    async def list_items() -> Response:
        return json(STOCK)

    @app.router.post("/items")
    async def create_item(item: FromJSON[Item]) -> Response:
        return json(item.value, status=201)

    @app.router.get("/search")
    async def search(
        token: Token,
        session: Session,
        q: FromQuery[str],
        limit: FromQuery[int] = FromQuery(10),
        offset: FromQuery[int] = FromQuery(0),
    ) -> Response:
        return json(
            {
                "q": q.value,
                "limit": limit.value,
                "offset": offset.value,
                "token": token.value,
                "session": session.value,
            }
        )

    @app.router.get("/me")
    async def me() -> Response:
        async with Connection(await load_settings()) as connection:
            return json(await current_user(connection))

    @app.router.post("/files")
    async def upload(files: FromFiles) -> Response:
        part = files.value[0]
        name = part.file_name or b""
        return json({"filename": name.decode(), "size": len(part.data)})

    @app.router.ws("/echo")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text(await websocket.receive_text())
        except WebSocketDisconnectError:
            pass

    return app


def reader() -> Callable[[int], Any]:
    async def read(item_id: int) -> Response:
        return json({"item_id": item_id})

    return read


def crowded() -> Application:
    app = BlackSheep(router=Router())
    for number in range(ROUTES):
        app.router.add_get(f"/resource{number}/{{int:item_id}}", reader())
    return app


def wrapped() -> Application:
    app = BlackSheep(router=Router())
    app.use_cors(allow_origins=[ORIGIN], allow_methods=["GET"])
    use_gzip_compression(app, GzipMiddleware(min_size=500))

    @app.router.get("/")
    async def hello() -> Response:
        return json({"message": "Hello, world"})

    return app
