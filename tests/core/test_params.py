"""Declarations: what they hold, and that nothing is dropped."""

from typing import Any, get_type_hints

import pytest

from faster_core import params
from faster_core.params import (
    Body,
    Cookie,
    Declaration,
    Depends,
    File,
    Form,
    Header,
    Injection,
    Options,
    Path,
    Query,
    Security,
    Source,
    UnknownArgumentError,
)

FUNCTIONS: dict[Any, Source] = {
    Path: Source.PATH,
    Query: Source.QUERY,
    Header: Source.HEADER,
    Cookie: Source.COOKIE,
    Body: Source.BODY,
    Form: Source.FORM,
    File: Source.FILE,
}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_every_option_is_kept(function: Any) -> None:
    values = {name: object() for name in get_type_hints(Options)}
    made = function("default", **values)
    assert isinstance(made, Declaration)
    assert (made.source, made.default) == (FUNCTIONS[function], "default")
    assert {name: getattr(made, name) for name in values} == values


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_without_options(function: Any) -> None:
    made = function()
    assert made.default is ...
    assert made.constraints() == {}
    with pytest.raises(AttributeError):
        made.default = 1


def test_an_unknown_option_is_a_type_error() -> None:
    with pytest.raises(
        TypeError, match=r"Query\(\) has no argument 'max_lenght'. Did you mean 'max_length'\?"
    ) as raised:
        Query(max_lenght=3)  # type: ignore[call-arg]
    assert isinstance(raised.value, UnknownArgumentError)
    with pytest.raises(TypeError, match=r"Body\(\) has no argument 'zzz'. It takes alias, allow_inf_nan, "):
        Body(zzz=3)  # type: ignore[call-arg]


def test_constraints() -> None:
    made = Query(gt=1, le=5, min_length=0, strict=False, title="t", description="d")
    assert made.constraints() == {"gt": 1, "le": 5, "min_length": 0, "strict": False}


def function() -> None: ...


def test_depends() -> None:
    made = Depends(function, use_cache=False, scope="function", max_concurrency=3)
    assert isinstance(made, Injection)
    assert (made.dependency, made.use_cache, made.scope, made.max_concurrency) == (function, False, "function", 3)
    assert not made.security
    assert Depends().dependency is None


def test_security() -> None:
    made = Security(function, scopes=["a", "b"])
    assert (made.scopes, made.security, made.use_cache) == (("a", "b"), True, True)
    assert Security(function).scopes == ()


@pytest.mark.parametrize("limit", [0, -1])
def test_at_least_one_request_is_inside(limit: int) -> None:
    with pytest.raises(ValueError, match=f"max_concurrency must be 1 or more, not {limit}"):
        Depends(function, max_concurrency=limit)


def test_declarations_are_made_by_functions_of_any_type() -> None:
    value: int = Query(3)
    assert isinstance(value, Declaration)
    assert set(params.__all__) >= {item.__name__ for item in FUNCTIONS}
