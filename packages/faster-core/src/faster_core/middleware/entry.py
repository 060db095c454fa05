"""Middleware as it is declared, and the stack that it becomes."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from faster_core.types import ASGIApp

__all__ = ["Middleware", "MiddlewareFactory", "check_options", "fold"]

MiddlewareFactory: TypeAlias = Callable[..., ASGIApp]
"""A class, or any callable: the next application and options in, an application out."""


class Middleware:
    """One middleware with its options, to be built when the stack is folded.

    It unpacks to `(cls, args, kwargs)`, as Starlette's record does, so that each can stand where the other is expected.

    Args:
        cls: The class (or callable) that wraps an application.
        *args: Positional arguments after the application.
        **kwargs: Its options by name.

    Raises:
        TypeError: At once, for options that `cls` does not take; see `check_options`.

    Example:
        >>> from faster_core.middleware import BodyLimitMiddleware
        >>> Middleware(BodyLimitMiddleware, max_body_size=1024)
        Middleware(BodyLimitMiddleware, max_body_size=1024)
    """

    __slots__ = ("args", "cls", "kwargs")

    def __init__(self, cls: MiddlewareFactory, *args: Any, **kwargs: Any) -> None:
        check_options(cls, args, kwargs)
        self.cls: MiddlewareFactory = cls
        self.args: tuple[Any, ...] = args
        self.kwargs: dict[str, Any] = kwargs

    def __iter__(self) -> Iterator[Any]:
        return iter((self.cls, self.args, self.kwargs))

    def __repr__(self) -> str:
        parts = [_name_of(self.cls), *map(repr, self.args), *(f"{key}={value!r}" for key, value in self.kwargs.items())]
        return f"{type(self).__name__}({', '.join(parts)})"


def check_options(cls: MiddlewareFactory, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Refuse options that a middleware does not take, while the line that wrote them is still on the stack.

    Args:
        cls: The class or callable. One without a readable signature is left to fail, or not, when it is called.
        args: Positional arguments after the application.
        kwargs: Options by name.

    Raises:
        TypeError: For an unknown option, a missing one, or too many; the message names the class and the option.
    """
    if not callable(cls):
        raise TypeError(f"Middleware {cls!r} is not callable. Pass the class itself, and its options beside it.")
    try:
        signature = inspect.signature(cls)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(None, *args, **kwargs)
    except TypeError as error:
        raise TypeError(f"Middleware {_name_of(cls)}: {error}. It is declared as {_name_of(cls)}{signature}.") from None


def fold(app: ASGIApp, entries: Iterable[Iterable[Any]]) -> ASGIApp:
    """Return `app` wrapped in every middleware, each built once.

    Args:
        app: The innermost application.
        entries: `Middleware` records, Starlette's, or plain `(cls, args, kwargs)`; the outermost first.

    Returns:
        The outermost application; `app` itself when there are no entries.
    """
    for cls, args, kwargs in reversed(list(entries)):
        app = cls(app, *args, **kwargs)
    return app


def _name_of(cls: Any) -> str:
    return getattr(cls, "__name__", None) or repr(cls)
