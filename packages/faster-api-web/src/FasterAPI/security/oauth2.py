"""OAuth2 and OpenID Connect, with the forms that OAuth2 logs in by."""

from faster_core.security.form import OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict
from faster_core.security.oauth2 import OAuth2, OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer, OpenIdConnect
from faster_core.security.scopes import SecurityScopes

__all__ = [
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "OpenIdConnect",
    "SecurityScopes",
]
