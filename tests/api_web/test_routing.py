"""FasterAPI.routing: routes as FastAPI's users read them."""

import pytest

from FasterAPI import Faster
from FasterAPI.routing import (
    APIRoute,
    APIRouter,
    APIWebSocketRoute,
    FasterRouter,
    Mount,
    NoMatchFound,
    Route,
    WebSocketRoute,
)


def make_app() -> Faster:
    router = APIRouter(prefix="/items", tags=["items"])

    @router.get("/{item_id:int}", tags=["one", "items"], summary="Read it")
    async def read_item(item_id: int) -> int:
        return item_id

    @router.get("/hidden", include_in_schema=False)
    async def hidden() -> None:
        return None

    app = Faster()
    app.include_router(router, tags=["shop"])
    return app


def routes_of(app: Faster) -> dict[str, APIRoute]:
    return {route.name: route for route in app.routes if isinstance(route, APIRoute)}


def test_the_names_of_fastapi_are_other_names() -> None:
    assert (APIRoute, APIRouter, APIWebSocketRoute) == (Route, FasterRouter, WebSocketRoute)


def test_mounts_are_told_from_routes() -> None:
    app = make_app()
    app.mount("/v1", make_app(), name="v1")
    assert [(entry.path, entry.name) for entry in app.routes if isinstance(entry, Mount)] == [("/v1", "v1")]


def test_the_path_of_a_route_becomes_a_url() -> None:
    path = make_app().url_path_for("read_item", item_id=3)
    assert (path, str(path.make_absolute_url("https://example.org/v1/"))) == (
        "/items/3",
        "https://example.org/v1/items/3",
    )
    with pytest.raises(NoMatchFound):
        make_app().url_path_for("nothing")


def test_what_a_route_says_about_itself() -> None:
    route = routes_of(make_app())["read_item"]
    assert (route.path, route.path_format) == ("/items/{item_id:int}", "/items/{item_id}")
    assert (set(route.methods), route.tags) == ({"GET"}, ["shop", "items", "one"])
    assert (route.endpoint.__name__, route.summary, route.operation_id) == ("read_item", "Read it", None)
    assert (route.include_in_schema, routes_of(make_app())["hidden"].include_in_schema) == (True, False)


def test_routes_may_give_their_names_to_operations() -> None:
    app, other = make_app(), make_app()
    for route in routes_of(app).values():
        route.operation_id = route.name
    assert app.openapi()["paths"]["/items/{item_id}"]["get"]["operationId"] == "read_item"
    assert other.openapi()["paths"]["/items/{item_id}"]["get"]["operationId"] == "read_item_items__item_id__get"


def test_two_applications_with_one_router_have_names_of_their_own() -> None:
    router = APIRouter()
    router.get("/")(make_app)
    one, two = Faster(), Faster()
    one.include_router(router)
    two.include_router(router)
    routes_of(one)["make_app"].operation_id = "mine"
    assert routes_of(two)["make_app"].operation_id is None
