"""Written by hand: an ASGI application without a framework, as a careful person writes it.

It dispatches with `if`, bounds the body, checks its type, decodes it into a model, and answers errors as such: 404,
405, 413, 415, 422, 500.
"""

import logging
from collections.abc import AsyncIterator
from gzip import compress
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tests.benchmarks.exchange import Application
from tests.benchmarks.shop import ITEMS, MAX_BODY, ORIGIN, ROUTES, Connection, current_user, load_settings

__all__ = ["crowded", "plain", "wrapped"]

logger = logging.getLogger(__name__)
encode = msgspec.json.Encoder().encode


class Item(msgspec.Struct):
    name: str
    price: float
    quantity: int
    tags: list[str]


STOCK = msgspec.convert(ITEMS, list[Item])
decode_item = msgspec.json.Decoder(Item).decode


class Refusal(Exception):
    """A request that cannot be answered as asked."""

    def __init__(self, status: int, detail: str, *headers: tuple[bytes, bytes]) -> None:
        self.status, self.detail, self.headers = status, detail, headers


def wrong_method(allowed: bytes) -> Refusal:
    return Refusal(405, "Method Not Allowed", (b"allow", allowed))


async def answer(send: Any, status: int, value: Any, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    body = encode(value)
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), *headers],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def chunks(receive: Any) -> AsyncIterator[bytes]:
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "The body was cut short")
        body = message.get("body", b"")
        size += len(body)
        if size > MAX_BODY:
            raise Refusal(413, "The body is too long")
        yield body
        more = message.get("more_body", False)


async def read_body(receive: Any) -> bytes:
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        if len(body) > MAX_BODY:
            raise Refusal(413, "The body is too long")
        return body
    parts = [message.get("body", b"")]
    async for part in chunks(receive):
        parts.append(part)
    return b"".join(parts)


def find_header(scope: Any, wanted: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == wanted:
            return str(value, "latin-1")
    return None


def as_int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refusal(422, f"{text!r} is not a whole number") from None


async def hello(scope: Any, receive: Any, send: Any) -> None:
    await answer(send, 200, {"message": "Hello, world"})


async def read_item(scope: Any, receive: Any, send: Any) -> None:
    await answer(send, 200, {"item_id": as_int(scope["path"][len("/items/") :])})


async def list_items(scope: Any, receive: Any, send: Any) -> None:
    await answer(send, 200, STOCK)


async def create_item(scope: Any, receive: Any, send: Any) -> None:
    content_type = find_header(scope, b"content-type") or ""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "Send JSON")
    try:
        item = decode_item(await read_body(receive))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(422, str(error)) from None
    await answer(send, 201, item)


def read_cookies(scope: Any) -> dict[str, str]:
    line = find_header(scope, b"cookie") or ""
    pairs = (pair.partition("=") for pair in line.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


async def search(scope: Any, receive: Any, send: Any) -> None:
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    token = find_header(scope, b"x-token")
    cookies = read_cookies(scope)
    if "q" not in query or token is None or "session" not in cookies:
        raise Refusal(422, "q, X-Token and the cookie session are required")
    found = {
        "q": query["q"],
        "limit": as_int(query.get("limit", "10")),
        "offset": as_int(query.get("offset", "0")),
        "token": token,
        "session": cookies["session"],
    }
    await answer(send, 200, found)


async def me(scope: Any, receive: Any, send: Any) -> None:
    settings = await load_settings()
    async with Connection(settings) as connection:
        await answer(send, 200, await current_user(connection))


async def upload(scope: Any, receive: Any, send: Any) -> None:
    from python_multipart.exceptions import MultipartParseError
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(find_header(scope, b"content-type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise Refusal(415, "Send a form")
    content, name, value, fields = BytesIO(), bytearray(), bytearray(), {}

    def header_end() -> None:
        fields[bytes(name).lower()] = bytes(value)
        name.clear()
        value.clear()

    callbacks: Any = {
        "on_header_field": lambda data, start, end: name.extend(data[start:end]),
        "on_header_value": lambda data, start, end: value.extend(data[start:end]),
        "on_header_end": header_end,
        "on_part_data": lambda data, start, end: content.write(data[start:end]),
    }
    parser = MultipartParser(options[b"boundary"], callbacks)
    try:
        async for chunk in chunks(receive):
            parser.write(chunk)
        parser.finalize()
    except MultipartParseError as error:
        raise Refusal(422, str(error)) from None
    _, disposition = parse_options_header(fields.get(b"content-disposition", b""))
    found = {"filename": disposition.get(b"filename", b"").decode(), "size": len(content.getvalue())}
    await answer(send, 200, found)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            break
        await send({"type": "websocket.send", "text": message["text"]})


async def lifespan(scope: Any, receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            break


async def dispatch(scope: Any, receive: Any, send: Any) -> None:
    path, method = scope["path"], scope["method"]
    if path == "/":
        if method != "GET":
            raise wrong_method(b"GET")
        await hello(scope, receive, send)
    elif path == "/items":
        if method == "GET":
            await list_items(scope, receive, send)
        elif method == "POST":
            await create_item(scope, receive, send)
        else:
            raise wrong_method(b"GET, POST")
    elif path.startswith("/items/"):
        if method != "GET":
            raise wrong_method(b"GET")
        await read_item(scope, receive, send)
    elif path == "/search":
        if method != "GET":
            raise wrong_method(b"GET")
        await search(scope, receive, send)
    elif path == "/me":
        if method != "GET":
            raise wrong_method(b"GET")
        await me(scope, receive, send)
    elif path == "/files":
        if method != "POST":
            raise wrong_method(b"POST")
        await upload(scope, receive, send)
    else:
        raise Refusal(404, "Not Found")


async def dispatch_crowd(scope: Any, receive: Any, send: Any) -> None:
    _, resource, item_id = scope["path"].split("/", 2)
    if resource not in RESOURCES:
        raise Refusal(404, "Not Found")
    if scope["method"] != "GET":
        raise wrong_method(b"GET")
    await answer(send, 200, {"item_id": as_int(item_id)})


RESOURCES = {f"resource{number}" for number in range(ROUTES)}


def door(respond: Application) -> Application:
    """Return an application that answers errors."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            try:
                await respond(scope, receive, send)
            except Refusal as refusal:
                await answer(send, refusal.status, {"detail": refusal.detail}, refusal.headers)
            except Exception:
                logger.exception("%s %s", scope["method"], scope["path"])
                await answer(send, 500, {"detail": "Internal Server Error"})
        elif scope["type"] == "websocket":
            await echo(scope, receive, send)
        else:
            await lifespan(scope, receive, send)

    return application


def plain() -> Application:
    return door(dispatch)


def crowded() -> Application:
    return door(dispatch_crowd)


def wrapped() -> Application:
    inner = door(dispatch)
    origin_lines = [(b"access-control-allow-origin", ORIGIN.encode()), (b"vary", b"Origin, Accept-Encoding")]

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        admitted = find_header(scope, b"origin") == ORIGIN
        zips = "gzip" in (find_header(scope, b"accept-encoding") or "")
        start: dict[str, Any] = {}

        async def send_wrapped(message: dict[str, Any]) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body = message["body"]
            headers = start["headers"]
            if admitted:
                headers.extend(origin_lines)
            if zips and len(body) >= 500:
                body = compress(body, 5)
                headers[:] = [pair for pair in headers if pair[0] != b"content-length"]
                headers += [(b"content-length", b"%d" % len(body)), (b"content-encoding", b"gzip")]
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await inner(scope, receive, send_wrapped)

    return application
