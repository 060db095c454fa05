"""The id of the request that is being answered, for whoever writes a log."""

from contextvars import ContextVar

__all__ = ["name_request", "request_id_var"]

request_id_var: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered; None outside of one."""


def name_request(request_id: object) -> str:
    """Return ` [request …]` for the end of a log line, or nothing where there is no id.

    Args:
        request_id: The id. It may have come from a client: what could break the line or colour it is escaped.
    """
    return f" [request {repr(str(request_id))[1:-1]}]" if request_id else ""
