"""Thirty small applications as people write them: none of them gives a report."""

import asyncio
import enum
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from typing import Annotated, Any, Generic, Literal, TypedDict, TypeVar
from uuid import UUID, uuid4

import msgspec
import pytest

from faster_core import (
    App,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    FasterRouter,
    File,
    Form,
    Header,
    HTMLResponse,
    HTTPException,
    JSONResponse,
    Path,
    PlainTextResponse,
    Query,
    RedirectResponse,
    Request,
    Response,
    Security,
    StreamingResponse,
    WebSocket,
    WebSocketDisconnect,
)
from faster_core.middleware.cors import CORSMiddleware
from faster_core.partial import Partial, apply
from faster_core.security.http import HTTPBearer
from faster_core.security.oauth2 import OAuth2PasswordBearer
from faster_core.security.scopes import SecurityScopes
from faster_core.sse import EventSourceResponse, ServerSentEvent
from faster_core.upload import UploadFile
from tests.core.client import converse, multipart, request, run_request, running

T = TypeVar("T")
Sample = Iterator[App]


class Item(msgspec.Struct):
    name: str
    price: float = 1.0
    tags: list[str] = []


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    total: int


def hello() -> Sample:
    app = App()

    @app.get("/")
    async def root() -> dict[str, str]:
        return {"message": "Hello World"}

    yield app
    assert request(app, "GET", "/").json() == {"message": "Hello World"}


def path_and_query() -> Sample:
    app = App()

    @app.get("/items/{item_id}")
    def read_item(item_id: int, q: str | None = None) -> dict[str, Any]:
        return {"item_id": item_id, "q": q}

    yield app
    assert request(app, "GET", "/items/5?q=x").json() == {"item_id": 5, "q": "x"}


def store() -> Sample:
    app = App()
    items: dict[int, Item] = {}

    @app.post("/items", status_code=201)
    async def create(item: Item) -> Item:
        items[len(items) + 1] = item
        return item

    @app.get("/items")
    async def list_all(skip: int = 0, limit: Annotated[int, Query(le=100)] = 10) -> Page[Item]:
        found = list(items.values())
        return Page(found[skip : skip + limit], len(found))

    @app.get("/items/{item_id}")
    async def read(item_id: Annotated[int, Path(ge=1)]) -> Item:
        if item_id not in items:
            raise HTTPException(404, "Item not found")
        return items[item_id]

    @app.patch("/items/{item_id}")
    async def change(item_id: int, change: Partial[Item]) -> Item:
        items[item_id] = apply(change, items[item_id])
        return items[item_id]

    @app.delete("/items/{item_id}", status_code=204)
    async def delete(item_id: int) -> None:
        items.pop(item_id)

    yield app
    assert request(app, "POST", "/items", json={"name": "a"}).status == 201
    assert request(app, "PATCH", "/items/1", json={"price": 2}).json()["price"] == 2
    assert request(app, "GET", "/items").json()["total"] == 1
    assert request(app, "DELETE", "/items/1").status == 204
    assert request(app, "GET", "/items/1").status == 404


def enums_and_literals() -> Sample:
    class Model(enum.StrEnum):
        ALEX = "alexnet"
        RES = "resnet"

    app = App()

    @app.get("/models/{model}")
    async def read(model: Model, order: Literal["up", "down"] = "up") -> list[str]:
        return [model.value, order]

    yield app
    assert request(app, "GET", "/models/resnet?order=down").json() == ["resnet", "down"]


def files_below_a_path() -> Sample:
    app = App()

    @app.get("/files/{file_path:path}")
    async def read(file_path: str) -> str:
        return file_path

    yield app
    assert request(app, "GET", "/files/a/b").json() == "a/b"


def headers_and_cookies() -> Sample:
    app = App()

    @app.get("/")
    async def read(
        response: Response,
        user_agent: Annotated[str | None, Header()] = None,
        visits: Annotated[int, Cookie()] = 0,
    ) -> dict[str, Any]:
        response.set_cookie("visits", str(visits + 1))
        return {"agent": user_agent, "visits": visits}

    yield app
    assert request(app, "GET", "/", headers={"cookie": "visits=2"}).json() == {"agent": None, "visits": 2}


def login_form() -> Sample:
    app = App()

    @app.post("/login")
    async def login(username: Annotated[str, Form()], password: Annotated[str, Form()]) -> RedirectResponse:
        return RedirectResponse("/", 303)

    yield app
    assert request(app, "POST", "/login", **multipart(("username", "u"), ("password", "p"))).status == 303


