"""Basic, Bearer, Digest and other schemes of the Authorization header."""

from base64 import b64encode
from typing import Any

import pytest

from faster_core.security import (
    HTTPAuthorizationCredentials,
    HTTPBase,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    HTTPDigest,
)
from tests.core.security.connection import connect, credentials, refusal


def encoded(text: str | bytes) -> str:
    return b64encode(text.encode() if isinstance(text, str) else text).decode()


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "scheme,header,expected",
    [
        (HTTPBearer(), "Bearer abc", ("Bearer", "abc")),
        (HTTPBearer(), "bearer abc", ("bearer", "abc")),
        (HTTPBearer(), "BEARER   abc ", ("BEARER", "abc")),
        (HTTPBearer(), " Bearer abc\t", ("Bearer", "abc")),
        (HTTPBearer(), "Bearer a b", ("Bearer", "a b")),
        (HTTPDigest(), 'Digest username="a", nonce="b"', ("Digest", 'username="a", nonce="b"')),
        (HTTPBase(scheme="Negotiate"), "negotiate abc", ("negotiate", "abc")),
    ],
    ids=repr,
)
def test_credentials(scheme: Any, header: str, expected: tuple[str, str], kind: str) -> None:
    found = credentials(scheme, connect(kind, authorization=header))
    assert found == HTTPAuthorizationCredentials(scheme=expected[0], credentials=expected[1])


REFUSED: list[str | list[str]] = [
    [],
    "",
    " ",
    "Bearer",
    "Bearer ",
    "Bearer \t",
    "Other abc",
    "Bearerabc",
    ["Bearer a", "Bearer b"],
]


@pytest.mark.parametrize(
    "scheme,challenge",
    [(HTTPBearer, "Bearer"), (HTTPDigest, "Digest"), (lambda **options: HTTPBase(scheme="NEGO", **options), "Nego")],
    ids=["bearer", "digest", "nego"],
)
@pytest.mark.parametrize("header", REFUSED, ids=repr)
def test_refusals(scheme: Any, challenge: str, header: str | list[str]) -> None:
    header = (
        [value.replace("Bearer", challenge) for value in header]
        if isinstance(header, list)
        else header.replace("Bearer", challenge)
    )
    connection = connect(authorization=header)
    assert refusal(scheme(), connection) == (401, "Not authenticated", {"WWW-Authenticate": challenge})
    assert credentials(scheme(auto_error=False), connection) is None


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "header,username,password",
    [
        ("Basic " + encoded("ada:secret"), "ada", "secret"),
        ("basic  " + encoded("ada:secret") + " ", "ada", "secret"),
        ("Basic " + encoded("ada:a:b"), "ada", "a:b"),
        ("Basic " + encoded(":"), "", ""),
        ("Basic " + encoded("ädä:pässwörd €"), "ädä", "pässwörd €"),
    ],
    ids=repr,
)
def test_basic(header: str, username: str, password: str, kind: str) -> None:
    found = credentials(HTTPBasic(), connect(kind, authorization=header))
    assert found == HTTPBasicCredentials(username=username, password=password)


@pytest.mark.parametrize(
    "header",
    [
        "Basic !!!",
        "Basic " + encoded("ada:secret")[:-1],
        "Basic " + encoded("ada:secret") + "é",
        "Basic a b",
        "Basic " + encoded("no colon"),
        "Basic " + encoded(b"ada:\xff"),
        "Basic " + encoded("ada:\x00"),
        "Basic " + encoded("a\r\nda:x"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("auto_error", [True, False])
def test_basic_credentials_that_cannot_be_read(header: str, auto_error: bool) -> None:
    scheme = HTTPBasic(realm="shop", auto_error=auto_error)
    expected = (401, "Not authenticated", {"WWW-Authenticate": 'Basic realm="shop"'})
    assert refusal(scheme, connect(authorization=header)) == expected


@pytest.mark.parametrize("header", [[], "", "Basic", "Basic ", "Bearer abc"], ids=repr)
def test_basic_credentials_that_are_missing(header: str | list[str]) -> None:
    connection = connect(authorization=header)
    assert refusal(HTTPBasic(), connection) == (401, "Not authenticated", {"WWW-Authenticate": "Basic"})
    assert credentials(HTTPBasic(auto_error=False), connection) is None


def test_a_realm_is_quoted() -> None:
    error = HTTPBasic(realm='a "b" \\ é').make_not_authenticated_error()
    assert error.headers == {"WWW-Authenticate": 'Basic realm="a \\"b\\" \\\\ é"'}


@pytest.mark.parametrize("realm", ["a\r\nb", "\x00", "€"], ids=ascii)
def test_a_realm_that_no_header_can_hold(realm: str) -> None:
    with pytest.raises(ValueError) as caught:
        HTTPBasic(realm=realm)
    message = f"The realm {realm!r} cannot stand in a header. Use Latin-1 without control characters."
    assert str(caught.value) == message


def test_secrets_do_not_show_in_logs() -> None:
    assert repr(HTTPBasicCredentials("ada", "secret")) == "HTTPBasicCredentials(username='ada', password=...)"
    assert repr(HTTPAuthorizationCredentials("Bearer", "secret")) == (
        "HTTPAuthorizationCredentials(scheme='Bearer', credentials=...)"
    )


@pytest.mark.parametrize(
    "scheme,name,model",
    [
        (HTTPBase(scheme="Other"), "HTTPBase", {"type": "http", "scheme": "Other"}),
        (HTTPBasic(realm="r"), "HTTPBasic", {"type": "http", "scheme": "basic"}),
        (HTTPBearer(), "HTTPBearer", {"type": "http", "scheme": "bearer"}),
        (
            HTTPBearer(bearerFormat="JWT", scheme_name="s", description="d"),
            "s",
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "d"},
        ),
        (HTTPDigest(description="d"), "HTTPDigest", {"type": "http", "scheme": "digest", "description": "d"}),
    ],
    ids=repr,
)
def test_the_document(scheme: Any, name: str, model: dict[str, Any]) -> None:
    assert (scheme.scheme_name, scheme.model) == (name, model)


def test_the_refusal_can_be_another() -> None:
    from faster_core.exceptions import HTTPException

    class Hidden(HTTPBearer):
        def make_not_authenticated_error(self) -> HTTPException:
            return HTTPException(403, "Forbidden")

    assert refusal(Hidden(), connect()) == (403, "Forbidden", None)
