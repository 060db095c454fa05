"""Security schemes: dependencies that take credentials from a request and describe themselves in the document."""

from faster_core.security.api_key import APIKeyCookie, APIKeyHeader, APIKeyQuery
from faster_core.security.comparison import constant_time_equal
from faster_core.security.form import OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict
from faster_core.security.http import (
    HTTPAuthorizationCredentials,
    HTTPBase,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    HTTPDigest,
)
from faster_core.security.oauth2 import OAuth2, OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer, OpenIdConnect
from faster_core.security.scheme import SecurityBase
from faster_core.security.scopes import SecurityScopes

__all__ = [
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "HTTPAuthorizationCredentials",
    "HTTPBase",
    "HTTPBasic",
    "HTTPBasicCredentials",
    "HTTPBearer",
    "HTTPDigest",
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "OpenIdConnect",
    "SecurityBase",
    "SecurityScopes",
    "constant_time_equal",
]
