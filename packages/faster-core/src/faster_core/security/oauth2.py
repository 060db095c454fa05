"""OAuth 2.0 and OpenID Connect: where the token comes from, and the token."""

from collections.abc import Mapping
from typing import Any

from faster_core.connection import HTTPConnection
from faster_core.encoding import jsonable_encoder
from faster_core.security.scheme import SecurityBase, credentials_of

__all__ = ["OAuth2", "OAuth2AuthorizationCodeBearer", "OAuth2PasswordBearer", "OpenIdConnect"]


class _HeaderAsSent(SecurityBase):
    challenge = "Bearer"

    async def __call__(self, connection: HTTPConnection) -> str | None:
        """Return the Authorization header.

        Raises:
            HTTPException: 401 without it.
        """
        values = connection.headers.getlist("authorization")
        value = values[0].strip(" \t") if len(values) == 1 else ""
        return self.require(value or None)


class OAuth2(_HeaderAsSent):
    """OAuth 2.0 with any flows; the dependency is the Authorization header as it was sent.

    Args:
        flows: The flows by name, as OpenAPI writes them: a mapping, or an object that becomes one.
        scheme_name: The name in the document; None for the name of the class.
        description: A text for the document.
        auto_error: False makes the dependency None where the header is missing.

    Spec: RFC 6749; OpenAPI 3.1, 4.8.28
    """

    def __init__(
        self,
        *,
        flows: Any = None,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        plain = {} if flows is None else jsonable_encoder(flows, exclude_none=True)
        model = {"type": "oauth2", "flows": plain}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)


class _TokenBearer(OAuth2):
    async def __call__(self, connection: HTTPConnection) -> str | None:
        """Return the bearer token.

        Raises:
            HTTPException: 401 without one.
        """
        found = credentials_of(connection)
        return self.require(found[1] if found and found[0].lower() == "bearer" else None)


class OAuth2PasswordBearer(_TokenBearer):
    """The bearer token that a client got for a user name and a password.

    Args:
        tokenUrl: Where clients get the token, relative to the document's server.
        scheme_name: The name in the document; None for the name of the class.
        scopes: The scopes there are, each with a description.
        description: A text for the document.
        auto_error: False makes the dependency None where the token is missing.
        refreshUrl: Where clients refresh the token.

    Spec: RFC 6749, 4.3; RFC 6750, 2.1
    """

    def __init__(
        self,
        tokenUrl: str,  # noqa: N803 - OpenAPI's name
        scheme_name: str | None = None,
        scopes: Mapping[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
        refreshUrl: str | None = None,  # noqa: N803 - OpenAPI's name
    ) -> None:
        flow = {"scopes": dict(scopes or {}), "tokenUrl": tokenUrl, "refreshUrl": refreshUrl}
        super().__init__(
            flows={"password": flow}, scheme_name=scheme_name, description=description, auto_error=auto_error
        )


class OAuth2AuthorizationCodeBearer(_TokenBearer):
    """The bearer token that a client got for an authorization code.

    Args:
        authorizationUrl: Where the user agrees.
        tokenUrl: Where clients get the token for the code.
        refreshUrl: Where clients refresh the token.
        scheme_name: The name in the document; None for the name of the class.
        scopes: The scopes there are, each with a description.
        description: A text for the document.
        auto_error: False makes the dependency None where the token is missing.

    Spec: RFC 6749, 4.1; RFC 6750, 2.1
    """

    def __init__(
        self,
        authorizationUrl: str,  # noqa: N803 - OpenAPI's name
        tokenUrl: str,  # noqa: N803 - OpenAPI's name
        refreshUrl: str | None = None,  # noqa: N803 - OpenAPI's name
        scheme_name: str | None = None,
        scopes: Mapping[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        flow = {
            "scopes": dict(scopes or {}),
            "authorizationUrl": authorizationUrl,
            "tokenUrl": tokenUrl,
            "refreshUrl": refreshUrl,
        }
        super().__init__(
            flows={"authorizationCode": flow},
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )


class OpenIdConnect(_HeaderAsSent):
    """OpenID Connect; the dependency is the Authorization header as it was sent.

    Args:
        openIdConnectUrl: Where the provider describes itself.
        scheme_name: The name in the document; None for the name of the class.
        description: A text for the document.
        auto_error: False makes the dependency None where the header is missing.

    Spec: OpenID Connect Discovery 1.0, 4
    """

    def __init__(
        self,
        *,
        openIdConnectUrl: str,  # noqa: N803 - OpenAPI's name
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        model = {"type": "openIdConnect", "openIdConnectUrl": openIdConnectUrl}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)
