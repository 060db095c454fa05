"""API keys in headers, queries and cookies."""

from typing import Any

import pytest

from faster_core.security import APIKeyCookie, APIKeyHeader, APIKeyQuery
from tests.core.security.connection import connect, credentials, refusal

SCHEMES = [(APIKeyHeader, "header"), (APIKeyQuery, "query"), (APIKeyCookie, "cookie")]


def carrying(place: str, value: str, kind: str) -> Any:
    if place == "query":
        return connect(kind, query=f"x-key={value}".encode())
    return connect(kind, x_key=value) if place == "header" else connect(kind, cookie=f"x-key={value}")


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("scheme,place", SCHEMES)
def test_the_key(scheme: Any, place: str, kind: str) -> None:
    assert credentials(scheme(name="x-key"), carrying(place, "secret", kind)) == "secret"


@pytest.mark.parametrize("scheme,place", SCHEMES)
@pytest.mark.parametrize("value", [None, "", "%20" * 2, "\t"])
def test_no_key(scheme: Any, place: str, value: str | None) -> None:
    if value and place != "query":
        value = " "
    connection = connect() if value is None else carrying(place, value, "http")
    expected = (401, "Not authenticated", {"WWW-Authenticate": "APIKey"})
    assert refusal(scheme(name="x-key"), connection) == expected
    assert credentials(scheme(name="x-key", auto_error=False), connection) is None


@pytest.mark.parametrize("scheme,place", SCHEMES)
def test_the_document(scheme: Any, place: str) -> None:
    plain = scheme(name="x-key")
    assert (plain.scheme_name, plain.description) == (scheme.__name__, None)
    assert plain.model == {"type": "apiKey", "in": place, "name": "x-key"}
    named = scheme(name="x-key", scheme_name="mine", description="A key")
    assert (named.scheme_name, named.description) == ("mine", "A key")
    assert named.model == {"type": "apiKey", "in": place, "name": "x-key", "description": "A key"}
    assert repr(named) == f"{scheme.__name__}(scheme_name='mine')"
