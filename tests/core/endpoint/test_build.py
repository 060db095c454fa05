"""Endpoints: their source, that building them is pure, and WebSockets served by them."""

import re
from collections.abc import AsyncIterator, Iterator
from textwrap import dedent
from typing import Annotated, Any

import msgspec
import pytest

from faster_core import (
    App,
    BackgroundTasks,
    Depends,
    FasterRouter,
    Header,
    HTTPException,
    Query,
    Response,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
    WebSocketRequestValidationError,
)
from faster_core.connection import HTTPConnection
from tests.core.client import converse, request


class Item(msgspec.Struct):
    name: str


def source_of(handler: Any, path: str = "/", method: str = "get", **options: Any) -> str:
    app = App()
    getattr(app, method)(path, **options)(handler)
    return str(app.routes[0].explain().source)


async def hello() -> dict[str, str]:
    return {"hello": "world"}


def test_the_source_of_a_plain_handler() -> None:
    source = source_of(hello)
    assert "await handler()" in source
    assert "leave" not in source
    assert "refuse" not in source
    assert len(source.splitlines()) < 36


@pytest.mark.parametrize(
    ("lines", "handler", "path", "method"),
    [
        pytest.param(
            ["result = await run_in_threadpool(handler)"],
            lambda: None,
            "/",
            "get",
            id="a handler in a thread",
        ),
        pytest.param(
            ["except UNFIT as error:", "raise refuse(error, scope, None, None) from None"],
            lambda q: q,
            "/",
            "get",
            id="a query",
        ),
    ],
)
def test_lines_of_the_source(lines: list[str], handler: Any, path: str, method: str) -> None:
    source = source_of(handler, path, method)
    for line in lines:
        assert line in source


async def limit_of(limit: Annotated[int, Query(ge=1)] = 10) -> int:
    return limit


async def session() -> AsyncIterator[str]:
    yield "session"


async def change(
    item_id: int, item: Item, limit: Annotated[int, Depends(limit_of)], db: Annotated[str, Depends(session)]
) -> Item:
    return item


def test_the_source_is_straight() -> None:
    source = source_of(change, "/items/{item_id}", "put")
    stations = [
        r"message = await receive\(\)",
        r"read_query\(",
        r"await dependency\w*\(",
        r"async for value_\d+ in generator:",
        r'scope\["path_params"\]',
        r"decoders\[content_type\]\(body\)",
        r"await handler\(",
        r"await send\(",
        r"async for _ in",
        r"await leave\(\[generator\], error\)",
        r"await fail\(error, scope, receive, send, sent\)",
    ]
    places = [match.start() for station in stations if (match := re.search(station, source))]
    assert len(places) == len(stations), source
    assert places == sorted(places), source
    assert re.search(r"# 'limit' of 'limit_of \(test_build\.py:\d+\)'", source)
    assert "def " not in dedent(source).removeprefix("async def endpoint")


def test_building_is_pure() -> None:
    app = App()
    app.put("/items/{item_id}")(change)
    route = app.routes[0]
    plan = route.plan
    one, two = route.explain(), route.explain()
    assert one.source == two.source
    assert one.app is not two.app
    assert route.plan is plan


def test_no_text_of_a_user_stands_in_the_source() -> None:
    evil = 'x"); raise SystemExit("'

    async def read(q: Annotated[str, Query(alias=evil)] = evil, h: Annotated[str, Header(alias="a\nb")] = "") -> str:
        return q

    source = source_of(read, response_model=None)
    assert "SystemExit" not in source
    app = App()
    app.get("/")(read)
    assert request(app, "GET", "/").json() == evil


