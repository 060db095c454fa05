"""API keys in a header, in the query or in a cookie."""

from abc import abstractmethod

from faster_core.connection import HTTPConnection
from faster_core.security.scheme import SecurityBase

__all__ = ["APIKeyCookie", "APIKeyHeader", "APIKeyQuery"]


class _APIKey(SecurityBase):
    challenge = "APIKey"
    place: str

    def __init__(
        self, *, name: str, scheme_name: str | None = None, description: str | None = None, auto_error: bool = True
    ) -> None:
        model = {"type": "apiKey", "in": self.place, "name": name}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)
        self.name = name

    async def __call__(self, connection: HTTPConnection) -> str | None:
        """Return the key.

        Raises:
            HTTPException: 401 without a key, or with an empty one.
        """
        key = self._find(connection)
        return self.require(key if key and not key.isspace() else None)

    @abstractmethod
    def _find(self, connection: HTTPConnection) -> str | None: ...


class APIKeyHeader(_APIKey):
    """A key in a header.

    Args:
        name: The name of the header.
        scheme_name: The name in the document; None for the name of the class.
        description: A text for the document.
        auto_error: False makes the dependency None where the key is missing.
    """

    place = "header"

    def _find(self, connection: HTTPConnection) -> str | None:
        return connection.headers.get(self.name)


class APIKeyQuery(_APIKey):
    """A key in the query string. It ends up in logs and histories; a header is the better place.

    Args:
        name: The name of the parameter.
        scheme_name: The name in the document; None for the name of the class.
        description: A text for the document.
        auto_error: False makes the dependency None where the key is missing.
    """

    place = "query"

    def _find(self, connection: HTTPConnection) -> str | None:
        return connection.query_params.get(self.name)


class APIKeyCookie(_APIKey):
    """A key in a cookie. Browsers send it by themselves: protect what changes data against forged requests.

    Args:
        name: The name of the cookie.
        scheme_name: The name in the document; None for the name of the class.
        description: A text for the document.
        auto_error: False makes the dependency None where the key is missing.
    """

    place = "cookie"

    def _find(self, connection: HTTPConnection) -> str | None:
        return connection.cookies.get(self.name)
