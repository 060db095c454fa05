"""Signatures: annotations resolved wherever they were written, and how a callable runs."""

import functools
import inspect
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, Optional

import msgspec
import pytest

from faster_core import App, Query
from faster_core.exceptions import ConfigurationError
from faster_core.plan.model import Run
from faster_core.plan.signature import EMPTY, how_it_runs, key_of, read_signature, split_annotation
from tests.core.client import request


def arguments(function: Any) -> dict[str, Any]:
    return {item.name: item.annotation for item in read_signature(function).arguments}


def texts(a: "int", b: "list['str']", c: "Optional[Here]" = None, *args: int, d: 'Literal["x"]' = "x") -> "Here":
    raise NotImplementedError


class Here:
    def __init__(self, n: "int", other: "Here | None" = None) -> None: ...

    def method(self, n: "int") -> "Here":
        return self

    def __call__(self, m: "str") -> None: ...


@dataclass
class Data:
    n: "int"
    here: "Here | None" = None


class Record(msgspec.Struct):
    n: "int"


class Pair(NamedTuple):
    left: int


def test_texts_are_resolved() -> None:
    assert arguments(texts) == {"a": int, "b": list[str], "c": Optional[Here], "d": Literal["x"]}
    assert read_signature(texts).result is Here


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (Here, {"n": int, "other": Here | None}),
        (Here(1).method, {"n": int}),
        (Here(1), {"m": str}),
        (Data, {"n": int, "here": Here | None}),
        (Record, {"n": int}),
        (Pair, {"left": int}),
        (functools.partial(texts, 1), {"b": list[str], "c": Optional[Here], "d": Literal["x"]}),
        (functools.partial(texts, c=None), {"a": int, "b": list[str], "d": Literal["x"]}),
        (lambda x, y=1: x, {"x": EMPTY, "y": EMPTY}),
    ],
    ids=["class", "method", "instance", "dataclass", "struct", "tuple", "partial", "partial by name", "lambda"],
)
def test_every_callable(function: Any, found: dict[str, Any]) -> None:
    assert arguments(function) == found


def test_the_closure_and_the_calls_going_on() -> None:
    class Local:
        pass

    def outer() -> Any:
        class Inner:
            pass

        def function(a: "Local", b: "Inner") -> "Local":
            return a

        assert arguments(function) == {"a": Local, "b": Inner}

    outer()


def test_what_nothing_is_named() -> None:
    def function(a: "Nothing") -> None: ...  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(ConfigurationError, match="nothing is named 'Nothing' there"):
        read_signature(function)


def test_what_has_no_signature() -> None:
    with pytest.raises(ConfigurationError, match="has no signature that Python can tell"):
        read_signature(type("", (), {"__signature__": 3}))


async def coroutine() -> None: ...


async def async_generator() -> AsyncIterator[int]:
    yield 1


def generator() -> Iterator[int]:
    yield 1


class Ordinary:
    def __init__(self) -> None: ...


@dataclass
class PostInit:
    n: int = 0

    def __post_init__(self) -> None: ...


class Async:
    async def __call__(self) -> None: ...


@pytest.mark.parametrize(
    ("function", "run"),
    [
        (generator, Run.THREAD_GENERATOR),
        (async_generator, Run.LOOP_GENERATOR),
        (coroutine, Run.LOOP),
        (texts, Run.THREAD),
        (functools.partial(coroutine), Run.LOOP),
        (Async(), Run.LOOP),
        (Async().__call__, Run.LOOP),
        (Ordinary, Run.THREAD),
        (Data, Run.INLINE),
        (Record, Run.INLINE),
        (PostInit, Run.THREAD),
        pytest.param(functools.cache(texts), Run.THREAD, id="cached"),
    ],
    ids=lambda item: getattr(item, "__name__", type(item).__name__),
)
def test_how_it_runs(function: Any, run: Run) -> None:
    assert how_it_runs(function) is run


def test_metadata_is_joined() -> None:
    inner = Annotated[int, "a"]
    assert split_annotation(Annotated[inner, "b"]) == (int, ("a", "b"))
    assert split_annotation(int) == (int, ())


def test_nested_declarations_add_up() -> None:
    Limit = Annotated[int, Query(ge=1, le=100, description="inner")]
    app = App()

    @app.get("/")
    async def read(q: Annotated[Limit, Query(le=50, alias="limit")]) -> int:
        return q

    declaration = app.routes[0].plan.parameters[0].declaration
    assert (declaration.ge, declaration.le, declaration.description) == (1, 50, "inner")
    assert [request(app, "GET", f"/?limit={value}").status for value in (0, 1, 50, 51)] == [422, 200, 200, 422]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695 came with Python 3.12")
def test_aliases_and_type_parameters() -> None:
    namespace: dict[str, Any] = {"Annotated": Annotated, "Query": Query}
    exec(  # A syntax that Python 3.11 cannot read.
        "type Limit = Annotated[int, Query(ge=1)]\ntype Same = Limit\n"
        "async def read(q: Same, other: Annotated[Limit, Query(le=5)] = 2) -> int:\n    return q + other\n",
        namespace,
    )
    app = App()
    app.get("/")(namespace["read"])
    assert request(app, "GET", "/?q=1").json() == 3
    assert [error[0] for error in request(app, "GET", "/?q=0&other=6").errors] == ["query.q", "query.other"]
    assert split_annotation(namespace["Same"])[0] is int


def test_keys() -> None:
    one: Any = PostInit()
    two: Any = PostInit()
    assert one == two
    assert key_of(texts) is texts
    assert key_of(one) == key_of(one)
    assert key_of(one) != key_of(two)
    assert len({key_of(one), key_of(one), key_of(two)}) == 2


def keywords_only(*, first: int, second: str = "b") -> None: ...
def mixed(a: int, /, b: "int", c: Any = None, *, d: bytes, e: "list[int]" = []) -> "str | None": ...  # noqa: B006
def untyped(a, b=1): ...  # type: ignore[no-untyped-def]
def nothing() -> None: ...


@pytest.mark.parametrize("function", [keywords_only, mixed, untyped, nothing], ids=lambda function: function.__name__)
def test_a_plain_function_is_read_as_inspect_reads_it(function: Any) -> None:
    expected = [
        (one.name, one.annotation, one.default, one.kind is not one.KEYWORD_ONLY)
        for one in inspect.signature(function, eval_str=True).parameters.values()
    ]
    found = read_signature(function).arguments
    assert [(one.name, one.annotation, one.default, one.positional) for one in found] == expected


def test_what_stands_for_a_function_is_read_as_what_it_stands_for() -> None:
    @functools.wraps(mixed)
    def wrapper(*arguments: Any, **options: Any) -> Any: ...

    def disguised() -> None: ...

    disguised.__signature__ = inspect.signature(keywords_only)  # type: ignore[attr-defined]
    assert read_signature(wrapper).arguments == read_signature(mixed).arguments
    assert [one.name for one in read_signature(disguised).arguments] == ["first", "second"]
