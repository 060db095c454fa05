from typing import Any

import msgspec
import pytest

from faster_core.app import App
from faster_core.routing.router import FasterRouter
from faster_openapi import document
from faster_openapi.describe.operation import merge
from tests.openapi.documents import operation


class Event(msgspec.Struct):
    id: int


async def read_item() -> None:
    """Reads it."""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"summary": "Read Item", "description": "Reads it."}),
        ({"summary": "S", "description": "D"}, {"summary": "S", "description": "D"}),
        ({"name": "a_name"}, {"summary": "A Name"}),
        ({"tags": ["a", "b", "a"]}, {"tags": ["a", "b"]}),
        ({"deprecated": True}, {"deprecated": True}),
        ({"openapi_extra": {"x-a": {"b": 1}}}, {"x-a": {"b": 1}}),
        (
            {"openapi_extra": {"responses": {"200": {"x-y": 1}}}},
            {
                "responses": {
                    "200": {
                        "description": "Successful Response",
                        "content": {"application/json": {"schema": {}}},
                        "x-y": 1,
                    }
                }
            },
        ),
    ],
)
def test_what_a_route_says_of_itself(options: Any, expected: Any) -> None:
    found = operation(read_item, **options)
    assert {name: found.get(name) for name in expected} == expected


def test_an_empty_description_hides_the_docstring() -> None:
    assert "description" not in operation(read_item, description="")


def test_layers_add_tags_and_deprecation() -> None:
    router = FasterRouter(tags=["router"], deprecated=True)
    router.add_api_route("/", read_item, tags=["route"])
    app = App()
    app.include_router(router, tags=["include"])
    found = document(app)["paths"]["/"]["get"]
    assert (found["tags"], found["deprecated"]) == (["include", "router", "route"], True)


def callback_router() -> FasterRouter:
    router = FasterRouter()

    @router.post("{$callback_url}/done/{$request.body.id}")
    async def done(event: Event) -> None: ...

    return router


@pytest.mark.parametrize("spelling", ["router", "declared", "routes"])
def test_callbacks_are_operations_of_others(spelling: str) -> None:
    router = callback_router()
    served = App()

    @served.post("/done")
    async def done(event: Event) -> None: ...

    callbacks: Any = {"router": [router], "declared": router.declared, "routes": served.routes}[spelling]
    found = operation(read_item, callbacks=callbacks)["callbacks"]
    path = "/done" if spelling == "routes" else "{$callback_url}/done/{$request.body.id}"
    [callback] = found["done"][path].values()
    assert callback["requestBody"]["required"] is True
    assert list(callback["responses"]) == ["200"]


def test_what_is_no_callback_is_refused() -> None:
    with pytest.raises(TypeError, match="callbacks and webhooks are routers and their routes, not int"):
        operation(read_item, callbacks=[1])


def test_merging_goes_all_the_way_down() -> None:
    base = {"a": {"b": 1, "c": [1]}, "d": 1}
    assert merge(base, {"a": {"c": [2], "e": 3}, "d": {"f": 4}}) == {"a": {"b": 1, "c": [1, 2], "e": 3}, "d": {"f": 4}}
    assert base == {"a": {"b": 1, "c": [1]}, "d": 1}
