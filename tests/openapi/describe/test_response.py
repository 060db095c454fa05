from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from faster_core.app import App
from faster_core.files import FileResponse
from faster_core.jsonlines import JSONLinesResponse
from faster_core.response import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from faster_core.routing.router import FasterRouter
from faster_core.sse import EventSourceResponse, ServerSentEvent
from faster_openapi import document
from faster_openapi.describe import describe
from faster_openapi.model import About
from tests.openapi.documents import operation

REF = "#/components/schemas/"
ITEM = {"$ref": f"{REF}Item"}
OK = "Successful Response"


class Item(msgspec.Struct):
    name: str


class Problem(msgspec.Struct):
    reason: str


async def item() -> Item:
    return Item("a")


async def items() -> list[Item]:
    return []


async def anything():  # type: ignore[no-untyped-def]
    return 1


async def html() -> HTMLResponse:
    return HTMLResponse("")


async def response() -> Response:
    return Response()


async def file() -> FileResponse:
    raise AssertionError


async def away() -> RedirectResponse:
    return RedirectResponse("/")


async def either() -> Item | PlainTextResponse:
    return Item("a")


def json(schema: Any, description: str = OK) -> Any:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


TEXT = {"description": OK, "content": {"text/html": {"schema": {"type": "string"}}}}


@pytest.mark.parametrize(
    ("handler", "options", "responses"),
    [
        (item, {}, {"200": json(ITEM)}),
        (items, {"status_code": 201}, {"201": json({"type": "array", "items": ITEM})}),
        (anything, {}, {"200": json({})}),
        (anything, {"response_model": Item}, {"200": json(ITEM)}),
        (item, {"response_model": None}, {"200": json({})}),
        (item, {"response_description": "Here."}, {"200": json(ITEM, "Here.")}),
        (item, {"status_code": 204}, {"204": {"description": OK}}),
        (html, {}, {"200": TEXT}),
        (anything, {"response_class": HTMLResponse}, {"200": TEXT}),
        (response, {}, {"200": {"description": OK}}),
        (file, {}, {"200": {"description": OK}}),
        (away, {}, {"307": {"description": OK}}),
        (anything, {"response_class": RedirectResponse}, {"307": {"description": OK}}),
        (anything, {"response_class": RedirectResponse, "status_code": 302}, {"302": {"description": OK}}),
        (either, {}, {"200": json({})}),
        (
            item,
            {"responses": {404: {"model": Problem}, "5XX": {"description": "Broken"}}},
            {
                "200": json(ITEM),
                "404": json({"$ref": f"{REF}Problem"}, "Not Found"),
                "5XX": {"description": "Broken"},
            },
        ),
        (
            item,
            {"responses": {200: {"description": "Yes", "content": {"image/png": {}}, "headers": {"X-A": {}}}}},
            {
                "200": {
                    "description": "Yes",
                    "headers": {"X-A": {}},
                    "content": {"application/json": {"schema": ITEM}, "image/png": {}},
                }
            },
        ),
        (
            item,
            {"responses": {"default": {"description": "Else"}}},
            {"200": json(ITEM), "default": {"description": "Else"}},
        ),
    ],
)
def test_responses(handler: Any, options: Any, responses: Any) -> None:
    assert operation(handler, **options)["responses"] == responses


def test_a_redirect_that_is_only_declared_has_its_own_status() -> None:
    webhooks = FasterRouter(default_response_class=RedirectResponse)
    webhooks.add_api_route("moved", anything, methods=["POST"])
    webhooks.add_api_route("gone", anything, methods=["POST"], status_code=303)
    webhooks.add_api_route("text", html, methods=["POST"])
    found = describe(About(), [], webhooks).document["webhooks"]
    statuses = {name: next(iter(item["post"]["responses"])) for name, item in found.items()}
    assert statuses == {"moved": "307", "gone": "303", "text": "200"}


def test_a_route_knows_better_than_the_layers_around_it() -> None:
    inner = FasterRouter(responses={404: {"description": "router"}, 409: {"description": "router"}})
    inner.add_api_route("/", item, responses={404: {"description": "route"}})
    app = App(responses={404: {"description": "app"}, 418: {"description": "app"}})
    app.include_router(inner)
    found = document(app)["paths"]["/"]["get"]["responses"]
    assert {status: found[status]["description"] for status in ("404", "409", "418")} == {
        "404": "route",
        "409": "router",
        "418": "app",
    }


async def lines() -> AsyncIterator[Item]:
    yield Item("a")


def sync_lines() -> Iterator[Item]:
    yield Item("a")


async def events() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(data="a")


async def chunks() -> AsyncIterator[bytes]:
    yield b""


class Picture(StreamingResponse):
    media_type = "image/png"


@pytest.mark.parametrize(
    ("handler", "response_class", "content"),
    [
        (lines, None, {"application/jsonl": {"itemSchema": ITEM}}),
        (sync_lines, None, {"application/jsonl": {"itemSchema": ITEM}}),
        (lines, JSONLinesResponse, {"application/jsonl": {"itemSchema": ITEM}}),
        (chunks, Picture, {"image/png": {"schema": {"type": "string"}}}),
        (chunks, StreamingResponse, None),
    ],
)
def test_streams(handler: Any, response_class: Any, content: Any) -> None:
    assert operation(handler, response_class=response_class)["responses"]["200"].get("content") == content


@pytest.mark.parametrize(
    ("handler", "data"),
    [
        (lines, {"type": "string", "contentMediaType": "application/json", "contentSchema": ITEM}),
        (events, {"type": "string"}),
    ],
)
def test_events(handler: Any, data: Any) -> None:
    found = operation(handler, response_class=EventSourceResponse)["responses"]["200"]["content"]
    assert found["text/event-stream"]["itemSchema"]["properties"]["data"] == data


class Profile(msgspec.Struct):
    full_name: str = msgspec.field(name="fullName")
    age: int = 1


async def profile() -> Profile:
    return Profile("a")


@pytest.mark.parametrize(
    ("options", "required", "names"),
    [
        ({}, ["fullName", "age"], ["fullName", "age"]),
        ({"response_model_exclude_unset": True}, None, ["fullName", "age"]),
        ({"response_model_exclude_none": True}, None, ["fullName", "age"]),
        ({"response_model_exclude_defaults": True}, None, ["fullName", "age"]),
        ({"response_model_include": {"age"}}, None, ["fullName", "age"]),
        ({"response_model_by_alias": False}, ["full_name", "age"], ["full_name", "age"]),
    ],
)
def test_what_is_left_out_is_not_required(options: Any, required: Any, names: list[str]) -> None:
    app = App()
    app.add_api_route("/", profile, **options)
    schema = document(app)["components"]["schemas"]["Profile"]
    assert (schema.get("required"), list(schema["properties"])) == (required, names)
