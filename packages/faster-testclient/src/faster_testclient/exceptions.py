"""Every way a conversation with an application under test goes wrong.

    AssertionError
     └─ ProtocolViolation              the application broke a rule of ASGI or HTTP
    RuntimeError
     └─ LifespanFailure                the application said `lifespan.*.failed`
    Exception
     └─ WebSocketDisconnect            the application closed or refused the socket
         └─ WebSocketDenialResponse    … and answered with an HTTP response (also an `httpx.Response`)

What the application itself raises is not wrapped: the test sees the original exception with its traceback.
"""

from __future__ import annotations

import httpx

from faster_testclient.types import HeaderList

__all__ = ["LifespanFailure", "ProtocolViolation", "WebSocketDenialResponse", "WebSocketDisconnect"]


class ProtocolViolation(AssertionError):
    """The application broke a rule of ASGI or HTTP; the message says which, where and what to do instead."""


class LifespanFailure(RuntimeError):
    """The application sent `lifespan.startup.failed` or `lifespan.shutdown.failed` and raised nothing itself."""


class WebSocketDisconnect(Exception):
    """The application closed the WebSocket, or refused it before accepting.

    Args:
        code: The close code.
        reason: The close reason; empty when the application gave none.

    Spec: RFC 6455, 7.4
    """

    code: int
    reason: str

    def __init__(self, code: int = 1000, reason: str | None = None) -> None:
        super().__init__(code, reason or "")
        self.code = code
        self.reason = reason or ""

    def __str__(self) -> str:
        """The code, and the reason if there is one."""
        return f"{self.code} {self.reason}".rstrip()


class WebSocketDenialResponse(httpx.Response, WebSocketDisconnect):  # type: ignore[misc]  # both can be pickled
    """The application refused the WebSocket with an HTTP response: read `status_code`, `headers`, `text`, `json()`.

    Args:
        status_code: The status of the answer.
        headers: The headers of the answer.
        content: The whole body of the answer.
        request: The handshake that was refused.

    Spec: ASGI, WebSocket Denial Response extension
    """

    def __init__(self, status_code: int, headers: HeaderList, content: bytes, request: httpx.Request) -> None:
        # Both bases are initialised by hand: neither knows that it has a sibling.
        httpx.Response.__init__(self, status_code, headers=headers, stream=httpx.ByteStream(content), request=request)
        self.read()
        # 1006: the connection ended without a close frame, which is what a refused handshake is.
        WebSocketDisconnect.__init__(self, 1006, f"refused with HTTP {status_code}")

    def __str__(self) -> str:
        """The status, and the beginning of the body."""
        return f"HTTP {self.status_code} {self.text[:200]}".rstrip()
