"""Falcon, with the msgspec media handler and the validation of its documentation."""

# The peers are installed where benchmarks run, not where types are checked.
# mypy: disable-error-code="import-not-found, no-any-return"

from gzip import compress
from typing import Any

import falcon
import falcon.asgi
import msgspec
from falcon.asgi import Request, Response, WebSocket

from tests.benchmarks.exchange import Application
from tests.benchmarks.shop import ITEMS, MAX_BODY, ORIGIN, ROUTES, Connection, current_user, load_settings

__all__ = ["crowded", "plain", "wrapped"]


class Item(msgspec.Struct):
    name: str
    price: float
    quantity: int
    tags: list[str]


STOCK = msgspec.convert(ITEMS, list[Item])


class Hello:
    async def on_get(self, req: Request, resp: Response) -> None:
        resp.media = {"message": "Hello, world"}


class One:
    async def on_get(self, req: Request, resp: Response, item_id: int) -> None:
        resp.media = {"item_id": item_id}


class Many:
    async def on_get(self, req: Request, resp: Response) -> None:
        resp.media = STOCK

    async def on_post(self, req: Request, resp: Response) -> None:
        resp.media = msgspec.convert(await req.get_media(), Item)
        resp.status = falcon.HTTP_201


class Search:
    async def on_get(self, req: Request, resp: Response) -> None:
        session = req.get_cookie_values("session")
        if not session:
            raise falcon.HTTPBadRequest(description="The cookie session is missing")
        resp.media = {
            "q": req.get_param("q", required=True),
            "limit": req.get_param_as_int("limit", default=10),
            "offset": req.get_param_as_int("offset", default=0),
            "token": req.get_header("X-Token", required=True),
            "session": session[0],
        }


class Me:
    async def on_get(self, req: Request, resp: Response) -> None:
        async with Connection(await load_settings()) as connection:
            resp.media = await current_user(connection)


class Files:
    async def on_post(self, req: Request, resp: Response) -> None:
        async for part in await req.get_media():
            resp.media = {"filename": part.filename, "size": len(await part.stream.read())}


class Echo:
    async def on_websocket(self, req: Request, ws: WebSocket) -> None:
        await ws.accept()
        try:
            while True:
                await ws.send_text(await ws.receive_text())
        except falcon.WebSocketDisconnected:
            pass


class GZip:
    """Falcon brings no compression."""

    async def process_response(self, req: Request, resp: Response, resource: object, succeeded: bool) -> None:
        body = await resp.render_body()
        if body and len(body) >= 500 and "gzip" in req.get_header("Accept-Encoding", default=""):
            resp.data, resp.text, resp.media = compress(body, 5), None, None
            resp.set_header("Content-Encoding", "gzip")
            resp.append_header("Vary", "Accept-Encoding")


async def refuse(req: Request, resp: Response | None, error: msgspec.ValidationError, params: Any, **more: Any) -> None:
    raise falcon.HTTPUnprocessableEntity(description=str(error))


def make(*middleware: Any) -> falcon.asgi.App[Request, Response]:
    app = falcon.asgi.App(middleware=list(middleware))
    handler = falcon.media.JSONHandler(loads=msgspec.json.Decoder().decode, dumps=msgspec.json.Encoder().encode)
    app.req_options.media_handlers[falcon.MEDIA_JSON] = handler
    app.resp_options.media_handlers[falcon.MEDIA_JSON] = handler
    form: Any = app.req_options.media_handlers[falcon.MEDIA_MULTIPART]
    form.parse_options.max_body_part_buffer_size = MAX_BODY
    # The server queues what a client sends; Falcon's own queue in front of that is for servers that do not.
    app.ws_options.max_receive_queue = 0
    app.add_error_handler(msgspec.ValidationError, refuse)
    app.add_route("/", Hello())
    return app


def plain() -> Application:
    app = make()
    app.add_route("/items/{item_id:int}", One())
    app.add_route("/items", Many())
    app.add_route("/search", Search())
    app.add_route("/me", Me())
    app.add_route("/files", Files())
    app.add_route("/echo", Echo())
    return app


def crowded() -> Application:
    app = make()
    for number in range(ROUTES):
        app.add_route(f"/resource{number}/{{item_id:int}}", One())
    return app


def wrapped() -> Application:
    return make(falcon.CORSMiddleware(allow_origins=ORIGIN), GZip())
