"""What has been declared on a router, in order: plain records, read again by every application that includes it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from faster_core.diagnostic import Place
from faster_core.routing.options import Layer, RouteSettings
from faster_core.types import ASGIApp

if TYPE_CHECKING:
    from faster_core.routing.router import FasterRouter

__all__ = [
    "Declared",
    "DeclaredFrontend",
    "DeclaredHost",
    "DeclaredMount",
    "DeclaredRoute",
    "DeclaredWebSocket",
    "Inclusion",
]


class DeclaredRoute(Struct, frozen=True, eq=False, kw_only=True):
    """A handler for some methods at a path. `place` is where the handler is written."""

    path: str
    methods: tuple[str, ...]
    handler: Callable[..., Any]
    settings: RouteSettings
    place: Place | None


class DeclaredWebSocket(Struct, frozen=True, eq=False, kw_only=True):
    """A handler for WebSockets at a path."""

    path: str
    handler: Callable[..., Any]
    settings: RouteSettings
    place: Place | None


class DeclaredMount(Struct, frozen=True, eq=False, kw_only=True):
    """An application for everything below a path."""

    path: str
    app: ASGIApp
    name: str | None


class DeclaredFrontend(Struct, frozen=True, eq=False, kw_only=True):
    """The files of a built frontend below a path, behind the dependencies around it."""

    path: str
    app: ASGIApp
    name: str | None


class DeclaredHost(Struct, frozen=True, eq=False, kw_only=True):
    """An application for everything that is asked of a host."""

    pattern: str
    app: ASGIApp
    name: str | None


class Inclusion(Struct, frozen=True, eq=False, kw_only=True):
    """A router inside another, with what the inclusion adds."""

    router: "FasterRouter"
    layer: Layer


Declared: TypeAlias = DeclaredRoute | DeclaredWebSocket | DeclaredMount | DeclaredFrontend | DeclaredHost | Inclusion
