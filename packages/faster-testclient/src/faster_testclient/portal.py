"""A way from synchronous code into one event loop that runs in a thread of its own.

A loop is made once and stays: what the application creates at start-up (locks, pools, queues) is bound to it, and
every later request meets it there.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextvars
import threading
import weakref
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

__all__ = ["Portal"]

T = TypeVar("T")

#: How long the thread of a closed portal is waited for, in seconds.
_JOIN_SECONDS = 5.0

_portals: weakref.WeakSet[Portal] = weakref.WeakSet()


class Portal:
    """An event loop in a thread; `call` runs a coroutine function there and waits for its result.

    The thread ends with `close()`, or when nobody holds the portal any more: it never holds the portal itself.
    """

    def __init__(self) -> None:
        started: concurrent.futures.Future[_Engine] = concurrent.futures.Future()
        self._thread = threading.Thread(target=_serve, args=(started,), name="faster-testclient", daemon=True)
        self._thread.start()
        self._engine = started.result()
        self._finalizer = weakref.finalize(self, self._engine.stop)
        self._finalizer.atexit = False
        _portals.add(self)

    @property
    def closed(self) -> bool:
        """True after `close()`."""
        return not self._finalizer.alive

    def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        """What `await function(*args)` gives on the portal's loop, seen with the caller's context variables.

        Args:
            function: A coroutine function.
            args: Its arguments.

        Returns:
            The result of the coroutine.

        Raises:
            RuntimeError: When the portal is closed, or when called from the portal's own loop.
        """
        if self.closed:
            raise RuntimeError("The event loop of this test client is closed. Make a new client.")
        if threading.current_thread() is self._thread:
            raise RuntimeError(
                "A synchronous test client was called from the event loop that runs its application, "
                "which would wait for itself. Use AsyncTestClient there, or call from a thread."
            )
        outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
        cancel = self._engine.submit(_report(outcome, function, args), contextvars.copy_context())
        try:
            return outcome.result()
        except BaseException:
            # A KeyboardInterrupt (or a time limit set with a signal) leaves the wait, not the coroutine.
            if not outcome.done():
                cancel()
            raise

    def close(self) -> None:
        """End the loop: what still runs on it is cancelled, the thread is joined. May be called again."""
        # Not by calling the finalizer: at the end of the interpreter that would do nothing any more.
        if self._finalizer.detach() is not None:
            self._engine.stop()
        self._thread.join(_JOIN_SECONDS)


class _Engine:
    """The loop's side of a portal: takes coroutines from other threads."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Let the loop end, and do not wait: garbage is collected anywhere, also where a thread needs a lock to end."""
        self.loop.call_soon_threadsafe(self.stopping.set)

    def submit(self, coroutine: Any, context: contextvars.Context) -> Callable[[], object]:
        """Start `coroutine` on the loop; returns a function that cancels it."""
        begun: list[asyncio.Task[None]] = []

        def begin() -> None:
            task = self.loop.create_task(coroutine, context=context)
            # The loop itself holds its tasks only weakly.
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            begun.append(task)

        def cancel() -> None:
            for task in begun:
                task.cancel()

        self.loop.call_soon_threadsafe(begin, context=context)
        return lambda: self.loop.call_soon_threadsafe(cancel)


async def _report(
    outcome: concurrent.futures.Future[T], function: Callable[..., Awaitable[T]], args: tuple[Any, ...]
) -> None:
    """Run `function` and write its result or exception to `outcome`.

    SystemExit and KeyboardInterrupt are reported too: raised here they would end the loop instead of the test.
    """
    try:
        outcome.set_result(await function(*args))
    except BaseException as exc:  # noqa: BLE001 - raised in the calling thread
        outcome.set_exception(exc)


def _serve(started: concurrent.futures.Future[_Engine]) -> None:
    """The thread: a loop from its first to its last moment."""

    async def main() -> None:
        engine = _Engine()
        started.set_result(engine)
        await engine.stopping.wait()

    with asyncio.Runner() as runner:
        runner.run(main())


@atexit.register
def _close_all() -> None:
    """Let no thread run into the end of the interpreter."""
    for portal in list(_portals):
        portal.close()
