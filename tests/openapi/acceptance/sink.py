"""An application with a route of every kind, each of which can be brought to give every answer that it documents."""

import datetime
import decimal
import enum
import pathlib
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Generic, Literal, TypedDict, TypeVar

import msgspec

from faster_core.exceptions import HTTPException, RequestValidationError
from faster_core.params import Body, Cookie, Depends, File, Form, Header, Path, Query, Security
from faster_core.partial import Partial
from faster_core.response import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from faster_core.response import StreamingResponse as Stream
from faster_core.routing.router import FasterRouter
from faster_core.security import APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBearer, OAuth2PasswordBearer
from faster_core.sse import EventSourceResponse
from faster_core.upload import UploadFile
from tests.openapi.documents import application

__all__ = ["LIMIT", "SECRET", "sink"]

LIMIT = 3000
"""Bytes of a body at most."""

SECRET = "let-me-in"
"""What every security scheme takes: as token, key, user name and password."""

T = TypeVar("T")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Cat(msgspec.Struct, tag="cat"):
    lives: Annotated[int, msgspec.Meta(gt=0, lt=10)] = 1


class Dog(msgspec.Struct, tag="dog"):
    bark: str


class Item(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    item_name: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    unit_price: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    colour: Colour | None = None
    weight: decimal.Decimal | None = None
    made: datetime.date | None = None
    pet: Cat | Dog | None = None


class Node(msgspec.Struct):
    name: str
    children: list["Node"] = []
    pair: tuple[int, str] = (1, "")


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    total: Annotated[int, msgspec.Meta(ge=0)]


class Box(msgspec.Struct):
    size: Annotated[int, msgspec.Meta(ge=0)]


class Filter(msgspec.Struct):
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    tags: list[str] = []


class Movie(TypedDict):
    title: str


class Login(msgspec.Struct):
    user: str
    age: Annotated[int, msgspec.Meta(ge=18)] = 18


class NotFound(HTTPException):
    """There is no such item."""

    def __init__(self) -> None:
        super().__init__(404, "There is no such item")


class Taken(HTTPException):
    """The name is taken."""

    def __init__(self) -> None:
        super().__init__(409, "The name is taken")


class Forbidden(HTTPException):
    """Not for everybody."""

    def __init__(self) -> None:
        super().__init__(403, "Not for everybody")


def _parameters() -> FasterRouter:
    router = FasterRouter(tags=["parameters"])

    @router.get("/parameters/{item_id}", raises=[NotFound])
    async def every_place(
        item_id: Annotated[int, Path(ge=1)],
        q: Annotated[str | None, Query(max_length=5)] = None,
        ids: Annotated[list[uuid.UUID], Query(style="csv")] = [],  # noqa: B006 - declared, and never changed
        colour: Colour = Colour.RED,
        order: Literal["up", "down"] = "up",
        day: datetime.date | None = None,
        x_count: Annotated[int, Header(le=9)] = 1,
        visits: Annotated[int, Cookie()] = 0,
    ) -> list[str]:
        if item_id > 1000:
            raise NotFound
        return [order, colour.value]

    @router.get("/converted/{number:int}")
    async def converted(number: int) -> int:
        return number

    @router.get("/free/{text}")
    async def any_text(text: str, x_note: Annotated[str | None, Header()] = None) -> str:
        return text

    @router.get("/uuid/{found}")
    async def typed_path(found: uuid.UUID) -> uuid.UUID:
        return found

    @router.get("/below/{rest:path}")
    async def rest_of_path(rest: str) -> str:
        return rest

    @router.get("/required")
    async def required(
        flag: bool, x_token: Annotated[str, Header(min_length=2)], session: Annotated[str, Cookie()]
    ) -> bool:
        return flag

    @router.get("/header")
    async def one_header(x_token: Annotated[str, Header()]) -> str:
        return x_token

    @router.get("/model")
    async def model(wanted: Annotated[Filter, Query()]) -> Filter:
        return wanted

    return router


def _bodies() -> FasterRouter:
    router = FasterRouter(tags=["bodies"])

    @router.post("/items", status_code=201, raises=[Taken])
    async def make(item: Item) -> Item:
        if item.item_name == "taken":
            raise Taken
        return item

    @router.patch("/items")
    async def change(patch: Partial[Item]) -> Item:
        return Item("a")

    @router.query("/items")
    async def search(wanted: Filter) -> Page[Item]:
        return Page([Item("a")], 1)

    @router.post("/several/{number:int}")
    async def several(
        number: int, item: Item, movie: Movie, n: Annotated[str, Body(max_length=3)] = "", shout: bool = False
    ) -> Movie:
        return movie

    @router.post("/union")
    async def union(pet: Cat | Dog) -> list[Cat | Dog]:
        return [pet]

    @router.post("/maybe")
    async def maybe(pet: Cat | None = None) -> Cat | None:
        return pet

    @router.post("/tree")
    async def recursive(node: Node) -> Page[Node]:
        return Page([node], 1)

    @router.post("/page")
    async def generic(page: Page[Box]) -> Page[Box]:
        return page

    @router.post("/text")
    async def text(content: Annotated[str, Body(media_type="text/plain")]) -> int:
        return len(content)

    @router.post("/raw")
    async def raw(content: Annotated[bytes, Body(media_type="image/png")]) -> int:
        return len(content)

    @router.put("/raw")
    async def raw_or_nothing(content: Annotated[bytes, Body(media_type="image/png")] = b"") -> int:
        return len(content)

    return router


def _forms() -> FasterRouter:
    router = FasterRouter(tags=["forms"])

    @router.post("/form")
    async def form(name: Annotated[str, Form()], size: Annotated[int, Form(ge=1)] = 1) -> str:
        return name

    @router.post("/login")
    async def login(form: Annotated[Login, Form()]) -> str:
        return form.user

    @router.post("/names")
    async def names(name: Annotated[list[str], Form()], note: Annotated[str | None, Form()] = None) -> int:
        return len(name)

    @router.post("/upload")
    async def upload(
        one: UploadFile, many: Annotated[list[UploadFile], File()], note: Annotated[str, Form()] = ""
    ) -> list[int | None]:
        return [one.size, *[file.size for file in many]]

    @router.post("/small-file")
    async def small_file(content: Annotated[bytes, File(max_length=100)]) -> int:
        return len(content)

    return router


def _token(token: Annotated[str, Depends(OAuth2PasswordBearer("token", scopes={"read": "Read"}))]) -> str:
    if token != SECRET:
        raise Forbidden
    return token


def _allow(*given: str | None) -> None:
    if any(item != SECRET for item in given):
        raise Forbidden


def _guarded() -> FasterRouter:
    router = FasterRouter(tags=["guarded"])
    bearer, basic = HTTPBearer(), HTTPBasic()

    @router.get("/bearer", raises=[Forbidden])
    async def with_bearer(sent: Annotated[Any, Depends(bearer)]) -> None:
        _allow(sent.credentials)

    @router.get("/basic", raises=[Forbidden])
    async def with_basic(sent: Annotated[Any, Depends(basic)]) -> None:
        _allow(sent.username, sent.password)

    @router.get("/key/header", raises=[Forbidden])
    async def header_key(sent: Annotated[str, Depends(APIKeyHeader(name="X-Key"))]) -> None:
        _allow(sent)

    @router.get("/key/query", raises=[Forbidden])
    async def query_key(sent: Annotated[str, Depends(APIKeyQuery(name="key"))]) -> None:
        _allow(sent)

    @router.get("/key/cookie", raises=[Forbidden])
    async def cookie_key(sent: Annotated[str, Depends(APIKeyCookie(name="key"))]) -> None:
        _allow(sent)

    @router.post("/guarded", raises=[Forbidden])
    async def guarded(box: Box, name: Annotated[str, Security(_token, scopes=["read"])]) -> Box:
        return box

    return router


def _stored(number: int) -> Iterator[int]:
    if number > 1000:
        raise NotFound
    yield number


_stored.__raises__ = (NotFound,)  # type: ignore[attr-defined]


def _results() -> FasterRouter:
    router = FasterRouter(tags=["results"])

    @router.get("/dependency")
    async def dependency(number: Annotated[int, Depends(_stored)]) -> int:
        return number

    @router.get("/check/{number:int}", raises=[RequestValidationError])
    async def own_check(number: int) -> int:
        if number == 13:
            raise RequestValidationError([{"loc": ["path", "number"], "msg": "Not 13", "type": "value_error.luck"}])
        return number

    @router.get("/teapot", responses={418: {"model": Movie, "description": "Tea."}})
    async def teapot(tea: Literal["yes", "no"] = "no") -> Movie | JSONResponse:
        return JSONResponse({"title": "Tea"}, 418) if tea == "yes" else {"title": "Coffee"}

    @router.delete("/nothing", status_code=204)
    async def nothing() -> None: ...

    @router.get("/away")
    async def away() -> RedirectResponse:
        return RedirectResponse("/free/text")

    @router.get("/page", response_class=HTMLResponse)
    async def page() -> str:
        return "<p>"

    @router.get("/plain", response_class=PlainTextResponse)
    async def plain() -> str:
        return "plain"

    @router.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[Item]:
        yield Item("a")

    @router.get("/lines")
    async def lines() -> AsyncIterator[Item]:
        yield Item("a")

    @router.get("/bytes")
    async def some_bytes() -> Stream:
        return Stream(iter([b"a", b"b"]), media_type="image/png")

    @router.get("/path")
    async def a_path() -> pathlib.PurePosixPath:
        return pathlib.PurePosixPath("a/b")

    @router.get("/custom")
    async def custom() -> Response:
        return Response(b"", media_type="image/png")

    return router


def sink(*, problem_details: bool = False) -> Any:
    """Return the application.

    Args:
        problem_details: Whether its errors are problem details.
    """
    app = application(
        title="Sink", openapi_version="3.2.0", app={"max_body_size": LIMIT, "problem_details": problem_details}
    )
    for router in (_parameters(), _bodies(), _forms(), _guarded(), _results()):
        app.include_router(router)
    return app
