"""An application that is run in the caller's own task, one message at a time.

A middleware that looks like a function, `response = await call_next(request)`, needs the inner application to stop when
it has sent the start of its response, and to run on while the body is read. The usual way is a second task with a queue
between the two. That costs two switches for each message, keeps the context variables of the inner application from the
middleware, and leaves a task to be cleaned up whatever happens. Here there is no second task:

    task of the request
      └─ dispatch ── step() ──► application.send(None) ─► … ─► `await send(message)`
                        │                                          │ yields the mark
                        ├── the mark ◄─────────────────────────────┤ step() returns the message
                        └── a future ◄─────────────────────────────┘ or waits for it, as the task itself would

Rules that hold:

1. `step()` runs the application until it sends its next message and returns that; None when the application is done.
2. Between two steps the application stands still at its `await send(…)`; what is thrown into a step is raised there.
3. Cancellation and the results of futures reach the application exactly as they would without the trampoline.
4. A task that the application started may send, too. Its message is put into the box, the step that waits for a future
   is woken, and the sender waits until the next step, as it would at a slow socket. To be woken, the step hands the
   task not the future itself but this object, which forwards to it: a "future-like" object in the sense of
   `asyncio.isfuture`.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from contextvars import Context
from types import coroutine
from typing import Any

from faster_core.exceptions import ClientDisconnect
from faster_core.types import ASGIApp, Message, Receive, Scope

__all__ = ["Trampoline"]


class _Mark:
    """What `send` yields to the step that drives it."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, None, None]:
        yield self


class Trampoline:
    """One run of an application, stopped at every message that it sends.

    Args:
        app: The application.
        scope: Its scope.
        receive: Where it reads.

    Attributes:
        ended: The application has returned or raised.
    """

    _asyncio_future_blocking = False

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        self.ended: bool = False
        self._mark = _Mark()
        self._message: Message | None = None
        self._box: deque[tuple[Message, asyncio.Future[None]]] = deque()
        self._sender: asyncio.Future[None] | None = None
        self._task: asyncio.Task[Any] | None = None
        self._suspended: Any = None  # what the application waited for when a message from another task came first
        self._future: Any = None  # what this object forwards to, while the task waits for it
        self._callback: Callable[[Any], Any] | None = None
        self._context: Context | None = None
        self._woken = False
        self._run: Any = app(scope, receive, self.send).__await__()

    async def send(self, message: Message) -> None:
        """Hand a message to the step that drives the application; return at the next step.

        Raises:
            ClientDisconnect: When the application is done already.
        """
        task = self._task
        if task is not None and task is asyncio.current_task():
            self._message = message
            await self._mark
            return
        if self.ended:
            raise ClientDisconnect
        future = asyncio.get_running_loop().create_future()
        self._box.append((message, future))
        self._wake()
        await future

    @coroutine
    def step(self, error: BaseException | None = None) -> Generator[Any, None, Message | None]:
        """Run the application to its next message.

        Args:
            error: Raised where the application stands, at its `await send(…)`.

        Returns:
            The message, or None when the application is done.

        Raises:
            RuntimeError: When another step is being taken: two readers of one body.
        """
        if self._task is not None:
            raise RuntimeError("The body of this response is being read already.")
        self._task = asyncio.current_task()
        try:
            return (yield from self._advance(error))
        except BaseException:
            self._run.close()
            self._end()
            raise
        finally:
            self._task = None

    def close(self) -> None:
        """End the application without another step, as a coroutine that nobody awaits any more is ended."""
        self._run.close()
        self._end()

    def _advance(self, error: BaseException | None) -> Generator[Any, None, Message | None]:
        future, self._suspended = self._suspended, None
        if self._sender is not None:
            error = self._release(error)
            if isinstance(error, asyncio.CancelledError) and future is not None and future.cancel():
                error = None  # it comes out of the future, as when a task is cancelled that waits for one
        while True:
            if error is None and self._box:
                self._suspended = future
                sent, self._sender = self._box.popleft()
                return sent
            if self.ended:
                if error is not None:
                    raise error
                return None
            if error is None and future is not None and not future.done():
                error = yield from self._wait(future)
                continue
            future = None
            try:
                given = self._run.send(None) if error is None else self._run.throw(error)
            except StopIteration:
                self.ended = True
                error = None
                continue
            error = None
            if given is self._mark:
                message, self._message = self._message, None
                return message
            if getattr(given, "_asyncio_future_blocking", None):
                given._asyncio_future_blocking = False  # what the task would have done
                future = given
                continue
            error = yield from _pass_on(given)

    def _release(self, error: BaseException | None) -> BaseException | None:
        """Let the task go on that sent the last message; an error is its to handle, and no longer the application's."""
        sender, self._sender = self._sender, None
        if sender is None or sender.done():
            return error
        if error is None:
            sender.set_result(None)
        elif isinstance(error, asyncio.CancelledError):
            # The cancellation is meant for this task; the sender belongs to the application, which cancels its own.
            sender.set_result(None)
            return error
        else:
            sender.set_exception(error)
        return None

    def _wait(self, future: Any) -> Generator[Any, None, BaseException | None]:
        """Wait for a future or for a message from another task; return what was thrown in meanwhile."""
        self._future = future
        self._woken = False
        self._asyncio_future_blocking = True
        try:
            yield self
        except GeneratorExit:
            raise
        except BaseException as error:  # noqa: BLE001 - it is raised in the application
            if self._woken and isinstance(error, asyncio.CancelledError) and future.cancel():
                return None  # as the task would have done, had it not been woken already
            return error
        finally:
            self._future = self._callback = self._context = None
        return None

    def _wake(self) -> None:
        """Let the task run on before the future that it waits for is done."""
        if self._future is None or self._woken:
            return
        self._woken = True
        callback, self._callback = self._callback, None
        if callback is not None and self._future.remove_done_callback(callback):
            self.get_loop().call_soon(callback, self, context=self._context)

    def _end(self) -> None:
        self.ended = True
        senders = [future for _, future in self._box]
        self._box.clear()
        if self._sender is not None:
            senders.append(self._sender)
            self._sender = None
        for sender in senders:
            sender.cancel()

    # The future-like half: what a task asks of the thing that it waits for.

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop of the future that is waited for."""
        loop: asyncio.AbstractEventLoop = self._future.get_loop()
        return loop

    def done(self) -> bool:
        """Return whether the task has a reason to run on."""
        return self._woken or self._future is None or bool(self._future.done())

    def result(self) -> None:
        """Return None: the application asks its future for the result itself."""

    def cancel(self, msg: Any = None) -> bool:
        """Cancel the future; False when the task runs on anyway and is to be cancelled there."""
        return not self._woken and self._future is not None and bool(self._future.cancel(msg=msg))

    def add_done_callback(self, callback: Callable[[Any], Any], *, context: Context | None = None) -> None:
        """Call back when the future is done, or when a message is in the box."""
        self._callback, self._context = callback, context
        self._future.add_done_callback(callback, context=context)

    def remove_done_callback(self, callback: Callable[[Any], Any]) -> int:
        """Take back a callback; return how many there were."""
        self._callback = self._context = None
        return 0 if self._future is None else int(self._future.remove_done_callback(callback))


def _pass_on(given: Any) -> Generator[Any, None, BaseException | None]:
    """Yield to the task what is none of our business: a bare yield, or the mark of a trampoline further out."""
    try:
        yield given
    except GeneratorExit:
        raise
    except BaseException as error:  # noqa: BLE001 - it is raised in the application
        return error
    return None
