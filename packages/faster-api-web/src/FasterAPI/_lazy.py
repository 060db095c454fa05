"""Names that need more than every worker does, found when they are first asked for.

A production process that never names `TestClient` never imports httpx; the same for every integration behind an extra,
and for modules of ours that many applications never use.
"""

from importlib import import_module
from typing import Any

from msgspec import Struct

__all__ = ["LAZY", "LazyName", "find"]


class LazyName(Struct, frozen=True):
    """Where a name is, and what it needs.

    Attributes:
        module: The module that defines it.
        requires: The third party that the module imports; empty where it only costs time.
        extra: The extra that installs it.
        sibling: The package of ours that comes with the extra.
    """

    module: str
    requires: str = ""
    extra: str = ""
    sibling: str = ""


_UNUSED_BY_MANY = {
    "FasterAPI.server": ("run",),
    "FasterAPI.status": ("status",),
    "faster_core.files": ("FileResponse",),
    "faster_core.forms": ("UploadFile",),
    "faster_core.interpreters": ("SubInterpreterPool", "run_in_subinterpreter"),
    "faster_core.jsonlines": ("JSONLinesResponse",),
    "faster_core.middleware": (
        "BaseHTTPMiddleware",
        "CORSMiddleware",
        "CSRFMiddleware",
        "DatabasePoolMiddleware",
        "GZipMiddleware",
        "HTTPSRedirectMiddleware",
        "RateLimitMiddleware",
        "RequestIDMiddleware",
        "SecureHeadersMiddleware",
        "SessionMiddleware",
        "TimeoutMiddleware",
        "TrustedHostMiddleware",
    ),
    "faster_core.partial": ("Partial", "apply", "changes"),
    "faster_core.security": (
        "APIKeyCookie",
        "APIKeyHeader",
        "APIKeyQuery",
        "HTTPAuthorizationCredentials",
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
        "SecurityScopes",
    ),
    "faster_core.sse": ("EventSourceResponse", "ServerSentEvent"),
    "faster_core.staticfiles": ("StaticFiles",),
}

LAZY = {
    **{name: LazyName(module) for module, names in _UNUSED_BY_MANY.items() for name in names},
    "AsyncTestClient": LazyName("FasterAPI._testclient", "httpx", "test", "faster_testclient"),
    "JWTBearer": LazyName("FasterAPI.contrib.jwt", "jwt", "jwt"),
    "Jinja2Templates": LazyName("FasterAPI.templating", "jinja2", "templates"),
    "RedisCacheMiddleware": LazyName("FasterAPI.contrib.redis", "redis", "redis"),
    "TestClient": LazyName("FasterAPI._testclient", "httpx", "test", "faster_testclient"),
    "async_engine_from_url_optional": LazyName("FasterAPI.contrib.sqlalchemy", "sqlalchemy", "sqlalchemy"),
    "configure_structlog": LazyName("FasterAPI.contrib.structlog", "structlog", "structlog"),
    "create_access_token": LazyName("FasterAPI.contrib.jwt", "jwt", "jwt"),
    "oauth2_access_token_json": LazyName("FasterAPI.contrib.jwt", "jwt", "jwt"),
    "oauth2_password_token_response": LazyName("FasterAPI.contrib.jwt", "jwt", "jwt"),
    "sqlalchemy_session_dependency": LazyName("FasterAPI.contrib.sqlalchemy", "sqlalchemy", "sqlalchemy"),
}


def find(name: str) -> Any:
    """Return what a lazy name means.

    Args:
        name: One of `LAZY`.

    Raises:
        AttributeError: For another name.
        ImportError: When what it needs is not installed; the message is the command to run.
    """
    lazy = LAZY.get(name)
    if lazy is None:
        raise AttributeError(f"module 'FasterAPI' has no attribute {name!r}")
    try:
        module = import_module(lazy.module)
        return module if lazy.module == f"FasterAPI.{name}" else getattr(module, name)
    except ModuleNotFoundError as error:
        # Another missing module is a fault of its own, which this advice would hide.
        if error.name not in (lazy.requires, lazy.sibling):
            raise
        raise ImportError(
            f"{name} requires {lazy.requires}, which is not installed. Run: pip install 'faster-api-web[{lazy.extra}]'"
        ) from error
