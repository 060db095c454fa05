"""Answers: what becomes of every kind of result."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
import pytest

from faster_core import (
    App,
    BackgroundTask,
    BackgroundTasks,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from faster_core.sse import EventSourceResponse, ServerSentEvent
from tests.core.client import Reply, request


class Color(Enum):
    RED = "red"


class User(msgspec.Struct):
    name: str
    age: int | None = None


class Account(User):
    password: str = "secret"


@dataclass
class Point:
    x: int


def serve(handler: Any, method: str = "GET", **options: Any) -> Reply:
    app = App()
    app.api_route("/", methods=[method], **options)(handler)
    return request(app, method, "/")


def giving(value: Any, annotation: Any = None) -> Any:
    async def read():  # type: ignore[no-untyped-def]
        return value

    if annotation is not None:
        read.__annotations__["return"] = annotation
    return read


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ("text", b'"text"'),
        (None, b"null"),
        (3, b"3"),
        (True, b"true"),
        ([1, "a"], b'[1,"a"]'),
        ({"a": {"b": None}}, b'{"a":{"b":null}}'),
        ((1, 2), b"[1,2]"),
        ({3}, b"[3]"),
        (User("n"), b'{"name":"n","age":null}'),
        ([User("n")], b'[{"name":"n","age":null}]'),
        (Point(1), b'{"x":1}'),
        (Color.RED, b'"red"'),
        (Decimal("1.50"), b'"1.50"'),
        (date(2026, 1, 2), b'"2026-01-02"'),
        (datetime(2026, 1, 2, tzinfo=UTC), b'"2026-01-02T00:00:00Z"'),
        (UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
    ],
    ids=repr,
)
def test_results_become_json(value: Any, body: bytes) -> None:
    reply = serve(giving(value))
    assert (reply.status, reply.body) == (200, body)
    assert reply.headers == {"content-type": "application/json", "content-length": str(len(body))}


def test_a_body_of_a_thousand_bytes() -> None:
    for size in (1000, 1021, 1022, 1023, 1024, 5000):
        reply = serve(giving("x" * size))
        assert reply.headers["content-length"] == str(size + 2)


@pytest.mark.parametrize(
    ("value", "annotation", "options", "body"),
    [
        (Account("n"), User, {}, {"name": "n", "age": None}),
        ([Account("n")], list[User], {}, [{"name": "n", "age": None}]),
        ({"name": "n", "age": 1, "more": 2}, User, {}, {"name": "n", "age": 1}),
        (Account("n"), None, {"response_model": User}, {"name": "n", "age": None}),
        (Account("n"), User, {"response_model": None}, {"name": "n", "age": None, "password": "secret"}),
        (User("n"), User, {"response_model_exclude_none": True}, {"name": "n"}),
        (User("n", 3), User, {"response_model_include": {"age"}}, {"age": 3}),
        (User("n", 3), User, {"response_model_exclude": {"age"}}, {"name": "n"}),
        (User("n"), User, {"response_model_exclude_defaults": True}, {"name": "n"}),
        (User("n"), User | None, {}, {"name": "n", "age": None}),
        (None, User | None, {}, None),
    ],
)
def test_models_filter(value: Any, annotation: Any, options: Any, body: Any) -> None:
    assert serve(giving(value, annotation), **options).json() == body


def test_a_result_that_does_not_fit(caplog: pytest.LogCaptureFixture) -> None:
    reply = serve(giving({"name": 3}, User))
    assert (reply.status, reply.text) == (500, "Internal Server Error")
    assert "ResponseValidationError" in caplog.text


@pytest.mark.parametrize("value", [float("nan"), {"a": float("inf")}, object(), {1, "x", object()}])
def test_a_result_that_is_no_json(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert serve(giving(value)).status in (200, 500)
    assert serve(giving(object())).status == 500


@pytest.mark.parametrize(
    ("status", "value", "body", "headers"),
    [
        (201, {"a": 1}, b'{"a":1}', {"content-type": "application/json", "content-length": "7"}),
        (HTTPStatus.ACCEPTED, 1, b"1", {"content-type": "application/json", "content-length": "1"}),
        (204, None, b"", {}),
        (304, None, b"", {}),
        (204, {"a": 1}, b"", {}),
        (205, {"a": 1}, b"", {"content-length": "0"}),
    ],
)
def test_status_codes(status: int, value: Any, body: bytes, headers: dict[str, str]) -> None:
    reply = serve(giving(value), status_code=status)
    assert (reply.status, reply.body, reply.headers) == (int(status), body, headers)


@pytest.mark.parametrize(
    ("response", "status", "text", "content_type"),
    [
        (PlainTextResponse("x", 418), 418, "x", "text/plain; charset=utf-8"),
        (HTMLResponse("<p>"), 200, "<p>", "text/html; charset=utf-8"),
        (JSONResponse({"a": 1}, 201), 201, '{"a":1}', "application/json"),
        (Response(b"raw", media_type="image/png"), 200, "raw", "image/png"),
        (StreamingResponse(iter(["a", "b"]), media_type="text/x"), 200, "ab", "text/x; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("annotation", [None, Response, User, dict[str, int] | Response], ids=str)
def test_a_response_passes_as_it_is(
    response: Response, status: int, text: str, content_type: str, annotation: Any
) -> None:
    if isinstance(response, StreamingResponse):
        response = StreamingResponse(iter(["a", "b"]), media_type="text/x")
    reply = serve(giving(response, annotation))
    assert (reply.status, reply.text, reply.headers["content-type"]) == (status, text, content_type)


@pytest.mark.parametrize(
    ("response_class", "value", "text", "status"),
    [
        (HTMLResponse, "<p>", "<p>", 200),
        (PlainTextResponse, "x", "x", 200),
        (RedirectResponse, "/other", "", 307),
        (StreamingResponse, iter(["a", "b"]), "ab", 200),
    ],
)
def test_response_classes(response_class: Any, value: Any, text: str, status: int) -> None:
    reply = serve(giving(value), response_class=response_class)
    assert (reply.status, reply.text) == (status, text)


def test_the_lent_response() -> None:
    async def plain(response: Response) -> dict[str, int]:
        response.headers["x-one"] = "1"
        response.set_cookie("a", "b")
        response.status_code = 202
        return {"a": 1}

    async def own(response: Response) -> Response:
        response.headers["x-one"] = "1"
        response.set_cookie("a", "b")
        return PlainTextResponse("own", 203)

    async def none(response: Response) -> None:
        response.status_code = 204

    async def reset(response: Response) -> None:
        response.status_code = 205
        response.headers["content-length"] = "7"

    async def html(response: Response) -> str:
        response.headers["x-one"] = "1"
        response.status_code = 299
        return "<p>"

    reply = serve(plain)
    assert (reply.status, reply.json(), reply.headers["x-one"]) == (202, {"a": 1}, "1")
    assert reply.headers["set-cookie"].startswith("a=b")
    reply = serve(own)
    assert (reply.status, reply.text, reply.headers["x-one"]) == (203, "own", "1")
    reply = serve(none)
    assert (reply.status, reply.body, reply.headers) == (204, b"", {})
    reply = serve(reset)
    assert (reply.status, reply.body, reply.headers) == (205, b"", {"content-length": "0"})
    reply = serve(html, response_class=HTMLResponse)
    assert (reply.status, reply.text, reply.headers["x-one"]) == (299, "<p>", "1")


def test_a_shared_response_stays_as_it_is() -> None:
    shared = PlainTextResponse("x")

    async def read(response: Response) -> Response:
        response.headers["x-one"] = "1"
        return shared

    before = list(shared.raw_headers)
    assert serve(read).headers["x-one"] == "1"
    assert shared.raw_headers == before


def test_background_tasks() -> None:
    done: list[str] = []

    async def add(name: str) -> None:
        done.append(name)

    async def read(tasks: BackgroundTasks) -> Response:
        tasks.add_task(add, "injected")
        tasks.add_task(done.append, "in a thread")
        return PlainTextResponse("x", background=BackgroundTask(add, "of the response"))

    assert serve(read).text == "x"
    assert sorted(done) == ["in a thread", "injected", "of the response"]


def test_a_background_task_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fail() -> None:
        raise ValueError

    async def read(tasks: BackgroundTasks) -> str:
        tasks.add_task(fail)
        tasks.add_task(done.append, "next")
        return "x"

    assert serve(read).status == 200
    assert done == ["next"]
    assert caplog.text.count("Background task") == 1
    assert "'GET /'" in caplog.text


async def items() -> AsyncIterator[dict[str, int]]:
    for index in range(2):
        yield {"n": index}


def items_in_thread() -> Iterator[dict[str, int]]:
    for index in range(2):
        yield {"n": index}


async def models() -> AsyncIterable[User]:
    yield Account("n")


def models_in_thread() -> Iterable[User]:
    yield Account("n")


async def events() -> AsyncIterator[Any]:
    yield {"n": 1}
    yield ServerSentEvent(data="x", event="named", id="7")


async def chunks() -> AsyncIterator[str]:
    yield "a"
    yield "b"


@pytest.mark.parametrize(
    ("handler", "options", "text", "content_type"),
    [
        (items, {}, '{"n":0}\n{"n":1}\n', "application/jsonl"),
        (items_in_thread, {}, '{"n":0}\n{"n":1}\n', "application/jsonl"),
        (models, {}, '{"name":"n","age":null}\n', "application/jsonl"),
        (models_in_thread, {}, '{"name":"n","age":null}\n', "application/jsonl"),
        (
            events,
            {"response_class": EventSourceResponse},
            'data: {"n":1}\n\nevent: named\nid: 7\ndata: "x"\n\n',
            "text/event-stream; charset=utf-8",
        ),
        (chunks, {"response_class": StreamingResponse}, "ab", None),
    ],
)
def test_streams(handler: Any, options: Any, text: str, content_type: str | None) -> None:
    reply = serve(handler, status_code=201, **options)
    assert (reply.status, reply.headers.get("content-type")) == (201, content_type)
    if handler is events:
        assert sorted(reply.text.split("\n")) == sorted(text.split("\n"))
    else:
        assert reply.text == text
    assert reply.complete


def test_a_class_as_an_endpoint_s_response_model_is_for_results_only() -> None:
    reply = serve(giving(PlainTextResponse("x"), User), response_model=User)
    assert reply.text == "x"