def uploads() -> Sample:
    app = App()

    @app.post("/files")
    async def store_files(files: list[UploadFile], note: Annotated[str, Form()] = "") -> list[str | None]:
        return [file.filename for file in files]

    @app.post("/bytes")
    async def size(file: Annotated[bytes, File(max_length=100)]) -> int:
        return len(file)

    yield app
    assert request(app, "POST", "/files", **multipart(("files", "1", "a"), ("files", "2", "b"))).json() == ["a", "b"]
    assert request(app, "POST", "/bytes", **multipart(("file", "123", "a"))).json() == 3


def database_session() -> Sample:
    app = App()
    log: list[str] = []

    def get_db() -> Iterator[list[str]]:
        try:
            yield log
            log.append("commit")
        finally:
            log.append("close")

    Db = Annotated[list[str], Depends(get_db)]

    @app.post("/items")
    def create(item: Item, db: Db) -> Item:
        db.append(item.name)
        return item

    @app.get("/items")
    def read(db: Db) -> list[str]:
        return list(db)

    yield app
    request(app, "POST", "/items", json={"name": "a"})
    assert log == ["a", "commit", "close"]


def bearer_tokens() -> Sample:
    app = App()
    scheme = OAuth2PasswordBearer(tokenUrl="token")

    async def current_user(token: Annotated[str, Depends(scheme)]) -> str:
        if token != "secret":
            raise HTTPException(401, "Invalid token", {"WWW-Authenticate": "Bearer"})
        return "me"

    @app.get("/users/me")
    async def read(user: Annotated[str, Depends(current_user)]) -> str:
        return user

    yield app
    assert request(app, "GET", "/users/me").status == 401
    assert request(app, "GET", "/users/me", headers={"authorization": "Bearer secret"}).json() == "me"


def scoped_security() -> Sample:
    app = App()
    bearer = HTTPBearer(auto_error=False)

    async def user(scopes: SecurityScopes, credentials: Annotated[Any, Depends(bearer)]) -> list[str]:
        return scopes.scopes

    @app.get("/")
    async def read(scopes: Annotated[list[str], Security(user, scopes=["read"])]) -> list[str]:
        return scopes

    yield app
    assert request(app, "GET", "/").json() == ["read"]


def many_routers() -> Sample:
    app = App(dependencies=[Depends(lambda: None)])
    users, items = FasterRouter(prefix="/users", tags=["users"]), FasterRouter(tags=["items"])

    @users.get("/")
    async def all_users() -> list[str]:
        return ["a"]

    @users.get("/me")
    async def me() -> str:
        return "me"

    @users.get("/{user_id}")
    async def one(user_id: int) -> int:
        return user_id

    @items.get("/{item_id}", responses={404: {"description": "Not found"}})
    async def item(item_id: str) -> str:
        return item_id

    app.include_router(users)
    app.include_router(items, prefix="/items")
    yield app
    assert request(app, "GET", "/users/me").json() == "me"
    assert request(app, "GET", "/items/x").json() == "x"


def mounted_application() -> Sample:
    app, api = App(), App()

    @app.get("/")
    async def home() -> str:
        return "home"

    @api.get("/status")
    async def status() -> str:
        return "ok"

    app.mount("/api", api, name="api")
    yield app
    assert request(app, "GET", "/api/status").json() == "ok"


