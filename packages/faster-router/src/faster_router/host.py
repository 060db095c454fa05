"""Hosts: everything for a host name, handed to another ASGI application."""

from typing import Any

from faster_router.exceptions import HostError
from faster_router.mount import inner_path
from faster_router.path import read_pieces
from faster_router.segment import Parameter, Segment
from faster_router.types import ASGIApp, Scope

__all__ = ["Host", "host_of"]

_NAME = "abcdefghijklmnopqrstuvwxyz0123456789-._~"
_ADDRESS = "abcdef0123456789:."


class Host:
    """An application for every request to a host.

    Args:
        pattern: A host name such as `api.example.org` or `{tenant}.example.org`, without a port; letters match in any
            case. An IPv6 address stands in brackets.
        app: Any ASGI application.
        name: The name for `url_path_for`, as in `name:inner`; None joins the names of the application to those outside.

    Raises:
        HostError: The pattern is empty, or holds a slash or a port.
        TemplateError: Its braces are not those of a template.
    """

    def __init__(self, pattern: str, app: ASGIApp, *, name: str | None = None) -> None:
        pieces = read_pieces(pattern)
        text = "".join([piece for piece in pieces if isinstance(piece, str)])
        if not pieces or "/" in text:
            raise HostError(pattern, "this is not a host", "Write for example 'api.example.org'.")
        if ":" in text and not text.startswith("["):
            raise HostError(pattern, "a port makes no difference here", "Leave it out.")
        if any(isinstance(piece, Parameter) and piece.convertor_name == "path" for piece in pieces):
            raise HostError(pattern, "a host has no path", "Write '{name}' without the convertor.")
        self._segment = Segment(tuple([piece.lower() if isinstance(piece, str) else piece for piece in pieces]))
        self.pattern = pattern
        self.app = app
        self.name = name

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the pattern's parameters."""
        return tuple([parameter.name for parameter in self._segment.parameters])

    def match(self, host: str) -> dict[str, Any] | None:
        """The parameters in a host name without port and in lower case, or None when it is another host."""
        found = self._segment.match(host)
        return None if found is None else dict(zip(self.names, found, strict=True))

    def url_path_for(self, name: str, params: dict[str, Any]) -> str:
        """The path of a route of the application; the host's own parameters may be given and leave no trace in it.

        Raises:
            NoMatchFound: The application has no such route, or cannot be asked.
        """
        return inner_path(self, name, {key: value for key, value in params.items() if key not in self.names})

    def __repr__(self) -> str:
        return f"Host({self.pattern!r}, {self.app!r}, name={self.name!r})"


def host_of(scope: Scope) -> tuple[str, str] | None:
    """The host a request is for: alone and in lower case, and as it was sent, with its port.

    None when the header is missing, stands twice, or is not a host: such a request belongs to no host, and shapes no
    URL.

    Spec: RFC 9112, 3.2; RFC 3986, 3.2.2
    """
    values = [value for key, value in scope["headers"] if key.lower() == b"host"]
    if len(values) != 1:
        return None
    whole: str = values[0].decode("latin-1")
    host, colon, port = (whole, "", "") if whole.endswith("]") else whole.rpartition(":")
    if not colon:
        host, port = whole, ""
    host = host.lower()
    if port and not (port.isascii() and port.isdigit() and len(port) <= 5):
        return None
    literal = host.startswith("[") and host.endswith("]")
    inner = host[1:-1] if literal else host
    if not inner or inner.strip(_ADDRESS if literal else _NAME):
        return None
    return host, whole
