"""Bodies: every type, several at once, every media type, and what is wrong with them."""

import enum
import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypedDict, TypeVar
from uuid import UUID

import msgspec
import pytest

from faster_core import App, Body, Depends, File, Form, Request
from faster_core.partial import Partial, apply
from faster_core.upload import UploadFile
from tests.core.client import multipart, request

T = TypeVar("T")
JSON = {"content-type": "application/json"}


class Item(msgspec.Struct):
    name: str
    price: float
    tags: list[str] = []


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    total: int


class Cat(msgspec.Struct, tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag="dog"):
    good: bool


class Plane(msgspec.Struct):
    wings: int


class Car(msgspec.Struct):
    wheels: int


@dataclass
class Point:
    x: int
    y: int = 0
    labels: list[str] = field(default_factory=list)


class Movie(TypedDict):
    title: str
    year: int


class Pair(NamedTuple):
    left: int
    right: str


class Kind(enum.Enum):
    A = "a"


def app_reading(annotation: Any, default: Any = ..., **options: Any) -> App:
    app = App()

    async def read(value):  # type: ignore[no-untyped-def]
        return {"value": repr(value)}

    read.__annotations__["value"] = annotation
    if default is not ...:
        read.__defaults__ = (default,)
    app.post("/", **options)(read)
    return app


@pytest.mark.parametrize(
    ("annotation", "body", "shown"),
    [
        (Item, {"name": "a", "price": 1}, "Item(name='a', price=1.0, tags=[])"),
        (
            Page[Item],
            {"items": [{"name": "a", "price": 1}], "total": 1},
            "Page(items=[Item(name='a', price=1.0, tags=[])], total=1)",
        ),
        (Cat | Dog, {"type": "dog", "good": True}, "Dog(good=True)"),
        (Plane | Car, {"wheels": 4}, "Car(wheels=4)"),
        (Point, {"x": 1}, "Point(x=1, y=0, labels=[])"),
        (Movie, {"title": "t", "year": 1}, "{'title': 't', 'year': 1}"),
        (Pair, [1, "r"], "Pair(left=1, right='r')"),
        (dict, {"a": [1]}, "{'a': [1]}"),
        (dict[str, int], {"a": 1}, "{'a': 1}"),
        (list[Item], [{"name": "a", "price": 1}], "[Item(name='a', price=1.0, tags=[])]"),
        (list[int], [1, 2], "[1, 2]"),
        (set[int], [1, 1], "{1}"),
        (Item | None, None, "None"),
        (Annotated[int, Body()], 3, "3"),
        (Annotated[str, Body()], "x", "'x'"),
        (Annotated[Any, Body()], {"a": None}, "{'a': None}"),
        (Annotated[int, Body(ge=4)], 4, "4"),
        (Annotated[Item, Body(embed=True)], {"value": {"name": "a", "price": 1}}, "Item(name='a', price=1.0, tags=[])"),
        (Annotated[Item, Body(alias="it", embed=True)], {"it": {"name": "a", "price": 1}},
         "Item(name='a', price=1.0, tags=[])"),
        (Annotated[Kind, Body()], "a", "<Kind.A: 'a'>"),
        (Annotated[datetime, Body()], "2026-01-02T03:04:05", "datetime.datetime(2026, 1, 2, 3, 4, 5)"),
        (Annotated[Literal["a", 1], Body()], 1, "1"),
        (Annotated[Decimal, Body()], "1.10", "Decimal('1.10')"),
        (Annotated[UUID, Body()], "12345678-1234-5678-1234-567812345678",
         "UUID('12345678-1234-5678-1234-567812345678')"),
    ],
)  # fmt: skip
def test_json_bodies(annotation: Any, body: Any, shown: str) -> None:
    content = json.dumps(body).encode()
    reply = request(app_reading(annotation), "POST", "/", content=content, headers=JSON)
    assert (reply.status, reply.json()) == (200, {"value": shown})
    pack = {"content-type": "application/msgpack"}
    reply = request(app_reading(annotation), "POST", "/", content=msgspec.msgpack.encode(body), headers=pack)
    assert (reply.status, reply.json()) == (200, {"value": shown})


def test_keys_that_are_numbers() -> None:
    assert request(app_reading(dict[int, float]), "POST", "/", json={"1": 2}).json() == {"value": "{1: 2.0}"}


