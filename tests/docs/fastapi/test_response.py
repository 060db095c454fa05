"""Responses: models, classes, status, cookies, headers, background tasks."""

import http
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest

from FasterAPI import (
    BackgroundTask,
    BackgroundTasks,
    Cookie,
    Depends,
    Faster,
    FileResponse,
    HTMLResponse,
    JSONResponse,
    ORJSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    ResponseValidationError,
    StreamingResponse,
    TestClient,
    status,
)
from FasterAPI.encoders import jsonable_encoder
from tests.docs.fastapi.case import Case

app = Faster()


class UserOut(msgspec.Struct):
    username: str
    email: str | None = None


class UserIn(UserOut, kw_only=True):
    password: str


class Item(msgspec.Struct):
    name: str
    price: float = 10.5
    description: str | None = None
    tags: list[str] = []


@dataclass
class Book:
    title: str
    year: int | None = None


ITEMS: dict[str, dict[str, object]] = {
    "foo": {"name": "Foo", "price": 50.2},
    "bar": {"name": "Bar", "description": "Bars", "price": 62, "tags": ["a"]},
    "baz": {"name": "Baz", "description": None, "price": 10.5, "tags": []},
}


@app.post("/users")
async def create_user(user: UserIn) -> UserOut:
    return user


@app.post("/users/model", response_model=UserOut)
async def create_by_model(user: UserIn) -> Any:
    return user


@app.post("/users/all", response_model=None)
async def create_unfiltered(user: UserIn) -> UserOut:
    return user


@app.get("/items/{key}", response_model=Item, response_model_exclude_unset=True)
async def only_set(key: str) -> Any:
    return ITEMS[key]


@app.get("/items/{key}/defaults", response_model=Item, response_model_exclude_defaults=True)
async def without_defaults(key: str) -> Any:
    return ITEMS[key]


@app.get("/items/{key}/none", response_model=Item, response_model_exclude_none=True)
async def without_none(key: str) -> Any:
    return ITEMS[key]


@app.get("/items/{key}/name", response_model=Item, response_model_include={"name", "description"})
async def included(key: str) -> Any:
    return ITEMS[key]


@app.get("/items/{key}/public", response_model=Item, response_model_exclude=["tags"])  # A list does as well as a set.
async def excluded(key: str) -> Any:
    return ITEMS[key]


@app.get("/list")
async def listed() -> list[Item]:
    return [Item("Foo"), Item("Bar", 2)]


@app.get("/words")
async def words() -> dict[str, float]:
    return {"foo": 2.3, "bar": 3}


@app.get("/union", response_model=UserOut | Item)
async def union(kind: str) -> Any:
    return {"username": "ada"} if kind == "user" else {"name": "Foo", "tags": ["x"]}


@app.get("/books", response_model=list[Book])
async def books() -> Any:
    return [{"title": "Emma", "year": 1815, "shelf": 3}, Book("Persuasion")]


@app.get("/portal")
async def portal(teleport: bool = False) -> Response:
    return RedirectResponse("/else") if teleport else JSONResponse({"here": True})


@app.get("/either", response_model=None)
async def either(plain: bool = False) -> Response | dict[str, bool]:
    return PlainTextResponse("plain") if plain else {"json": True}


@app.post("/made", status_code=201)
async def made(name: str) -> dict[str, str]:
    return {"name": name}


@app.post("/named", status_code=status.HTTP_202_ACCEPTED)
async def named() -> None: ...


@app.delete("/gone", status_code=http.HTTPStatus.NO_CONTENT)
async def gone() -> None: ...


@app.put("/upsert/{key}")
async def upsert(key: str, response: Response) -> str:
    if key not in ITEMS:
        response.status_code = status.HTTP_201_CREATED
    return key


@app.put("/directly/{key}")
async def directly(key: str) -> Any:
    return key if key in ITEMS else JSONResponse({"new": key}, status_code=201)


@app.get("/html", response_class=HTMLResponse)
async def html() -> str:
    return "<h1>Hi</h1>"


@app.get("/text", response_class=PlainTextResponse)
async def text() -> str:
    return "Hi"


@app.get("/legacy", response_class=ORJSONResponse)
async def legacy() -> list[int]:
    return [1]


@app.get("/away", response_class=RedirectResponse)
async def away() -> str:
    return "https://example.org/é"


@app.get("/moved", response_class=RedirectResponse, status_code=302)
async def moved() -> str:
    return "/text"


@app.get("/xml")
def xml() -> Response:
    return Response("<a/>", media_type="application/xml", headers={"x-kind": "legacy"})


@app.get("/stream")
async def stream() -> StreamingResponse:
    return StreamingResponse((f"{number};" for number in range(3)), media_type="text/csv")


@app.get("/file", response_class=FileResponse)
async def file() -> Path:
    return Path(__file__)


class Pretty(Response):
    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return msgspec.json.format(msgspec.json.encode(content), indent=2)


@app.get("/pretty", response_class=Pretty)
async def pretty() -> dict[str, int]:
    return {"a": 1}


@app.post("/cookie")
def cookie(response: Response) -> str:
    response.set_cookie("session", "a b", httponly=True, max_age=60)
    return "come to the dark side"


@app.get("/cookie/direct")
def direct_cookie() -> Response:
    response = JSONResponse("ok", headers={"X-Cat": "alone"})
    response.set_cookie(key="session", value="x")
    response.delete_cookie("old")
    return response


@app.get("/header")
def header(response: Response) -> str:
    response.headers["X-Cat-Dog"] = "alone"
    return "ok"


