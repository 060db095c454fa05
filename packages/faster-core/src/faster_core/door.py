"""Where connections come in.

With nothing around the routes, a request is led to its route right at the door: each call that is saved is a tenth of
what the simplest request costs. Everything else goes through the stack, made once, at the first connection:

    root_path    when the application was given one
    guard        ┐ when there is middleware: what it raises is answered as what a handler raises
    middleware   ┘
    the tree     mounts, hosts, 404, 405, HEAD, OPTIONS, slashes, lifespan
"""

import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from faster_core.boundary import Boundary
from faster_core.connection import APP_ROOT_PATH
from faster_core.direct import direct
from faster_core.exceptions import HTTPException
from faster_core.lifespan import run_lifespan
from faster_core.middleware.entry import Middleware, fold
from faster_core.routing.mounted import Guarded
from faster_core.types import ASGIApp, Receive, Scope, Send
from faster_router import Entry, Host, Miss, Router
from faster_router.answer import close_websocket

if sys.version_info >= (3, 12):
    from inspect import markcoroutinefunction

__all__ = ["Door"]


class Door:
    """An application's way in.

    Args:
        redirect_slashes: Whether a path that differs from a route's only in its last slash is redirected there.
        on_lifespan: Answers the lifespan.

    Attributes:
        root_path: The path under which a proxy serves the application.
        user_middleware: Around everything, outermost first.
    """

    root_path: str
    user_middleware: list[Middleware]

    def __init__(self, *, redirect_slashes: bool, on_lifespan: ASGIApp) -> None:
        self._tree = Router(redirect_slashes=redirect_slashes, on_miss=self._miss, on_lifespan=on_lifespan)
        self._statics: Mapping[Any, Mapping[Any, Entry]] = self._tree.tree.statics
        self._walk: Callable[[Any, Any], tuple[Entry, dict[str, Any]] | None] = self._tree.tree.walk
        # Whether something stands before the routes; at first, that which folds the stack.
        self._covered = True
        self._stack: ASGIApp | None = None
        self._entry: Callable[[Scope, Receive, Send], Awaitable[None]] = self._first

    def _boundary(self) -> Boundary:
        """Return what answers exceptions that come from no route."""
        raise NotImplementedError

    def serve(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Return the awaitable of whatever answers a connection (ASGI 3.0, "Applications").

        A WebSocket has no method, and a lifespan no path either.
        """
        scope["app"] = self
        try:
            root_path, method, path = scope["root_path"], scope["method"], scope["path"]
        except KeyError:
            root_path, method, path = scope.get("root_path") or "", scope.get("method"), scope.get("path")
        if root_path or self._covered:
            # In a mount `root_path` grows, while the application still begins where it begins.
            scope[APP_ROOT_PATH] = root_path
            return self._entry(scope, receive, send)
        try:
            route = self._statics[method].get(path)
        except KeyError:
            route = None
        if route is None:
            found = self._walk(method, path)
            if found is None:
                scope[APP_ROOT_PATH] = ""
                return self._entry(scope, receive, send)
            route, params = found
            scope["path_params"] = {**scope["path_params"], **params} if "path_params" in scope else params
        scope["route"] = route
        return route.app(scope, receive, send)

    if TYPE_CHECKING:

        def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            """Answer a connection."""
            ...

    elif sys.version_info >= (3, 12):
        # Servers ask whether an application is a coroutine function before they call it with three arguments.
        __call__ = markcoroutinefunction(serve)
    else:

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Answer a connection."""
            await self.serve(scope, receive, send)

    def routes_changed(self) -> None:
        """Notice that routes have come."""
        if self._stack is not None:
            self._open()

    def _first(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer the first connection: fold the stack, and let it answer all others."""
        inner: ASGIApp = self._tree.serve
        if self.user_middleware:
            try:
                inner = direct(Guarded(fold(inner, self.user_middleware), self._boundary))
            except Exception as error:
                if scope["type"] != "lifespan":
                    raise
                # Servers take an error here for an application without a lifespan, and serve it.
                return run_lifespan(partial(_fail, error), scope, receive, send)
        if self.root_path:
            inner = partial(_rooted, inner, self.root_path)
        self._stack = self._entry = inner
        self._open()
        return inner(scope, receive, send)

    def _open(self) -> None:
        """Let routes be found at the door, unless something stands before them."""
        hosts = any(isinstance(entry, Host) for entry in self._tree.entries)
        self._covered = bool(self.user_middleware or self.root_path or hosts)

    def _miss(self, scope: Scope, miss: Miss) -> ASGIApp:
        """Return what answers a request without a route."""
        if scope["type"] == "websocket":
            return close_websocket
        if miss.allowed:
            return partial(self._refuse, HTTPException(405, headers={"Allow": ", ".join(miss.allowed)}))
        return partial(self._refuse, HTTPException(404))

    async def _refuse(self, error: HTTPException, scope: Scope, receive: Receive, send: Send) -> None:
        await self._boundary().fail(error, scope, receive, send, 0)


async def _fail(error: Exception, stack: AsyncExitStack, scope: Scope) -> None:
    """Start nothing."""
    raise error


def _rooted(app: ASGIApp, root_path: str, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
    scope["root_path"] = scope[APP_ROOT_PATH] = root_path
    return app(scope, receive, send)
