"""The schemes of the Authorization header: Basic, Bearer, Digest and any other."""

import re
from base64 import b64decode
from typing import Any

import msgspec

from faster_core.connection import HTTPConnection
from faster_core.exceptions import HTTPException
from faster_core.security.scheme import SecurityBase, credentials_of

__all__ = [
    "HTTPAuthorizationCredentials",
    "HTTPBase",
    "HTTPBasic",
    "HTTPBasicCredentials",
    "HTTPBearer",
    "HTTPDigest",
]

_has_control = re.compile(r"[\x00-\x1f\x7f]").search


class HTTPAuthorizationCredentials(msgspec.Struct, frozen=True):
    """What an Authorization header carries.

    Attributes:
        scheme: The scheme as it was sent, `Bearer`.
        credentials: The rest, not empty. The repr does not show it.
    """

    scheme: str
    credentials: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}(scheme={self.scheme!r}, credentials=...)"


class HTTPBasicCredentials(msgspec.Struct, frozen=True):
    """What a Basic header carries.

    Attributes:
        username: May be empty.
        password: May be empty. The repr does not show it.
    """

    username: str
    password: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}(username={self.username!r}, password=...)"


class HTTPBase(SecurityBase):
    """Any scheme of the Authorization header.

    Args:
        scheme: The name of the scheme, as the registry of IANA has it; matched in any case.
        scheme_name: The name in the document; None for the name of the class.
        description: A text for the document.
        auto_error: False makes the dependency None where credentials of this scheme are missing.

    Spec: RFC 9110, 11
    """

    def __init__(
        self, *, scheme: str, scheme_name: str | None = None, description: str | None = None, auto_error: bool = True
    ) -> None:
        self._declare({"scheme": scheme}, scheme_name, description, auto_error)

    def _declare(
        self, model: dict[str, Any], scheme_name: str | None, description: str | None, auto_error: bool
    ) -> None:
        model = {"type": "http", **model}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)
        self._scheme: str = model["scheme"].lower()

    def make_not_authenticated_error(self) -> HTTPException:
        """Return the answer to missing credentials, which names the scheme. Override it for another."""
        return HTTPException(401, "Not authenticated", {"WWW-Authenticate": self._scheme.title()})

    def _find(self, connection: HTTPConnection) -> tuple[str, str] | None:
        found = credentials_of(connection)
        return found if found and found[0].lower() == self._scheme else None

    async def __call__(self, connection: HTTPConnection) -> Any:
        """Return the credentials.

        Raises:
            HTTPException: 401 without credentials of this scheme.
        """
        found = self._find(connection)
        return self.require(HTTPAuthorizationCredentials(*found) if found else None)


class HTTPBearer(HTTPBase):
    """A bearer token.

    Args:
        bearerFormat: A hint for the document, such as `JWT`.
        scheme_name: The name in the document; None for the name of the class.
        description: A text for the document.
        auto_error: False makes the dependency None where the token is missing.

    Spec: RFC 6750, 2.1
    """

    def __init__(
        self,
        *,
        bearerFormat: str | None = None,  # noqa: N803 - OpenAPI's name
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        model = {"scheme": "bearer"} | ({} if bearerFormat is None else {"bearerFormat": bearerFormat})
        self._declare(model, scheme_name, description, auto_error)


class HTTPDigest(HTTPBase):
    """The credentials of a Digest header, not taken apart.

    Args:
        scheme_name: The name in the document; None for the name of the class.
        description: A text for the document.
        auto_error: False makes the dependency None where the credentials are missing.

    Spec: RFC 7616
    """

    def __init__(
        self, *, scheme_name: str | None = None, description: str | None = None, auto_error: bool = True
    ) -> None:
        self._declare({"scheme": "digest"}, scheme_name, description, auto_error)


class HTTPBasic(HTTPBase):
    """A user name and a password.

    Args:
        scheme_name: The name in the document; None for the name of the class.
        realm: What the credentials are for, shown by browsers.
        description: A text for the document.
        auto_error: False makes the dependency None where the credentials are missing. What is there and cannot be
            read is answered with 401 all the same.

    Raises:
        ValueError: For a realm with a control character or one outside Latin-1, which no header can hold.

    Spec: RFC 7617
    """

    def __init__(
        self,
        *,
        scheme_name: str | None = None,
        realm: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        self._declare({"scheme": "basic"}, scheme_name, description, auto_error)
        self.realm = realm
        self._challenge = "Basic" if realm is None else f'Basic realm="{_quoted(realm)}"'

    def make_not_authenticated_error(self) -> HTTPException:
        """Return the answer to missing credentials, with the realm. Override it for another."""
        return HTTPException(401, "Not authenticated", {"WWW-Authenticate": self._challenge})

    async def __call__(self, connection: HTTPConnection) -> HTTPBasicCredentials | None:
        """Return the user name and the password, decoded as UTF-8.

        Raises:
            HTTPException: 401 without credentials, and for credentials that cannot be read.
        """
        found = self.require(self._find(connection))
        if found is None:
            return None
        try:
            text = b64decode(found[1], validate=True).decode()
        except ValueError as error:
            raise self.make_not_authenticated_error() from error
        username, colon, password = text.partition(":")
        if not colon or _has_control(text):
            raise self.make_not_authenticated_error()
        return HTTPBasicCredentials(username, password)


def _quoted(realm: str) -> str:
    if _has_control(realm) or not all(ord(character) < 256 for character in realm):
        raise ValueError(f"The realm {realm!r} cannot stand in a header. Use Latin-1 without control characters.")
    return realm.replace("\\", "\\\\").replace('"', '\\"')
