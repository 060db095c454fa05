"""FastAPI, with pydantic models."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import Cookie, Depends, FastAPI, Header, UploadFile, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from pydantic import BaseModel

from tests.benchmarks.exchange import Application
from tests.benchmarks.shop import ITEMS, ORIGIN, ROUTES, Connection, Settings, current_user, load_settings

__all__ = ["crowded", "plain", "wrapped"]


class Item(BaseModel):
    name: str
    price: float
    quantity: int
    tags: list[str]


STOCK = [Item(**item) for item in ITEMS]


async def connect(settings: Annotated[Settings, Depends(load_settings)]) -> AsyncIterator[Connection]:
    async with Connection(settings) as connection:
        yield connection


async def find_user(connection: Annotated[Connection, Depends(connect)]) -> dict[str, Any]:
    return await current_user(connection)


def plain() -> Application:
    app = FastAPI()

    @app.get("/")
    async def hello() -> dict[str, str]:
        return {"message": "Hello, world"}

    @app.get("/items/{item_id}")
    async def read_item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/items")
    async def list_items() -> list[Item]:
        return STOCK

    @app.post("/items", status_code=201)
    async def create_item(item: Item) -> Item:
        return item

    @app.get("/search")
    async def search(
        q: str,
        x_token: Annotated[str, Header()],
        session: Annotated[str, Cookie()],
        limit: int = 10,
        offset: int = 0,
    ) -> dict[str, Any]:
        return {"q": q, "limit": limit, "offset": offset, "token": x_token, "session": session}

    @app.get("/me")
    async def me(user: Annotated[dict[str, Any], Depends(find_user)]) -> dict[str, Any]:
        return user

    @app.post("/files")
    async def upload(file: UploadFile) -> dict[str, Any]:
        return {"filename": file.filename, "size": len(await file.read())}

    @app.websocket("/echo")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        async for text in websocket.iter_text():
            await websocket.send_text(text)

    return app


def reader() -> Callable[[int], Any]:
    async def read(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    return read


def crowded() -> Application:
    app = FastAPI()
    for number in range(ROUTES):
        app.get(f"/resource{number}/{{item_id}}")(reader())
    return app


def wrapped() -> Application:
    app = FastAPI()
    app.add_middleware(GZipMiddleware, minimum_size=500)
    app.add_middleware(CORSMiddleware, allow_origins=[ORIGIN])

    @app.get("/")
    async def hello() -> dict[str, str]:
        return {"message": "Hello, world"}

    return app
