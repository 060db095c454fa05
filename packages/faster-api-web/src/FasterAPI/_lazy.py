"""Names that need more than a worker does, found when they are first asked for.

A production process that never names `TestClient` never imports httpx; the same for every integration behind an extra.
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


LAZY = {
    "AsyncTestClient": LazyName("FasterAPI._testclient", "httpx", "test", "faster_testclient"),
    "JWTBearer": LazyName("FasterAPI.contrib.jwt", "jwt", "jwt"),
    "Jinja2Templates": LazyName("FasterAPI.templating", "jinja2", "templates"),
    "RedisCacheMiddleware": LazyName("FasterAPI.contrib.redis", "redis", "redis"),
    "SubInterpreterPool": LazyName("faster_core.interpreters"),
    "TestClient": LazyName("FasterAPI._testclient", "httpx", "test", "faster_testclient"),
    "async_engine_from_url_optional": LazyName("FasterAPI.contrib.sqlalchemy", "sqlalchemy", "sqlalchemy"),
    "configure_structlog": LazyName("FasterAPI.contrib.structlog", "structlog", "structlog"),
    "create_access_token": LazyName("FasterAPI.contrib.jwt", "jwt", "jwt"),
    "oauth2_access_token_json": LazyName("FasterAPI.contrib.jwt", "jwt", "jwt"),
    "oauth2_password_token_response": LazyName("FasterAPI.contrib.jwt", "jwt", "jwt"),
    "run_in_subinterpreter": LazyName("faster_core.interpreters"),
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
        return getattr(import_module(lazy.module), name)
    except ModuleNotFoundError as error:
        # Another missing module is a fault of its own, which this advice would hide.
        if error.name not in (lazy.requires, lazy.sibling):
            raise
        raise ImportError(
            f"{name} requires {lazy.requires}, which is not installed. Run: pip install 'faster-api-web[{lazy.extra}]'"
        ) from error
