"""From start-up to shut-down: what an application enters before its first request, and leaves after its last.

    entered in this order, left in reverse
    1  the application's lifespan      its mapping becomes `request.state`
    2  its start-up hooks              its shut-down hooks on the way back
    3  the same of each included router
    4  dependencies of scope "app"
    5  mounted applications

A failure while entering leaves what was entered, and is told to the server as `lifespan.startup.failed`, since an
application that merely raises would be served without its lifespan.

Spec: ASGI 3.0, "Lifespan Protocol"
"""

import asyncio
import inspect
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

from faster_core.concurrency import run_in_threadpool
from faster_core.types import ASGIApp, Message, Receive, Scope, Send
from faster_router.lifespan import run_lifespans

__all__ = ["LifespanSource", "enter_mounted", "enter_source", "run_lifespan"]

_log = logging.getLogger("faster_core")

_PATIENCE = 5.0
"""Seconds that what was cancelled has to end."""


class LifespanSource(Protocol):
    """An application or a router that takes part."""

    lifespan: Callable[[Any], Any] | None
    startup_hooks: list[Callable[[], Any]]
    shutdown_hooks: list[Callable[[], Any]]


async def run_lifespan(
    enter: Callable[[AsyncExitStack, Scope], Any], scope: Scope, receive: Receive, send: Send
) -> None:
    """Speak the lifespan protocol.

    Args:
        enter: A coroutine function that enters everything into the stack.
        scope: The ASGI scope.
        receive: The ASGI callable.
        send: The ASGI callable.

    Raises:
        Exception: What start-up raised, after the server has been told, when the test client asks for it.
    """
    await receive()
    raises = "faster.raise" in (scope.get("extensions") or ())
    stack = AsyncExitStack()
    try:
        await stack.__aenter__()
        try:
            await enter(stack, scope)
        except BaseException as error:
            if not await stack.__aexit__(type(error), error, error.__traceback__):
                raise
    except Exception as error:
        _log.error("Start-up failed", exc_info=error)
        await send({"type": "lifespan.startup.failed", "message": _words_of(error)})
        if raises:
            raise
        return
    try:
        await send({"type": "lifespan.startup.complete"})
        await receive()
    except BaseException as error:
        # A server that is stopped at once cancels; what has been entered is left all the same.
        await stack.__aexit__(type(error), error, error.__traceback__)
        raise
    try:
        await _let_cancelled_end()
        await stack.aclose()
    except Exception as error:
        _log.error("Shut-down failed", exc_info=error)
        await send({"type": "lifespan.shutdown.failed", "message": _words_of(error)})
        if raises:
            raise
        return
    await send({"type": "lifespan.shutdown.complete"})


def _words_of(error: Exception) -> str:
    """Return what the server is told, and logs: the traceback stands in our own log already."""
    return "".join(traceback.format_exception_only(error)).rstrip()


async def _let_cancelled_end() -> None:
    """Wait for tasks that have been cancelled and not ended yet.

    A server cancels the requests that outlast its deadline and goes on; what they still do on their way out, leaving
    their dependencies above all, needs what the lifespan is about to close.
    """
    ending = [task for task in asyncio.all_tasks() if task.cancelling() and task is not asyncio.current_task()]
    if ending:
        await asyncio.wait(ending, timeout=_PATIENCE)


async def enter_source(stack: AsyncExitStack, source: LifespanSource, app: Any, scope: Scope) -> None:
    """Enter the lifespan and the hooks of an application or a router.

    Args:
        stack: Leaves them again.
        source: The application or router.
        app: What the lifespan is called with.
        scope: The ASGI scope, whose `state` takes what the lifespan yields.

    Raises:
        TypeError: When the lifespan yields something other than a mapping or None.
    """
    if source.lifespan is not None:
        given = await stack.enter_async_context(_as_context(source.lifespan)(app))
        if given is not None:
            if not isinstance(given, Mapping):
                raise TypeError(f"The lifespan yielded {type(given).__name__}. Yield a mapping, or nothing.")
            # What is further out is entered first and has the last word.
            state = scope.setdefault("state", {})
            state.update({name: value for name, value in given.items() if name not in state})
    stack.push_async_callback(_call_all, source.shutdown_hooks, reverse=True)
    await _call_all(source.startup_hooks)


async def _call_all(hooks: Sequence[Callable[[], Any]], *, reverse: bool = False) -> None:
    """Call every hook; those of shut-down are all called, and the first error is raised after the last."""
    first: Exception | None = None
    for hook in reversed(hooks) if reverse else hooks:
        try:
            await _call(hook)
        except Exception as error:
            if not reverse:
                raise
            _log.error("A shut-down hook failed", exc_info=error)
            first = first or error
    if first is not None:
        raise first


async def _call(hook: Callable[[], Any]) -> None:
    if inspect.iscoroutinefunction(hook):
        await hook()
        return
    result = await run_in_threadpool(hook)
    if inspect.isawaitable(result):
        await result


def _as_context(lifespan: Callable[[Any], Any]) -> Callable[[Any], AbstractAsyncContextManager[Any]]:
    """Return what makes a context manager, also of a bare asynchronous generator function."""
    return asynccontextmanager(lifespan) if inspect.isasyncgenfunction(lifespan) else lifespan


@asynccontextmanager
async def enter_mounted(apps: Iterable[ASGIApp], scope: Scope) -> AsyncIterator[None]:
    """Start mounted applications, and stop them in reverse.

    Raises:
        RuntimeError: When one of them fails to start or to stop.
    """
    apps = list(apps)
    if not apps:
        yield
        return
    said: asyncio.Queue[Message] = asyncio.Queue()
    heard: asyncio.Queue[Message] = asyncio.Queue()
    task = asyncio.create_task(run_lifespans(apps, scope, said.get, heard.put))
    try:
        await _tell(said, heard, task, "startup")
        yield
        await _tell(said, heard, task, "shutdown")
        await task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _tell(
    said: asyncio.Queue[Message], heard: asyncio.Queue[Message], task: asyncio.Task[None], what: str
) -> None:
    await said.put({"type": f"lifespan.{what}"})
    hearing = asyncio.create_task(heard.get())
    await asyncio.wait([hearing, task], return_when=asyncio.FIRST_COMPLETED)
    if task.done() and not hearing.done():
        hearing.cancel()
        await task
    answer = await hearing
    if answer["type"] == f"lifespan.{what}.failed":
        raise RuntimeError(f"A mounted application failed at {what}: {answer.get('message', '')}")
