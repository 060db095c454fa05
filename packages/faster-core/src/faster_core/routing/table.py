"""The table of an application: every declaration in its place in the tree, with the layers around it joined."""

import warnings
from collections.abc import Awaitable, Iterator
from functools import partial
from typing import Any

from faster_core.boundary import Boundary
from faster_core.diagnostic import Diagnostic, FasterWarning, Place, place_of
from faster_core.exceptions import ConfigurationError
from faster_core.lifespan import LifespanSource
from faster_core.response import Response
from faster_core.routing.declared import (
    Declared,
    DeclaredFrontend,
    DeclaredHost,
    DeclaredMount,
    DeclaredRoute,
    DeclaredWebSocket,
    Inclusion,
)
from faster_core.routing.mounted import Guarded
from faster_core.routing.options import Layer, RouteSettings
from faster_core.routing.route import Owner, Route, WebSocketRoute
from faster_core.routing.router import FasterRouter
from faster_core.routing.suspicion import suspect_mount, suspect_route
from faster_core.types import ASGIApp, Receive, Scope, Send
from faster_router import Host, Mount, RouteConflict, Router
from faster_router.exceptions import RouterError

__all__ = ["RouteTable"]


class RouteTable:
    """Takes declarations in, and keeps up with the routers that they include.

    Args:
        owner: The application.
        tree: Where the routes go.

    Attributes:
        sources: The routers whose lifespans are the application's, too.
        diagnostics: What may be wrong.
    """

    def __init__(self, owner: Owner, tree: Router) -> None:
        self._owner = owner
        self._tree = tree
        self.sources: list[LifespanSource] = []
        self.diagnostics: list[Diagnostic] = []
        # Without those of frontends: routes are meant to come before these.
        self._mounts: list[Mount] = []

    def take(self, router: FasterRouter, layer: Layer) -> None:
        """Serve a router's declarations within a layer, those to come as well."""
        if router not in self.sources:
            self.sources.append(router)
        router.listen(partial(self._attach, layer=layer))

    def routes(self) -> Iterator[Route | WebSocketRoute]:
        """Iterate over the routes, without mounts and hosts."""
        return (entry for entry in self._tree.entries if isinstance(entry, (Route, WebSocketRoute)))

    def warn(self, diagnostic: Diagnostic) -> None:
        """Take down what may be wrong, and warn of it where it is written."""
        self.diagnostics.append(diagnostic)
        place = diagnostic.places[0] if diagnostic.places else None
        if place is None:
            warnings.warn(FasterWarning(str(diagnostic)), stacklevel=2)
        else:
            warnings.warn_explicit(FasterWarning(str(diagnostic)), None, place.file, place.line)

    def _attach(self, item: Declared, layer: Layer) -> None:
        """Serve a declaration that stands inside a layer."""
        if isinstance(item, Inclusion):
            self.take(item.router, item.router.layer.inside(item.layer.inside(layer)))
        elif isinstance(item, DeclaredMount):
            mount = Mount(layer.prefix + item.path, self._guarded(item.app, layer), name=item.name)
            self._add(mount, place_of(item.app))
            self._mounts.append(mount)
            for suspicion in suspect_mount(mount, self.routes()):
                self.warn(suspicion)
        elif isinstance(item, DeclaredFrontend):
            app = self._guarded(self._behind_dependencies(item, layer), layer)
            self._add(Mount(layer.prefix + item.path, app, name=item.name), None)
        elif isinstance(item, DeclaredHost):
            self._add(Host(item.pattern, self._guarded(item.app, layer), name=item.name), place_of(item.app))
        else:
            self._attach_route(item, layer)

    def _behind_dependencies(self, item: DeclaredFrontend, layer: Layer) -> ASGIApp:
        """Return a frontend that is reached through the dependencies of a layer, if there are any."""
        if not layer.dependencies:
            return item.app

        async def frontend() -> Response:
            return _Delegated(item.app)

        declared = DeclaredRoute(
            path=item.path, methods=("GET",), handler=frontend, settings=RouteSettings(), place=None
        )
        route = Route(self._owner, declared, layer)

        def serve(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            return route.app(scope, receive, send)

        return serve

    def _attach_route(self, item: DeclaredRoute | DeclaredWebSocket, layer: Layer) -> None:
        path = layer.prefix + item.path
        if not path.startswith("/") or (item.path and not item.path.startswith("/")):
            raise _slashless(item.path or path, item.place)
        route: Route | WebSocketRoute
        try:
            if isinstance(item, DeclaredRoute):
                route = Route(self._owner, item, layer)
            else:
                route = WebSocketRoute(self._owner, item, layer)
        except RouterError as error:
            raise _bad_template(path, item.place, error) from error
        self._add(route, item.place)
        for suspicion in suspect_route(route, self._mounts):
            self.warn(suspicion)

    def _add(self, entry: Any, place: Place | None) -> None:
        try:
            self._tree.add(entry)
        except RouteConflict as conflict:
            raise _duplicate(conflict, entry, place) from conflict
        except RouterError as error:
            raise _bad_template(getattr(entry, "path", ""), place, error) from error
        self._owner.routes_changed()

    def _guarded(self, app: ASGIApp, layer: Layer) -> ASGIApp:
        def boundary() -> Boundary:
            return self._owner.boundary_for(layer)

        return Guarded(app, boundary)


class _Delegated(Response):
    """A response that another application makes."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer."""
        await self._app(scope, receive, send)


def _duplicate(conflict: RouteConflict, entry: Any, place: Place | None) -> ConfigurationError:
    other = conflict.other_target
    other_place = getattr(other, "place", None)
    return ConfigurationError(
        Diagnostic(
            "FA101",
            f"{conflict.method} {conflict.template}: {place or entry} answers the same requests as "
            f"{other_place or other} ({conflict.other_template}).",
            "Change the path or the method of one of them, or remove it.",
            tuple(item for item in (place, other_place) if item),
        )
    )


def _slashless(path: str, place: Place | None) -> ConfigurationError:
    return ConfigurationError(
        Diagnostic(
            "FA104",
            f"{place}: the path {path!r} does not begin with a slash.",
            f"Write {'/' + path!r}.",
            (place,) if place else (),
        )
    )


def _bad_template(path: str, place: Place | None, error: RouterError) -> ConfigurationError:
    where = f"{place}: " if place else ""
    return ConfigurationError(
        Diagnostic("FA104", f"{where}the path {path!r} is no path template.", str(error), (place,) if place else ())
    )
