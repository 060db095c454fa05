"""From http to https."""

from collections.abc import Awaitable

from faster_core.datastructures import URL
from faster_core.direct import direct
from faster_core.middleware._pairs import answer_text, asgi, encode_location
from faster_core.middleware.trusted_host import read_authority
from faster_core.types import ASGIApp, Receive, Scope, Send

__all__ = ["HTTPSRedirectMiddleware"]

_SECURE = {"http": "https", "ws": "wss"}


class HTTPSRedirectMiddleware:
    """Sends requests over http on to https, with 307, so that method and body stay; WebSockets from ws to wss.

    Port 80 is dropped, any other is kept. A `Host` that is malformed is answered with 400: it never shapes a URL; put
    `TrustedHostMiddleware` further out so that a well-formed one that is not yours does not either. Behind a proxy the
    server must know of the proxy's scheme, or every request looks like http.

    Args:
        app: The next application.

    Example:
        >>> app.add_middleware(HTTPSRedirectMiddleware)  # doctest: +SKIP

    Spec: RFC 9110, 15.4.8
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._next = direct(app)

    @asgi
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Call on, if the connection is secure."""
        scheme = _SECURE.get(scope.get("scheme", "http")) if scope["type"] in {"http", "websocket"} else None
        if scheme is None:
            return self._next(scope, receive, send)
        if not read_authority(scope):
            return answer_text(scope, receive, send, 400, "Invalid host header")
        url = URL(scope=scope)
        changes = {"port": None} if url.port in {80, 443} else {}
        return answer_text(scope, receive, send, 307, "", [encode_location(url.replace(scheme=scheme, **changes))])