def test_attrs() -> None:
    attrs = pytest.importorskip("attrs")

    @attrs.define
    class Shape:
        sides: int
        name: str = "none"

    assert request(app_reading(Shape), "POST", "/", json={"sides": 3}).status == 200
    assert request(app_reading(Shape), "POST", "/", json={"sides": "3"}).errors == [
        ("body", "Expected `int`, got `str` - at `$.sides`", "value_error.msgspec")
    ]


@pytest.mark.parametrize(
    ("annotation", "content", "errors"),
    [
        (Item, b"", [("body", "Field required", "value_error.missing")]),
        (Item, b"{", [("body", "Input data was truncated", "value_error.jsondecode")]),
        (Item, b"null", [("body", "Expected `object`, got `null`", "value_error.msgspec")]),
        (
            Item,
            b'{"name": 1, "price": "2", "tags": [1, "a", null]}',
            [
                ("body", "Expected `str`, got `int` - at `$.name`", "value_error.msgspec"),
                ("body", "Expected `float`, got `str` - at `$.price`", "value_error.msgspec"),
                ("body", "Expected `str`, got `int` - at `$.tags[0]`", "value_error.msgspec"),
                ("body", "Expected `str`, got `null` - at `$.tags[2]`", "value_error.msgspec"),
            ],
        ),
        (Annotated[int, Body(ge=3)], b"2", [("body", "Expected `int` >= 3", "value_error.msgspec")]),
        (Annotated[Item, Body(embed=True)], b"{}", [
            ("body", "Object missing required field `value`", "value_error.missing")]),
        (Annotated[int, Body()], b'"42"', [("body", "Expected `int`, got `str`", "value_error.msgspec")]),
    ],
)  # fmt: skip
def test_json_refusals(annotation: Any, content: bytes, errors: Any) -> None:
    assert request(app_reading(annotation), "POST", "/", content=content, headers=JSON).errors == errors


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"name":' * 5000 + b"1" + b"}" * 5000,
        b'"\xff"',
        b'"\\ud800"',
        b"1" * 5000,
        b"1e999999",
        b"NaN",
        b"-",
        b"\x00",
        b'{"name": "\\u0000", "price": 1e400}',
    ],
    ids=lambda content: repr(content[:20]),
)
@pytest.mark.parametrize(
    "annotation",
    [Item, dict, Annotated[Any, Body()], list[int], Annotated[Decimal, Body()]],
    ids=["Item", "dict", "Any", "list", "Decimal"],
)
def test_no_body_is_a_500(annotation: Any, content: bytes) -> None:
    assert request(app_reading(annotation), "POST", "/", content=content, headers=JSON).status in (200, 422)


def test_several_bodies() -> None:
    app = App()

    @app.post("/")
    async def read(
        item: Item,
        point: Point | None = None,
        count: Annotated[int, Body(ge=0)] = 3,
        tags: Annotated[list[str], Body(default_factory=list)] = ...,  # type: ignore[assignment]
    ) -> list[Any]:
        return [item.name, point, count, tags]

    assert request(app, "POST", "/", json={"item": {"name": "a", "price": 1}}).json() == ["a", None, 3, []]
    body = {"item": {"name": "a", "price": 1}, "point": {"x": 1}, "count": 0, "tags": ["t"]}
    assert request(app, "POST", "/", json=body).json() == ["a", {"x": 1, "y": 0, "labels": []}, 0, ["t"]]
    assert request(app, "POST", "/", json={"item": {"name": 1, "price": 1}, "count": -1}).errors == [
        ("body", "Expected `str`, got `int` - at `$.item.name`", "value_error.msgspec"),
        ("body", "Expected `int` >= 0 - at `$.count`", "value_error.msgspec"),
    ]
    assert request(app, "POST", "/", json={"item": {"name": "a", "price": 1}, "count": None}).status == 422


def test_several_optional_bodies_and_none() -> None:
    app = App()

    @app.post("/")
    async def read(item: Item | None = None, point: Point | None = None) -> list[Any]:
        return [item, point]

    assert request(app, "POST", "/").json() == [None, None]
    assert request(app, "POST", "/", json={}).json() == [None, None]


