"""Dependencies: functions, classes, below one another, for decorators, routers and applications, with `yield`."""

from collections.abc import AsyncIterator, Iterator
from functools import wraps
from typing import Annotated, Any

import msgspec
import pytest

from FasterAPI import Depends, Faster, FasterRouter, Header, HTTPException, Query, Response, TestClient
from tests.docs.fastapi.case import Case


class Page:
    def __init__(self, q: str | None = None, skip: int = 0, limit: int = 100) -> None:
        self.q, self.skip, self.limit = q, skip, limit


class Contains:
    def __init__(self, fixed: str) -> None:
        self.fixed = fixed

    def __call__(self, q: str = "") -> bool:
        return self.fixed in q


class Span(msgspec.Struct):
    low: int
    high: int = 10


async def common(q: str | None = None, skip: int = 0, limit: int = 100) -> dict[str, object]:
    return {"q": q, "skip": skip, "limit": limit}


Common = Annotated[dict[str, object], Depends(common)]
app = Faster()


@app.get("/items")
async def items(found: Common) -> dict[str, object]:
    return found


@app.get("/old")
def old(found: dict[str, object] = Depends(common)) -> dict[str, object]:
    return found


@app.get("/class")
async def of_class(page: Annotated[Page, Depends(Page)]) -> list[object]:
    return [page.q, page.skip, page.limit]


@app.get("/shortcut")
async def shortcut(page: Annotated[Page, Depends()], span: Annotated[Span, Depends()]) -> list[object]:
    return [page.q, span]


def asked(q: str | None = None) -> str | None:
    return q


def asked_or_kept(
    q: Annotated[str | None, Depends(asked)], last: Annotated[str | None, Header(alias="last-query")] = None
) -> str | None:
    return q or last


@app.get("/below")
async def below(value: Annotated[str | None, Depends(asked_or_kept)]) -> str | None:
    return value


@app.get("/callable")
async def called(fits: Annotated[bool, Depends(Contains("bar"))]) -> bool:
    return fits


async def verify_token(x_token: Annotated[str, Header()]) -> None:
    if x_token != "token":
        raise HTTPException(400, "X-Token header invalid")


async def verify_key(x_key: Annotated[str, Header()], response: Response) -> str:
    if x_key != "key":
        raise HTTPException(400, "X-Key header invalid")
    response.headers["x-seen"] = x_key
    return x_key


@app.get("/guarded", dependencies=[Depends(verify_token), Depends(verify_key)])
async def guarded() -> str:
    return "in"


