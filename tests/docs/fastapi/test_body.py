"""Bodies: one model, several, fields, nested models, extra data types, updates."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Annotated, Any, TypedDict
from uuid import UUID

import msgspec
import pytest

from FasterAPI import Body, Faster, Header, Partial, Path, Query, apply
from tests.docs.fastapi.case import Case

app = Faster()
lax = Faster(strict_content_type=False)


class Item(msgspec.Struct):
    name: str
    price: Annotated[float, msgspec.Meta(gt=0, description="More than nothing")]
    description: Annotated[str | None, msgspec.Meta(max_length=10)] = None
    tax: float | None = None


class User(msgspec.Struct):
    username: str
    full_name: str | None = None


class Image(msgspec.Struct):
    url: Annotated[str, msgspec.Meta(pattern="^https?://")]
    name: str


class Offer(msgspec.Struct):
    items: list[Item]
    tags: set[str] = set()
    images: list[Image] | None = None


@dataclass
class Parcel:
    to: str
    weight: float = 1.5
    stamps: list[str] = field(default_factory=list)
    note: str | None = None


class Point(TypedDict):
    x: int
    y: int


@app.post("/items")
async def create(item: Item) -> dict[str, object]:
    return {"name": item.name, "total": item.price + (item.tax or 0)}


@app.put("/items/{item_id}")
async def put(
    item_id: Annotated[int, Path(ge=0, le=1000)],
    item: Item,
    q: str | None = None,
    dry: Annotated[bool, Query()] = False,
) -> list[object]:
    return [item_id, item, q, dry]


@app.put("/maybe/{item_id}")
async def maybe(item_id: int, item: Item | None = None) -> list[object]:
    return [item_id, item]


@app.put("/both")
async def both(item: Item, user: User, importance: Annotated[int, Body(gt=0)], q: str | None = None) -> list[object]:
    return [item.name, user.username, importance, q]


@app.put("/embedded")
async def embedded(item: Annotated[Item, Body(embed=True)]) -> str:
    return item.name


@app.post("/one")
async def one(count: Annotated[int, Body(examples=[3])]) -> int:
    return count


@app.post("/offers")
async def offers(offer: Offer) -> Offer:
    return offer


@app.post("/images")
async def images(several: list[Image]) -> list[str]:
    return [image.url for image in several]


@app.post("/weights")
async def weights(by_index: dict[int, float]) -> list[list[float]]:
    return [[index, weight] for index, weight in by_index.items()]


@app.post("/anything")
async def anything(value: Annotated[Any, Body()]) -> Any:
    return value


@app.post("/parcels")
async def parcels(parcel: Parcel) -> Any:
    return parcel


@app.post("/points")
async def points(point: Point) -> Point:
    return point


@app.post("/either")
async def either(thing: Image | User) -> str:
    return type(thing).__name__


@app.put("/times/{key}")
async def times(
    key: UUID,
    start: Annotated[datetime, Body()],
    after: Annotated[timedelta, Body()],
    at: Annotated[time | None, Body()] = None,
) -> list[object]:
    return [key, start + after, at]


STOCK = {"foo": Item("Foo", 50.2), "bar": Item("Bar", 62, "Bartender", 20.2)}


@app.put("/stock/{key}")
async def replace(key: str, item: Item) -> Item:
    return item


@app.patch("/stock/{key}")
async def update(key: str, patch: Partial[Item]) -> Item:
    return apply(patch, STOCK[key])


@lax.post("/items")
async def lax_create(item: Item) -> str:
    return item.name


def json(value: object) -> dict[str, object]:
    return {"json": value}


FOO = {"name": "Foo", "price": 50.5}
WHOLE_FOO = {**FOO, "description": None, "tax": None}
TEXT = {"content": b'{"name": "Foo", "price": 50.5}'}
KEY = "5f9cd5d1-6d3a-4f2c-8a3b-111111111111"

CASES = [
    Case("POST /items", {"name": "Foo", "total": 50.5}, how=json(FOO)),
    Case("POST /items", {"name": "Foo", "total": 50.75}, how=json({**FOO, "tax": 0.25, "other": 1})),
    Case("POST /items", ["body"], 422, json({"name": "Foo"})),
    Case("POST /items", ["body", "body"], 422, json({})),
    Case("POST /items", ["body", "body"], 422, json({"name": None, "price": "twenty"})),
    Case("POST /items", ["body"], 422, json(None)),
    Case("POST /items", ["body"], 422, json([FOO])),
    Case("POST /items", ["body"], 422, {}),
    Case("POST /items", ["body"], 422, {"content": b'{"broken', "headers": {"content-type": "application/json"}}),
    Case("POST /items", ["body"], 422, TEXT),
    Case("POST /items", ["body"], 422, {**TEXT, "headers": {"content-type": "text/plain"}}),
    Case(
        "POST /items",
        {"name": "Foo", "total": 50.5},
        how={**TEXT, "headers": {"content-type": "application/vnd.shop+json; charset=utf-8"}},
    ),
    Case("POST /items", ["body"], 422, {**TEXT, "headers": {"content-type": "application/not-really-json"}}),
    Case("PUT /items/5?q=a&dry=on", [5, WHOLE_FOO, "a", True], how=json(FOO)),
    Case("PUT /items/1001", ["path.item_id", "body"], 422, json({"name": "Foo", "price": -1})),
    Case("PUT /items/5", ["body"], 422, json({**FOO, "description": "far too long"})),
    Case("PUT /maybe/5", [5, None]),
    Case("PUT /maybe/5", [5, WHOLE_FOO], how=json(FOO)),
    Case("PUT /maybe/5", ["body", "body"], 422, json({})),
    Case(
        "PUT /both?q=a",
        ["Foo", "ada", 2, "a"],
        how=json({"item": FOO, "user": {"username": "ada"}, "importance": 2}),
    ),
    Case("PUT /both", ["body", "body"], 422, json({"item": FOO, "user": {}})),
    Case("PUT /both", ["body"], 422, json({"item": FOO, "user": {"username": "ada"}, "importance": 0})),
    Case("PUT /embedded", "Foo", how=json({"item": FOO})),
    Case("PUT /embedded", ["body"], 422, json(FOO)),
    Case("POST /one", 3, how=json(3)),
    Case("POST /one", ["body"], 422, json("3")),
    Case(
        "POST /offers",
        {"items": [WHOLE_FOO], "tags": ["a"], "images": [{"url": "https://x.org", "name": "x"}]},
        how=json({"items": [FOO], "tags": ["a", "a"], "images": [{"url": "https://x.org", "name": "x"}]}),
    ),
    Case(
        "POST /offers", ["body", "body"], 422, json({"items": [{"name": "Foo"}], "images": [{"url": "x", "name": ""}]})
    ),
    Case("POST /images", ["http://a"], how=json([{"url": "http://a", "name": "a"}])),
    Case("POST /weights", [[2, 2.2], [3, 3.3]], how=json({"2": 2.2, "3": 3.3})),
    Case("POST /weights", ["body"], 422, json({"foo": 2.2})),
    Case("POST /anything", [1, {"a": None}], how=json([1, {"a": None}])),
    Case("POST /parcels", {"to": "Ada", "weight": 1.5, "stamps": [], "note": None}, how=json({"to": "Ada"})),
    Case("POST /parcels", ["body"], 422, json({"weight": 2})),
    Case("POST /points", {"x": 1, "y": 2}, how=json({"x": 1, "y": 2})),
    Case("POST /points", ["body"], 422, json({"x": 1})),
    Case("POST /either", "User", how=json({"username": "ada"})),
    Case("POST /either", "Image", how=json({"url": "http://a", "name": "a"})),
    Case(
        f"PUT /times/{KEY}",
        [KEY, "2026-01-01T00:05:00Z", "15:30:00"],
        how=json({"start": "2026-01-01T00:00:00Z", "after": 300, "at": "15:30:00"}),
    ),
    Case(
        f"PUT /times/{KEY}",
        [KEY, "2026-01-01T01:00:00", None],
        how=json({"start": "2026-01-01T00:00:00", "after": "PT1H"}),
    ),
    Case("PUT /times/1", ["path.key", "body"], 422, json({"start": "noon", "after": 1})),
    Case("PUT /stock/bar", WHOLE_FOO, how=json(FOO)),
    Case(
        "PATCH /stock/bar",
        {"name": "Bar", "price": 1.5, "description": None, "tax": 20.2},
        how=json({"price": 1.5, "description": None}),
    ),
    Case("PATCH /stock/foo", {"name": "Foo", "price": 50.2, "description": None, "tax": None}, how=json({})),
    Case("PATCH /stock/foo", ["body"], 422, json({"price": 0})),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bodies(case: Case) -> None:
    case.check(app)


@pytest.mark.parametrize(
    "case",
    [
        Case("POST /items", "Foo", how=TEXT),
        Case("POST /items", "Foo", how=json(FOO)),
        Case("POST /items", ["body"], 422, {**TEXT, "headers": {"content-type": "text/plain"}}),
    ],
    ids=str,
)
def test_an_application_may_take_json_without_content_type(case: Case) -> None:
    case.check(lax)


def test_a_header_beside_a_body() -> None:
    beside = Faster()

    @beside.post("/")
    async def both_read(item: Item, x_trace: Annotated[str, Header()]) -> list[str]:
        return [item.name, x_trace]

    Case("POST /", ["Foo", "t"], how={"json": FOO, "headers": {"x-trace": "t"}}).check(beside)
    Case("POST /", ["header.x-trace", "body"], 422, json({"price": 1})).check(beside)
