"""One call of the application, in a task of its own, from its start to a certain end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from faster_testclient.types import ASGIApp, Receive, Scope, Send

__all__ = ["CANCELLATION_SECONDS", "AppTask", "ClientGone", "is_farewell"]

#: How often an application that does not end is cancelled before the test fails.
_CANCELLATIONS = 3

#: How long each cancellation has to take effect, in seconds.
CANCELLATION_SECONDS = 1.0


# How frameworks name the exception that tells a handler its client has gone. By name, since none is imported here.
_FAREWELLS = {"ClientDisconnect", "ClientGone", "WebSocketDisconnect"}


class ClientGone(OSError):
    """What the application gets from `send` on a WebSocket when its client has gone. Spec: ASGI WebSocket 2.4."""


class AppTask:
    """A running call of an ASGI application; `failure` is what it raised.

    Args:
        app: The application.
        scope: Its scope.
        receive: Its `receive`.
        send: Its `send`.
        ended: Called on the loop when the call has ended, however it ended.
    """

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, ended: Callable[[], None]) -> None:
        self.failure: BaseException | None = None
        self._stopped = False
        self._scope = scope
        self._ended = ended
        self._task = asyncio.get_running_loop().create_task(self._run(app, receive, send))

    @property
    def done(self) -> bool:
        """True when the call has returned or raised."""
        return self._task.done()

    async def end(self, grace: float | None) -> None:
        """Wait for the call to end, then cancel it.

        Args:
            grace: Seconds to wait before the call is cancelled; None waits without limit.

        Raises:
            RuntimeError: When the application goes on in spite of being cancelled.
        """
        await asyncio.wait({self._task}, timeout=grace)
        for _ in range(_CANCELLATIONS):
            if self._task.done():
                return
            self.cancel()
            await asyncio.wait({self._task}, timeout=CANCELLATION_SECONDS)
        if not self._task.done():
            where = f"{self._scope['type']} {self._scope.get('path', '')}".rstrip()
            raise RuntimeError(
                f"{where}: the application was cancelled {_CANCELLATIONS} times and is still running. "
                "It should have ended once its client was gone. Raise asyncio.CancelledError again when you catch it."
            )

    def cancel(self) -> None:
        """Cancel the call; its CancelledError is then no failure."""
        self._stopped = True
        self._task.cancel()

    async def _run(self, app: ASGIApp, receive: Receive, send: Send) -> None:
        # Everything is kept for the caller, also SystemExit and KeyboardInterrupt, which would tear the loop down here.
        try:
            await app(self._scope, receive, send)
        except asyncio.CancelledError as exc:
            if not self._stopped:
                self.failure = RuntimeError("The application raised asyncio.CancelledError, but nobody cancelled it.")
                self.failure.__cause__ = exc
        except BaseException as exc:  # noqa: BLE001 - raised in the test
            self.failure = exc
        finally:
            self._ended()


def is_farewell(failure: BaseException) -> bool:
    """True for an exception that only says the client has gone: most handlers let it pass, and nothing is wrong."""
    if isinstance(failure, BaseExceptionGroup):
        return all(is_farewell(member) for member in failure.exceptions)
    return any(cls.__name__ in _FAREWELLS for cls in type(failure).__mro__)
