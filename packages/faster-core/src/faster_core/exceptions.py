"""Everything that can go wrong, as one tree.

Exception
├── FasterError                          the programmer's mistakes, at start-up
│   └── ConfigurationError               carries a Diagnostic: code, places, fix
│       └── DependencyCycleError         also a RecursionError
├── HTTPException                        the client's: becomes a response
├── WebSocketException                   the client's: becomes a close frame
├── ValidationError                      what was received does not fit
│   ├── RequestValidationError           becomes 422
│   └── WebSocketRequestValidationError  becomes close code 1008
├── ResponseValidationError              the handler's result does not fit: becomes a logged 500
├── Disconnect                           nobody's: the other side went away
│   ├── ClientDisconnect                 while a request was read or answered
│   └── WebSocketDisconnect              in a WebSocket, with its close code
└── WebSocketDisconnected                the programmer's, also a RuntimeError: a WebSocket is used after its end
"""

import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Self

from faster_core.diagnostic import Diagnostic, describe_callable

__all__ = [
    "ClientDisconnect",
    "ConfigurationError",
    "DependencyCycleError",
    "Disconnect",
    "ErrorList",
    "FasterError",
    "HTTPException",
    "RequestValidationError",
    "ResponseValidationError",
    "ValidationError",
    "WebSocketDisconnect",
    "WebSocketDisconnected",
    "WebSocketException",
    "WebSocketRequestValidationError",
    "phrase_of",
]

_PHRASES = {status.value: status.phrase for status in HTTPStatus} | {
    # Older versions of Python have the names of older standards.
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


def phrase_of(status_code: int) -> str:
    """Return what a status is called, `Error` for one that has no name.

    Spec: RFC 9110, 15
    """
    return _PHRASES.get(status_code, "Error")


class FasterError(Exception):
    """The base of every mistake that a programmer makes and that start-up finds."""


class ConfigurationError(FasterError):
    """An application that cannot be right, with the rule it breaks, the places involved and a fix.

    Attributes:
        diagnostic: The code (`FA101` …), message, fix and places, as `fasterapi check` prints them.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


class DependencyCycleError(ConfigurationError, RecursionError):
    """Dependencies that need each other in a circle; the message prints the chain."""


class HTTPException(Exception):
    """An answer other than success, raised from a handler or a dependency.

    Args:
        status_code: The status of the response, 400 to 599 as a rule.
        detail: Any JSON value, sent as `{"detail": …}`. None means the status's own phrase.
        headers: Headers to add to the response.

    Example:
        >>> raise HTTPException(404, "Item not found")
        Traceback (most recent call last):
        ...
        faster_core.exceptions.HTTPException: 404: Item not found

    Spec: RFC 9110, 15
    """

    def __init__(self, status_code: int, detail: Any = None, headers: Mapping[str, str] | None = None) -> None:
        self.status_code: int = int(status_code)
        self.detail: Any = phrase_of(self.status_code) if detail is None else detail
        self.headers: dict[str, str] | None = dict(headers) if headers is not None else None
        super().__init__(self.status_code, self.detail)

    def __str__(self) -> str:
        return f"{self.status_code}: {self.detail}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(status_code={self.status_code!r}, detail={self.detail!r})"


class WebSocketException(Exception):
    """A WebSocket to be closed, raised from a handler or a dependency.

    Args:
        code: The close code sent to the client.
        reason: A short text for the client, at most 123 bytes.

    Spec: RFC 6455, 7.4
    """

    def __init__(self, code: int, reason: str | None = None) -> None:
        self.code = code
        self.reason: str = reason or ""
        super().__init__(code, self.reason)

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


class ErrorList(list[dict[str, Any]]):
    """The errors of one request. It is a list; calling it gives the list, as FastAPI's `errors()` does."""

    def __call__(self) -> Self:
        """Return the list itself."""
        return self


class ValidationError(Exception):
    """Data that does not fit what was declared.

    Attributes:
        errors: One mapping for each error: `loc`, `msg` and `type`.
        body: What was received, decoded where that was possible; None without a body.
        handler: The handler whose data it is; None as long as no route has seen the error.
    """

    def __init__(self, errors: Sequence[dict[str, Any]], *, body: Any = None) -> None:
        self.errors: ErrorList = ErrorList(errors)
        self.body = body
        self.handler: Callable[..., Any] | None = None
        super().__init__(self.errors)

    def __str__(self) -> str:
        place = "" if self.handler is None else f" in {describe_callable(self.handler)}"
        lines = [f"{len(self.errors)} validation error{'' if len(self.errors) == 1 else 's'}{place}"]
        return "\n".join([*lines, *map(self._line_of, self.errors)])

    def _line_of(self, error: Mapping[str, Any]) -> str:
        return f"  {'.'.join(map(str, error['loc']))}: {error['msg']}"


class RequestValidationError(ValidationError):
    """An HTTP request whose parameters or body do not fit. Becomes 422 (RFC 9110, 15.5.21)."""


class WebSocketRequestValidationError(ValidationError):
    """A WebSocket handshake whose parameters do not fit. Becomes close code 1008 (RFC 6455, 7.4.1)."""


class ResponseValidationError(ValidationError):
    """A handler's result that does not fit its response model: the application's fault, a logged 500.

    As text it names the handler, the field and the value.
    """

    def _line_of(self, error: Mapping[str, Any]) -> str:
        return f"{super()._line_of(error)}; the value is {_SHORT.repr(_value_at(self.body, error['msg']))}"


_PATH = r" - at (?:`key` in )?`\$([^`]*)`\Z"
_STEP = r"\.(\w+)|\[(\d+)\]"
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 100


def _value_at(value: Any, message: str) -> Any:
    """Return what a message of msgspec is about, or the nearest thing around it that can be reached."""
    path = re.search(_PATH, message)
    step_at = re.compile(_STEP).match
    position, text = 0, path[1] if path else ""
    while position < len(text):
        step = step_at(text, position)
        if step is None:
            break
        name, index = step.groups()
        try:
            value = value[int(index)] if index else value[name] if isinstance(value, Mapping) else getattr(value, name)
        except (LookupError, TypeError, AttributeError):
            break
        position = step.end()
    return value


class Disconnect(Exception):
    """The other side went away."""


class ClientDisconnect(Disconnect):
    """The client went away while its request was read or answered."""


class WebSocketDisconnect(Disconnect):
    """The client closed a WebSocket, or went away.

    Attributes:
        code: The close code received; 1005 when the close frame had none, 1006 when there was no close frame.
        reason: The text received with it.
    """

    def __init__(self, code: int = 1000, reason: str | None = None) -> None:
        self.code = code
        self.reason: str = reason or ""
        super().__init__(code, self.reason)


class WebSocketDisconnected(RuntimeError):
    """A WebSocket that is used after its end, whichever side ended it."""