USER = {"username": "ada", "email": None}
USER_IN = {"json": {"username": "ada", "password": "secret"}}
CASES = [
    Case("POST /users", USER, how=USER_IN),
    Case("POST /users/model", USER, how=USER_IN),
    Case("POST /users/all", {**USER, "password": "secret"}, how=USER_IN),
    Case("GET /items/foo", {"name": "Foo", "price": 50.2}),
    Case("GET /items/bar", {"name": "Bar", "price": 62, "description": "Bars", "tags": ["a"]}),
    Case("GET /items/baz", {"name": "Baz", "price": 10.5, "description": None, "tags": []}),
    Case("GET /items/baz/defaults", {"name": "Baz"}),
    Case("GET /items/foo/none", {"name": "Foo", "price": 50.2, "tags": []}),
    Case("GET /items/bar/name", {"name": "Bar", "description": "Bars"}),
    Case("GET /items/foo/public", {"name": "Foo", "price": 50.2, "description": None}),
    Case(
        "GET /list",
        [
            {"name": "Foo", "price": 10.5, "description": None, "tags": []},
            {"name": "Bar", "price": 2, "description": None, "tags": []},
        ],
    ),
    Case("GET /words", {"foo": 2.3, "bar": 3}),
    Case("GET /union?kind=user", {"username": "ada", "email": None}),
    Case("GET /union?kind=item", {"name": "Foo", "price": 10.5, "description": None, "tags": ["x"]}),
    Case("GET /books", [{"title": "Emma", "year": 1815}, {"title": "Persuasion", "year": None}]),
    Case("GET /portal", {"here": True}),
    Case("GET /portal?teleport=1", "", 307, headers={"location": "/else"}),
    Case("GET /either", {"json": True}),
    Case("GET /either?plain=1", "plain", headers={"content-type": "text/plain; charset=utf-8"}),
    Case("POST /made?name=a", {"name": "a"}, 201),
    Case("POST /named", None, 202),
    Case("DELETE /gone", "", 204),
    Case("PUT /upsert/foo", "foo"),
    Case("PUT /upsert/new", "new", 201),
    Case("PUT /directly/foo", "foo"),
    Case("PUT /directly/new", {"new": "new"}, 201),
    Case("GET /html", "<h1>Hi</h1>", headers={"content-type": "text/html; charset=utf-8"}),
    Case("GET /text", "Hi", headers={"content-type": "text/plain; charset=utf-8"}),
    Case("GET /legacy", [1], headers={"content-type": "application/json"}),
    Case("GET /away", "", 307, headers={"location": "https://example.org/%C3%A9"}),
    Case("GET /moved", "", 302, headers={"location": "/text"}),
    Case("GET /xml", "<a/>", headers={"content-type": "application/xml", "x-kind": "legacy"}),
    Case("GET /stream", "0;1;2;", headers={"content-type": "text/csv; charset=utf-8"}),
    Case("GET /file", Path(__file__).read_text(encoding="utf-8")),
    Case("GET /pretty", {"a": 1}),
    Case("GET /header", "ok", headers={"x-cat-dog": "alone"}),
    Case("GET /cookie/direct", "ok", headers={"x-cat": "alone"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_responses(case: Case) -> None:
    case.check(app)


def test_cookies_are_set_and_sent_back() -> None:
    client = TestClient(app)
    made_cookie = client.post("/cookie").headers["set-cookie"]
    assert made_cookie.startswith('session="a b"')
    assert "HttpOnly" in made_cookie
    assert "Max-Age=60" in made_cookie
    direct = client.get("/cookie/direct").headers.get_list("set-cookie")
    assert [line.split("=")[0] for line in direct] == ["session", "old"]
    assert "Max-Age=0" in direct[1]


def test_a_result_that_does_not_fit() -> None:
    broken = Faster()

    @broken.get("/", response_model=Item)
    async def root() -> Any:
        return {"name": "Foo", "price": "cheap"}

    with pytest.raises(ResponseValidationError):
        TestClient(broken).get("/")
    assert TestClient(broken, raise_server_exceptions=False).get("/").status_code == 500


def test_background_tasks_run_after_the_response_in_order() -> None:
    working = Faster()
    done: list[str] = []

    def write(message: str, *, tag: str = "") -> None:
        done.append(message + tag)

    def query(tasks: BackgroundTasks, q: str | None = None) -> str | None:
        if q:
            tasks.add_task(write, f"query {q}")
        return q

    @working.post("/{email}")
    async def notify(email: str, tasks: BackgroundTasks, q: Annotated[str | None, Depends(query)]) -> str:
        tasks.add_task(write, email, tag="!")
        return "sent"

    @working.get("/one")
    async def one() -> Response:
        return PlainTextResponse("ok", background=BackgroundTask(write, "one"))

    client = TestClient(working)
    assert client.post("/ada@x.org?q=a").json() == "sent"
    assert client.get("/one").text == "ok"
    assert done == ["query a", "ada@x.org!", "one"]


def test_default_response_class() -> None:
    plain = Faster(default_response_class=PlainTextResponse)

    @plain.get("/text")
    async def plain_text() -> str:
        return "text"

    @plain.get("/json", response_class=JSONResponse)
    async def as_json(seen: Annotated[str | None, Cookie()] = None) -> str:
        return "json"

    Case("GET /text", "text", headers={"content-type": "text/plain; charset=utf-8"}).check(plain)
    Case("GET /json", "json", headers={"content-type": "application/json"}).check(plain)


def test_anything_becomes_json() -> None:
    value = jsonable_encoder({"item": Item("Foo"), "book": Book("Emma"), "day": date(2026, 1, 2), "set": {1}})
    assert value == {
        "item": {"name": "Foo", "price": 10.5, "description": None, "tags": []},
        "book": {"title": "Emma", "year": None},
        "day": "2026-01-02",
        "set": [1],
    }
