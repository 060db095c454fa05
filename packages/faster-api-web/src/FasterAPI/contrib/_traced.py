"""`traced`: a span around a function, of whichever of the four kinds it is."""

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias, TypeVar
from weakref import WeakSet

from faster_core import App
from FasterAPI.contrib._extra import needs

with needs("opentelemetry", extra="opentelemetry", user="FasterAPI.contrib.opentelemetry"):
    from opentelemetry import trace

__all__ = ["trace_dependencies", "traced"]

F = TypeVar("F", bound=Callable[..., Any])
OpenSpan: TypeAlias = Callable[[], Any]

_marked: WeakSet[Any] = WeakSet()
"""What `traced` has returned: one span is enough."""


def trace_dependencies(app: App) -> None:
    """Put a span around each dependency of every route, as `traced` does around one.

    Classes, and objects that are called such as security schemes, have none: they work with what the request has.
    """
    app.wrap_dependencies(_traced_function)


def _traced_function(function: Callable[..., Any]) -> Callable[..., Any]:
    return traced(function) if inspect.isroutine(function) and function not in _marked else function


def traced(function: F) -> F:
    """Put a span around a function: a decorator for dependencies, handlers and whatever else takes time.

    A dependency with `yield` has one span up to its `yield` and one, called `… exit`, from there on. An exception is
    recorded.

    Args:
        function: A function, coroutine function, generator function or asynchronous generator function.

    Raises:
        TypeError: For anything else, such as a class.
    """
    if not inspect.isroutine(function):
        raise TypeError(f"traced() takes a function, not {type(function).__name__} {function!r}.")
    name = f"{function.__module__}.{function.__qualname__}"
    tracer = trace.get_tracer("FasterAPI")
    span: OpenSpan = functools.partial(tracer.start_as_current_span, name)
    exit_span: OpenSpan = functools.partial(tracer.start_as_current_span, f"{name} exit")
    made: Callable[..., Any]
    if inspect.isasyncgenfunction(function):
        made = _around_async_generator(function, span, exit_span)
    elif inspect.isgeneratorfunction(function):
        made = _around_generator(function, span, exit_span)
    elif inspect.iscoroutinefunction(function):
        made = _around_coroutine(function, span)
    else:
        made = _around_function(function, span)
    _marked.add(made)
    return functools.wraps(function)(made)  # type: ignore[return-value]


def _around_async_generator(function: Callable[..., Any], span: OpenSpan, exit_span: OpenSpan) -> Callable[..., Any]:
    enter = asynccontextmanager(function)

    async def generate(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        entered = enter(*args, **kwargs)
        with span():
            value = await entered.__aenter__()
        try:
            yield value
        except BaseException as error:
            with exit_span():
                if not await entered.__aexit__(type(error), error, error.__traceback__):
                    raise
        else:
            with exit_span():
                await entered.__aexit__(None, None, None)

    return generate


def _around_generator(function: Callable[..., Any], span: OpenSpan, exit_span: OpenSpan) -> Callable[..., Any]:
    enter = contextmanager(function)

    def generate(*args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        entered = enter(*args, **kwargs)
        with span():
            value = entered.__enter__()
        try:
            yield value
        except BaseException as error:
            with exit_span():
                if not entered.__exit__(type(error), error, error.__traceback__):
                    raise
        else:
            with exit_span():
                entered.__exit__(None, None, None)

    return generate


def _around_coroutine(function: Callable[..., Any], span: OpenSpan) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        with span():
            return await function(*args, **kwargs)

    return call


def _around_function(function: Callable[..., Any], span: OpenSpan) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        with span():
            return function(*args, **kwargs)

    return call
