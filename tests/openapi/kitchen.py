"""An application with one of everything, which answers, too."""

import dataclasses
import datetime
import decimal
import enum
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, TypedDict, TypeVar

import msgspec

from faster_core.exceptions import HTTPException
from faster_core.params import Body, Cookie, Depends, File, Form, Header, Path, Query, Security
from faster_core.partial import Partial
from faster_core.response import HTMLResponse, RedirectResponse, Response
from faster_core.routing.router import FasterRouter
from faster_core.security import APIKeyHeader, HTTPBasic, HTTPBearer, OAuth2PasswordBearer, OpenIdConnect
from faster_core.sse import EventSourceResponse
from faster_core.upload import UploadFile
from tests.openapi.documents import application

__all__ = ["kitchen"]

T = TypeVar("T")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Cat(msgspec.Struct, tag="cat"):
    meow: Annotated[int, msgspec.Meta(gt=0, lt=10)] = 1


class Dog(msgspec.Struct, tag="dog"):
    bark: str


class Item(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Something for sale."""

    item_name: Annotated[str, msgspec.Meta(min_length=1, description="What it is called.", examples=["Tea"])]
    unit_price: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    colour: Colour | None = None
    weight: decimal.Decimal | None = None
    made: datetime.date | None = None
    pet: Cat | Dog | None = None
    data: bytes = b""


class Node(msgspec.Struct):
    children: list["Node"] = []
    pair: tuple[int, str] = (1, "")
    names: dict[Annotated[str, msgspec.Meta(pattern="^a")], Literal[1, 2]] = {}


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    total: int


class Row(msgspec.Struct, array_like=True):
    a: int
    b: str = ""


class Filter(msgspec.Struct):
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    tags: list[str] = []


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


class Place(NamedTuple):
    x: float
    y: float = 0


@dataclasses.dataclass
class Box:
    size: int
    inner: "Box | None" = None


class NotFound(HTTPException):
    """No such item."""

    def __init__(self) -> None:
        super().__init__(404, "Nothing here")


bearer = HTTPBearer()
oauth = OAuth2PasswordBearer("token", scopes={"read": "Read"})


async def user(token: Annotated[str, Depends(oauth)]) -> str:
    return token


def _items() -> FasterRouter:
    router = FasterRouter(prefix="/items", tags=["items"])

    @router.post("", status_code=201, raises=[NotFound])
    async def make_item(item: Item) -> Item:
        """Make an *item*."""
        return item

    @router.get("/{item_id}")
    async def read_item(
        item_id: Annotated[int, Path(ge=1, description="Its number.")],
        q: Annotated[str | None, Query(max_length=5, deprecated=True)] = None,
        ids: Annotated[list[uuid.UUID], Query(style="csv")] = [],  # noqa: B006 - declared, and never changed
        x_token: Annotated[str | None, Header()] = None,
        session: Annotated[str | None, Cookie()] = None,
        day: datetime.date | None = None,
    ) -> Item:
        return Item(item_name=f"item {item_id}")

    @router.patch("/{item_id}")
    async def change_item(item_id: int, patch: Partial[Item]) -> Item:
        return Item(item_name="changed")

    @router.delete("/{item_id}", status_code=204)
    async def remove_item(item_id: int) -> None: ...

    @router.get("")
    async def list_items(filters: Annotated[Filter, Query()]) -> Page[Item]:
        return Page([], 0)

    @router.query("")
    async def search_items(filters: Filter) -> AsyncIterator[Item]:
        yield Item(item_name="a")

    return router


def _others() -> FasterRouter:
    router = FasterRouter(tags=["others"], responses={418: {"description": "Tea."}})

    @router.post("/shapes")
    async def shapes(box: Box, movie: Movie, place: Place, row: Row, n: Annotated[int, Body(le=3)] = 1) -> Node:
        return Node()

    @router.post("/pets")
    async def pets(pet: Cat | Dog | None) -> list[Cat | Dog]:
        return []

    @router.post("/form")
    async def form(name: Annotated[str, Form()], size: Annotated[int, Form(ge=1)] = 1) -> dict[str, Any]:
        return {}

    @router.post("/upload")
    async def upload(
        one: UploadFile,
        many: Annotated[list[UploadFile], File()],
        box: Annotated[Box, Form(media_type="application/json")],
    ) -> int:
        return 1

    @router.post("/raw")
    async def raw(data: Annotated[bytes, Body(media_type="image/png")]) -> Response:
        return Response()

    @router.get("/page", response_class=HTMLResponse)
    async def page() -> str:
        return ""

    @router.get("/away")
    async def away() -> RedirectResponse:
        return RedirectResponse("/")

    @router.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[Item]:
        yield Item(item_name="a")

    @router.api_route("/several/{name:path}", methods=["GET", "PUT", "LINK"], deprecated=True)
    async def several(name: str) -> set[int]:
        return {1}

    return router


def _guarded() -> FasterRouter:
    router = FasterRouter(tags=["users"])

    @router.get("/me")
    async def me(credentials: Annotated[Any, Depends(bearer)]) -> dict[str, str]:
        return {"token": credentials.credentials}

    @router.get("/scoped")
    async def scoped(name: Annotated[str, Security(user, scopes=["read"])]) -> str:
        return name

    @router.get("/others")
    async def other(
        a: Annotated[Any, Depends(HTTPBasic())],
        b: Annotated[Any, Depends(APIKeyHeader(name="X-Key", auto_error=False))],
        c: Annotated[Any, Depends(OpenIdConnect(openIdConnectUrl="/.well-known/openid-configuration"))],
    ) -> None: ...

    @router.get("/.well-known/openid-configuration", include_in_schema=False)
    async def provider() -> dict[str, Any]:
        return {"grant_types_supported": []}

    return router


def kitchen(**settings: Any) -> Any:
    """The application."""
    callbacks, hooks = FasterRouter(), FasterRouter()

    @callbacks.post("{$callback_url}/done/{$request.body.id}")
    async def done(item: Item) -> None: ...

    @hooks.post("new-item")
    async def new_item(item: Item) -> None: ...

    app = application(
        title="Kitchen",
        summary="One of everything",
        description="A **kitchen**.",
        openapi_tags=[{"name": "items", "description": "What is for sale"}],
        contact={"name": "Somebody", "email": "somebody@example.org"},
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_external_docs={"url": "https://example.org/docs"},
        webhooks=hooks,
        **settings,
    )
    app.include_router(_items(), callbacks=[callbacks])
    app.include_router(_others())
    app.include_router(_guarded())
    return app