def test_one_body_that_several_functions_read() -> None:
    app = App()
    decoded: list[Item] = []

    async def first(item: Item) -> Item:
        decoded.append(item)
        return item

    @app.post("/")
    async def read(item: Item, other: Annotated[Item, Depends(first)]) -> bool:
        return item is other

    assert request(app, "POST", "/", json={"name": "a", "price": 1}).json() is True
    assert len(decoded) == 1
    assert len(request(app, "POST", "/", json={"name": 1, "price": 1}).errors) == 1


def test_an_optional_body() -> None:
    app = app_reading(Item | None, None)
    assert request(app, "POST", "/").json() == {"value": "None"}
    assert request(app, "POST", "/", content=b"null", headers=JSON).json() == {"value": "None"}
    assert request(app, "POST", "/", content=b"{", headers=JSON).status == 422


def test_defaults_of_bodies() -> None:
    assert request(app_reading(list[int], [1]), "POST", "/").json() == {"value": "[1]"}
    assert request(app_reading(dict[str, int], Body(default_factory=dict)), "POST", "/").json() == {"value": "{}"}


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("application/vnd.api+json", 200),
        ("application/problem+json;v=1", 200),
        ("text/plain", 422),
        ("application/x-www-form-urlencoded", 422),
        ("application/jsonp", 422),
        ("text/json", 422),
        ("", 422),
        (None, 422),
    ],
)
def test_content_types(content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    content = b'{"name": "a", "price": 1}'
    reply = request(app_reading(Item), "POST", "/", content=content, headers=headers)
    assert reply.status == status
    lenient = request(app_reading(Item, strict_content_type=False), "POST", "/", content=content, headers=headers)
    assert lenient.status == (200 if not content_type else status)


def test_a_wrong_content_type_says_so() -> None:
    reply = request(app_reading(Item), "POST", "/", content=b"{}", headers={"content-type": "text/plain"})
    assert reply.errors == [("body", "Expected `application/json`, got `text/plain`", "value_error.msgspec")]
    reply = request(app_reading(Item), "POST", "/", content=b"{}")
    assert reply.errors == [("body", "Expected `application/json`, got no Content-Type", "value_error.msgspec")]


def test_raw_and_text_bodies() -> None:
    assert request(app_reading(Annotated[bytes, Body()]), "POST", "/", content=b"\xff").json() == {"value": "b'\\xff'"}
    text = app_reading(Annotated[str, Body(media_type="text/plain")])
    assert request(text, "POST", "/", content="ü".encode()).json() == {"value": "'ü'"}
    errors = request(text, "POST", "/", content=b"\xff").errors
    assert [(place, kind) for place, _, kind in errors] == [("body", "value_error.msgspec")]
    assert request(text, "POST", "/").errors == [("body", "Field required", "value_error.missing")]
    own = app_reading(Annotated[Item, Body(media_type="application/vnd.shop")])
    content = b'{"name": "a", "price": 1}'
    assert request(own, "POST", "/", content=content, headers={"content-type": "application/vnd.shop"}).status == 200


def test_messagepack_refusals() -> None:
    pack = {"content-type": "application/msgpack"}
    bad = msgspec.msgpack.encode({"name": 1, "price": "x"})
    assert request(app_reading(Item), "POST", "/", content=bad, headers=pack).errors == [
        ("body", "Expected `str`, got `int` - at `$.name`", "value_error.msgspec"),
        ("body", "Expected `float`, got `str` - at `$.price`", "value_error.msgspec"),
    ]
    assert request(app_reading(Item), "POST", "/", content=b"\xc1", headers=pack).status == 422


def test_partial_updates() -> None:
    app = App()

    @app.patch("/")
    async def change(change: Partial[Item]) -> Item:
        return apply(change, Item(name="old", price=1.0, tags=["t"]))

    assert request(app, "PATCH", "/", json={"price": 2}).json() == {"name": "old", "price": 2.0, "tags": ["t"]}
    assert request(app, "PATCH", "/", json={}).json() == {"name": "old", "price": 1.0, "tags": ["t"]}
    assert request(app, "PATCH", "/", json={"price": "x"}).errors == [
        ("body", "Expected `float`, got `str` - at `$.price`", "value_error.msgspec")
    ]


def test_a_body_in_chunks() -> None:
    chunks = [b'{"name": "a"', b', "price":', b" 1}"]
    assert request(app_reading(Item), "POST", "/", content=chunks, headers=JSON).status == 200


def test_the_body_beside_the_request() -> None:
    app = App()

    @app.post("/")
    async def read(item: Item, request: Request) -> int:
        return len(await request.body())

    assert request(app, "POST", "/", content=b'{"name": "a", "price": 1}', headers=JSON).json() == 25


def test_pydantic_models() -> None:
    pydantic = pytest.importorskip("pydantic")

    class Inner(pydantic.BaseModel):  # type: ignore[misc,name-defined]
        n: int

    class Model(pydantic.BaseModel):  # type: ignore[misc,name-defined]
        name: str
        inner: list[Inner] = []

    class Mixed(msgspec.Struct):
        model: Model
        count: int

    app = App()

    @app.post("/one")
    async def one(model: Model) -> Model:
        return model

    @app.post("/many")
    async def many(models: list[Model]) -> list[Model]:
        return models

    @app.post("/mixed")
    async def mixed(mixed: Mixed) -> Mixed:
        return mixed

    @app.post("/two")
    async def two(model: Model, count: Annotated[int, Body()]) -> list[Any]:
        return [model.name, count]

    good = {"name": "a", "inner": [{"n": 1}]}
    assert request(app, "POST", "/one", json=good).json() == good
    assert request(app, "POST", "/many", json=[good]).json() == [good]
    assert request(app, "POST", "/mixed", json={"model": good, "count": 1}).json() == {"model": good, "count": 1}
    assert request(app, "POST", "/two", json={"model": good, "count": 1}).json() == ["a", 1]
    errors = request(app, "POST", "/one", json={"inner": [{"n": "x"}]}).errors
    assert [(place, kind) for place, _, kind in errors] == [
        ("body", "value_error.missing"),
        ("body", "value_error.msgspec"),
    ]
    assert " - at `$.inner[0].n`" in errors[1][1]


def test_files_and_forms() -> None:
    app = App()

    @app.post("/")
    async def read(
        file: UploadFile,
        data: Annotated[bytes, File()],
        more: Annotated[list[UploadFile], File(default_factory=list)] = ...,  # type: ignore[assignment]
        item: Annotated[Item | None, Form(media_type="application/json")] = None,
        note: Annotated[str, Form()] = "",
    ) -> list[Any]:
        return [file.filename, (await file.read()).decode(), data.decode(), len(more), item, note]

    parts = multipart(
        ("file", "content", "a.txt"), ("data", "bytes", "b"), ("more", "1", "1"), ("more", "2", "2"),
        ("item", '{"name": "a", "price": 1}'), ("note", "n"),
    )  # fmt: skip
    assert request(app, "POST", "/", **parts).json() == [
        "a.txt", "content", "bytes", 2, {"name": "a", "price": 1.0, "tags": []}, "n",
    ]  # fmt: skip
    parts = multipart(("file", "text"), ("data", "bytes", "b"), ("item", "{"))
    assert request(app, "POST", "/", **parts).errors == [
        ("body.file", "Expected `file`, got `str`", "value_error.msgspec"),
        ("body.item", "Input data was truncated", "value_error.jsondecode"),
    ]


@pytest.mark.parametrize(
    ("limits", "parts", "status"),
    [
        ({"max_fields": 2}, [("a", "1")] * 3, 400),
        ({"max_fields": 2}, [("a", "1")] * 2, 200),
        ({"max_files": 1}, [("a", "1", "f")] * 2, 400),
        ({"max_part_size": 3}, [("a", "1234")], 400),
        ({"max_part_headers": 0}, [("a", "1")], 400),
        ({"max_form_size": 10}, [("a", "1")], 413),
    ],
)
def test_limits_of_forms(limits: dict[str, int], parts: list[Any], status: int) -> None:
    for app, options in ((App(form_limits=limits), {}), (App(), {"form_limits": limits})):

        @app.post("/", **options)  # type: ignore[arg-type]
        async def read(a: Annotated[list[str], Form(default_factory=list)] = ...) -> None:
            """Any form."""

        reply = request(app, "POST", "/", **multipart(*parts))
        assert reply.status in (status, 422 if status == 200 else status), reply.body
