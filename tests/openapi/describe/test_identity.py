from typing import Any

from faster_core.app import App
from faster_core.routing.router import FasterRouter
from faster_openapi.describe import describe
from faster_openapi.model import About


async def read_item() -> None: ...


async def other() -> None: ...


def ids(app: App) -> tuple[list[str], list[str]]:
    description = describe(About(openapi_version="3.2.0"), app.routes)
    found = [operation["operationId"] for item in description.document["paths"].values() for operation in item.values()]
    return found, [diagnostic.code for diagnostic in description.diagnostics]


def test_names_are_those_of_fastapi() -> None:
    app = App()
    app.add_api_route("/items/{item_id:int}/x-y", read_item)
    assert ids(app) == (["read_item_items__item_id__x_y_get"], [])


def test_each_method_has_a_name() -> None:
    app = App()
    app.add_api_route("/a", read_item, methods=["GET", "PUT"])
    app.add_api_route("/b", read_item, methods=["GET", "PUT"], operation_id="b")
    assert ids(app) == (["read_item_a_get", "read_item_a_put", "b", "b_put"], [])


def test_a_function_makes_names_from_what_fastapis_routes_have() -> None:
    def make(route: Any) -> str:
        words = (route.tags[0], route.name, route.path_format, min(route.methods), route.endpoint.__name__)
        return "-".join((*words, str(route.operation_id)))

    router = FasterRouter(generate_unique_id_function=make, tags=["t"])
    router.add_api_route("/{a:int}", read_item)
    app = App(generate_unique_id_function=lambda route: f"outer_{route.name}_{route.place.name}")
    app.include_router(router)
    app.add_api_route("/o", other)
    assert ids(app) == (["t-read_item-/{a}-GET-read_item-None", "outer_other_other"], [])


def test_names_that_are_made_are_kept_apart_silently() -> None:
    app = App()
    app.add_api_route("/a-b", read_item)
    app.add_api_route("/a_b", read_item)
    assert ids(app) == (["read_item_a_b_get", "read_item_a_b_get_2"], [])


def test_names_that_are_given_twice_are_reported() -> None:
    app = App()
    app.add_api_route("/a", read_item, operation_id="x")
    app.add_api_route("/b", other, operation_id="x")
    description = describe(About(), app.routes)
    [diagnostic] = description.diagnostics
    assert (diagnostic.code, diagnostic.severity) == ("FA130", "warning")
    assert [place.name for place in diagnostic.places] == ["other", "read_item"]
    assert str(diagnostic) == (
        "GET /b and GET /a have the same operationId 'x'; the former is 'x_2' in the document. Give one of them "
        "another operation_id=, or leave it out. [FA130]"
    )
    assert ids(app)[0] == ["x", "x_2"]
