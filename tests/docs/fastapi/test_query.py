"""Query parameters, and constraints on texts."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
import pytest

from FasterAPI import Faster, Query
from tests.docs.fastapi.case import Case

app = Faster()
STOCK = ["axe", "bow", "cap", "die"]


@app.get("/slice")
async def slice_of(skip: int = 0, limit: int = 10) -> list[str]:
    return STOCK[skip : skip + limit]


@app.get("/optional/{key}")
async def optional(key: str, q: str | None = None, short: bool = False) -> dict[str, object]:
    found: dict[str, object] = {"key": key}
    return found | ({"q": q} if q else {}) | ({} if short else {"long": True})


@app.get("/needed/{key}")
async def needed(key: str, needy: str, skip: int = 0, limit: int | None = None) -> list[object]:
    return [key, needy, skip, limit]


@app.get("/length")
async def length(q: Annotated[str | None, Query(min_length=3, max_length=5, pattern="^[a-z]+$")] = None) -> str | None:
    return q


@app.get("/old")
async def old(q: str = Query(default="abc", min_length=3)) -> str:
    return q


@app.get("/required")
async def required(q: Annotated[str, Query(min_length=3)], n: str | None = Query()) -> list[str | None]:
    return [q, n]


@app.get("/many")
async def many(
    q: Annotated[list[str], Query()] = ["foo", "bar"],  # noqa: B006 - copied for each request
    n: Annotated[set[int] | None, Query()] = None,
) -> object:
    return [q, n]


@app.get("/alias")
async def alias(q: Annotated[str | None, Query(alias="item-query", title="Q", deprecated=True)] = None) -> str | None:
    return q


@app.get("/alias/read")
async def read_alias(q: Annotated[str | None, Query(alias="written", validation_alias="read")] = None) -> str | None:
    return q


@app.get("/hidden")
async def hidden(q: Annotated[str | None, Query(include_in_schema=False)] = None) -> bool:
    return q is not None


@app.get("/numbers")
async def numbers(
    size: Annotated[float, Query(gt=0, lt=10.5)] = 1, step: Annotated[int, Query(multiple_of=5)] = 5
) -> object:
    return [size, step]


@app.get("/union")
async def union(value: int | bool | str, order: Literal["up", "down"] = "up") -> object:
    return [value, order]


@app.get("/factory")
async def factory(items: Annotated[list[int], Query(default_factory=lambda: [1])]) -> list[int]:
    items.append(2)
    return items


class Filter(msgspec.Struct):
    limit: Annotated[int, msgspec.Meta(gt=0, le=100)] = 100
    offset: Annotated[int, msgspec.Meta(ge=0)] = 0
    order_by: Literal["created", "updated"] = "created"
    tags: list[str] = []


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    limit: int
    owner: UUID | None = None


@app.get("/model")
async def model(query: Annotated[Filter, Query()]) -> Filter:
    return query


@app.get("/strict")
async def strict(query: Annotated[Strict, Query()]) -> Strict:
    return query


CASES = [
    Case("GET /slice", STOCK),
    Case("GET /slice?skip=1&limit=2", ["bow", "cap"]),
    Case("GET /slice?skip=%20%31%20", ["bow", "cap", "die"]),
    Case("GET /slice?skip=a&limit=b", ["query.skip", "query.limit"], 422),
    Case("GET /slice?skip=", ["query.skip"], 422),
    Case("GET /slice?limit=1&limit=2", ["axe", "bow"]),
    Case("GET /optional/a?q=x", {"key": "a", "q": "x", "long": True}),
    *(Case(f"GET /optional/a?short={text}", {"key": "a"}) for text in ("1", "True", "true", "on", "YES", "t", "y")),
    Case("GET /optional/a?short=notbool", ["query.short"], 422),
    Case("GET /needed/a", ["query.needy"], 422),
    Case("GET /needed/a?needy=n", ["a", "n", 0, None]),
    Case("GET /needed/a?skip=s&limit=l", ["query.needy", "query.skip", "query.limit"], 422),
    Case("GET /length", None),
    Case("GET /length?q=abc", "abc"),
    Case("GET /length?q=ab", ["query.q"], 422),
    Case("GET /length?q=abcdef", ["query.q"], 422),
    Case("GET /length?q=ABC", ["query.q"], 422),
    Case("GET /length?q=", ["query.q"], 422),
    Case("GET /old", "abc"),
    Case("GET /old?q=ab", ["query.q"], 422),
    Case("GET /required", ["query.q", "query.n"], 422),
    Case("GET /required?q=abc&n=", ["abc", ""]),
    Case("GET /many", [["foo", "bar"], None]),
    Case("GET /many?q=a&q=b&n=1&n=1", [["a", "b"], [1]]),
    Case("GET /many?n=a&n=2&n=b", ["query.n", "query.n"], 422),
    Case("GET /alias?item-query=a", "a"),
    Case("GET /alias?q=a", None),
    Case("GET /alias/read?read=a&written=b&q=c", "a"),
    Case("GET /alias/read?written=b", None),
    Case("GET /hidden?q=a", True),
    Case("GET /numbers?size=10.4&step=15", [10.4, 15]),
    Case("GET /numbers?size=10.5&step=7", ["query.size", "query.step"], 422),
    Case("GET /numbers?size=0", ["query.size"], 422),
    Case("GET /union?value=5", ["5", "up"]),
    Case("GET /union?value=x&order=down", ["x", "down"]),
    Case("GET /union?value=x&order=left", ["query.order"], 422),
    Case("GET /factory", [1, 2]),
    Case("GET /factory?items=7", [7, 2]),
    Case("GET /model", {"limit": 100, "offset": 0, "order_by": "created", "tags": []}),
    Case(
        "GET /model?limit=10&offset=5&order_by=updated&tags=a&tags=b&tool=saw",
        {"limit": 10, "offset": 5, "order_by": "updated", "tags": ["a", "b"]},
    ),
    Case("GET /model?limit=0&offset=-1&order_by=x", ["query.limit", "query.offset", "query.order_by"], 422),
    Case("GET /strict?limit=1", {"limit": 1, "owner": None}),
    Case("GET /strict?limit=1&tool=saw", ["query.tool"], 422),
    Case("GET /strict?tool=saw", ["query.limit", "query.tool"], 422),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_queries(case: Case) -> None:
    case.check(app)


def test_a_default_that_can_change_is_new_for_each_request() -> None:
    for _ in range(2):
        Case("GET /factory", [1, 2]).check(app)
