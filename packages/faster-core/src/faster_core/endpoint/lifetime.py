"""What an endpoint has entered is left again: exactly once, last entered first, on every way out.

An endpoint keeps what it enters in local variables, each set *before* it is entered: a generator of a dependency with
`yield`, or a passage through a gate that limits how many requests are inside. An entry that has not begun or has ended
already needs nothing, and says so itself, so that leaving is safe wherever an endpoint was interrupted.
"""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from faster_core.concurrency import run_in_exit_threadpool, run_in_threadpool
from faster_core.diagnostic import describe_callable

__all__ = ["Entered", "Gate", "enter_in_thread", "leave", "never_yielded", "yielded_twice"]


class Gate:
    """Lets a number of requests in at once; the others wait without a thread. One for each event loop."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._semaphores: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def enter(self) -> "Passage":
        """Wait until there is room, and return the way out."""
        loop = asyncio.get_running_loop()
        semaphore = self._semaphores.get(loop)
        if semaphore is None:
            semaphore = self._semaphores[loop] = asyncio.Semaphore(self._limit)
        await semaphore.acquire()
        return Passage(semaphore)


class Passage:
    """One request inside a gate."""

    __slots__ = ("_semaphore",)

    def __init__(self, semaphore: asyncio.Semaphore) -> None:
        self._semaphore: asyncio.Semaphore | None = semaphore

    def leave(self) -> None:
        """Make room for another request; a second call does nothing."""
        if self._semaphore is not None:
            self._semaphore.release()
            self._semaphore = None


Entered: TypeAlias = "AsyncGenerator[Any, None] | Generator[Any, None, None] | Passage | None"


async def enter_in_thread(generator: Generator[Any, None, None], function: Callable[..., Any]) -> Any:
    """Run a generator up to its `yield`, in a thread, and return what it yields.

    Raises:
        RuntimeError: When it ends without a `yield`.
    """
    value = await run_in_threadpool(next, generator, _NOTHING)
    if value is _NOTHING:
        raise never_yielded(function)
    return value


async def leave(entered: list[Entered], error: BaseException | None = None) -> None:
    """Leave everything that is in the list, the last first, and empty the list.

    Args:
        entered: What was entered, in order; None for what was not.
        error: What ended the request; raised at the `yield` of each generator, which may raise another in its place.

    Raises:
        BaseException: The error that a generator raised in place of `error`, or while it was left.
        RuntimeError: When a generator yields twice, or swallows the error.
    """
    current = error
    while entered:
        entry = entered.pop()
        if entry is None:
            continue
        try:
            if isinstance(entry, Passage):
                entry.leave()
            elif isinstance(entry, AsyncGenerator):
                await _leave_on_loop(entry, current)
            else:
                await _leave_in_thread(entry, current)
        except _Swallowed as swallowed:
            # A cancelled request has no answer to miss: it stays cancelled.
            current = swallowed if isinstance(current, Exception) else current
        except BaseException as raised:  # noqa: BLE001 - raised again when all is left
            current = raised
    if current is not None and current is not error:
        raise current


async def _leave_on_loop(generator: AsyncGenerator[Any, None], error: BaseException | None) -> None:
    if generator.ag_frame is None:  # type: ignore[attr-defined]
        return
    try:
        if error is None:
            await generator.__anext__()
        else:
            await generator.athrow(error)
    except StopAsyncIteration as ended:
        if error is None or ended is error:
            return
        raise _swallowed(_name(generator), error) from error
    await generator.aclose()
    raise RuntimeError(f"Dependency {_name(generator)} has a second yield; it must have one.")


async def _leave_in_thread(generator: Generator[Any, None, None], error: BaseException | None) -> None:
    state = inspect.getgeneratorstate(generator)
    if state is inspect.GEN_CLOSED:
        return
    if state is inspect.GEN_CREATED:
        generator.close()
        return
    if error is None:
        value = await run_in_exit_threadpool(next, generator, _NOTHING)
    else:
        value = await run_in_exit_threadpool(_throw, generator, error)
        if value is _NOTHING:
            raise _swallowed(_name(generator), error) from error
    if value is not _NOTHING:
        await run_in_exit_threadpool(generator.close)
        raise RuntimeError(f"Dependency {_name(generator)} has a second yield; it must have one.")


def _throw(generator: Generator[Any, None, None], error: BaseException) -> Any:
    try:
        return generator.throw(error)
    except StopIteration:
        return _NOTHING


_NOTHING = object()


def never_yielded(function: Callable[..., Any]) -> RuntimeError:
    """Return the error for a generator that ended before it yielded."""
    return RuntimeError(f"Dependency {describe_callable(function)} ended without a yield; it must have one.")


def yielded_twice(function: Callable[..., Any]) -> RuntimeError:
    """Return the error for a generator that went on after its first `yield`."""
    return RuntimeError(f"Dependency {describe_callable(function)} has a second yield; it must have one.")


def _name(generator: Any) -> str:
    return str(generator.__qualname__)


class _Swallowed(RuntimeError):
    """A dependency that went on after the error of its request."""


def _swallowed(name: str, error: BaseException) -> _Swallowed:
    return _Swallowed(
        f"Dependency {name} swallowed {type(error).__name__} at its yield, so the request has no answer. "
        "Raise it again after the clean-up, or raise another."
    )
