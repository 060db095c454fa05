"""Work after the response: functions called in order, none of which can hurt the response or the next one."""

import logging
from asyncio import CancelledError
from collections.abc import Callable, Iterable
from inspect import isawaitable, iscoroutinefunction
from typing import Any, ParamSpec

from faster_core.concurrency import run_in_threadpool
from faster_core.diagnostic import describe_callable
from faster_core.request_id import name_request, request_id_var

__all__ = ["BackgroundTask", "BackgroundTasks"]

P = ParamSpec("P")

_logger = logging.getLogger(__name__)


class BackgroundTask:
    """One function to call after the response; awaiting the task calls it.

    What it raises is logged, with the function's name and place, the route and the request's id, and goes no further.
    A task that is cancelled, as at the deadline of a shut-down, is logged as well.

    Args:
        func: A coroutine function, or a function, which is called in a thread.
        *args: Its positional arguments.
        **kwargs: Its keyword arguments.
    """

    def __init__(self, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        self.func = func
        self.args = args
        self.kwargs = kwargs
        self.is_async: bool = _is_async(func)

    async def __call__(self, route: str | None = None) -> None:
        """Call the function.

        Args:
            route: Method and path of the request, for the log.
        """
        try:
            if self.is_async:
                await self.func(*self.args, **self.kwargs)
            else:
                outcome = await run_in_threadpool(self.func, *self.args, **self.kwargs)
                if isawaitable(outcome):
                    # A lambda or partial around a coroutine function.
                    await outcome
        except CancelledError:
            self._tell("was cancelled before its end", route)
            raise
        except Exception as error:  # noqa: BLE001 - logged, and no matter of the next task's
            self._tell("failed", route, error)

    def _tell(self, outcome: str, route: str | None, error: Exception | None = None) -> None:
        request_id = request_id_var.get()
        _logger.error(
            "Background task %s of %r %s%s",
            describe_callable(self.func),
            route or "no route",
            outcome,
            name_request(request_id),
            exc_info=error,
            extra={"request_id": request_id},
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({describe_callable(self.func)})"


class BackgroundTasks(BackgroundTask):
    """Functions to call after the response, in the order added; one that fails does not stop the next.

    Args:
        tasks: The first tasks.

    Example:
        >>> tasks = BackgroundTasks()
        >>> tasks.add_task(print, "sent")
    """

    def __init__(self, tasks: Iterable[BackgroundTask] | None = None) -> None:
        self.tasks: list[BackgroundTask] = list(tasks) if tasks is not None else []

    def add_task(self, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Add a function and its arguments."""
        self.tasks.append(BackgroundTask(func, *args, **kwargs))

    async def __call__(self, route: str | None = None) -> None:
        """Call the functions, also those that are added meanwhile.

        Args:
            route: Method and path of the request, for the log.
        """
        for task in self.tasks:
            await task(route)

    def __len__(self) -> int:
        return len(self.tasks)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.tasks!r})"


def _is_async(func: Any) -> bool:
    while hasattr(func, "func") and hasattr(func, "keywords"):
        func = func.func
    return iscoroutinefunction(func) or iscoroutinefunction(type(func).__call__)
