"""The shapes that ASGI speaks: the names of `faster_router.types`, and what a handler may be."""

from collections.abc import Callable
from typing import Any

from faster_router.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ASGIApp", "Handler", "Message", "Receive", "Scope", "Send"]

Handler = Callable[..., Any]
"""A function, coroutine function, generator function, class, bound method, partial or callable object."""
