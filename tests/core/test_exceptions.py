"""The tree of exceptions: what they are, hold and say."""

import pickle
from http import HTTPStatus
from typing import Any

import msgspec
import pytest

from faster_core.diagnostic import Diagnostic
from faster_core.exceptions import (
    ClientDisconnect,
    ConfigurationError,
    DependencyCycleError,
    Disconnect,
    ErrorList,
    FasterError,
    HTTPException,
    RequestValidationError,
    ResponseValidationError,
    ValidationError,
    WebSocketDisconnect,
    WebSocketDisconnected,
    WebSocketException,
    WebSocketRequestValidationError,
)


class Item(msgspec.Struct):
    name: str


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        (FasterError, Exception),
        (ConfigurationError, FasterError),
        (DependencyCycleError, ConfigurationError),
        (DependencyCycleError, RecursionError),
        (HTTPException, Exception),
        (WebSocketException, Exception),
        (RequestValidationError, ValidationError),
        (WebSocketRequestValidationError, ValidationError),
        (ResponseValidationError, ValidationError),
        (ClientDisconnect, Disconnect),
        (WebSocketDisconnect, Disconnect),
        (WebSocketDisconnected, RuntimeError),
    ],
)
def test_the_tree(inner: type[Exception], outer: type[Exception]) -> None:
    assert issubclass(inner, outer)


def test_the_programmer_s_mistakes_are_no_answers() -> None:
    assert not issubclass(ConfigurationError, HTTPException)
    assert not issubclass(ValidationError, HTTPException)


@pytest.mark.parametrize(
    ("arguments", "detail", "text"),
    [
        ((404,), "Not Found", "404: Not Found"),
        ((HTTPStatus.CONFLICT,), "Conflict", "409: Conflict"),
        ((404, "gone"), "gone", "404: gone"),
        ((400, {"a": [1]}), {"a": [1]}, "400: {'a': [1]}"),
        ((400, ""), "", "400: "),
        ((799,), "Error", "799: Error"),
    ],
)
def test_http_exceptions(arguments: Any, detail: Any, text: str) -> None:
    error = HTTPException(*arguments)
    assert (error.status_code, error.detail, str(error)) == (int(arguments[0]), detail, text)
    assert type(error.status_code) is int
    assert repr(error) == f"HTTPException(status_code={int(arguments[0])}, detail={detail!r})"


def test_headers_are_copied() -> None:
    headers = {"a": "b"}
    error = HTTPException(401, headers=headers)
    headers["a"] = "c"
    assert error.headers == {"a": "b"}
    assert HTTPException(401).headers is None


def test_websocket_exceptions() -> None:
    assert (WebSocketException(1008).reason, str(WebSocketException(1008, "no"))) == ("", "1008: no")
    assert (WebSocketDisconnect().code, WebSocketDisconnect(1006, None).reason) == (1000, "")


def test_validation_errors() -> None:
    found = [{"loc": ["query", "q"], "msg": "Field required", "type": "value_error.missing"}]
    error = RequestValidationError(found * 2, body={"a": 1})
    assert error.errors == found * 2
    assert error.errors() is error.errors
    assert isinstance(error.errors, ErrorList)
    assert error.body == {"a": 1}
    assert str(error) == "2 validation errors\n  query.q: Field required\n  query.q: Field required"


@pytest.mark.parametrize(
    ("body", "message", "shown"),
    [
        ({"a": 1, "b": "q"}, "Expected `int`, got `str` - at `$.b`", "'q'"),
        ([{"a": 1}, {"b": 2}], "Object missing required field `b` - at `$[0]`", "{'a': 1}"),
        ({"items": [Item("x")]}, "Expected `int`, got `str` - at `$.items[0].name`", "'x'"),
        ({"a": {"b c": "q"}}, "Expected `int`, got `str` - at `$.a[...]`", "{'b c': 'q'}"),
        ({"a": "q"}, "Expected `int`, got `str` - at `key` in `$.a`", "'q'"),
        (Item("x"), "Expected `int`, got `str` - at `$.other`", "Item(name='x')"),
        ([], "Expected `int`, got `str` - at `$[3].a`", "[]"),
        ("q" * 1000, "Expected `int`, got `str`", repr("q" * 47 + "..." + "q" * 48)),
    ],
)
def test_a_result_that_does_not_fit_names_handler_field_and_value(body: Any, message: str, shown: str) -> None:
    error = ResponseValidationError([{"loc": ["response"], "msg": message, "type": "value_error.msgspec"}], body=body)
    assert str(error) == f"1 validation error\n  response: {message}; the value is {shown}"
    error.handler = test_validation_errors
    line = test_validation_errors.__code__.co_firstlineno
    assert str(error).startswith(f"1 validation error in test_validation_errors (test_exceptions.py:{line})\n")


def test_a_configuration_error_holds_its_diagnostic() -> None:
    diagnostic = Diagnostic("FA110", "A circle.", "Cut it.")
    error = DependencyCycleError(diagnostic)
    assert error.diagnostic is diagnostic
    assert str(error) == "A circle. Cut it. [FA110]"


@pytest.mark.parametrize(
    "error",
    [HTTPException(404, "x", {"a": "b"}), WebSocketException(1008, "x"), WebSocketDisconnect(1001, "x")],
    ids=lambda error: type(error).__name__,
)
def test_exceptions_cross_processes(error: Any) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
