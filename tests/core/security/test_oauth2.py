"""OAuth 2.0 and OpenID Connect."""

from typing import Any

import msgspec
import pytest

from faster_core.security import OAuth2, OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer, OpenIdConnect
from tests.core.security.connection import connect, credentials, refusal

EXPECTED = (401, "Not authenticated", {"WWW-Authenticate": "Bearer"})


def bearers(**options: Any) -> list[Any]:
    return [
        OAuth2PasswordBearer("token", **options),
        OAuth2AuthorizationCodeBearer("authorize", "token", **options),
    ]


def whole(**options: Any) -> list[Any]:
    return [OAuth2(**options), OpenIdConnect(openIdConnectUrl="/openid", **options)]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "BEARER  abc ", " Bearer abc"])
def test_the_token(header: str, kind: str) -> None:
    for scheme in bearers():
        assert credentials(scheme, connect(kind, authorization=header)) == "abc"


@pytest.mark.parametrize("header", [[], "", "Bearer", "Bearer ", "Basic abc", ["Bearer a", "Bearer b"]], ids=repr)
def test_no_token(header: str | list[str]) -> None:
    connection = connect(authorization=header)
    for scheme, lenient in zip(bearers(), bearers(auto_error=False), strict=True):
        assert refusal(scheme, connection) == EXPECTED
        assert credentials(lenient, connection) is None


@pytest.mark.parametrize("header", ["Bearer abc", "Other abc", " Other  abc "])
def test_the_header_as_it_was_sent(header: str) -> None:
    for scheme in whole():
        assert credentials(scheme, connect(authorization=header)) == header.strip()


@pytest.mark.parametrize("header", [[], "", " \t", ["a b", "c d"]], ids=repr)
def test_no_header(header: str | list[str]) -> None:
    connection = connect(authorization=header)
    for scheme, lenient in zip(whole(), whole(auto_error=False), strict=True):
        assert refusal(scheme, connection) == EXPECTED
        assert credentials(lenient, connection) is None


class Flow(msgspec.Struct, rename="camel"):
    authorization_url: str
    refresh_url: str | None = None
    scopes: dict[str, str] = {}


class Flows(msgspec.Struct):
    implicit: Flow | None = None
    password: Flow | None = None


IMPLICIT = {"implicit": {"authorizationUrl": "u", "scopes": {}}}


@pytest.mark.parametrize(
    "scheme,name,model",
    [
        (OAuth2(), "OAuth2", {"type": "oauth2", "flows": {}}),
        (OAuth2(flows=IMPLICIT, scheme_name="s"), "s", {"type": "oauth2", "flows": IMPLICIT}),
        (OAuth2(flows=Flows(implicit=Flow("u"))), "OAuth2", {"type": "oauth2", "flows": IMPLICIT}),
        (
            OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "Yours"}, description="d"),
            "OAuth2PasswordBearer",
            {
                "type": "oauth2",
                "flows": {"password": {"scopes": {"me": "Yours"}, "tokenUrl": "token"}},
                "description": "d",
            },
        ),
        (
            OAuth2PasswordBearer("token", refreshUrl="refresh"),
            "OAuth2PasswordBearer",
            {"type": "oauth2", "flows": {"password": {"scopes": {}, "tokenUrl": "token", "refreshUrl": "refresh"}}},
        ),
        (
            OAuth2AuthorizationCodeBearer(authorizationUrl="a", tokenUrl="t", refreshUrl="r", scopes={"s": "S"}),
            "OAuth2AuthorizationCodeBearer",
            {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "scopes": {"s": "S"},
                        "authorizationUrl": "a",
                        "tokenUrl": "t",
                        "refreshUrl": "r",
                    }
                },
            },
        ),
        (
            OpenIdConnect(openIdConnectUrl="/openid", description="d"),
            "OpenIdConnect",
            {"type": "openIdConnect", "openIdConnectUrl": "/openid", "description": "d"},
        ),
    ],
    ids=repr,
)
def test_the_document(scheme: Any, name: str, model: dict[str, Any]) -> None:
    assert (scheme.scheme_name, scheme.model) == (name, model)