CASES = [
    Case("GET /items", {"q": None, "skip": 0, "limit": 100}),
    Case("GET /items?q=a&skip=5&limit=30", {"q": "a", "skip": 5, "limit": 30}),
    Case("GET /items?skip=a", ["query.skip"], 422),
    Case("GET /old?q=a", {"q": "a", "skip": 0, "limit": 100}),
    Case("GET /class?q=a&skip=1", ["a", 1, 100]),
    Case("GET /shortcut?low=3&q=a", ["a", {"low": 3, "high": 10}]),
    Case("GET /shortcut", ["query.low"], 422),
    Case("GET /below?q=a", "a", how={"headers": {"last-query": "b"}}),
    Case("GET /below", "b", how={"headers": {"last-query": "b"}}),
    Case("GET /below", None),
    Case("GET /callable?q=foobar", True),
    Case("GET /callable", False),
    Case("GET /guarded", ["header.x-token", "header.x-key"], 422),
    Case("GET /guarded", {"detail": "X-Token header invalid"}, 400, {"headers": {"x-token": "no"}}),
    Case("GET /guarded", {"detail": "X-Key header invalid"}, 400, {"headers": {"x-token": "token", "x-key": "no"}}),
    # The token's argument is missing, and yet the key has its say.
    Case("GET /guarded", {"detail": "X-Key header invalid"}, 400, {"headers": {"x-key": "no"}}),
    Case("GET /guarded", "in", how={"headers": {"x-token": "token", "x-key": "key"}}, headers={"x-seen": "key"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_dependencies(case: Case) -> None:
    case.check(app)


def test_one_call_for_one_request() -> None:
    counted = Faster()
    calls: list[str] = []

    def count() -> int:
        calls.append("count")
        return len(calls)

    def twice(first: Annotated[int, Depends(count)]) -> int:
        return first

    @counted.get("/")
    async def root(
        one: Annotated[int, Depends(count)],
        two: Annotated[int, Depends(twice)],
        fresh: Annotated[int, Depends(count, use_cache=False)],
    ) -> list[int]:
        return [one, two, fresh]

    client = TestClient(counted)
    assert client.get("/").json() == [1, 1, 2]
    assert client.get("/").json() == [3, 3, 4]


def test_dependencies_of_application_router_and_route_come_in_that_order() -> None:
    order: list[str] = []

    def mark(name: str) -> Any:
        async def note() -> None:
            order.append(name)

        return Depends(note)

    layered = Faster(dependencies=[mark("app")])
    router = FasterRouter(prefix="/r", dependencies=[mark("router")])

    @router.get("/", dependencies=[mark("route")])
    async def root(argument: Annotated[None, mark("argument")]) -> None: ...

    layered.include_router(router, dependencies=[mark("include")])
    assert TestClient(layered).get("/r/").json() is None
    assert order == ["app", "include", "router", "route", "argument"]


def test_who_is_not_known_learns_nothing_about_fields() -> None:
    private = Faster()

    def user(x_user: Annotated[str | None, Header()] = None) -> str:
        if x_user is None:
            raise HTTPException(401, "Who are you?")
        return x_user

    @private.post("/")
    async def root(page: Annotated[Page, Depends()], who: Annotated[str, Depends(user)], span: Span) -> str:
        return who

    Case("POST /?skip=x", {"detail": "Who are you?"}, 401, {"json": {}}).check(private)
    Case("POST /?skip=x", ["query.skip", "body"], 422, {"json": {}, "headers": {"x-user": "ada"}}).check(private)


class Log(list[str]):
    """What happened, in order."""


def journal(log: Log) -> Faster:
    yielding = Faster()

    async def outer() -> AsyncIterator[str]:
        log.append("outer in")
        try:
            yield "outer"
        except ValueError as error:
            log.append(f"outer sees {error}")
            raise HTTPException(418, str(error)) from error
        finally:
            log.append("outer out")

    def inner(above: Annotated[str, Depends(outer)]) -> Iterator[str]:
        log.append("inner in")
        try:
            yield f"{above}/inner"
        finally:
            log.append("inner out")

    @yielding.get("/{word}")
    async def root(word: str, value: Annotated[str, Depends(inner)]) -> str:
        log.append("handler")
        if word == "bad":
            raise ValueError(word)
        if word == "gone":
            raise HTTPException(410, "gone")
        return f"{word} {value}"

    return yielding


BOTH_WAYS = ["outer in", "inner in", "handler", "inner out", "outer out"]


@pytest.mark.parametrize(
    ("word", "status", "expected", "log"),
    [
        ("good", 200, "good outer/inner", BOTH_WAYS),
        ("gone", 410, {"detail": "gone"}, BOTH_WAYS),
        (
            "bad",
            418,
            {"detail": "bad"},
            ["outer in", "inner in", "handler", "inner out", "outer sees bad", "outer out"],
        ),
    ],
)
def test_what_was_entered_is_left_in_reverse(word: str, status: int, expected: object, log: list[str]) -> None:
    seen = Log()
    response = TestClient(journal(seen)).get(f"/{word}")
    assert (response.status_code, response.json(), seen) == (status, expected, log)


@pytest.mark.parametrize(("scope", "expected"), [("function", ["out", "sent"]), ("request", ["sent", "out"])])
def test_when_the_code_after_the_yield_runs(scope: Any, expected: list[str]) -> None:
    scoped = Faster()
    log: list[str] = []

    async def resource() -> AsyncIterator[str]:
        yield "r"
        log.append("out")

    @scoped.get("/")
    async def root(value: Annotated[str, Depends(resource, scope=scope)]) -> str:
        return value

    async def watched(asgi: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            if message["type"] == "http.response.body":
                log.append("sent")
            await send(message)

        await scoped(asgi, receive, noted)

    assert TestClient(watched).get("/").json() == "r"
    assert log == expected


def test_wrapped_and_callable_objects() -> None:
    class Slow:
        async def __call__(self, q: Annotated[int, Query()] = 1) -> int:
            return q

    def logged(function: Any) -> Any:
        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    wrapping = Faster()

    @wrapping.get("/")
    async def root(a: Annotated[int, Depends(logged(Slow()))], b: Annotated[int, Depends(Slow())]) -> list[int]:
        return [a, b]

    Case("GET /?q=4", [4, 4]).check(wrapping)


def test_overrides_can_be_assigned() -> None:
    client = TestClient(app)
    try:
        app.dependency_overrides[common] = lambda q="o": {"q": q}
        assert client.get("/items").json() == {"q": "o"}
        app.dependency_overrides = {asked: lambda: "overridden"}
        assert client.get("/items").json() == {"q": None, "skip": 0, "limit": 100}
        assert client.get("/below").json() == "overridden"
    finally:
        app.dependency_overrides = {}
    assert client.get("/below").json() is None
