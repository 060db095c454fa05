"""Starlette, with msgspec for what it leaves to its users: models, and what they are decoded from."""

from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.benchmarks.exchange import Application
from tests.benchmarks.shop import ITEMS, ORIGIN, ROUTES, Connection, current_user, load_settings

__all__ = ["crowded", "plain", "wrapped"]


class Item(msgspec.Struct):
    name: str
    price: float
    quantity: int
    tags: list[str]


decode_item = msgspec.json.Decoder(Item).decode
encode = msgspec.json.Encoder().encode
STOCK = msgspec.convert(ITEMS, list[Item])


class ModelResponse(JSONResponse):
    """JSON made by msgspec, the custom response that Starlette's documentation shows with another library."""

    def render(self, content: Any) -> bytes:
        return encode(content)


def as_int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise HTTPException(422, f"{text!r} is not a whole number") from None


async def hello(request: Request) -> Response:
    return ModelResponse({"message": "Hello, world"})


async def read_item(request: Request) -> Response:
    return ModelResponse({"item_id": request.path_params["item_id"]})


async def list_items(request: Request) -> Response:
    return ModelResponse(STOCK)


async def create_item(request: Request) -> Response:
    try:
        item = decode_item(await request.body())
    except msgspec.DecodeError as error:
        raise HTTPException(422, str(error)) from None
    return ModelResponse(item, status_code=201)


async def search(request: Request) -> Response:
    query = request.query_params
    try:
        found = {
            "q": query["q"],
            "limit": as_int(query.get("limit", "10")),
            "offset": as_int(query.get("offset", "0")),
            "token": request.headers["x-token"],
            "session": request.cookies["session"],
        }
    except KeyError as error:
        raise HTTPException(422, f"{error} is missing") from None
    return ModelResponse(found)


async def me(request: Request) -> Response:
    async with Connection(await load_settings()) as connection:
        return ModelResponse(await current_user(connection))


async def upload(request: Request) -> Response:
    async with request.form() as form:
        file = form["file"]
        if isinstance(file, str):
            raise HTTPException(422, "file is not a file")
        return ModelResponse({"filename": file.filename, "size": len(await file.read())})


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)


def plain() -> Application:
    return Starlette(
        routes=[
            Route("/", hello),
            Route("/items/{item_id:int}", read_item),
            Route("/items", list_items),
            Route("/items", create_item, methods=["POST"]),
            Route("/search", search),
            Route("/me", me),
            Route("/files", upload, methods=["POST"]),
            WebSocketRoute("/echo", echo),
        ]
    )


def crowded() -> Application:
    return Starlette(routes=[Route(f"/resource{number}/{{item_id:int}}", read_item) for number in range(ROUTES)])


def wrapped() -> Application:
    middleware = [Middleware(CORSMiddleware, allow_origins=[ORIGIN]), Middleware(GZipMiddleware, minimum_size=500)]
    return Starlette(routes=[Route("/", hello)], middleware=middleware)
