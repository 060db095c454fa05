from typing import Annotated, Any

import pytest

from faster_core.app import App
from faster_core.exceptions import HTTPException, RequestValidationError
from faster_core.params import Depends, Security
from faster_core.routing.router import FasterRouter
from faster_core.security import HTTPBasic
from faster_openapi import document
from tests.openapi.documents import operation

HTTP_ERROR = {"$ref": "#/components/schemas/HTTPError"}


class NotFound(HTTPException):
    """No such item."""

    def __init__(self) -> None:
        super().__init__(404, "Nothing here", {"X-Hint": "look elsewhere"})


class Gone(NotFound):
    """It was there once."""


class Conflict(Exception):
    status_code = 409


class Busy(HTTPException):
    def __init__(self, seconds: int) -> None:
        super().__init__(503, f"Come back in {seconds}")


class Odd(Exception):
    pass


async def handler() -> None: ...


def response(description: str, **media: Any) -> Any:
    return {"description": description, "content": {"application/json": {"schema": HTTP_ERROR, **media}}}


@pytest.mark.parametrize(
    ("raises", "status", "expected"),
    [
        (
            [NotFound],
            "404",
            {
                **response("No such item.", examples={"Nothing here": {"value": {"detail": "Nothing here"}}}),
                "headers": {"X-Hint": {"schema": {"type": "string"}}},
            },
        ),
        ([Conflict], "409", response("Conflict")),
        ([Busy], "default", response("Default Response")),
        ([Odd], "default", response("Default Response")),
    ],
)
def test_what_a_handler_raises_is_documented(raises: Any, status: str, expected: Any) -> None:
    assert operation(handler, raises=raises)["responses"][status] == expected


def test_several_of_one_status_are_joined() -> None:
    found = operation(handler, raises=[NotFound, Gone])["responses"]["404"]
    assert found["description"] == "No such item. Or: It was there once."


def test_what_a_dependency_raises_is_documented_where_it_is_used() -> None:
    async def current() -> int:
        return 1

    current.__raises__ = (Conflict,)  # type: ignore[attr-defined]

    async def outer(value: Annotated[int, Depends(current)]) -> int:
        return value

    async def inside(value: Annotated[int, Depends(outer)]) -> None: ...

    assert set(operation(inside)["responses"]) == {"200", "409"}


def test_what_a_declaration_says_of_its_dependency_is_documented_where_it_is_used() -> None:
    async def current() -> int:
        return 1

    async def outer(value: Annotated[int, Depends(current, raises=[Conflict])]) -> int:
        return value

    async def inside(value: Annotated[int, Depends(outer)]) -> None: ...

    # The two declarations are one value, and what both of them say is true.
    async def twice(
        value: Annotated[int, Depends(outer)], again: Annotated[int, Security(current, raises=[NotFound])]
    ) -> None: ...

    async def plain() -> None: ...

    app: Any = App(dependencies=[Depends(current, raises=[Gone])])
    router = FasterRouter(dependencies=[Depends(current, raises=[Conflict])])
    for path, handler in (("/inside", inside), ("/twice", twice)):
        app.get(path)(handler)
    router.get("/plain", dependencies=[Security(current, raises=[Teapot])])(plain)
    app.include_router(router)
    found = {path: set(item["get"]["responses"]) for path, item in document(app)["paths"].items()}
    assert found == {
        "/inside": {"200", "404", "409"},
        "/twice": {"200", "404", "409"},
        "/plain": {"200", "404", "409", "418"},
    }
    twice_404 = document(app)["paths"]["/twice"]["get"]["responses"]["404"]
    assert twice_404["description"] == "It was there once. Or: No such item."


class Teapot(HTTPException):
    """Tea only."""

    def __init__(self) -> None:
        super().__init__(418)


class Unauthorized(HTTPException):
    """Not you."""

    def __init__(self) -> None:
        super().__init__(401, "Go away", {"X-Why": "because"})


def test_what_is_raised_joins_what_is_answered_anyway() -> None:
    async def guarded(user: Annotated[Any, Depends(HTTPBasic())]) -> None: ...

    found = operation(guarded, raises=[Unauthorized])["responses"]["401"]
    assert found["description"] == "Not authenticated. Or: Not you."
    assert set(found["headers"]) == {"WWW-Authenticate", "X-Why"}
    assert found["content"]["application/json"]["schema"] == HTTP_ERROR


def test_a_problem_has_no_example() -> None:
    found = operation(handler, raises=[NotFound], app=App(problem_details=True))["responses"]["404"]["content"]
    assert found == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_a_validation_error_has_the_shape_of_one() -> None:
    found = operation(handler, raises=[RequestValidationError])["responses"]["422"]
    assert found["content"] == {"application/json": {"schema": {"$ref": "#/components/schemas/HTTPValidationError"}}}