def frontend_beside_an_api() -> Sample:
    app = App()

    async def statics(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("file")(scope, receive, send)

    @app.get("/api/items")
    async def items() -> list[int]:
        return [1]

    app.mount("/", statics)
    yield app
    assert request(app, "GET", "/api/items").json() == [1]
    assert request(app, "GET", "/index.html").text == "file"


def error_handlers() -> Sample:
    app = App()

    class Unicorn(Exception):
        pass

    @app.exception_handler(Unicorn)
    async def answer(request: Request, exc: Unicorn) -> JSONResponse:
        return JSONResponse({"oops": str(exc)}, 418)

    @app.get("/{name}")
    async def read(name: str) -> None:
        raise Unicorn(name)

    yield app
    assert request(app, "GET", "/yolo").json() == {"oops": "yolo"}


def timing_middleware() -> Sample:
    app = App()

    @app.middleware("http")
    async def timed(request: Request, call_next: Callable[[Request], Any]) -> Response:
        response: Response = await call_next(request)
        response.headers["x-time"] = "0"
        return response

    app.add_middleware(CORSMiddleware, allow_origins=["https://example.org"])
    app.get("/")(lambda: "x")
    yield app
    reply = request(app, "GET", "/", headers={"origin": "https://example.org"})
    assert reply.headers["x-time"] == "0"
    assert reply.headers["access-control-allow-origin"] == "https://example.org"


def lifespan_state() -> Sample:
    @asynccontextmanager
    async def lifespan(app: App) -> AsyncIterator[dict[str, Any]]:
        yield {"model": len}

    app = App(lifespan=lifespan)

    @app.get("/{text}")
    async def predict(text: str, request: Request) -> int:
        size: int = request.state.model(text)
        return size

    yield app

    async def run() -> Any:
        async with running(app) as state:
            return (await run_request(app, "GET", "/four", state=state)).json()

    assert asyncio.run(run()) == 4


def chat() -> Sample:
    app = App()

    @app.websocket("/ws/{client_id}")
    async def talk(websocket: WebSocket, client_id: int, token: str | None = None) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text(f"{client_id}: {await websocket.receive_text()}")
        except WebSocketDisconnect:
            pass

    yield app
    assert converse(app, "/ws/3", "hi")[1]["text"] == "3: hi"


def background_mail() -> Sample:
    app = App()
    sent: list[str] = []

    async def log(tasks: BackgroundTasks, q: str | None = None) -> None:
        tasks.add_task(sent.append, f"log {q}")

    @app.post("/send/{email}", dependencies=[Depends(log)])
    async def send(email: str, tasks: BackgroundTasks) -> dict[str, str]:
        tasks.add_task(sent.append, email)
        return {"message": "sent"}

    yield app
    request(app, "POST", "/send/me@example.org?q=x")
    assert sent == ["log x", "me@example.org"]


def streams() -> Sample:
    app = App()

    async def numbers() -> AsyncIterator[bytes]:
        for number in range(3):
            yield f"{number}\n".encode()

    @app.get("/video")
    async def video() -> StreamingResponse:
        return StreamingResponse(numbers(), media_type="video/mp4")

    @app.get("/items")
    async def items() -> AsyncIterator[Item]:
        yield Item("a")

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(data="x")

    yield app
    assert request(app, "GET", "/video").text == "0\n1\n2\n"
    assert request(app, "GET", "/items").text == '{"name":"a","price":1.0,"tags":[]}\n'
    assert request(app, "GET", "/events").text == 'data: "x"\n\n'


def html_pages() -> Sample:
    app = App(default_response_class=HTMLResponse)

    @app.get("/")
    async def home() -> str:
        return "<h1>Home</h1>"

    yield app
    assert request(app, "GET", "/").text == "<h1>Home</h1>"


def class_dependencies() -> Sample:
    app = App()

    class Common:
        def __init__(self, q: str | None = None, skip: int = 0, limit: int = 100) -> None:
            self.q, self.skip, self.limit = q, skip, limit

    @app.get("/items")
    async def items(common: Annotated[Common, Depends()]) -> list[Any]:
        return [common.q, common.skip, common.limit]

    yield app
    assert request(app, "GET", "/items?limit=5").json() == [None, 0, 5]


def parametrised_dependencies() -> Sample:
    app = App()

    @dataclass
    class Contains:
        word: str

        def __call__(self, q: str = "") -> bool:
            return self.word in q

    def at_least(minimum: int, age: int) -> bool:
        return age >= minimum

    @app.get("/")
    async def read(
        found: Annotated[bool, Depends(Contains("bar"))], old: Annotated[bool, Depends(partial(at_least, 18))]
    ) -> list[bool]:
        return [found, old]

    yield app
    assert request(app, "GET", "/?q=foobar&age=20").json() == [True, True]


def settings() -> Sample:
    app = App()

    class Settings(msgspec.Struct):
        name: str = "shop"

    @lru_cache
    def get_settings() -> Settings:
        return Settings()

    @app.get("/info")
    async def info(found: Annotated[Settings, Depends(get_settings)]) -> Settings:
        return found

    yield app
    app.dependency_overrides[get_settings] = lambda: Settings("test")
    assert request(app, "GET", "/info").json() == {"name": "test"}


def query_models() -> Sample:
    app = App()

    class Filter(msgspec.Struct, forbid_unknown_fields=True):
        limit: Annotated[int, msgspec.Meta(gt=0, le=100)] = 100
        order_by: Literal["created", "updated"] = "created"
        tags: list[str] = []

    @app.get("/items")
    async def items(query: Annotated[Filter, Query()]) -> Filter:
        return query

    yield app
    assert request(app, "GET", "/items?limit=5&tags=a").json() == {"limit": 5, "order_by": "created", "tags": ["a"]}


def several_bodies() -> Sample:
    app = App()

    @app.put("/items/{item_id}")
    async def update(item_id: int, item: Item, user: dict[str, str], importance: Annotated[int, Body(gt=0)]) -> Any:
        return [item_id, item.name, user, importance]

    yield app
    body = {"item": {"name": "a"}, "user": {"u": "v"}, "importance": 1}
    assert request(app, "PUT", "/items/1", json=body).json() == [1, "a", {"u": "v"}, 1]


def all_kinds_of_models() -> Sample:
    app = App()

    @dataclass
    class Point:
        x: int
        labels: list[str] = field(default_factory=list)

    class Movie(TypedDict):
        title: str

    @app.post("/points")
    async def points(points: list[Point]) -> list[Point]:
        return points

    @app.post("/movies")
    async def movies(movie: Movie) -> Movie:
        return movie

    yield app
    assert request(app, "POST", "/points", json=[{"x": 1}]).json() == [{"x": 1, "labels": []}]
    assert request(app, "POST", "/movies", json={"title": "t"}).json() == {"title": "t"}


def tagged_unions() -> Sample:
    class Cat(msgspec.Struct, tag="cat"):
        lives: int

    class Dog(msgspec.Struct, tag="dog"):
        good: bool

    app = App()

    @app.post("/pets")
    async def pets(pet: Cat | Dog) -> str:
        return type(pet).__name__

    yield app
    assert request(app, "POST", "/pets", json={"type": "cat", "lives": 9}).json() == "Cat"


def response_models() -> Sample:
    class Out(msgspec.Struct):
        name: str

    class In(Out):
        password: str

    app = App()

    @app.post("/users", response_model=Out)
    async def create(user: In) -> Any:
        return user

    @app.get("/items", response_model_exclude_defaults=True)
    async def items() -> list[Item]:
        return [Item("a")]

    yield app
    assert request(app, "POST", "/users", json={"name": "n", "password": "p"}).json() == {"name": "n"}
    assert request(app, "GET", "/items").json() == [{"name": "a"}]


def webhook_receiver() -> Sample:
    app = App()

    @app.post("/hook")
    async def hook(payload: Annotated[bytes, Body()], x_signature: Annotated[str, Header()]) -> list[Any]:
        return [len(payload), x_signature]

    yield app
    assert request(app, "POST", "/hook", content=b"raw", headers={"x-signature": "s"}).json() == [3, "s"]


def everything_about_the_request() -> Sample:
    app = App()

    @app.api_route("/{rest:path}", methods=["GET", "POST"], include_in_schema=False)
    async def echo(request: Request) -> dict[str, Any]:
        return {"method": request.method, "path": request.url.path, "body": (await request.body()).decode()}

    yield app
    assert request(app, "POST", "/a/b", content=b"x").json() == {"method": "POST", "path": "/a/b", "body": "x"}


def app_scoped_pool() -> Sample:
    app = App()

    async def pool() -> AsyncIterator[str]:
        yield "pool"

    async def connection(pool: Annotated[str, Depends(pool, scope="app")]) -> AsyncIterator[str]:
        yield f"connection of {pool}"

    @app.get("/")
    async def read(found: Annotated[str, Depends(connection, max_concurrency=5)]) -> str:
        return found

    yield app

    async def run() -> Any:
        async with running(app):
            return (await run_request(app, "GET", "/")).json()

    assert asyncio.run(run()) == "connection of pool"


def dates_and_ids() -> Sample:
    app = App()

    @app.put("/bookings/{booking_id}")
    async def book(booking_id: UUID, day: date, nights: Annotated[int, Query(ge=1)] = 1) -> list[Any]:
        return [booking_id, day, nights]

    yield app
    found = uuid4()
    assert request(app, "PUT", f"/bookings/{found}?day=2026-01-02").json() == [str(found), "2026-01-02", 1]


def search_by_query_method() -> Sample:
    app = App()

    @app.query("/search")
    async def search(item: Item) -> str:
        return item.name

    yield app
    assert request(app, "QUERY", "/search", json={"name": "a"}).json() == "a"


SAMPLES: list[Callable[[], Sample]] = [
    hello, path_and_query, store, enums_and_literals, files_below_a_path, headers_and_cookies, login_form, uploads,
    database_session, bearer_tokens, scoped_security, many_routers, mounted_application, frontend_beside_an_api,
    error_handlers, timing_middleware, lifespan_state, chat, background_mail, streams, html_pages, class_dependencies,
    parametrised_dependencies, settings, query_models, several_bodies, all_kinds_of_models, tagged_unions,
    response_models, webhook_receiver, everything_about_the_request, app_scoped_pool, dates_and_ids,
    search_by_query_method,
]  # fmt: skip


def test_there_are_thirty() -> None:
    assert len(SAMPLES) >= 30


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.__name__)
def test_a_sample_gives_no_report(sample: Callable[[], Sample]) -> None:
    if sample in (login_form, uploads):
        pytest.importorskip("python_multipart")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        steps = sample()
        app = next(steps)
        assert app.diagnostics == []
        assert next(steps, None) is None
        assert app.diagnostics == []
