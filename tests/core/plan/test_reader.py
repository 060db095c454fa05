"""Plans: every kind of dependency, what is shared, and what holds for plans as such."""

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from unittest import mock

import msgspec
import pytest

from faster_core import App, BackgroundTasks, Cookie, Depends, FasterRouter, Header, Query, Request, Response, Security
from faster_core.connection import HTTPConnection
from faster_core.plan import Plan, PlanReader, reader
from faster_core.plan.model import Run
from faster_core.plan.signature import read_signature
from faster_core.security.scopes import SecurityScopes
from tests.core.client import request


def plain(q: str = "none") -> str:
    return f"plain {q}"


async def coroutine(q: str = "none") -> str:
    return f"coroutine {q}"


def generator(q: str = "none") -> Iterator[str]:
    yield f"generator {q}"


async def async_generator(q: str = "none") -> AsyncIterator[str]:
    yield f"async generator {q}"


class Ordinary:
    def __init__(self, q: str = "none") -> None:
        self.q = q

    def __str__(self) -> str:
        return f"Ordinary {self.q}"

    def method(self, q: str = "none") -> str:
        return f"method of {self.q}: {q}"

    @classmethod
    def of_class(cls, q: str = "none") -> str:
        return f"of {cls.__name__} {q}"

    @staticmethod
    async def static(q: str = "none") -> str:
        return f"static {q}"


@dataclass
class Data:
    q: str = "none"

    def __str__(self) -> str:
        return f"Data {self.q}"


class Record(msgspec.Struct):
    q: str = "none"

    def __str__(self) -> str:
        return f"Record {self.q}"


@dataclass
class Checker:
    """An instance without a hash."""

    word: str

    def __call__(self, q: str = "none") -> bool:
        return self.word in q


class AsyncChecker:
    async def __call__(self, q: str = "none") -> str:
        return f"checked {q}"


class GeneratorChecker:
    def __call__(self, q: str = "none") -> Iterator[str]:
        yield f"generated {q}"


