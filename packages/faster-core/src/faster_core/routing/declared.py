"""What has been declared on a router, in order: plain records, read again by every application that includes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DeclaredRoute:
    """A handler for some methods at a path. `place` is where the handler is written."""

    path: str
    methods: tuple[str, ...]
    handler: Callable[..., Any]
    settings: RouteSettings
    place: Place | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DeclaredWebSocket:
    """A handler for WebSockets at a path."""

    path: str
    handler: Callable[..., Any]
    settings: RouteSettings
    place: Place | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DeclaredMount:
    """An application for everything below a path."""

    path: str
    app: ASGIApp
    name: str | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DeclaredFrontend:
    """The files of a built frontend below a path, behind the dependencies around it."""

    path: str
    app: ASGIApp
    name: str | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DeclaredHost:
    """An application for everything that is asked of a host."""

    pattern: str
    app: ASGIApp
    name: str | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Inclusion:
    """A router inside another, with what the inclusion adds."""

    router: "FasterRouter"
    layer: Layer


Declared: TypeAlias = DeclaredRoute | DeclaredWebSocket | DeclaredMount | DeclaredFrontend | DeclaredHost | Inclusion
