"""Something that is open for as long as an application runs."""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from faster_core.app import App

__all__ = ["wrap_lifespan"]


def wrap_lifespan(app: App, opened: Callable[[], AbstractAsyncContextManager[Any]]) -> None:
    """Open something before an application's own lifespan begins, and close it after that has ended.

    Args:
        app: The application, before its start-up.
        opened: Called at each start-up, for what is to be entered.
    """
    inner = app.router.lifespan

    @asynccontextmanager
    async def lifespan(started: Any) -> AsyncIterator[Any]:
        async with opened():
            if inner is None:
                yield None
                return
            make = asynccontextmanager(inner) if inspect.isasyncgenfunction(inner) else inner
            async with make(started) as state:
                yield state

    app.router.lifespan = lifespan
