"""What every security scheme is: a dependency that takes credentials from a request, and its entry in the document."""

from typing import Any, ClassVar, TypeVar

from faster_core.connection import HTTPConnection
from faster_core.exceptions import HTTPException

__all__ = ["SecurityBase", "credentials_of"]

T = TypeVar("T")


class SecurityBase:
    """A security scheme, used by `Security(scheme)` or `Depends(scheme)`, for requests and WebSockets alike.

    A scheme says where credentials stand and how they look; whether they are right, the application decides.

    Attributes:
        scheme_name: The name in the document, the name of the class unless given.
        description: A text for the document, in Markdown.
        model: The security scheme object of OpenAPI, as plain data.
        auto_error: Whether missing credentials are answered with 401; False makes the dependency None instead.

    Spec: OpenAPI 3.1, 4.8.27
    """

    challenge: ClassVar[str]
    """The scheme that `WWW-Authenticate` names (RFC 9110, 11.6.1)."""

    def __init__(
        self, model: dict[str, Any], *, scheme_name: str | None, description: str | None, auto_error: bool
    ) -> None:
        self.scheme_name: str = scheme_name or type(self).__name__
        self.description = description
        self.model: dict[str, Any] = model if description is None else {**model, "description": description}
        self.auto_error = auto_error

    def make_not_authenticated_error(self) -> HTTPException:
        """Return the answer to missing credentials. Override it for another.

        Spec: RFC 9110, 15.5.2
        """
        return HTTPException(401, "Not authenticated", {"WWW-Authenticate": self.challenge})

    def require(self, credentials: T | None) -> T | None:
        """Return the credentials, or None where they may be missing.

        Raises:
            HTTPException: 401 for None, where they may not.
        """
        if credentials is None and self.auto_error:
            raise self.make_not_authenticated_error()
        return credentials

    def __repr__(self) -> str:
        return f"{type(self).__name__}(scheme_name={self.scheme_name!r})"


def credentials_of(connection: HTTPConnection) -> tuple[str, str] | None:
    """Return the scheme and the credentials of the Authorization header, without the blanks around them.

    None without the header, without credentials in it, and with several such headers: which of them counts would be
    anybody's guess.

    Spec: RFC 9110, 11.6.2
    """
    values = connection.headers.getlist("authorization")
    if len(values) != 1:
        return None
    scheme, _, credentials = values[0].strip(" \t").partition(" ")
    credentials = credentials.strip(" \t")
    return (scheme, credentials) if credentials else None