def test_a_traceback_shows_the_line_of_the_endpoint(caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.get("/")
    async def fail() -> None:
        raise ValueError

    request(app, "GET", "/")
    assert "result = await handler()" in caplog.text


# WebSockets


async def user_of(token: str = "none") -> str:
    if token == "bad":
        raise WebSocketException(4401, "who are you")
    if token == "denied":
        raise HTTPException(403, "no entry")
    return token


def socket_app() -> App:
    app = App()

    @app.websocket("/{room}", name="room")
    async def talk(
        websocket: WebSocket,
        room: str,
        user: Annotated[str, Depends(user_of)],
        x_name: Annotated[str, Header()] = "-",
        limit: int = 3,
    ) -> None:
        await websocket.accept()
        await websocket.send_text(f"{room} {user} {x_name} {limit}")
        async for text in websocket.iter_text():
            await websocket.send_text(text.upper())

    return app


def kinds(messages: list[Any]) -> list[str]:
    return [message["type"].removeprefix("websocket.") for message in messages]


def test_a_websocket() -> None:
    heard = converse(socket_app(), "/lobby?token=me&limit=5", "a", "b", headers={"x-name": "n"})
    assert kinds(heard) == ["accept", "send", "send", "send"]
    assert [message.get("text") for message in heard[1:]] == ["lobby me n 5", "A", "B"]


def test_a_websocket_with_wrong_input() -> None:
    heard = converse(socket_app(), "/lobby?limit=x")
    assert heard == [
        {"type": "websocket.close", "code": 1008, "reason": "query.limit: Expected `int`, got `str`"},
    ]


def test_a_websocket_that_a_dependency_closes() -> None:
    assert converse(socket_app(), "/lobby?token=bad") == [
        {"type": "websocket.close", "code": 4401, "reason": "who are you"},
    ]


def test_a_websocket_that_is_denied() -> None:
    assert converse(socket_app(), "/lobby?token=denied") == [
        {"type": "websocket.close", "code": 1008, "reason": "no entry"},
    ]
    heard = converse(socket_app(), "/lobby?token=denied", extensions={"websocket.http.response": {}})
    assert kinds(heard) == ["http.response.start", "http.response.body"]
    assert (heard[0]["status"], heard[1]["body"]) == (403, b'{"detail":"no entry"}')


def test_no_such_websocket() -> None:
    heard = converse(socket_app(), "/a/b/c")
    assert [(message["type"], message["code"]) for message in heard] == [("websocket.close", 4004)]


def test_an_unhandled_error_closes_a_websocket(caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.websocket("/")
    async def fail(websocket: WebSocket) -> None:
        await websocket.accept()
        raise ValueError

    assert converse(app, "/")[-1]["code"] == 1011
    assert caplog.text.count("Unhandled ValueError in websocket /") == 1


def test_handlers_of_websocket_errors() -> None:
    app = App()

    @app.exception_handler(WebSocketRequestValidationError)
    async def answer(websocket: WebSocket, exc: WebSocketRequestValidationError) -> None:
        await websocket.close(4000, str(len(exc.errors)))

    @app.websocket("/")
    async def talk(websocket: WebSocket, one: int, two: int) -> None: ...

    assert converse(app, "/") == [{"type": "websocket.close", "code": 4000, "reason": "2"}]


def test_dependencies_of_a_websocket_are_left() -> None:
    events: list[str] = []
    app = App()

    async def on_loop() -> AsyncIterator[str]:
        try:
            yield "loop"
        except WebSocketDisconnect:
            events.append("disconnect")
            raise
        finally:
            events.append("out loop")

    def in_thread() -> Iterator[str]:
        try:
            yield "thread"
        finally:
            events.append("out thread")

    @app.websocket("/", dependencies=[Depends(in_thread)])
    async def talk(websocket: WebSocket, value: Annotated[str, Depends(on_loop)], tasks: BackgroundTasks) -> None:
        await websocket.accept()
        tasks.add_task(events.append, "task")
        await websocket.receive_text()
        await websocket.receive_text()

    converse(app, "/", "one")
    assert events == ["disconnect", "out loop", "out thread"]
    events.clear()
    converse(app, "/", "one", "two")
    assert events == ["task", "out loop", "out thread"]


def test_a_websocket_in_a_router_with_a_connection() -> None:
    app, router = App(), FasterRouter(prefix="/r")

    async def path(connection: HTTPConnection) -> str:
        return connection.url.path

    @router.websocket("/ws")
    async def talk(websocket: WebSocket, value: Annotated[str, Depends(path)]) -> None:
        await websocket.accept()
        await websocket.send_json({"path": value})

    app.include_router(router)
    assert converse(app, "/r/ws")[1]["text"] == '{"path":"/r/ws"}'


def test_one_dependency_of_both_protocols() -> None:
    app = App()

    async def name(connection: HTTPConnection, response: Response, name: str = "n") -> str:
        response.headers["x-name"] = name
        return f"{connection.scope['type']} {name}"

    @app.get("/")
    async def read(value: Annotated[str, Depends(name)]) -> str:
        return value

    @app.websocket("/")
    async def talk(websocket: WebSocket, value: Annotated[str, Depends(name)]) -> None:
        await websocket.accept()
        await websocket.send_text(value)

    assert request(app, "GET", "/?name=x").json() == "http x"
    assert converse(app, "/?name=x")[1]["text"] == "websocket x"
