"""Entries of a router: what its trees lead to."""

from collections.abc import Iterable
from typing import Protocol

from faster_router.exceptions import MethodError
from faster_router.path import PathTemplate
from faster_router.types import ASGIApp

__all__ = ["Entry", "Route", "WebSocketRoute"]


class Entry(Protocol):
    """What `Router.add` takes: any object with these attributes.

    An entry for HTTP also has `methods`, the methods it answers; without them, or with None, it is a WebSocket route.

    Attributes:
        app: The ASGI application that answers; read anew at each request, so that it may be replaced at any time.
        template: The path template.
        name: The name for `url_path_for`, or None.
    """

    @property
    def app(self) -> ASGIApp:
        """The application that answers."""
        ...

    @property
    def template(self) -> PathTemplate:
        """The path template."""
        ...

    @property
    def name(self) -> str | None:
        """The name for `url_path_for`."""
        ...


class Route:
    """An ASGI application for some methods at a path.

    Args:
        path: The path template.
        app: The application.
        methods: The methods it answers; turned into upper case.
        name: The name for `url_path_for`; None for the application's own `__name__`.

    Raises:
        TemplateError: The path is not a template.
        MethodError: There is no method.
    """

    def __init__(
        self, path: str | PathTemplate, app: ASGIApp, *, methods: Iterable[str] = ("GET",), name: str | None = None
    ) -> None:
        self.template: PathTemplate = PathTemplate(path) if isinstance(path, str) else path
        self.app = app
        self.methods: tuple[str, ...] = tuple(dict.fromkeys([method.upper() for method in methods]))
        self.name: str | None = name if name is not None else getattr(app, "__name__", None)
        if not self.methods:
            raise MethodError("", self.template.text)

    def __repr__(self) -> str:
        return f"Route({self.template.text!r}, {self.app!r}, methods={list(self.methods)!r}, name={self.name!r})"


class WebSocketRoute:
    """An ASGI application for WebSockets at a path.

    Args:
        path: The path template.
        app: The application.
        name: The name for `url_path_for`; None for the application's own `__name__`.

    Raises:
        TemplateError: The path is not a template.
    """

    def __init__(self, path: str | PathTemplate, app: ASGIApp, *, name: str | None = None) -> None:
        self.template: PathTemplate = PathTemplate(path) if isinstance(path, str) else path
        self.app = app
        self.name: str | None = name if name is not None else getattr(app, "__name__", None)

    def __repr__(self) -> str:
        return f"WebSocketRoute({self.template.text!r}, {self.app!r}, name={self.name!r})"
