"""Problem details: every error of an application in one format."""

from typing import Annotated, Any

import msgspec
import pytest

from faster_core import App, Header, HTTPException, JSONResponse, Request
from tests.core.client import Reply, request


class Price(msgspec.Struct):
    amount: float


class Item(msgspec.Struct):
    name: str
    prices: list[Price] = []
    odd: dict[str, int] = {}


def app_with_problems() -> App:
    app = App(problem_details=True)

    @app.post("/items/{item_id}")
    async def create(item_id: int, item: Item, x_token: Annotated[int, Header()] = 0) -> None:
        raise HTTPException(409, {"code": 7}, {"x-a": "b"})

    @app.get("/fail")
    async def fail() -> None:
        raise ValueError("secret")

    @app.get("/none")
    async def none() -> None:
        raise HTTPException(304)

    return app


def problem(method: str, path: str, **options: Any) -> Reply:
    reply = request(app_with_problems(), method, path, **options)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["status"] == reply.status
    assert reply.json()["instance"] == path
    assert reply.json()["type"] == "about:blank"
    return reply


def test_an_http_exception() -> None:
    reply = problem("POST", "/items/1", json={"name": "a"})
    assert (reply.status, reply.headers["x-a"]) == (409, "b")
    assert (reply.json()["title"], reply.json()["detail"]) == ("Conflict", {"code": 7})


@pytest.mark.parametrize(
    ("path", "instance"),
    [
        ("/a%20b", "/a%20b"),
        ("/%C3%A9%0B", "/%C3%A9%0B"),
        ("/50%25?q=1", "/50%25"),
        ("//example.org/", "/%2Fexample.org/"),
    ],
)
def test_the_instance_is_a_reference_to_this_host(path: str, instance: str) -> None:
    assert request(app_with_problems(), "GET", path).json()["instance"] == instance


def test_misses() -> None:
    assert problem("GET", "/nowhere").json()["title"] == "Not Found"
    reply = problem("PUT", "/fail")
    assert (reply.json()["title"], reply.headers["allow"]) == ("Method Not Allowed", "GET, HEAD, OPTIONS")


def test_a_server_error_tells_nothing() -> None:
    reply = problem("GET", "/fail")
    assert (reply.status, reply.json()["title"]) == (500, "Internal Server Error")
    assert "secret" not in reply.text


def test_no_body_where_there_is_none() -> None:
    reply = request(app_with_problems(), "GET", "/none")
    assert (reply.status, reply.body) == (304, b"")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"name": 1}, ["#/name"]),
        ({"name": "a", "prices": [{"amount": 1}, {"amount": "x"}]}, ["#/prices/1/amount"]),
        ([], ["#"]),
        ({"name": 1, "prices": 2}, ["#/name", "#/prices"]),
        ({"name": "a", "odd": {"a/b.c": "x"}}, ["#/odd"]),
    ],
)
def test_pointers_into_the_body(body: Any, pointers: list[str]) -> None:
    reply = problem("POST", "/items/1", json=body)
    assert (reply.status, reply.json()["title"]) == (422, "Unprocessable Content")
    assert [error["pointer"] for error in reply.json()["errors"]] == pointers


def test_parameters_by_name() -> None:
    reply = problem("POST", "/items/x", json={"name": "a"}, headers={"x-token": "y"})
    assert reply.json()["detail"] == "2 values do not fit."
    assert [(error["parameter"], error["loc"]) for error in reply.json()["errors"]] == [
        ("item_id", ["path", "item_id"]),
        ("x-token", ["header", "x-token"]),
    ]


def test_the_user_s_handlers_come_first() -> None:
    app = app_with_problems()

    @app.exception_handler(HTTPException)
    async def answer(request: Request, exc: HTTPException) -> JSONResponse:
        return JSONResponse("mine", exc.status_code)

    assert request(app, "GET", "/nowhere").json() == "mine"
