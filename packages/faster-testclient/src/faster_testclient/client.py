"""`TestClient`: an httpx client whose requests go to an application in the same process."""

from __future__ import annotations

import weakref
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar

import httpx

from faster_testclient.exceptions import WebSocketDenialResponse, WebSocketDisconnect
from faster_testclient.options import DEFAULT_CLIENT, absolute, client_options
from faster_testclient.portal import Portal
from faster_testclient.server import Server
from faster_testclient.transport import SyncTransport
from faster_testclient.types import ASGIApp
from faster_testclient.websocket import WebSocketSession, handshake_headers, handshake_url

__all__ = ["TestClient"]

T = TypeVar("T")


class TestClient(httpx.Client):
    """An `httpx.Client` that calls an ASGI application: every method and argument of httpx works.

    In a `with` statement the application's lifespan runs: start-up on entering, shutdown on leaving, and what fails
    there is raised there. Without it, requests work too, and no lifespan runs. One event loop serves the lifespan, all
    requests and all WebSockets; it starts when it is first needed and ends with the `with` statement, with `close()`,
    or with the client. A client may be entered again.

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
        options: Further arguments of `httpx.Client`, for example `auth`, `params`, `event_hooks`, `mounts`.

    Raises:
        TypeError: For `transport`, `proxy` and arguments that httpx does not know.

    Example:
        ```python
        from faster_testclient import TestClient


        async def app(scope, receive, send):
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": b"hello"})


        assert TestClient(app).get("/").text == "hello"
        ```
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
        self._portal: Portal | None = None
        self._entered = False
        super().__init__(
            transport=SyncTransport(self._server, _Opener(self)),
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

    @property
    def portal(self) -> Portal:
        """The way to the application's event loop; opened when it is first needed."""
        if self.is_closed:
            raise RuntimeError("The test client is closed. Make a new one.")
        if self._portal is None:
            self._portal = Portal()
        return self._portal

    def run(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        """What `await function(*args)` gives on the application's event loop.

        For what a test needs to do where the application lives: fill a database through its pool, set an event.

        Args:
            function: A coroutine function.
            args: Its arguments.

        Returns:
            Its result; its exception is raised here.
        """
        return self.portal.call(function, *args)

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """An `httpx.Request`, as httpx makes it; `//` at the beginning of a path is kept."""
        return super().build_request(method, absolute(self.base_url, url), **options)

    def websocket_connect(
        self, url: httpx.URL | str, subprotocols: Sequence[str] | None = None, **options: Any
    ) -> WebSocketSession:
        """A WebSocket session for a `with` statement.

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

        def handshake() -> httpx.Response:
            request = self.build_request("GET", target, headers=headers, **options)
            return self.send(request, follow_redirects=False, **how)

        return WebSocketSession(self._server, lambda: self.portal, handshake)

    def close(self) -> None:
        """End what is still open, the lifespan included, the event loop and the client. May be called again."""
        try:
            self.__exit__()
        finally:
            super().close()

    def __enter__(self) -> Self:
        # Not httpx's own: its clients can be entered once, and not after a request.
        if self._entered:
            raise RuntimeError("The test client is already entered: a lifespan runs once at a time.")
        self.portal.call(self._server.startup)
        self._entered = True
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._entered = False
        portal, self._portal = self._portal, None
        if portal is not None:
            try:
                portal.call(self._server.shutdown)
            finally:
                portal.close()


class _Opener:
    """Gives a client's portal without keeping the client alive through its own transport."""

    def __init__(self, client: TestClient) -> None:
        self._client = weakref.ref(client)

    def __call__(self) -> Portal:
        client = self._client()
        assert client is not None, "a transport is not used without its client"
        return client.portal
