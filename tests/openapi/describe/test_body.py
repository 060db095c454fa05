from typing import Annotated, Any

import msgspec
import pytest

from faster_core.app import App
from faster_core.params import Body, File, Form
from faster_core.upload import UploadFile
from faster_openapi import document
from tests.openapi.documents import operation

REF = "#/components/schemas/"
ITEM = {"$ref": f"{REF}Item"}
BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
STRING = {"type": "string"}
FILLED = {"type": "string", "minLength": 1}
INTEGER = {"type": "integer"}


class Item(msgspec.Struct):
    name: str


class Login(msgspec.Struct):
    user: str
    password: str


async def whole(item: Item) -> None: ...


async def optional(item: Item | None = None) -> None: ...


async def described(item: Annotated[Item, Body(description="One.", openapi_examples={"a": {"value": {}}})]) -> None: ...


async def own_type(item: Annotated[Item, Body(media_type="application/vnd.item+json")]) -> None: ...


async def raw(data: Annotated[bytes, Body()]) -> None: ...


async def image(data: Annotated[bytes, Body(media_type="image/png")]) -> None: ...


async def text(data: Annotated[str, Body(media_type="text/plain")]) -> None: ...


def json(schema: Any, **more: Any) -> Any:
    return {"application/json": {"schema": schema, **more}, "application/msgpack": {"schema": schema}}


@pytest.mark.parametrize(
    ("handler", "body"),
    [
        (whole, {"content": json(ITEM), "required": True}),
        (optional, {"content": json({"anyOf": [ITEM, {"type": "null"}]})}),
        (
            described,
            {
                "content": json({**ITEM, "description": "One."}, examples={"a": {"value": {}}}),
                "required": True,
                "description": "One.",
            },
        ),
        (
            own_type,
            {
                "content": {
                    "application/vnd.item+json": {"schema": ITEM},
                    "application/msgpack": {"schema": ITEM},
                },
                "required": True,
            },
        ),
        (raw, {"content": {"application/octet-stream": {"schema": {"minLength": 1}}}, "required": True}),
        (image, {"content": {"image/png": {"schema": {"minLength": 1}}}, "required": True}),
        (text, {"content": {"text/plain": {"schema": FILLED}}, "required": True}),
    ],
)
def test_bodies(handler: Any, body: Any) -> None:
    assert operation(handler, method="POST")["requestBody"] == body


async def several(a: Item, b: Annotated[int, Body(ge=1)], c: Item | None = None, d: Annotated[int, Body()] = 3) -> None:
    return


async def embedded(item: Annotated[Item, Body(embed=True)]) -> None: ...


async def form(name: Annotated[str, Form()], size: Annotated[int, Form(le=3)] = 1) -> None: ...


async def names(name: Annotated[list[str], Form(min_length=2)]) -> None: ...


async def login(data: Annotated[Login, Form()]) -> None: ...


async def upload(
    one: UploadFile, many: list[UploadFile], data: Annotated[bytes, File()], note: Annotated[str | None, Form()] = None
) -> None: ...


async def mixed(item: Annotated[Item, Form(media_type="application/json")], picture: UploadFile) -> None: ...


def whole_document(handler: Any) -> tuple[Any, Any]:
    app = App()
    app.add_api_route("/", handler, methods=["POST"])
    found = document(app)
    return found["paths"]["/"]["post"]["requestBody"]["content"], found["components"]["schemas"]


@pytest.mark.parametrize(
    ("handler", "media_type", "properties", "required"),
    [
        (
            several,
            "application/json",
            {
                "a": ITEM,
                "b": {**INTEGER, "minimum": 1},
                "c": {"anyOf": [ITEM, {"type": "null"}]},
                "d": {**INTEGER, "default": 3},
            },
            ["a", "b"],
        ),
        (embedded, "application/json", {"item": ITEM}, ["item"]),
        (
            form,
            "application/x-www-form-urlencoded",
            {"name": FILLED, "size": {**INTEGER, "maximum": 3, "default": 1}},
            ["name"],
        ),
        (
            upload,
            "multipart/form-data",
            {
                "one": BINARY,
                "many": {"type": "array", "items": BINARY, "minItems": 1},
                "data": BINARY,
                "note": {"anyOf": [STRING, {"type": "null"}]},
            },
            ["one", "many", "data"],
        ),
        (mixed, "multipart/form-data", {"item": ITEM, "picture": BINARY}, ["item", "picture"]),
    ],
)
def test_bodies_of_several_arguments(handler: Any, media_type: str, properties: Any, required: list[str]) -> None:
    pytest.importorskip("python_multipart")
    content, schemas = whole_document(handler)
    name = f"Body_{handler.__name__}__post"
    assert content[media_type]["schema"] == {"$ref": f"{REF}{name}"}
    assert schemas[name] == {"title": name, "type": "object", "properties": properties, "required": required}


def test_a_form_of_one_model_is_that_model_with_no_field_empty() -> None:
    pytest.importorskip("python_multipart")
    content, _ = whole_document(login)
    filled = {"user": {"minLength": 1}, "password": {"minLength": 1}}
    assert content == {"application/x-www-form-urlencoded": {"schema": {"$ref": f"{REF}Login", "properties": filled}}}


def test_a_required_list_of_a_form_holds_something() -> None:
    pytest.importorskip("python_multipart")
    _, schemas = whole_document(names)
    assert schemas["Body_names__post"]["properties"] == {"name": {"type": "array", "items": FILLED, "minItems": 2}}


def test_a_part_that_is_json_says_so() -> None:
    pytest.importorskip("python_multipart")
    content, _ = whole_document(mixed)
    assert content["multipart/form-data"]["encoding"] == {"item": {"contentType": "application/json"}}


def test_a_pydantic_model_with_a_file_is_a_multipart_form() -> None:
    pydantic = pytest.importorskip("pydantic")

    class Photo(pydantic.BaseModel):  # type: ignore[misc,name-defined]
        title: str
        image: UploadFile

    async def handler(data: Any) -> None: ...

    handler.__annotations__["data"] = Annotated[Photo, Form()]
    content, schemas = whole_document(handler)
    assert list(content) == ["multipart/form-data"]
    reference = content["multipart/form-data"]["schema"]["$ref"]
    assert schemas[reference.removeprefix(REF)]["properties"]["image"] == {**BINARY, "title": "Image"}
