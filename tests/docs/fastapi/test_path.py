"""Path parameters."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import pytest

from FasterAPI import Faster, Path, TestClient
from tests.docs.fastapi.case import Case

app = Faster()


class Shape(StrEnum):
    circle = "circle"
    square = "square"


@app.get("/untyped/{item_id}")
async def untyped(item_id) -> object:  # type: ignore[no-untyped-def]
    return {"item_id": item_id}


@app.get("/items/{item_id}")
async def item(item_id: int) -> dict[str, int]:
    return {"item_id": item_id}


@app.get("/users/me")
async def me() -> dict[str, str]:
    return {"user": "me"}


@app.get("/users/{user_id}")
async def user(user_id: str) -> dict[str, str]:
    return {"user": user_id}


@app.get("/shapes/{shape}")
async def shape_of(shape: Shape) -> dict[str, object]:
    return {"shape": shape, "round": shape is Shape.circle}


@app.get("/files/{file_path:path}")
async def file(file_path: str) -> dict[str, str]:
    return {"file_path": file_path}


@app.get("/uuid/{key}")
async def by_uuid(key: UUID) -> UUID:
    return key


@app.get("/flags/{flag}")
async def by_flag(flag: bool) -> bool:
    return flag


@app.get("/bounds/{ident}")
async def bounded(ident: Annotated[int, Path(title="The id", ge=1, le=1000)], size: float = 0) -> list[float]:
    return [ident, size]


@app.get("/open/{ident}")
async def open_bounds(*, ident: int = Path(gt=0, lt=10)) -> int:
    return ident


@app.get("/weights/{weight}")
async def weights(weight: Annotated[Decimal, Path(gt=0, max_digits=4, decimal_places=2)]) -> str:
    return str(weight)


@app.get("/{first}/to/{second}")
async def two(second: int, first: Annotated[str, Path(alias="first", min_length=2)]) -> list[object]:
    return [first, second]


CASES = [
    Case("GET /untyped/3", {"item_id": "3"}),
    Case("GET /items/3", {"item_id": 3}),
    Case("GET /items/foo", ["path.item_id"], 422),
    Case("GET /items/4.2", ["path.item_id"], 422),
    Case("GET /items/-7", {"item_id": -7}),
    Case("GET /users/me", {"user": "me"}),
    Case("GET /users/them", {"user": "them"}),
    Case("GET /users/a%20b%C3%A9", {"user": "a bé"}),
    Case("GET /shapes/circle", {"shape": "circle", "round": True}),
    Case("GET /shapes/square", {"shape": "square", "round": False}),
    Case("GET /shapes/oval", ["path.shape"], 422),
    Case("GET /files/home/ada/notes.txt", {"file_path": "home/ada/notes.txt"}),
    Case("GET /files//home/ada", {"file_path": "/home/ada"}),
    Case("GET /uuid/5f9cd5d1-6d3a-4f2c-8a3b-111111111111", "5f9cd5d1-6d3a-4f2c-8a3b-111111111111"),
    Case("GET /uuid/none", ["path.key"], 422),
    *(Case(f"GET /flags/{text}", True) for text in ("true", "1", "on", "yes", "True", "ON")),
    *(Case(f"GET /flags/{text}", False) for text in ("false", "0", "off", "no")),
    Case("GET /flags/2", ["path.flag"], 422),
    Case("GET /bounds/1", [1, 0]),
    Case("GET /bounds/1000?size=1.5", [1000, 1.5]),
    Case("GET /bounds/0", ["path.ident"], 422),
    Case("GET /bounds/1001?size=x", ["path.ident", "query.size"], 422),
    Case("GET /open/1", 1),
    Case("GET /open/0", ["path.ident"], 422),
    Case("GET /open/10", ["path.ident"], 422),
    Case("GET /weights/12.50", "12.50"),
    Case("GET /weights/1.234", ["path.weight"], 422),
    Case("GET /aa/to/2", ["aa", 2]),
    Case("GET /a/to/b", ["path.second", "path.first"], 422),
    Case("GET /items/", {"detail": "Not Found"}, 404),
    Case("POST /items/3", {"detail": "Method Not Allowed"}, 405, headers={"allow": "GET, HEAD, OPTIONS"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_paths(case: Case) -> None:
    case.check(app)


def test_paths_are_written_back() -> None:
    assert app.url_path_for("user", user_id="a b") == "/users/a%20b"
    assert app.url_path_for("file", file_path="a/b.txt") == "/files/a/b.txt"


def test_a_slash_at_the_end_leads_to_the_route() -> None:
    client = TestClient(app, follow_redirects=False)
    response = client.get("/items/3/?a=1")
    assert response.status_code == 307
    assert response.headers["location"] == "http://testserver/items/3?a=1"