def wrapped(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def wrapped_async(function: Any) -> Any:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        return await function(*args, **kwargs)

    return wrapper


KINDS: list[tuple[str, Any, str, Run]] = [
    ("plain", plain, "plain x", Run.THREAD),
    ("coroutine", coroutine, "coroutine x", Run.LOOP),
    ("generator", generator, "generator x", Run.THREAD_GENERATOR),
    ("async generator", async_generator, "async generator x", Run.LOOP_GENERATOR),
    ("class", Ordinary, "Ordinary x", Run.THREAD),
    ("dataclass", Data, "Data x", Run.INLINE),
    ("struct", Record, "Record x", Run.INLINE),
    ("instance", Checker("x"), "True", Run.THREAD),
    ("async instance", AsyncChecker(), "checked x", Run.LOOP),
    ("generator instance", GeneratorChecker(), "generated x", Run.THREAD_GENERATOR),
    ("bound method", Ordinary("me").method, "method of me: x", Run.THREAD),
    ("class method", Ordinary.of_class, "of Ordinary x", Run.THREAD),
    ("static method", Ordinary.static, "static x", Run.LOOP),
    ("lambda", lambda q="none": f"lambda {q}", "lambda x", Run.THREAD),
    ("partial", functools.partial(plain), "plain x", Run.THREAD),
    ("filled partial", functools.partial(plain, "filled"), "plain filled", Run.THREAD),
    ("partial by name", functools.partial(coroutine, q="filled"), "coroutine filled", Run.LOOP),
    ("partial of a partial", functools.partial(functools.partial(async_generator)), "async generator x",
     Run.LOOP_GENERATOR),
    ("wrapped", wrapped(plain), "plain x", Run.THREAD),
    ("wrapped coroutine", wrapped_async(coroutine), "coroutine x", Run.LOOP),
    ("cached", functools.cache(plain), "plain x", Run.THREAD),
]  # fmt: skip


@pytest.mark.parametrize(("name", "function", "shown", "run"), KINDS, ids=[kind[0] for kind in KINDS])
def test_kinds_of_dependencies(name: str, function: Any, shown: str, run: Run) -> None:
    app = App()

    @app.get("/")
    async def read(value: Annotated[Any, Depends(function)]) -> str:
        return str(value)

    reply = request(app, "GET", "/?q=x")
    assert (reply.status, reply.json()) == (200, shown)
    assert app.routes[0].plan.order[0].run is run


@pytest.mark.parametrize(("name", "function", "shown", "run"), KINDS[:3:2] + KINDS[7:], ids=lambda item: str(item)[:12])
def test_kinds_of_handlers(name: str, function: Any, shown: str, run: Run) -> None:
    app = App()
    app.get("/", response_model=None)(function)
    if run is Run.THREAD_GENERATOR or run is Run.LOOP_GENERATOR:
        assert request(app, "GET", "/?q=x").text == f'"{shown}"\n'
    else:
        assert str(request(app, "GET", "/?q=x").json()) == shown


def test_a_class_as_its_own_dependency() -> None:
    app = App()

    @app.get("/")
    async def read(one: Annotated[Ordinary, Depends()], two: Data = Depends()) -> list[str]:
        return [str(one), str(two)]

    assert request(app, "GET", "/?q=x").json() == ["Ordinary x", "Data x"]


def test_a_dependency_is_called_once_a_request() -> None:
    app = App()
    calls: list[int] = []

    async def counted() -> int:
        calls.append(1)
        return len(calls)

    async def above(value: Annotated[int, Depends(counted)]) -> int:
        return value

    async def fresh(value: Annotated[int, Depends(counted, use_cache=False)]) -> int:
        return value

    @app.get("/", dependencies=[Depends(counted)])
    async def read(
        one: Annotated[int, Depends(counted)],
        two: Annotated[int, Depends(above)],
        three: Annotated[int, Depends(fresh)],
        four: Annotated[int, Depends(counted, use_cache=False)],
    ) -> list[int]:
        return [one, two, three, four]

    assert request(app, "GET", "/").json() == [1, 1, 2, 3]


def test_security_scopes_add_up() -> None:
    app = App()

    async def scopes(scopes: SecurityScopes) -> list[str]:
        return scopes.scopes

    async def user(found: Annotated[list[str], Security(scopes, scopes=["user"])]) -> list[str]:
        return found

    @app.get("/")
    async def read(
        one: Annotated[list[str], Security(user, scopes=["items"])],
        two: Annotated[list[str], Security(user, scopes=["admin"])],
        three: Annotated[list[str], Depends(user)],
    ) -> list[list[str]]:
        return [one, two, three]

    assert request(app, "GET", "/").json() == [["items", "user"], ["admin", "user"], ["user"]]


def test_what_belongs_to_the_request() -> None:
    app = App()

    class MyRequest(Request):
        pass

    async def dependency(response: Response, connection: HTTPConnection, tasks: BackgroundTasks) -> str:
        response.headers["x-added"] = "yes"
        response.set_cookie("a", "b")
        response.status_code = 201
        tasks.add_task(done.append, connection.url.path)
        return "value"

    done: list[str] = []

    @app.get("/")
    async def read(request: MyRequest, value: Annotated[str, Depends(dependency)], response: Response) -> list[str]:
        response.headers["x-more"] = "yes"
        return [type(request).__name__, value]

    reply = request(app, "GET", "/")
    assert (reply.status, reply.json()) == (201, ["MyRequest", "value"])
    assert (reply.headers["x-added"], reply.headers["x-more"]) == ("yes", "yes")
    assert reply.headers["set-cookie"].startswith("a=b")
    assert done == ["/"]


def test_starlettes_classes_are_known_by_name() -> None:
    requests = pytest.importorskip("starlette.requests")
    app = App()

    async def read(request: Any) -> str:
        return f"{type(request).__module__} {request.url.path}"

    read.__annotations__["request"] = requests.Request
    app.get("/x")(read)
    assert request(app, "GET", "/x").json() == "starlette.requests /x"


def test_names_that_endpoints_use_themselves() -> None:
    app = App()

    @app.post("/{path_params}")
    async def read(
        path_params: str, scope: str, receive: str, send: str, body: str, query: str, form: str, result: str,
        message: dict[str, int], headers: Annotated[str, Header()], cookies: Annotated[str, Cookie()],
        error: str = "e", sent: str = "s", entered: str = "i",
    ) -> list[Any]:  # fmt: skip
        return [path_params, scope, receive, send, body, query, form, result, message, headers, cookies, error, sent]

    reply = request(
        app, "POST", "/p?scope=1&receive=2&send=3&body=4&query=5&form=6&result=7",
        json={"a": 1}, headers={"headers": "8", "cookie": "cookies=9"},
    )  # fmt: skip
    assert reply.json() == ["p", "1", "2", "3", "4", "5", "6", "7", {"a": 1}, "8", "9", "e", "s"]


def test_positional_only_arguments() -> None:
    app = App()

    @app.get("/")
    async def read(a: int, /, b: int = 2, *, c: int = 3) -> list[int]:
        return [a, b, c]

    assert request(app, "GET", "/?a=1&c=4").json() == [1, 2, 4]


def later(value: "Annotated[Later, Depends()]", q: "int | None" = None) -> "list[str]":
    return [value.name, str(q)]


class Later:
    def __init__(self, name: "str" = "later") -> None:
        self.name = name


def test_forward_references() -> None:
    app = App()
    app.get("/")(later)
    assert request(app, "GET", "/?name=x&q=2").json() == ["x", "2"]


def test_names_of_the_enclosing_function() -> None:
    class Local(msgspec.Struct):
        n: int

    def helper() -> int:
        return 1

    app = App()

    @app.post("/")
    async def read(item: "Local", one: "Annotated[int, Depends(helper)]") -> "int":
        return item.n + one

    assert request(app, "POST", "/", json={"n": 1}).json() == 2


# What holds for plans


def plan_of(app: App, index: int = 0) -> Plan:
    plan: Plan = app.routes[index].plan
    return plan


def test_a_plan_never_changes() -> None:
    app = App()

    @app.post("/{a}")
    async def read(a: int, q: str, body: dict[str, int], value: Annotated[str, Depends(coroutine)]) -> None: ...

    plan = plan_of(app)
    nodes: list[Any] = [plan, plan.handler, plan.body, *plan.order, *plan.parameters, *plan.handler.arguments]
    for node in nodes:
        for name in node.__struct_fields__:
            with pytest.raises(AttributeError, match="immutable"):
                setattr(node, name, None)
            value = getattr(node, name)
            assert not isinstance(value, (list, set)), f"{type(node).__name__}.{name} can change"


def test_after_the_plan_nobody_inspects() -> None:
    app = App()
    app.include_router(_router_of_everything())
    broken = mock.Mock(side_effect=AssertionError("inspected after the plan"))
    names = ("signature", "getclosurevars", "isasyncgenfunction", "isgeneratorfunction", "iscoroutinefunction")
    with mock.patch.multiple(inspect, **dict.fromkeys(names, broken)):
        reply = request(app, "POST", "/x?q=1", json={"a": 1})
        assert (reply.status, reply.json()) == (200, ["x", "1", {"a": 1}, "generator 1", "async generator 1"])


def _router_of_everything() -> FasterRouter:
    router = FasterRouter()

    @router.post("/{name}")
    def read(
        name: str,
        q: str,
        body: dict[str, int],
        one: Annotated[str, Depends(generator)],
        two: Annotated[str, Depends(async_generator)],
    ) -> list[Any]:
        return [name, q, body, one, two]

    return router


def test_routes_share_the_nodes_of_their_dependencies() -> None:
    app = App(dependencies=[Depends(coroutine)])

    @app.get("/a")
    async def one(value: Annotated[str, Depends(plain)]) -> None: ...

    @app.get("/b/{x}")
    async def two(value: Annotated[str, Depends(plain)], x: str) -> None: ...

    @app.get("/c/{q}")
    async def three(value: Annotated[str, Depends(plain)]) -> None: ...

    first, second, third = (plan_of(app, index) for index in range(3))
    assert first.order[0] is second.order[0]
    assert first.order[1] is second.order[1]
    # Below a path with {q} the same function reads its `q` from the path.
    assert third.order[1] is not first.order[1]
    assert third.order[1].arguments[0].node.source == "path"  # type: ignore[union-attr]


def test_equal_words_share_a_node_and_other_words_do_not() -> None:
    app = App()

    @app.get("/a")
    async def one(q: str = Query("x", description="one")) -> None: ...

    @app.get("/b")
    async def two(q: str = Query("x", description="two")) -> None: ...

    @app.get("/c")
    async def three(q: str = Query("x", description="one")) -> None: ...

    @app.get("/d")
    async def four(q: str | int = Query("x", description="one")) -> None: ...

    @app.get("/e")
    async def five(q: int | str = Query("x", description="one")) -> None: ...

    nodes = [plan_of(app, index).parameters[0] for index in range(5)]
    assert nodes[0] is nodes[2]
    assert [node.declaration.description for node in nodes[:2]] == ["one", "two"]
    assert nodes[3] is not nodes[4]


def test_reading_a_plan_twice_gives_equal_plans() -> None:
    async def read(q: str, value: Annotated[str, Depends(plain)]) -> None: ...

    reader = PlanReader()
    one, two = reader.read(read), reader.read(read)
    assert one.order[0] is two.order[0]
    assert one.parameters[0] is two.parameters[0]


def test_a_function_is_inspected_once() -> None:
    calls: list[Any] = []
    real = read_signature

    def counting(function: Any, **options: Any) -> Any:
        calls.append(function)
        return real(function, **options)

    app = App()
    with mock.patch.object(reader, "read_signature", counting):
        for index in range(5):

            async def read(value: Annotated[str, Depends(plain)]) -> None: ...

            app.get(f"/{index}")(read)
    assert calls.count(plain) == 1


def test_a_thousand_routes_build_nothing_before_they_are_asked() -> None:
    app = App()
    for index in range(50):
        app.get(f"/{index}")(_router_of_everything)
    assert all(route.app.__name__ == "_build_and_serve" for route in app.routes)


def test_many_requests_at_once_share_nothing() -> None:
    app = App()

    async def echo(q: int) -> AsyncIterator[int]:
        await asyncio.sleep(0)
        yield q

    @app.get("/")
    async def read(value: Annotated[int, Depends(echo)]) -> int:
        await asyncio.sleep(0)
        return value

    async def run() -> list[int]:
        from tests.core.client import run_request

        replies = await asyncio.gather(*(run_request(app, "GET", f"/?q={index}") for index in range(50)))
        return [reply.json() for reply in replies]

    assert asyncio.run(run()) == list(range(50))
