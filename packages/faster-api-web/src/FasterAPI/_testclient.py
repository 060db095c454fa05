"""The test clients as FasterAPI's users have them: what their sessions raise is FasterAPI's `WebSocketDisconnect` too.

Needs httpx; `FasterAPI.testclient` imports this module when one of its names is used.
"""

from typing import ClassVar

import faster_testclient
from faster_core import exceptions

__all__ = ["AsyncTestClient", "TestClient", "WebSocketDenialResponse", "WebSocketDisconnect"]


class WebSocketDisconnect(exceptions.WebSocketDisconnect, faster_testclient.WebSocketDisconnect):
    """The application closed the WebSocket: `FasterAPI.WebSocketDisconnect` and the test client's own in one."""


class WebSocketDenialResponse(  # type: ignore[misc]  # as its base: an exception that is a response
    faster_testclient.WebSocketDenialResponse, WebSocketDisconnect
):
    """The application refused the WebSocket with an HTTP response; see `faster_testclient.WebSocketDenialResponse`."""


class TestClient(faster_testclient.TestClient):
    """An `httpx.Client` that calls an application; everything else is said at `faster_testclient.TestClient`."""

    disconnect_class: ClassVar[type[faster_testclient.WebSocketDisconnect]] = WebSocketDisconnect
    denial_class: ClassVar[type[faster_testclient.WebSocketDenialResponse]] = WebSocketDenialResponse


class AsyncTestClient(faster_testclient.AsyncTestClient):
    """An `httpx.AsyncClient` that calls an application; see `faster_testclient.AsyncTestClient`."""

    disconnect_class: ClassVar[type[faster_testclient.WebSocketDisconnect]] = WebSocketDisconnect
    denial_class: ClassVar[type[faster_testclient.WebSocketDenialResponse]] = WebSocketDenialResponse
