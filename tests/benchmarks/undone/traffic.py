"""Undone in what passes: messages of WebSockets and middleware, pieces of uploads."""

from typing import Any

from faster_core import App, WebSocket, forms
from faster_core.middleware import GZipMiddleware, Middleware
from faster_core.multipart import MultipartReader
from faster_core.routing.route import WebSocketRoute
from faster_core.upload import SPOOL_SIZE
from tests.benchmarks.exchange import Application
from tests.benchmarks.workload import Workload

__all__ = ["awaited_sends", "checked_messages", "held_starts", "searched_chunks", "written_pieces"]


class _Checked(WebSocket):
    pass


_Checked._is_plain = False  # which a subclass is told when it is made


def checked_messages(app: App, workload: Workload) -> Application:
    """Let every message of a WebSocket go through `receive` and `send`, as in a subclass that has its own."""
    path = workload.request.path
    route = next(route for route in app.routes if isinstance(route, WebSocketRoute) and route.path == path)
    endpoint: Any = route.explain().app
    assert endpoint.__globals__["WebSocket"] is WebSocket
    endpoint.__globals__["WebSocket"] = _Checked
    route.app = endpoint
    return app


class _Holding(GZipMiddleware):
    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.small = frozenset()


def held_starts(app: App, workload: Workload) -> Application:
    """Let GZip go the way of every other answer with a small one, too."""
    assert any(entry.cls is GZipMiddleware for entry in app.user_middleware)
    app.user_middleware[:] = [
        Middleware(_Holding, *entry.args, **entry.kwargs) if entry.cls is GZipMiddleware else entry
        for entry in app.user_middleware
    ]
    return app


class _Awaiting:
    """A middleware whose messages pass a coroutine on their way."""

    def __init__(self, app: Application, inner: Middleware) -> None:
        self.app = inner.cls(app, *inner.args, **inner.kwargs)

    def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        async def send_on(message: Any) -> None:
            await send(message)

        return self.app(scope, receive, send_on)


def awaited_sends(app: App, workload: Workload) -> Application:
    """Let what each middleware sends pass a coroutine."""
    app.user_middleware[:] = [Middleware(_Awaiting, entry) for entry in app.user_middleware]
    return app


class _Searching(MultipartReader):
    def _is_content(self, chunk: bytes) -> bool:
        return False


def searched_chunks(app: App, workload: Workload) -> Application:
    """Let the multipart parser have every chunk."""
    return _with(app, "MultipartReader", _Searching)


def written_pieces(app: App, workload: Workload) -> Application:
    """Write a file into its buffer piece by piece."""
    return _with(app, "_LEAST", SPOOL_SIZE + 1)


def _with(app: App, name: str, value: Any) -> Application:
    """Return an application that has another value in `faster_core.forms` while it answers."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        former = getattr(forms, name)
        setattr(forms, name, value)
        try:
            await app(scope, receive, send)
        finally:
            setattr(forms, name, former)

    return application
