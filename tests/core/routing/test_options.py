"""What routes say about themselves, and what the layers around them add."""

from typing import Any, get_type_hints

import pytest

from faster_core import App, HTMLResponse, JSONResponse
from faster_core.limits import Limits
from faster_core.params import UnknownArgumentError
from faster_core.routing import Layer, RouteOptions, RouteSettings
from faster_core.routing.options import check_names


def test_options_and_settings_have_the_same_names() -> None:
    assert set(get_type_hints(RouteOptions)) == set(RouteSettings.__struct_fields__)


def test_every_option_is_recorded() -> None:
    values: dict[str, Any] = {name: object() for name in get_type_hints(RouteOptions)}
    settings = RouteSettings(**values)
    assert {name: getattr(settings, name) for name in values} == values


def test_an_option_that_there_is_not() -> None:
    check_names("get", ["tags", "summary"])
    with pytest.raises(UnknownArgumentError, match=r"get\(\) has no argument 'sumary'\. Did you mean 'summary'\?"):
        check_names("get", ["sumary"])
    with pytest.raises(TypeError, match=r"f\(\) has no argument 'zzz'\. It takes a, b\."):
        check_names("f", ["zzz"], ("b", "a"))


@pytest.mark.parametrize(
    "name", ["get", "post", "put", "patch", "delete", "options", "head", "trace", "query", "api_route"]
)
def test_the_decorator_that_was_written_is_named(name: str) -> None:
    with pytest.raises(UnknownArgumentError, match=rf": {name}\(\) has no argument 'sumary'"):
        getattr(App(), name)("/", sumary="x")


def outer(**options: Any) -> Layer:
    return Layer(prefix="/outer", tags=["outer"], responses={404: {"a": 1}, 400: {}}, **options)


def test_layers_are_joined() -> None:
    joined = Layer(prefix="/inner", tags=["inner"], responses={404: {"b": 2}}).inside(outer())
    assert joined.prefix == "/outer/inner"
    assert list(joined.tags) == ["outer", "inner"]
    assert joined.responses == {404: {"b": 2}, 400: {}}


@pytest.mark.parametrize(
    ("inner", "around", "name", "value"),
    [
        ({"deprecated": True}, {}, "deprecated", True),
        ({}, {"deprecated": True}, "deprecated", True),
        ({}, {"include_in_schema": False}, "include_in_schema", False),
        ({"include_in_schema": False}, {}, "include_in_schema", False),
        ({}, {"strict_content_type": False}, "strict_content_type", False),
        ({"strict_content_type": True}, {"strict_content_type": False}, "strict_content_type", True),
        ({}, {"default_response_class": HTMLResponse}, "response_class", HTMLResponse),
        (
            {"default_response_class": JSONResponse},
            {"default_response_class": HTMLResponse},
            "response_class",
            JSONResponse,
        ),
        ({}, {}, "response_class", JSONResponse),
    ],
)
def test_who_has_the_last_word(inner: Any, around: Any, name: str, value: Any) -> None:
    assert getattr(Layer(**inner).inside(outer(**around)), name) == value


def test_limits_are_joined() -> None:
    joined = Layer(limits={"max_fields": 1}).inside(outer(limits={"max_fields": 2, "max_files": 3}))
    limits = joined.limits_inside(Limits())
    assert (limits.max_fields, limits.max_files) == (1, 3)


def test_exception_handlers_are_read_anew() -> None:
    mine: dict[Any, Any] = {}
    theirs: dict[Any, Any] = {KeyError: "theirs"}
    joined = Layer(exception_handlers=mine).inside(outer(exception_handlers=theirs)).exception_handlers
    assert dict(joined) == {KeyError: "theirs"}
    mine[KeyError] = "mine"
    theirs[ValueError] = "more"
    assert dict(joined) == {KeyError: "mine", ValueError: "more"}
    assert len(joined) == 2
