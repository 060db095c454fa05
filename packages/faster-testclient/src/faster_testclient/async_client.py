"""`AsyncTestClient`: an asynchronous httpx client whose requests go to an application on the same event loop."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, ClassVar, Self

import httpx

from faster_testclient.exceptions import WebSocketDenialResponse, WebSocketDisconnect
from faster_testclient.options import DEFAULT_CLIENT, absolute, client_options
from faster_testclient.server import Server
from faster_testclient.transport import AsyncTransport
from faster_testclient.types import ASGIApp
from faster_testclient.websocket import AsyncWebSocketSession, handshake_headers, handshake_url

__all__ = ["AsyncTestClient"]


class AsyncTestClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` that calls an ASGI application on the test's own event loop.

    In an `async with` statement the application's lifespan runs; without it, requests work too, and no lifespan runs.

    Args:
        app: The ASGI application.
        base_url: What relative addresses are relative to.
        raise_server_exceptions: True to raise in the test what leaves the application; False to answer 500.
        root_path: `root_path` of each scope.
        client: `client` of each scope, host and port.
        cookies: Cookies sent with every request.
        headers: Headers sent with every request.
        follow_redirects: True to follow redirects.
        timeout: Seconds to wait for each part of a response; None waits without limit.
        disconnect_grace: Seconds an application may go on after its client has gone, before it is cancelled.
        options: Further arguments of `httpx.AsyncClient`, for example `auth`, `params`, `event_hooks`, `mounts`.

    Raises:
        TypeError: For `transport`, `proxy` and arguments that httpx does not know.
    """

    # Not a test case, whatever pytest thinks of the name.
    __test__ = False

    #: What a session raises when the application closes its socket; a subclass of the client may name its own.
    disconnect_class: ClassVar[type[WebSocketDisconnect]] = WebSocketDisconnect
    #: What a session raises when the application refuses it with an HTTP response.
    denial_class: ClassVar[type[WebSocketDenialResponse]] = WebSocketDenialResponse

    def __init__(
        self,
        app: ASGIApp,
        base_url: httpx.URL | str = "http://testserver",
        raise_server_exceptions: bool = True,
        root_path: str = "",
        client: tuple[str, int] | None = DEFAULT_CLIENT,
        cookies: Any = None,
        headers: Any = None,
        follow_redirects: bool = True,
        *,
        timeout: Any = None,
        disconnect_grace: float = 0.5,
        **options: Any,
    ) -> None:
        self._server = Server(
            app,
            strict=raise_server_exceptions,
            root_path=root_path,
            client=client,
            grace=disconnect_grace,
            disconnect_class=self.disconnect_class,
            denial_class=self.denial_class,
        )
        self._entered = False
        super().__init__(
            transport=AsyncTransport(self._server),
            base_url=base_url,
            cookies=cookies,
            follow_redirects=follow_redirects,
            timeout=timeout,
            **client_options(headers, options),
        )

    @property
    def app(self) -> ASGIApp:
        """The application."""
        return self._server.app

    @property
    def app_state(self) -> dict[str, Any]:
        """What the lifespan put into its `state`; each request's scope gets a shallow copy."""
        return self._server.state

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """An `httpx.Request`, as httpx makes it; `//` at the beginning of a path is kept."""
        return super().build_request(method, absolute(self.base_url, url), **options)

    def websocket_connect(
        self, url: httpx.URL | str, subprotocols: Sequence[str] | None = None, **options: Any
    ) -> AsyncWebSocketSession:
        """A WebSocket session for an `async with` statement.

        Args:
            url: Where to connect, relative to `base_url` or absolute, `ws`, `wss`, `http` or `https`.
            subprotocols: What the client offers, the best first.
            options: As for `get`: `params`, `headers`, `cookies`, `auth`, `timeout` (of the handshake), `extensions`.

        Returns:
            The session. Entering it raises `WebSocketDisconnect` when the application refuses, and
            `WebSocketDenialResponse` when it refuses with an HTTP response.
        """
        target = handshake_url(self.base_url, url)
        headers = handshake_headers(options.pop("headers", None), subprotocols)
        how = {name: options.pop(name) for name in ("auth",) if name in options}

        async def handshake() -> httpx.Response:
            request = self.build_request("GET", target, headers=headers, **options)
            return await self.send(request, follow_redirects=False, **how)

        return AsyncWebSocketSession(self._server, handshake)

    async def aclose(self) -> None:
        """End what is still open, the lifespan included, and the client. May be called again."""
        try:
            await self.__aexit__()
        finally:
            await super().aclose()

    async def __aenter__(self) -> Self:
        # Not httpx's own: its clients can be entered once, and not after a request.
        if self._entered:
            raise RuntimeError("The test client is already entered: a lifespan runs once at a time.")
        await self._server.startup()
        self._entered = True
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._entered = False
        await self._server.shutdown()
