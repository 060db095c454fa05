"""Texts of an operation: its summary, its description, its name."""

import inspect
import re
from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = ["description_of", "generate_unique_id", "summary_of"]


def summary_of(name: str) -> str:
    """Return a route's name as a line: `read_item` is `Read Item`."""
    return name.replace("_", " ").title()


def description_of(function: Callable[..., Any]) -> str:
    """Return the docstring of a function up to a form feed, without indentation; an empty text without one."""
    while isinstance(function, partial):
        function = function.func
    if not (inspect.isroutine(function) or isinstance(function, type)):
        function = type(function).__call__
    # Before Python 3.13 a form feed counts as indentation, and would be cleaned away.
    return inspect.cleandoc((function.__doc__ or "").replace("\f", "\0")).partition("\0")[0].strip()


def generate_unique_id(route: Any) -> str:
    """Return the name of an operation: `read_item_items__item_id__get`.

    Args:
        route: Anything with `name`, `path_format` and `methods`; the first method counts.
    """
    name = re.sub(r"\W", "_", f"{route.name}{route.path_format}")
    return f"{name}_{next(iter(route.methods)).lower()}"
