"""structlog: one line for each event, with the request's id, for people or machines. Needs the extra `structlog`.

    configure_structlog(json_format=True)
    app = Faster()
    app.add_middleware(RequestIDMiddleware)
    log = structlog.get_logger()

    @app.post("/orders")
    async def order(product: str) -> None:
        log.info("ordered", product=product)

What the server, FasterAPI and other libraries log by the standard library comes out in the same form.
"""

import logging
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from faster_core.middleware import request_id_var
from FasterAPI.contrib._extra import needs

with needs("structlog", extra="structlog", user="FasterAPI.contrib.structlog"):
    import structlog
    from structlog.tracebacks import ExceptionDictTransformer
    from structlog.types import EventDict, Processor

__all__ = ["add_request_id", "configure_structlog"]

_UVICORN = ("uvicorn", "uvicorn.error", "uvicorn.access")


def configure_structlog(
    *,
    json_format: bool | None = None,
    log_level: str | int = "INFO",
    processors: Sequence[Processor] = (),
    stream: TextIO | None = None,
) -> Any:
    """Let structlog and the standard library log in one form, and return structlog.

    Every line has `timestamp` (UTC, ISO 8601), `level`, `logger`, `event`, `request_id` within a request, and what was
    bound by `structlog.contextvars`. A line break in a value cannot begin a line of its own: texts are quoted. An
    exception is told with its traceback, without the values of variables.

    Call it once, where the application is made. What uvicorn logs comes out in the same form from then on.

    Args:
        json_format: True for JSON, False for people; None for people at a terminal and JSON elsewhere.
        log_level: What is logged at least: `DEBUG`, `INFO`, `WARNING`, `ERROR`, `CRITICAL`, or a number.
        processors: Further processors, which see every event before it is written.
        stream: Where to; None for standard output.

    Raises:
        ValueError: For a level that does not exist.
    """
    target = sys.stdout if stream is None else stream
    as_json = not target.isatty() if json_format is None else json_format
    level = _read_level(log_level)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        add_request_id,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _drop_color,
        *processors,
    ]
    _configure_standard_library(target, level, shared, as_json=as_json)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return structlog


def add_request_id(logger: Any, method: str, event: EventDict) -> EventDict:
    """Add the id that `RequestIDMiddleware` gave the request, as `request_id`: a processor for structlog."""
    request_id = request_id_var.get()
    if request_id:
        event.setdefault("request_id", request_id)
    return event


class _Handler(logging.StreamHandler[TextIO]):
    """Writes what all loggers say, those of the server included: `fasterapi run` leaves them to it."""

    takes_servers = True


def _drop_color(logger: Any, method: str, event: EventDict) -> EventDict:
    """Leave out uvicorn's own second form of a message, which is for terminals."""
    event.pop("color_message", None)
    return event


def _configure_standard_library(target: TextIO, level: int, shared: list[Processor], *, as_json: bool) -> None:
    written: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        # Without the local variables of each frame: passwords and tokens are among them.
        tracebacks = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
        written += [tracebacks, structlog.processors.JSONRenderer(default=repr)]
    else:
        plain = structlog.dev.plain_traceback
        written.append(structlog.dev.ConsoleRenderer(colors=target.isatty(), exception_formatter=plain))
    handler = _Handler(target)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=written))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _UVICORN:
        # uvicorn gives them handlers of their own, which would write every line a second time.
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def _read_level(level: str | int) -> int:
    known = logging.getLevelNamesMapping()
    if isinstance(level, int):
        return level
    if level.upper() not in known:
        raise ValueError(f"There is no log level {level!r}. Write one of DEBUG, INFO, WARNING, ERROR, CRITICAL.")
    return known[level.upper()]
