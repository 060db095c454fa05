"""Applications: routers in several places, mounts, proxies, lifespan, static files, templates, requests, tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest

from FasterAPI import (
    AsyncTestClient,
    Depends,
    Faster,
    FasterRouter,
    Header,
    HTTPException,
    Request,
    Response,
    StaticFiles,
    TestClient,
)
from tests.docs.fastapi.case import Case


async def token_header(x_token: Annotated[str, Header()]) -> None:
    if x_token != "fake":
        raise HTTPException(400, "X-Token header invalid")


async def query_token(token: str) -> None:
    if token != "jessica":
        raise HTTPException(400, "No Jessica token provided")


def bigger() -> Faster:
    app = Faster(dependencies=[Depends(query_token)])
    users = FasterRouter()
    items = FasterRouter(prefix="/items", tags=["items"], dependencies=[Depends(token_header)])
    admin = FasterRouter()

    @users.get("/users/me", tags=["users"])
    async def me() -> str:
        return "me"

    @users.get("/users/{name}", tags=["users"])
    async def user(name: str) -> str:
        return name

    @items.get("/")
    async def all_items() -> list[str]:
        return ["plumbus"]

    @items.put("/{key}", responses={403: {"description": "Operation forbidden"}})
    async def put(key: str) -> str:
        if key != "plumbus":
            raise HTTPException(403, "You can only update the item: plumbus")
        return key

    @admin.post("/")
    async def administer() -> str:
        return "done"

    app.include_router(users)
    app.include_router(items)
    app.include_router(admin, prefix="/admin", dependencies=[Depends(token_header)], responses={418: {}})

    @app.get("/")
    async def root() -> str:
        return "root"

    return app


TOKEN = {"headers": {"x-token": "fake"}}
BIGGER = [
    Case("GET /?token=jessica", "root"),
    Case("GET /", ["query.token"], 422),
    Case("GET /?token=monica", {"detail": "No Jessica token provided"}, 400),
    Case("GET /users/me?token=jessica", "me"),
    Case("GET /users/rick?token=jessica", "rick"),
    Case("GET /items/?token=jessica", ["plumbus"], how=TOKEN),
    Case("GET /items/?token=jessica", ["header.x-token"], 422),
    Case("GET /items/", ["query.token", "header.x-token"], 422),
    Case("GET /items/?token=jessica", {"detail": "X-Token header invalid"}, 400, {"headers": {"x-token": "no"}}),
    Case("PUT /items/foo", {"detail": "X-Token header invalid"}, 400, {"headers": {"x-token": "no"}}),
    Case("PUT /items/plumbus?token=jessica", "plumbus", how=TOKEN),
    Case("PUT /items/bar?token=jessica", {"detail": "You can only update the item: plumbus"}, 403, TOKEN),
    Case("POST /admin/?token=jessica", "done", how=TOKEN),
    Case("POST /admin/", {"detail": "X-Token header invalid"}, 400, {"headers": {"x-token": "no"}}),
]


@pytest.mark.parametrize("case", BIGGER, ids=str)
def test_bigger_applications(case: Case) -> None:
    case.check(bigger())


def test_a_router_in_two_places_stays_alive() -> None:
    app, router = Faster(), FasterRouter()
    app.include_router(router, prefix="/v1")
    app.include_router(router, prefix="/v2")

    @router.get("/late")
    async def late(request: Request) -> str:
        return request.url.path

    Case("GET /v1/late", "/v1/late").check(app)
    Case("GET /v2/late", "/v2/late").check(app)


def test_an_application_below_another_one() -> None:
    app, below = Faster(), Faster()

    @app.get("/app")
    def main() -> str:
        return "main"

    @below.get("/sub")
    def sub(request: Request) -> list[object]:
        return [request.scope["root_path"], str(request.url_for("sub"))]

    app.mount("/subapi", below)
    Case("GET /app", "main").check(app)
    Case("GET /subapi/sub", ["/subapi", "http://testserver/subapi/sub"]).check(app)
    Case("GET /sub", {"detail": "Not Found"}, 404).check(app)


@pytest.mark.parametrize("given", [{}, {"root_path": "/api/v1"}])
def test_behind_a_proxy(given: dict[str, Any]) -> None:
    app = Faster(**given)

    @app.get("/app")
    def where(request: Request) -> object:
        return request.scope.get("root_path")

    client = TestClient(app, root_path="" if given else "/api/v1")
    assert client.get("/app").json() == "/api/v1"
    assert client.get("/api/v1/app").json() == "/api/v1"


def test_a_lifespan_gives_state_to_requests() -> None:
    log: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Faster) -> AsyncIterator[dict[str, object]]:
        log.append("up")
        yield {"model": "m", "from": "app"}
        log.append("down")

    @asynccontextmanager
    async def router_lifespan(app: Faster) -> AsyncIterator[dict[str, object]]:
        log.append("router up")
        yield {"from": "router", "more": 1}
        log.append("router down")

    app, router = Faster(lifespan=lifespan), FasterRouter(lifespan=router_lifespan)

    @router.get("/")
    async def root(request: Request) -> list[object]:
        return [request.state.model, request.state["from"], request.state.more]

    app.include_router(router)
    with TestClient(app) as client:
        assert client.get("/").json() == ["m", "app", 1]
        assert log == ["up", "router up"]
    assert log == ["up", "router up", "router down", "down"]


def test_events() -> None:
    app, log = Faster(), []

    @app.on_event("startup")
    async def up() -> None:
        log.append("up")

    @app.on_event("shutdown")
    def down() -> None:
        log.append("down")

    with TestClient(app):
        assert log == ["up"]
    assert log == ["up", "down"]


def test_static_files_and_a_page(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("p {}")
    app = Faster()
    app.mount("/static", StaticFiles(directory=tmp_path), name="static")

    @app.get("/")
    async def root(request: Request) -> str:
        return str(request.url_for("static", path="/style.css"))

    client = TestClient(app)
    found = client.get("/static/style.css")
    assert (found.text, found.headers["content-type"]) == ("p {}", "text/css; charset=utf-8")
    assert client.get("/static/style.css", headers={"if-none-match": found.headers["etag"]}).status_code == 304
    assert client.get("/static/none.css").status_code == 404
    assert client.get("/").json() == "http://testserver/static/style.css"


def test_templates(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    from FasterAPI.templating import Jinja2Templates

    (tmp_path / "item.html").write_text("<a href=\"{{ url_for('item', key=key) }}\">{{ key }}</a>")
    templates = Jinja2Templates(directory=tmp_path)
    app = Faster()

    @app.get("/items/{key}")
    async def item(request: Request, key: str) -> Response:
        return templates.TemplateResponse(request, "item.html", {"key": key})

    response = TestClient(app).get("/items/<b>")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text == '<a href="http://testserver/items/%3Cb%3E">&lt;b&gt;</a>'


def test_wsgi_below_an_application() -> None:
    a2wsgi = pytest.importorskip("a2wsgi")

    def wsgi(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("content-type", "text/plain")])
        return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode()]

    app = Faster()
    app.mount("/v1", a2wsgi.WSGIMiddleware(wsgi))
    assert TestClient(app).get("/v1/here").text == "/v1 /here"


def test_a_request_by_hand() -> None:
    app = Faster()

    @app.post("/{name}")
    async def raw(request: Request, name: str) -> list[object]:
        assert request.client is not None
        return [
            request.method,
            request.client.host,
            request.query_params["a"],
            request.headers["x-a"],
            await request.json(),
        ]

    response = TestClient(app).post("/n?a=1", json={"k": 1}, headers={"X-A": "2"})
    assert response.json() == ["POST", "testclient", "1", "2", {"k": 1}]


def test_an_asynchronous_test() -> None:
    app = Faster()

    @app.get("/")
    async def root() -> dict[str, str]:
        return {"message": "Tomato"}

    async def ask() -> object:
        async with AsyncTestClient(app) as client:
            return (await client.get("/")).json()

    assert asyncio.run(ask()) == {"message": "Tomato"}


def test_operations_of_every_method() -> None:
    app = Faster()

    @app.api_route("/any", methods=["GET", "POST", "DELETE", "PATCH"])
    async def of_any(request: Request) -> str:
        return request.method

    client = TestClient(app)
    assert [client.request(method, "/any").json() for method in ("GET", "POST", "DELETE", "PATCH")] == [
        "GET",
        "POST",
        "DELETE",
        "PATCH",
    ]
    assert client.put("/any").status_code == 405
