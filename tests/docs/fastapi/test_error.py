"""Errors: HTTPException, handlers of one's own, the body of a 422."""

from typing import Any

import msgspec
import pytest

from FasterAPI import (
    Faster,
    HTTPException,
    JSONResponse,
    PlainTextResponse,
    Request,
    RequestValidationError,
    TestClient,
)
from FasterAPI.exception_handlers import http_exception_handler, request_validation_exception_handler
from tests.docs.fastapi.case import Case


class Item(msgspec.Struct):
    title: str
    size: int


class UnicornError(Exception):
    def __init__(self, name: str) -> None:
        self.name = name


app = Faster()


@app.get("/items/{key}")
async def item(key: str) -> dict[str, str]:
    if key != "foo":
        raise HTTPException(status_code=404, detail="Item not found", headers={"X-Error": "There goes my error"})
    return {"item": "The Foo"}


@app.get("/structured")
async def structured() -> None:
    raise HTTPException(409, detail={"code": 7, "names": ["a"]})


@app.get("/unicorns/{name}")
async def unicorns(name: str) -> str:
    if name == "yolo":
        raise UnicornError(name=name)
    return name


@app.exception_handler(UnicornError)
async def unicorn_handler(request: Request, error: UnicornError) -> JSONResponse:
    return JSONResponse(status_code=418, content={"message": f"Oops! {error.name} did {request.url.path}"})


@pytest.mark.parametrize(
    "case",
    [
        Case("GET /items/foo", {"item": "The Foo"}),
        Case("GET /items/bar", {"detail": "Item not found"}, 404, headers={"x-error": "There goes my error"}),
        Case("GET /structured", {"detail": {"code": 7, "names": ["a"]}}, 409),
        Case("GET /unicorns/shinny", "shinny"),
        Case("GET /unicorns/yolo", {"message": "Oops! yolo did /unicorns/yolo"}, 418),
        Case("GET /nowhere", {"detail": "Not Found"}, 404),
        Case("DELETE /structured", {"detail": "Method Not Allowed"}, 405),
    ],
    ids=str,
)
def test_errors(case: Case) -> None:
    case.check(app)


def test_the_built_in_handlers_can_be_replaced() -> None:
    own = Faster()

    @own.exception_handler(HTTPException)
    async def as_text(request: Request, error: HTTPException) -> PlainTextResponse:
        return PlainTextResponse(str(error.detail), status_code=error.status_code)

    @own.exception_handler(RequestValidationError)
    async def with_body(request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"errors": len(error.errors()), "body": error.body}, status_code=400)

    @own.post("/{number}")
    async def root(number: int, item: Item) -> None:
        raise HTTPException(418, "Nope! I don't like 3.")

    Case("POST /3", "Nope! I don't like 3.", 418, {"json": {"title": "a", "size": 1}}).check(own)
    Case("GET /a/b", "Not Found", 404).check(own)
    Case(
        "POST /x", {"errors": 2, "body": {"title": "a", "size": "XL"}}, 400, {"json": {"title": "a", "size": "XL"}}
    ).check(own)


def test_the_built_in_handlers_can_be_called() -> None:
    reusing = Faster()
    seen: list[str] = []

    @reusing.exception_handler(HTTPException)
    async def noted(request: Request, error: HTTPException) -> Any:
        seen.append(repr(error))
        return await http_exception_handler(request, error)

    @reusing.exception_handler(RequestValidationError)
    async def noted_data(request: Request, error: RequestValidationError) -> Any:
        seen.append(str(error))
        return await request_validation_exception_handler(request, error)

    @reusing.get("/{number}")
    async def root(number: int) -> None:
        raise HTTPException(404)

    Case("GET /3", {"detail": "Not Found"}, 404).check(reusing)
    Case("GET /x", ["path.number"], 422).check(reusing)
    assert len(seen) == 2


def test_the_body_of_a_422() -> None:
    taking = Faster()

    @taking.post("/{number}")
    async def take(number: int, item: Item) -> None: ...

    response = TestClient(taking).post("/x", json={"size": "XL"})
    assert response.status_code == 422
    assert response.json() == {
        "detail": [
            {"loc": ["path", "number"], "msg": "Expected `int`, got `str`", "type": "value_error.msgspec"},
            {"loc": ["body"], "msg": "Object missing required field `title`", "type": "value_error.missing"},
            {"loc": ["body"], "msg": "Expected `int`, got `str` - at `$.size`", "type": "value_error.msgspec"},
        ]
    }


def test_a_handler_for_everything_answers_inside_the_middleware() -> None:
    last = Faster()

    @last.exception_handler(500)
    async def sorry(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"sorry": type(error).__name__}, status_code=500)

    @last.middleware("http")
    async def named(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["x-app"] = "last"
        return response

    @last.get("/")
    async def root() -> None:
        raise LookupError("nothing")

    response = TestClient(last, raise_server_exceptions=False).get("/")
    assert (response.status_code, response.json(), response.headers["x-app"]) == (500, {"sorry": "LookupError"}, "last")
    with pytest.raises(LookupError):
        TestClient(last).get("/")
