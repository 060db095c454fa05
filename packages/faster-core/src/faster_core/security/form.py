"""The forms by which clients ask for a token with a user name and a password."""

from typing import Annotated

from faster_core.params import Form

__all__ = ["OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict"]

_SECRET = {"format": "password"}


class OAuth2PasswordRequestForm:
    """The form of the password flow, as a dependency: `form: Annotated[OAuth2PasswordRequestForm, Depends()]`.

    Args:
        grant_type: `password` where it is sent; many clients leave it out.
        username: The user name.
        password: The password.
        scope: Scopes, separated by blanks.
        client_id: The client, where it does not identify itself in the Authorization header.
        client_secret: Its secret.

    Attributes:
        scopes: The scopes as a list.

    Spec: RFC 6749, 4.3.2
    """

    def __init__(
        self,
        *,
        grant_type: Annotated[str | None, Form(pattern="^password$")] = None,
        username: Annotated[str, Form()],
        password: Annotated[str, Form(json_schema_extra=_SECRET)],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form(json_schema_extra=_SECRET)] = None,
    ) -> None:
        self.grant_type = grant_type
        self.username = username
        self.password = password
        self.scopes: list[str] = scope.split()
        self.client_id = client_id
        self.client_secret = client_secret


class OAuth2PasswordRequestFormStrict(OAuth2PasswordRequestForm):
    """The same form, with `grant_type=password` required, as the standard has it.

    Args:
        grant_type: `password`.
        username: The user name.
        password: The password.
        scope: Scopes, separated by blanks.
        client_id: The client, where it does not identify itself in the Authorization header.
        client_secret: Its secret.

    Spec: RFC 6749, 4.3.2
    """

    def __init__(
        self,
        grant_type: Annotated[str, Form(pattern="^password$")],
        username: Annotated[str, Form()],
        password: Annotated[str, Form(json_schema_extra=_SECRET)],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form(json_schema_extra=_SECRET)] = None,
    ) -> None:
        super().__init__(
            grant_type=grant_type,
            username=username,
            password=password,
            scope=scope,
            client_id=client_id,
            client_secret=client_secret,
        )
