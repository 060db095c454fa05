"""What is logged of errors that nobody handled: each once, whoever meets it on its way out.

An error after the head of the response has to reach the server, which tears the connection, and every boundary and the
server's own log meet it. Whoever logs it first marks it for this task; a filter on the servers' loggers keeps them from
telling it again.
"""

import logging
from collections.abc import Mapping
from contextvars import ContextVar

from faster_core.request_id import name_request
from faster_core.types import Scope

__all__ = ["last_logged", "log_unhandled", "mark_logged", "was_logged"]

_log = logging.getLogger("faster_core")

_SERVERS = ("uvicorn.error", "hypercorn.error")

_logged: ContextVar[Exception | None] = ContextVar("faster_core_logged", default=None)


class _OnceFilter(logging.Filter):
    """Holds back a record of an error that is in the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every other record through."""
        error = record.exc_info[1] if record.exc_info else None
        return error is None or error is not _logged.get()


_once = _OnceFilter()


def log_unhandled(error: Exception, scope: Scope) -> None:
    """Log an error with its traceback, the request and its id.

    Args:
        error: The error.
        scope: The ASGI scope. What of it came from the client cannot break the line.
    """
    state = scope.get("state")
    request_id = state.get("request_id") if isinstance(state, Mapping) else None
    _log.error(
        "Unhandled %s in %s %s%s",
        type(error).__name__,
        repr(scope.get("method", scope["type"]))[1:-1],
        repr(scope["path"])[1:-1],
        name_request(request_id),
        exc_info=error,
        extra={"request_id": request_id},
    )


def mark_logged(error: Exception) -> None:
    """Note that an error is in the log: no boundary and no server tells it again in this task."""
    _logged.set(error)
    for name in _SERVERS:
        logging.getLogger(name).addFilter(_once)


def last_logged() -> Exception | None:
    """Return the error that was noted last in this task: what stands around an application may look at it."""
    return _logged.get()


def was_logged(error: Exception) -> bool:
    """Tell whether an error is in the log already."""
    return _logged.get() is error
