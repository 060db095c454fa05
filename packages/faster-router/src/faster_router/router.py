"""`Router`: an ASGI application over a tree of routes.

    scope ─► lifespan? ─► hosts ─► route ─► mount ─► slash redirect ─► miss
                                   │ HEAD by GET, OPTIONS by any

A host that fits comes first. Then a route of this router beats a mount, the mount with the longest prefix beats a
redirect, and a redirect beats 404 and 405. The path is `scope["path"]` without `root_path`, as the server decoded it:
nothing is decoded here.
"""

import sys
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from faster_router.answer import answer, answer_miss
from faster_router.exceptions import NoMatchFound, RouteConflict
from faster_router.head import allow, without_body
from faster_router.host import Host, host_of
from faster_router.lifespan import run_lifespans
from faster_router.match import Miss
from faster_router.mount import Mount, merged_params, note_inner, route_path
from faster_router.path import PathTemplate
from faster_router.route import Entry, Route, WebSocketRoute
from faster_router.slash import other_form, redirect
from faster_router.tree import RadixRouter
from faster_router.types import ASGIApp, Receive, Scope, Send

if sys.version_info >= (3, 12):
    from inspect import markcoroutinefunction

__all__ = ["Router"]

A = TypeVar("A", bound=ASGIApp)

# The one method under which WebSocket routes and mounts are in their trees.
_ANY = "ANY"


