"""Calling an application that is an object, without what calling an object costs."""

from types import FunctionType, MethodType

from faster_core.types import ASGIApp

__all__ = ["direct"]


def direct(app: ASGIApp) -> ASGIApp:
    """Return what a call of an application comes to: its `__call__`, bound, where its class has one in Python.

    CPython calls a method in the loop that it runs already. An object, it calls through C: the arguments are packed
    into a tuple, `__call__` is looked up each time, and another loop is entered. Whoever calls the same application
    with every request asks for this once.

    Args:
        app: Any application; a function is returned as it is.
    """
    call = type(app).__call__
    return MethodType(call, app) if isinstance(call, FunctionType) else app
