import datetime
import enum
from typing import Annotated, Any

import msgspec
import pytest

from faster_core.params import Cookie, Depends, Header, Path, Query
from tests.openapi.documents import operation

STRING = {"type": "string"}
INTEGER = {"type": "integer"}


class Size(enum.Enum):
    S = "s"
    L = "l"


class Filter(msgspec.Struct, rename="camel"):
    page_size: Annotated[int, msgspec.Meta(ge=1, description="How many.")] = 10
    tags: list[str] = []
    after: datetime.date | None = None


async def plain(a: int, b: str = "x", c: int | None = None, d: Size = Size.S) -> None: ...


async def declared(
    a: Annotated[int, Query(ge=1, le=5, title="A", description="An a.", examples=[3], deprecated=True, alias="aa")] = 1,
    b: Annotated[str, Query(openapi_examples={"one": {"value": "x"}}, json_schema_extra={"x-a": 1})] = "",
    c: Annotated[int, Query(include_in_schema=False)] = 1,
) -> None: ...


async def placed(
    item_id: Annotated[int, Path(ge=1)],
    token: Annotated[str, Cookie()],
    user_agent: Annotated[str | None, Header()] = None,
    as_is: Annotated[str | None, Header(convert_underscores=False)] = None,
    q: int = 0,
) -> None: ...


async def styled(
    a: Annotated[list[int], Query()],
    b: Annotated[list[int], Query(style="csv")],
    c: Annotated[list[int], Query(style="pipe")],
    d: Annotated[list[int], Query(style="space")],
    e: Annotated[dict[str, str], Query(style="deepObject")],
) -> None: ...


async def grouped(filters: Annotated[Filter, Query()]) -> None: ...


async def dependency(x: int, limit: int = 5) -> int:
    return x


async def dependent(x: int, value: Annotated[int, Depends(dependency)]) -> None: ...


async def nothing() -> None: ...


def one(name: str, place: str, schema: Any, *, required: bool = False, **more: Any) -> Any:
    return {"name": name, "in": place, "required": required, "schema": schema, **more}


def optional(schema: Any) -> Any:
    return {"anyOf": [schema, {"type": "null"}]}


SIZE = {"$ref": "#/components/schemas/Size", "default": "s"}
A = {
    "type": "integer",
    "minimum": 1,
    "maximum": 5,
    "title": "A",
    "description": "An a.",
    "examples": [3],
    "deprecated": True,
    "default": 1,
}
LIST = {"type": "array", "items": INTEGER}


@pytest.mark.parametrize(
    ("handler", "path", "parameters"),
    [
        (
            plain,
            "/",
            [
                one("a", "query", INTEGER, required=True),
                one("b", "query", {**STRING, "default": "x"}),
                one("c", "query", optional(INTEGER)),
                one("d", "query", SIZE),
            ],
        ),
        (
            declared,
            "/",
            [
                one("aa", "query", A, description="An a.", deprecated=True),
                one("b", "query", {**STRING, "x-a": 1, "default": ""}, examples={"one": {"value": "x"}}),
            ],
        ),
        (
            placed,
            "/{item_id}",
            [
                one("item_id", "path", {**INTEGER, "minimum": 1}, required=True),
                one("q", "query", {**INTEGER, "default": 0}),
                one("user-agent", "header", optional(STRING)),
                one("as_is", "header", optional(STRING)),
                one("token", "cookie", STRING, required=True),
            ],
        ),
        (
            styled,
            "/",
            [
                one("a", "query", LIST, required=True),
                one("b", "query", LIST, required=True, style="form", explode=False),
                one("c", "query", LIST, required=True, style="pipeDelimited", explode=False),
                one("d", "query", LIST, required=True, style="spaceDelimited", explode=False),
                one(
                    "e",
                    "query",
                    {"type": "object", "additionalProperties": STRING},
                    required=True,
                    style="deepObject",
                    explode=True,
                ),
            ],
        ),
        (
            grouped,
            "/",
            [
                one(
                    "pageSize",
                    "query",
                    {"type": "integer", "minimum": 1, "description": "How many.", "default": 10},
                    description="How many.",
                ),
                one("tags", "query", {"type": "array", "items": STRING}),
                one("after", "query", optional({"type": "string", "format": "date"})),
            ],
        ),
        (
            dependent,
            "/",
            [one("x", "query", INTEGER, required=True), one("limit", "query", {**INTEGER, "default": 5})],
        ),
        (nothing, "/{a}", [one("a", "path", STRING, required=True)]),
        (nothing, "/{a:int}", [one("a", "path", {"type": "integer", "minimum": 0}, required=True)]),
        (nothing, "/{a:uuid}", [one("a", "path", {"type": "string", "format": "uuid"}, required=True)]),
        (nothing, "/{a:path}", [one("a", "path", STRING, required=True)]),
    ],
)
def test_parameters(handler: Any, path: str, parameters: Any) -> None:
    assert operation(handler, path)["parameters"] == parameters


def test_without_parameters_there_is_no_list() -> None:
    assert "parameters" not in operation(nothing)


def test_the_fields_of_an_optional_model_are_optional() -> None:
    class Strict(msgspec.Struct):
        a: int

    async def handler(filters: Annotated[Strict | None, Query()] = None) -> None: ...

    [parameter] = operation(handler)["parameters"]
    assert parameter["required"] is False
