"""Programs written for FastAPI with pydantic's models, which stay as they are."""

from datetime import datetime
from typing import Annotated, Any, Literal

import pytest

from FasterAPI import Body, Cookie, Faster, Form, Header, Query
from FasterAPI.encoders import jsonable_encoder
from tests.docs.fastapi.case import Case

pydantic = pytest.importorskip("pydantic")

from pydantic import BaseModel, Field, HttpUrl, Json, SecretStr, field_validator  # noqa: E402

app = Faster()


class Image(BaseModel):
    url: HttpUrl
    name: str


class Item(BaseModel):
    name: str
    description: str | None = Field(default=None, title="About it", max_length=10)
    price: float = Field(gt=0)
    tags: set[str] = set()
    image: Image | None = None

    @field_validator("name")
    @classmethod
    def not_blank(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("a name is not blank")
        return value


class User(BaseModel):
    username: str
    full_name: str | None = None


class Car(BaseModel):
    kind: Literal["car"] = "car"
    wheels: int


class Plane(BaseModel):
    kind: Literal["plane"] = "plane"
    wings: int


class Filter(BaseModel):
    model_config = {"extra": "forbid"}

    limit: int = Field(100, gt=0, le=100)
    tags: list[str] = []


class Open(BaseModel):
    model_config = {"extra": "allow"}

    limit: int


class Agent(BaseModel):
    user_agent: str
    x_tag: list[str] = []


class UserIn(User):
    password: SecretStr


STORED: dict[str, dict[str, Any]] = {
    "foo": {"name": "Foo", "price": 50.2},
    "bar": {"name": "Bar", "price": 62.0, "description": None},
}


@app.post("/items")
async def create(item: Item) -> dict[str, object]:
    return item.model_dump(exclude={"image"}) | {"tags": sorted(item.tags)}


@app.put("/both")
async def both(item: Item, user: Annotated[User, Body(embed=True)], rank: Annotated[int, Body()] = 1) -> list[object]:
    return [item.name, user, rank]


@app.post("/either")
async def either(thing: Annotated[Car | Plane, Field(discriminator="kind")]) -> Car | Plane:
    return thing


@app.get("/filter")
async def by_filter(query: Annotated[Filter, Query()]) -> Filter:
    return query


@app.get("/open")
async def open_query(query: Annotated[Open, Query()]) -> Open:
    return query


@app.get("/open/cookie")
async def open_cookie(cookies: Annotated[Open, Cookie()]) -> Open:
    return cookies


@app.get("/open/header")
async def open_header(headers: Annotated[Open, Header()]) -> str:
    return str(getattr(headers, "x-more"))


@app.post("/open/form")
async def open_form(form: Annotated[Open, Form()]) -> Open:
    return form


@app.get("/agent")
async def agent(headers: Annotated[Agent, Header()]) -> Agent:
    return headers


@app.post("/form")
async def form(user: Annotated[User, Form()]) -> User:
    return user


@app.post("/users", response_model=User)
async def create_user(user: UserIn) -> Any:
    return user


@app.get("/stored/{key}", response_model=Item, response_model_exclude_unset=True)
async def stored(key: str) -> Any:
    return STORED[key]


@app.patch("/stored/{key}")
async def update(key: str, patch: dict[str, Any]) -> Item:
    return Item(**STORED[key]).model_copy(update=patch)


@app.get("/address")
async def address(
    to: HttpUrl, ids: Annotated[Json[list[int]], Query()], secret: SecretStr | None = None
) -> list[object]:
    return [to.host, ids, secret and secret.get_secret_value()]


FOO = {"name": "Foo", "price": 2}
ADA = {"username": "ada"}
WHOLE_ADA = {**ADA, "full_name": "Ada L"}
CASES = [
    Case(
        "POST /items",
        {"name": "Foo", "price": 2, "description": None, "tags": ["a", "b"]},
        how={"json": {**FOO, "tags": ["b", "a", "a"]}},
    ),
    Case("POST /items", ["body", "body"], 422, {"json": {"name": " ", "price": 0}}),
    Case("POST /items", ["body"], 422, {"json": {**FOO, "image": {"url": "nowhere", "name": "n"}}}),
    Case(
        "PUT /both",
        ["Foo", {"username": "ada", "full_name": None}, 1],
        how={"json": {"item": FOO, "user": ADA}},
    ),
    Case("PUT /both", ["body"], 422, {"json": {"item": FOO}}),
    Case("POST /either", {"kind": "plane", "wings": 2}, how={"json": {"kind": "plane", "wings": 2}}),
    Case("POST /either", {"kind": "car", "wheels": 4}, how={"json": {"kind": "car", "wheels": 4}}),
    Case("GET /filter?limit=5&tags=a&tags=b", {"limit": 5, "tags": ["a", "b"]}),
    Case("GET /filter?limit=500", ["query.limit"], 422),
    Case("GET /filter?tool=saw", ["query.tool"], 422),
    Case("GET /open?limit=5&more=a&most=b&most=c", {"limit": 5, "more": "a", "most": ["b", "c"]}),
    Case("GET /open/cookie", {"limit": 5, "more": "a"}, how={"headers": {"cookie": "limit=5; more=a"}}),
    Case("GET /open/header", "a", how={"headers": {"limit": "5", "x-more": "a"}}),
    Case("POST /open/form", {"limit": 5, "more": ["a", "b"]}, how={"data": {"limit": "5", "more": ["a", "b"]}}),
    Case("POST /open/form", ["body.limit"], 422, {"data": {"more": "a"}}),
    Case("GET /agent", {"user_agent": "testclient", "x_tag": ["a"]}, how={"headers": {"x-tag": "a"}}),
    Case(
        "POST /form", {"username": "ada", "full_name": "Ada L"}, how={"data": {"username": "ada", "full_name": "Ada L"}}
    ),
    Case("POST /form", ["body.username"], 422),
    Case("POST /users", {"username": "ada", "full_name": None}, how={"json": {"username": "ada", "password": "s"}}),
    Case("GET /stored/foo", {"name": "Foo", "price": 50.2}),
    Case("GET /stored/bar", {"name": "Bar", "price": 62.0, "description": None}),
    Case(
        "PATCH /stored/foo",
        {"name": "Foo", "price": 1.0, "description": None, "tags": [], "image": None},
        how={"json": {"price": 1.0}},
    ),
    Case("GET /address?to=https://a.org/x&ids=[1,2]&secret=s", ["a.org", [1, 2], "s"]),
    Case("GET /address?to=nowhere&ids=no", ["query.to", "query.ids"], 422),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_models_stay_as_they_are(case: Case) -> None:
    case.check(app)


def test_models_become_json() -> None:
    class Event(BaseModel):
        at: datetime
        item: Item | None = None

    event = Event(at=datetime(2026, 1, 2, 3, 4, 5))
    assert jsonable_encoder(event, exclude_none=True) == {"at": "2026-01-02T03:04:05"}
