"""`responses=` takes a mapping kept in a variable, whatever its keys are declared as."""

from collections.abc import Callable, Coroutine
from typing import Any, assert_type

import pytest

from faster_core.app import App
from faster_core.routing import FasterRouter

BY_NUMBER: dict[int, dict[str, Any]] = {404: {"description": "None"}}
BY_TEXT: dict[str, dict[str, Any]] = {"4XX": {"description": "Refused"}}
BY_EITHER: dict[int | str, dict[str, Any]] = {404: {"description": "None"}, "default": {"description": "Else"}}
INFERRED = {404: {"description": "None"}, 409: {"description": "Taken"}}


async def handler() -> int:
    return 1


def with_number(app: App) -> None:
    assert_type(app.get("/", responses=BY_NUMBER)(handler), Callable[[], Coroutine[Any, Any, int]])
    app.add_api_route("/added", handler, responses=BY_NUMBER)
    app.include_router(FasterRouter(responses=BY_NUMBER), prefix="/included", responses=BY_NUMBER)


def with_text(app: App) -> None:
    app.post("/", responses=BY_TEXT)(handler)
    app.include_router(FasterRouter(responses=BY_TEXT), prefix="/included", responses=BY_TEXT)


def with_either(app: App) -> None:
    app.put("/", responses=BY_EITHER)(handler)
    app.include_router(FasterRouter(responses=BY_EITHER), prefix="/included", responses=BY_EITHER)


def with_inferred(app: App) -> None:
    app.patch("/", responses=INFERRED)(handler)
    app.delete("/", responses={**INFERRED, 410: {"description": "Gone"}, "5XX": {"description": "Broken"}})(handler)


@pytest.mark.parametrize("use", [with_number, with_text, with_either, with_inferred])
def test_every_spelling_registers(use: Callable[[App], None]) -> None:
    for app in (App(), App(responses=BY_NUMBER), App(responses=BY_TEXT), App(responses=BY_EITHER)):
        use(app)
        assert app.routes
