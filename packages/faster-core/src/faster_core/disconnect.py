"""Noticing that the client went away while a response is streamed.

Servers need not raise when something is sent to nobody, so whoever streams for long asks `receive()` meanwhile. The
response runs in the task it was called in, where its context variables and its cancellation belong; only the question
runs beside it:

    response's task   send ── send ── send ──X CancelledError at its next await, then on after the response
    watching task     receive() ........ http.disconnect: cancel the other task, end

A generator that reads the request while it answers would compete for the same messages. `DisconnectWatch` keeps what is
not its own: `Request` takes messages from the watch of its scope, if there is one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from faster_core.types import Message, Receive

__all__ = ["DisconnectWatch", "run_until_disconnect"]

_SCOPE_KEY = "faster_core.disconnect_watch"

# What uvicorn too holds before it stops reading from the socket.
_MAX_KEPT_BYTES = 65536


class DisconnectWatch:
    """Who reads the messages of one request while its response is streamed.

    Attributes:
        disconnected: Whether the client went away.
    """

    __slots__ = ("_changed", "_kept", "_kept_bytes", "_receive", "disconnected")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: deque[Message] = deque()
        self._kept_bytes = 0
        self._changed = asyncio.Event()
        self.disconnected: bool = False

    @staticmethod
    def of(scope: MutableMapping[str, Any]) -> "DisconnectWatch | None":
        """Return the watch that reads the messages of a scope at the moment."""
        watch: DisconnectWatch | None = scope.get(_SCOPE_KEY)
        return watch

    async def run(self) -> None:
        """Read until the client goes away, and keep pieces of the body for a reader: a few, then wait for one."""
        while not self.disconnected:
            if self._kept_bytes > _MAX_KEPT_BYTES:
                await self._wait()
                continue
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.disconnected = True
            else:
                self._kept.append(message)
                self._kept_bytes += len(message.get("body", b"")) + 1
            self._changed.set()

    async def receive(self) -> Message:
        """Return the next message, as the server's `receive` does."""
        while not self._kept:
            if self.disconnected:
                return {"type": "http.disconnect"}
            await self._wait()
        message = self._kept.popleft()
        self._kept_bytes -= len(message.get("body", b"")) + 1
        self._changed.set()
        return message

    async def _wait(self) -> None:
        self._changed.clear()
        await self._changed.wait()


async def run_until_disconnect(
    scope: MutableMapping[str, Any], receive: Receive, work: Callable[[], Awaitable[object]]
) -> bool:
    """Await `work()` in this task and stop it, by cancellation, as soon as the client goes away.

    Args:
        scope: The scope of the request.
        receive: The server's side of the request.
        work: What sends the response.

    Returns:
        Whether the work was done to its end.

    Raises:
        CancelledError: When the task is cancelled by somebody else.
    """
    task = asyncio.current_task()
    assert task is not None
    watch = DisconnectWatch(receive)
    scope[_SCOPE_KEY] = watch
    stopping = False

    async def stop_on_disconnect() -> None:
        nonlocal stopping
        await watch.run()
        stopping = True
        task.cancel()

    requested = task.cancelling()
    watching = asyncio.create_task(stop_on_disconnect())
    done = False
    try:
        await work()
        done = True
    except asyncio.CancelledError:
        if not stopping or task.cancelling() > requested + 1:
            raise
    finally:
        if scope.get(_SCOPE_KEY) is watch:  # and not that of a response further in, whose body this one wraps
            del scope[_SCOPE_KEY]
        await _end(watching)
        if stopping:
            task.uncancel()
    return done


async def _end(watching: asyncio.Task[None]) -> None:
    """Cancel the watching task and wait for it, without taking a cancellation of the waiting task for its own."""
    watching.cancel()
    await asyncio.wait([watching])
    if not watching.cancelled():
        error = watching.exception()
        if error is not None:
            raise error
