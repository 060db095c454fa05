"""Security schemes: dependencies that take credentials from a request and describe themselves in the document."""

from typing import TYPE_CHECKING

from faster_core.deferred import deferred

if TYPE_CHECKING:
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
else:
    __getattr__, __dir__ = deferred(
        __name__,
        {
            "faster_core.security.api_key": ("APIKeyCookie", "APIKeyHeader", "APIKeyQuery"),
            "faster_core.security.comparison": ("constant_time_equal",),
            "faster_core.security.form": ("OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict"),
            "faster_core.security.http": (
                "HTTPAuthorizationCredentials",
                "HTTPBase",
                "HTTPBasic",
                "HTTPBasicCredentials",
                "HTTPBearer",
                "HTTPDigest",
            ),
            "faster_core.security.oauth2": (
                "OAuth2",
                "OAuth2AuthorizationCodeBearer",
                "OAuth2PasswordBearer",
                "OpenIdConnect",
            ),
            "faster_core.security.scheme": ("SecurityBase",),
            "faster_core.security.scopes": ("SecurityScopes",),
        },
    )

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
