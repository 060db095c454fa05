"""Threads: where functions that block run, so that the event loop never does.

Two pools. *Handlers* run in the first, `DEFAULT_THREADS` at a time. *Exit code* of dependencies runs in the second,
so that giving back a database connection never waits behind the handlers that wait for one.

Context variables flow both ways: the function sees those of the task, and what it sets is set in the task afterwards.
A task cancelled while its function runs waits for the function, which cannot be stopped, and is cancelled then: what
the function holds is never used by two threads at once.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import partial
from typing import Any, ParamSpec, TypeVar

__all__ = [
    "DEFAULT_THREADS",
    "iterate_in_threadpool",
    "run_in_executor",
    "run_in_exit_threadpool",
    "run_in_threadpool",
    "set_thread_limit",
]

P = ParamSpec("P")
T = TypeVar("T")

DEFAULT_THREADS = 40
_EXIT_THREADS = 8

_END = object()


class _Pools:
    """The two pools of this process, made at first use: an application of coroutines starts no thread."""

    def __init__(self) -> None:
        self.threads = DEFAULT_THREADS
        self.handlers: ThreadPoolExecutor | None = None
        self.exits: ThreadPoolExecutor | None = None

    def for_handlers(self) -> ThreadPoolExecutor:
        if self.handlers is None:
            self.handlers = ThreadPoolExecutor(self.threads, thread_name_prefix="faster-handler")
        return self.handlers

    def for_exits(self) -> ThreadPoolExecutor:
        if self.exits is None:
            self.exits = ThreadPoolExecutor(_EXIT_THREADS, thread_name_prefix="faster-exit")
        return self.exits


_pools = _Pools()


def set_thread_limit(threads: int) -> None:
    """Set how many synchronous handlers and dependencies run at once in this process.

    Args:
        threads: The number of threads, 1 or more. Functions that run already are left alone.

    Raises:
        ValueError: For a number below 1.
    """
    if threads < 1:
        raise ValueError(f"The number of threads must be 1 or more, not {threads!r}.")
    if threads == _pools.threads:
        return
    former, _pools.handlers, _pools.threads = _pools.handlers, None, threads
    if former is not None:
        former.shutdown(wait=False)


async def run_in_threadpool(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a blocking function in a thread and return what it returns.

    Args:
        function: The function. It sees the context variables of the task; those it sets are set in the task afterwards.
        *args: Its positional arguments.
        **kwargs: Its keyword arguments.

    Raises:
        RuntimeError: When the function raises StopIteration, which a coroutine cannot raise.

    Example:
        >>> import asyncio
        >>> asyncio.run(run_in_threadpool(pow, 2, 10))
        1024
    """
    return await run_in_executor(_pools.for_handlers(), function, *args, **kwargs)


async def run_in_exit_threadpool(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the exit code of a dependency in a thread that no handler ever occupies. Like `run_in_threadpool`."""
    return await run_in_executor(_pools.for_exits(), function, *args, **kwargs)


async def run_in_executor(
    executor: Executor | None, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call a blocking function in an executor of your own and return what it returns.

    Args:
        executor: A thread pool; None for the pool of the handlers. (For processes see `interpreters`.)
        function: The function; context variables flow both ways.
        *args: Its positional arguments.
        **kwargs: Its keyword arguments.
    """
    context = copy_context()
    call = partial(context.run, _guard_stop_iteration, function, args, kwargs)
    future = asyncio.get_running_loop().run_in_executor(executor or _pools.for_handlers(), call)
    try:
        result: T = await asyncio.shield(future)
    except asyncio.CancelledError:
        await _outlast(future)
        raise
    finally:
        _adopt(context)
    return result


async def iterate_in_threadpool(iterable: Iterable[T]) -> AsyncGenerator[T, None]:
    """Iterate over something that blocks, each step in a thread; its `close()` is called when the iteration ends."""
    iterator: Iterator[T] = await run_in_threadpool(iter, iterable)
    try:
        while True:
            item: Any = await run_in_threadpool(next, iterator, _END)
            if item is _END:
                return
            yield item
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            await run_in_exit_threadpool(close)


def _guard_stop_iteration(function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    """Call; a StopIteration would be lost in a future, so it becomes the RuntimeError that a generator would raise."""
    try:
        return function(*args, **kwargs)
    except StopIteration as error:
        raise RuntimeError("function raised StopIteration") from error


async def _outlast(future: asyncio.Future[Any]) -> None:
    """Wait until `future` is done, however often the waiting task is cancelled, and leave its outcome unread."""
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError:
            continue
    if not future.cancelled():
        future.exception()


def _adopt(context: Context) -> None:
    """Set in the running task every context variable that differs in `context`."""
    for variable, value in context.items():
        if variable.get(_END) is not value:
            variable.set(value)
