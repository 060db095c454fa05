"""The statuses in the document are those that bad requests provoke: no more, no less."""

import uuid
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import msgspec
import pytest

from faster_core.app import App
from faster_core.limits import Limits
from faster_core.params import Body, Cookie, Depends, File, Form, Header, Query
from faster_core.security import APIKeyHeader, HTTPBasic
from faster_openapi import document
from faster_openapi.describe.error import phrase_of
from tests.core.client import request
from tests.openapi.documents import operation

pytest.importorskip("python_multipart")
LIMIT = 2000
JSON = {"content-type": "application/json"}
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}
PART = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--b--\r\n'


class Item(msgspec.Struct):
    name: str


class Filter(msgspec.Struct):
    limit: int = 1


async def nothing() -> int:
    return 1


async def int_path(value: int) -> int:
    return value


async def text_path(value: str) -> int:
    return 1


async def uuid_path(value: uuid.UUID) -> int:
    return 1


async def query(q: str | None = None) -> int:
    return 1


async def number(q: int = 1) -> int:
    return 1


async def group(f: Annotated[Filter, Query()]) -> int:
    return 1


async def header(x: Annotated[str | None, Header()] = None) -> int:
    return 1


async def required_header(x: Annotated[str, Header()]) -> int:
    return 1


async def number_header(x: Annotated[int | None, Header()] = None) -> int:
    return 1


async def cookie(x: Annotated[str | None, Cookie()] = None) -> int:
    return 1


async def json(item: Item) -> int:
    return 1


async def optional_json(item: Item | None = None) -> int:
    return 1


async def anything(item: Annotated[Any, Body()]) -> int:
    return 1


async def raw(data: Annotated[bytes, Body()]) -> int:
    return 1


async def optional_raw(data: Annotated[bytes, Body()] = b"") -> int:
    return 1


async def text(data: Annotated[str, Body(media_type="text/plain")]) -> int:
    return 1


async def form(a: Annotated[int, Form()] = 1) -> int:
    return 1


async def file(f: Annotated[bytes, File()]) -> int:
    return 1


async def guarded(user: Annotated[Any, Depends(HTTPBasic())]) -> int:
    return 1


async def unguarded(key: Annotated[Any, Depends(APIKeyHeader(name="k", auto_error=False))]) -> int:
    return 1


def bad_requests() -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that clients get wrong, as the query and the rest of a request."""
    yield "", {}
    yield "?q=x&limit=x", {}
    yield "?q=%ff&limit=%ff", {}
    yield "?" + "&".join(f"a{number}=1" for number in range(1001)), {}
    for value in ("x", "\xff\xfe"):
        yield "", {"headers": {"x": value, "cookie": f"x={value}", "authorization": f"Basic {value}"}}
    bodies = (
        b"{",
        b"[]",
        b'"\xff"',
        b'{"name": 1}',
        b"[" * 1500,
        b"x" * (LIMIT + 1),
        b"1",
        b"a=%ff&a=x",
        b"a=1",
        b"a=x",
        PART,
    )
    for body in bodies:
        for headers in ({}, JSON, URLENCODED, MULTIPART, {"content-type": "multipart/form-data"}):
            yield "", {"content": body, "headers": headers}
    yield "", {"content": b"&".join(b"a=1" for _ in range(1001)), "headers": URLENCODED}


@pytest.mark.parametrize(
    ("handler", "path", "statuses"),
    [
        (nothing, "/x", set()),
        (int_path, "/{value}", {"422"}),
        (int_path, "/{value:int}", {"404"}),
        (text_path, "/{value}", set()),
        (uuid_path, "/{value}", {"422"}),
        (query, "/x", {"400", "422"}),
        (number, "/x", {"400", "422"}),
        (group, "/x", {"400", "422"}),
        (header, "/x", set()),
        (required_header, "/x", {"422"}),
        (number_header, "/x", {"422"}),
        (cookie, "/x", set()),
        (json, "/x", {"413", "422"}),
        (optional_json, "/x", {"413", "422"}),
        (anything, "/x", {"413", "422"}),
        (raw, "/x", {"413", "422"}),
        (optional_raw, "/x", {"413"}),
        (text, "/x", {"413", "422"}),
        (form, "/x", {"400", "413", "422"}),
        (file, "/x", {"400", "413", "422"}),
        (guarded, "/x", {"401"}),
        (unguarded, "/x", set()),
    ],
)
def test_documented_statuses_are_those_that_bad_requests_provoke(
    handler: Callable[..., Any], path: str, statuses: set[str]
) -> None:
    app = App(limits=Limits(max_body_size=LIMIT, max_form_size=LIMIT))
    app.add_api_route(path, handler, methods=["POST"])
    documented = set(next(iter(document(app)["paths"].values()))["post"]["responses"])
    seen = set()
    for value in ("x", "1", "%00", "9" * 5000):
        target = path.replace("{value}", value).replace("{value:int}", value)
        seen |= {str(request(app, "POST", target + query, **rest).status) for query, rest in bad_requests()}
        if "{" not in path:
            break
    assert seen - {"200"} == statuses
    assert documented == statuses | {"200"}


def test_a_limit_of_ones_own_holds_for_bodies_that_nobody_reads() -> None:
    app = App()
    app.add_api_route("/limited", unguarded, methods=["POST"], max_body_size=LIMIT)
    app.add_api_route("/limited", unguarded, methods=["GET"], max_body_size=LIMIT)
    app.add_api_route("/free", unguarded, methods=["POST"])
    paths = document(app)["paths"]
    for method, path, refused in (("POST", "/limited", True), ("GET", "/limited", False), ("POST", "/free", False)):
        reply = request(app, method, path, content=b"x", headers={"content-length": str(LIMIT + 1)})
        assert (reply.status == 413) == ("413" in paths[path][method.lower()]["responses"]) == refused


@pytest.mark.parametrize("problem_details", [False, True])
def test_the_shapes_are_those_that_are_sent(problem_details: bool) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    app = App(problem_details=problem_details, max_body_size=LIMIT)
    app.add_api_route("/", json, methods=["POST"])
    app.add_api_route("/guarded", guarded, methods=["POST"])
    described = document(app, "3.1.0")
    cases = (("/", "422", b"{}"), ("/", "422", b"{"), ("/", "413", b"x" * (LIMIT + 1)), ("/guarded", "401", b""))
    for path, status, body in cases:
        reply = request(app, "POST", path, content=body, headers=JSON)
        content = described["paths"][path]["post"]["responses"][status]["content"]
        assert str(reply.status) == status
        [media_type] = content
        assert reply.headers["content-type"] == media_type
        schema = {**content[media_type]["schema"], "components": described["components"]}
        jsonschema.Draft202012Validator(schema).validate(reply.json())
        assert set(reply.json()) <= set(properties(described, content[media_type]["schema"]))


def properties(described: Any, schema: Any) -> Any:
    return described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]


def test_shapes_are_named_only_where_they_are_needed() -> None:
    app = App()
    app.add_api_route("/", nothing)
    assert "components" not in document(app)


def test_a_declared_422_stands_for_the_usual_one() -> None:
    found = operation(json, method="POST", responses={422: {"description": "Odd", "model": Item}})["responses"]["422"]
    assert found == {
        "description": "Odd",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}},
    }


@pytest.mark.parametrize(
    ("status", "phrase"),
    [("404", "Not Found"), ("499", "Response"), ("4XX", "Client Error"), ("default", "Default Response")],
)
def test_phrases(status: str, phrase: str) -> None:
    assert phrase_of(status) == phrase
