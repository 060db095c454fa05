"""Going down in order: who is told that the server stops, and when.

    SIGTERM ─► begin()               readiness fails, `wait()` returns: endless streams can end
               close_websockets()    those that are open are closed with 1001, new ones are refused with 503
               (the server)          waits for the requests in flight and their background tasks
               (the lifespan)        leaves what was entered at start-up

A server that knows of this says so with `lead_shutdown`, and calls `begin_shutdown` and `close_websockets` for its
event loop when it is time. Under any other, an application that has started watches SIGTERM itself: the server's own
handler is called as before.

Spec: RFC 6455, 7.4.1 (1001: the endpoint is going away)
"""

import asyncio
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakSet

__all__ = ["Shutdown", "begin_shutdown", "close_websockets", "lead_shutdown"]


class Departing(Protocol):
    """What is told to go: a WebSocket."""

    async def go_away(self) -> None:
        """Close with 1001, now or as soon as it is accepted."""
        ...


class Shutdown:
    """Whether an application is shutting down. It is true from then on, like an event that is set.

    Example:
        >>> async def ticks(app):
        ...     while not app.shutting_down:
        ...         yield "tick"
    """

    def __init__(self) -> None:
        self._begun = asyncio.Event()
        self._leaving = False
        self._websockets: set[Departing] = set()

    def is_set(self) -> bool:
        """Tell whether the application is shutting down."""
        return self._begun.is_set()

    def __bool__(self) -> bool:
        return self._begun.is_set()

    async def wait(self) -> None:
        """Wait until the application shuts down."""
        await self._begun.wait()

    def begin(self) -> None:
        """Let readiness fail, and wake whoever waits; a second call does nothing. For the loop's own thread."""
        self._begun.set()

    async def close_websockets(self) -> None:
        """Close the WebSockets that are open, and refuse those that come."""
        self._leaving = True
        await _send_away(self._websockets)

    async def attend(self, websocket: Departing) -> None:
        """Take down a WebSocket that begins. `part` has to follow."""
        self._websockets.add(websocket)
        if self._leaving:
            await websocket.go_away()
        else:
            _on_this_loop().add(self)

    def part(self, websocket: Departing) -> None:
        """Strike out a WebSocket that is over."""
        self._websockets.discard(websocket)

    @contextmanager
    def live(self) -> Iterator[None]:
        """Be told of the shut-down of this event loop's server while the block is entered."""
        self._begun = asyncio.Event()
        self._leaving = False
        mates = _on_this_loop()
        mates.add(self)
        try:
            with _watching(self):
                yield
        finally:
            self._begun.set()
            mates.discard(self)


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakSet[Shutdown]] = WeakKeyDictionary()
_led: WeakSet[asyncio.AbstractEventLoop] = WeakSet()


def _on_this_loop() -> WeakSet[Shutdown]:
    loop = asyncio.get_running_loop()
    mates = _by_loop.get(loop)
    if mates is None:
        mates = _by_loop[loop] = WeakSet()
    return mates


def lead_shutdown() -> None:
    """Say that this event loop's server calls the two functions below; no application watches signals then."""
    _led.add(asyncio.get_running_loop())


def begin_shutdown() -> None:
    """Tell every application on this event loop that its server is about to stop."""
    for shutdown in list(_on_this_loop()):
        shutdown.begin()


async def close_websockets() -> None:
    """Close the WebSockets of every application on this event loop."""
    await asyncio.gather(*(shutdown.close_websockets() for shutdown in list(_on_this_loop())))


async def _send_away(websockets: Iterable[Departing]) -> None:
    # Whatever one of them raises is told by its own endpoint; the others are to be closed all the same.
    await asyncio.gather(*(websocket.go_away() for websocket in list(websockets)), return_exceptions=True)


@contextmanager
def _watching(shutdown: Shutdown) -> Iterator[None]:
    """Hear of SIGTERM before the server does, where the server handles it in Python in this thread."""
    loop = asyncio.get_running_loop()
    former = signal.getsignal(signal.SIGTERM)
    if loop in _led or threading.current_thread() is not threading.main_thread() or not callable(former):
        yield
        return
    closing: list[asyncio.Task[None]] = []  # holds the task as long as it runs

    def start() -> None:
        shutdown.begin()
        closing.append(loop.create_task(shutdown.close_websockets()))

    def hear(number: int, frame: FrameType | None) -> Any:
        loop.call_soon_threadsafe(start)
        return former(number, frame)

    signal.signal(signal.SIGTERM, hear)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is hear:
            signal.signal(signal.SIGTERM, former)
