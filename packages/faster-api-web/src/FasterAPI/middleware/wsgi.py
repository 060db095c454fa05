"""WSGI applications in an ASGI one, such as Flask below a mount. Needs the extra `wsgi`, which is a2wsgi.

app.mount("/v1", WSGIMiddleware(flask_app))
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, cast

from faster_core.types import Receive, Scope, Send
from FasterAPI.contrib._extra import needs

with needs("a2wsgi", extra="wsgi", user="WSGIMiddleware"):
    import a2wsgi

__all__ = ["WSGIMiddleware"]

WSGIApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WSGIMiddleware(a2wsgi.WSGIMiddleware):
    """A WSGI application as an ASGI application.

    Args:
        app: The WSGI application. It is called in threads.
        workers: How many of its requests run at once.
        send_queue_size: How many pieces of an answer wait for a client that is slow.

    Spec: PEP 3333
    """

    def __init__(self, app: WSGIApp, workers: int = 10, send_queue_size: int = 10) -> None:
        super().__init__(cast("Any", app), workers, send_queue_size)

    async def __call__(  # type: ignore[override]  # the messages of ASGI, in plain types as everywhere here
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a connection."""
        await super().__call__(cast("Any", scope), cast("Any", receive), cast("Any", send))