class Router:
    """An ASGI application that hands each request to the route for its method and path.

    Args:
        routes: Entries to begin with: `Route`, `WebSocketRoute`, `Mount`, `Host` or objects like them.
        redirect_slashes: Whether a path that only differs in its last slash from one with a route is answered with a
            307.
        on_miss: Called with the scope and the `Miss` of a request without a route; returns the application that
            answers. The miss's `allowed` includes HEAD and OPTIONS where they are answered. None for plain text 404
            and 405, and code 4004 for WebSockets.
        on_lifespan: The application that answers lifespans. None for those of the mounted applications.

    Attributes:
        tree: The routes for HTTP.
        websockets: The routes for WebSockets, all under the method `ANY`.
        entries: All entries in the order they were added.

    Example:
        >>> async def hello(scope, receive, send):
        ...     await send({"type": "http.response.start", "status": 200, "headers": []})
        ...     await send({"type": "http.response.body", "body": b"hello"})
        >>> app = Router()
        >>> app.add_route("/hello/{name}", hello, methods=["GET"])
        >>> app.url_path_for("hello", name="you")
        '/hello/you'
    """

    def __init__(
        self,
        *,
        routes: Iterable[Entry | Mount | Host] = (),
        redirect_slashes: bool = True,
        on_miss: Callable[[Scope, Miss], ASGIApp] | None = None,
        on_lifespan: ASGIApp | None = None,
    ) -> None:
        self.tree: RadixRouter[Entry] = RadixRouter()
        self._statics = self.tree.statics
        self.on_lifespan = on_lifespan
        self.websockets: RadixRouter[Entry] = RadixRouter()
        self.entries: list[Entry | Mount | Host] = []
        self.redirect_slashes = redirect_slashes
        self.on_miss: Callable[[Scope, Miss], ASGIApp] = answer_miss if on_miss is None else on_miss
        self._hosts: list[Host] = []
        self._named: dict[str, list[Entry]] = {}
        self._mounts: RadixRouter[Mount] = RadixRouter()
        for entry in routes:
            self.add(entry)

    @property
    def mounts(self) -> list[ASGIApp]:
        """The mounted applications, those of hosts included, in the order they were added."""
        return [entry.app for entry in self.entries if isinstance(entry, (Mount, Host))]

    def add(self, entry: Entry | Mount | Host) -> None:
        """Add an entry.

        Args:
            entry: A `Mount`, a `Host`, or an object as `Entry` describes; with `methods` for HTTP, without for
                WebSockets.

        Raises:
            RouteConflict: There is a route for one of its methods and its path, or a mount at its path.
            MethodError: One of its methods is not a token.
        """
        if isinstance(entry, Host):
            self._hosts.append(entry)
        elif isinstance(entry, Mount):
            self._add_mount(entry)
        else:
            methods: Iterable[str] | None = getattr(entry, "methods", None)
            if methods is None:
                self.websockets.add(_ANY, entry.template, entry)
            else:
                for method in methods:
                    self.tree.add(method, entry.template, entry)
            if entry.name is not None:
                self._named.setdefault(entry.name, []).append(entry)
        self.entries.append(entry)

    def add_route(
        self, path: str | PathTemplate, app: ASGIApp, *, methods: Iterable[str] = ("GET",), name: str | None = None
    ) -> None:
        """Lead requests with one of these methods and this path to an application.

        Args:
            path: The path template.
            app: The application.
            methods: The methods. GET brings HEAD with it, all bring OPTIONS, unless they are routes themselves.
            name: The name for `url_path_for`; None for the application's own.

        Raises:
            TemplateError: The path is not a template.
            MethodError: There is no method, or one is not a token.
            RouteConflict: There is a route for one of the methods and the path.
        """
        self.add(Route(path, app, methods=methods, name=name))

    def route(
        self, path: str | PathTemplate, *, methods: Iterable[str] = ("GET",), name: str | None = None
    ) -> Callable[[A], A]:
        """A decorator that adds an ASGI application as `add_route` does and returns it unchanged."""

        def register(app: A) -> A:
            self.add_route(path, app, methods=methods, name=name)
            return app

        return register

    def add_websocket_route(self, path: str | PathTemplate, app: ASGIApp, name: str | None = None) -> None:
        """Lead WebSockets with this path to an application.

        Raises:
            TemplateError: The path is not a template.
            RouteConflict: There is a WebSocket route for the path.
        """
        self.add(WebSocketRoute(path, app, name=name))

    def mount(self, path: str, app: ASGIApp, name: str | None = None) -> None:
        """Hand everything below a path to an application, HTTP and WebSockets.

        Raises:
            TemplateError: The path is not a template.
            RouteConflict: Another application is mounted there.
        """
        self.add(Mount(path, app, name=name))

    def host(self, pattern: str, app: ASGIApp, name: str | None = None) -> None:
        """Hand everything for a host to an application. Hosts are tried in the order they were added.

        Raises:
            HostError: The pattern is not a host.
            TemplateError: Its braces are not those of a template.
        """
        self.add(Host(pattern, app, name=name))

    def url_path_for(self, name: str, /, **params: Any) -> str:
        """The path of the route with this name and exactly these parameters, percent-encoded.

        Routes of this router come before those below mounts. A route below a mount is called `mount:route`; with
        `path=` a mount's name alone gives any path below it. `root_path` is not part of the result.

        Raises:
            NoMatchFound: There is no such route.
            ParameterError: A value cannot be written.
        """
        named = self._named.get(name, [])
        for entry in named:
            if params.keys() == set(entry.template.names):
                return entry.template.format(**params)
        cause: NoMatchFound | None = None
        for inner in self.entries:
            if isinstance(inner, (Mount, Host)):
                try:
                    return inner.url_path_for(name, params)
                except NoMatchFound as error:
                    cause = error
        raise NoMatchFound(name, params, tuple([entry.template.text for entry in named])) from cause

    def serve(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """The awaitable of whatever answers a connection. A plain function: the router has no coroutine of its own.

        Spec: ASGI 3.0, "Applications"
        """
        if scope["type"] != "http" or self._hosts:
            return self._serve_other(scope, receive, send)
        path = route_path(scope) if scope.get("root_path") else scope["path"]
        method = scope["method"]
        statics = self._statics.get(method)
        if statics is not None and (entry := statics.get(path)) is not None:
            scope["route"] = entry
            return entry.app(scope, receive, send)
        return self._walk(method, path, scope, receive, send)

    if sys.version_info >= (3, 12) and not TYPE_CHECKING:
        # Servers ask whether an application is a coroutine function before they call it with three arguments. This one
        # is not, but is called and awaited as if it were.
        __call__ = markcoroutinefunction(serve)
    else:

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Answer a connection."""
            await self.serve(scope, receive, send)

    def _walk(self, method: str, path: str, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """The awaitable for a request over HTTP whose path is no static one."""
        found = self.tree.lookup(method, path)
        if found is None:
            return self._find_other(scope, path)(scope, receive, send)
        entry, params = found
        scope["route"] = entry
        if params:
            scope["path_params"] = {**scope["path_params"], **params} if "path_params" in scope else params
        return entry.app(scope, receive, send)

    def _serve_other(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """The awaitable for whatever is not plain HTTP to this router's own routes: lifespans, hosts, WebSockets."""
        kind = scope["type"]
        if kind == "lifespan":
            return self._run_lifespan(scope, receive, send)
        found_host = self._find_host(scope) if self._hosts else None
        if found_host is not None:
            app, scope = found_host
            return app(scope, receive, send)
        path = route_path(scope) if scope.get("root_path") else scope["path"]
        if kind == "http":
            return self._walk(scope["method"], path, scope, receive, send)
        found = self.websockets.lookup(_ANY, path)
        if found is None:
            return self._find_other(scope, path)(scope, receive, send)
        entry, params = found
        scope["route"] = entry
        if params:
            scope["path_params"] = merged_params(scope, params)
        return entry.app(scope, receive, send)

    async def _run_lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.on_lifespan or partial(run_lifespans, self.mounts))(scope, receive, send)

    def _find_host(self, scope: Scope) -> tuple[ASGIApp, Scope] | None:
        """The application of the host a request is for, and its scope."""
        host = host_of(scope)
        if host is None:
            return None
        for entry in self._hosts:
            params = entry.match(host[0])
            if params is not None:
                if not params:
                    return entry.app, scope
                inner = {**scope, "path_params": merged_params(scope, params)}
                note_inner(scope, inner)
                return entry.app, inner
        return None

    def _find_other(self, scope: Scope, path: str) -> ASGIApp:
        """What answers a request that no route fits as it stands."""
        http = scope["type"] == "http"
        allowed = allow(self.tree.allowed(path)) if http else ()
        if allowed:
            implied = self._find_implied(scope, path, allowed)
            if implied is not None:
                return implied
        found = self._mounts.lookup(_ANY, path)
        if found is not None:
            entry, params = found
            inner = entry.enter(scope, params or {})
            return lambda _, receive, send: entry.app(inner, receive, send)
        if http and self.redirect_slashes and self._has_other_form(scope["method"], path, bool(allowed)):
            return redirect(scope)
        return self.on_miss(scope, Miss(allowed))

    def _find_implied(self, scope: Scope, path: str, allowed: tuple[str, ...]) -> ASGIApp | None:
        """The answer to HEAD where GET has a route, and to OPTIONS where any method has one."""
        method = scope["method"]
        if method == "OPTIONS":
            return answer(200, headers=((b"allow", ", ".join(allowed).encode("ascii")),))
        found = self.tree.lookup("GET", path) if method == "HEAD" else None
        if found is None:
            return None
        entry, params = found
        scope["route"] = entry
        if params:
            scope["path_params"] = merged_params(scope, params)
        return without_body(entry.app)

    def _has_other_form(self, method: str, path: str, strict: bool) -> bool:
        """Whether the path's other form has a route or a mount; if strict, one for this very method."""
        other = other_form(path)
        if other is None:
            return False
        allowed = allow(self.tree.allowed(other))
        if method in allowed:
            return True
        return not strict and (bool(allowed) or self._mounts.lookup(_ANY, other) is not None)

    def _add_mount(self, entry: Mount) -> None:
        try:
            self._mounts.add(_ANY, entry.below, entry)
        except RouteConflict as conflict:
            other: Mount = conflict.other_target
            raise RouteConflict("mount", entry.template.text, entry.app, other.template.text, other.app) from None
