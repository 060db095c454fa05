"""What start-up finds wrong with an application: a code, a message, a fix, and the places involved."""

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

__all__ = ["Diagnostic", "FasterWarning", "Place", "Severity", "describe_callable", "place_of", "place_of_caller"]

Severity = Literal["error", "warning"]


class FasterWarning(UserWarning):
    """An application that may be wrong: the text of a `Diagnostic` of severity `warning`."""


class Place(Struct, frozen=True):
    """A line of the user's program.

    Attributes:
        file: The path of the file, as the interpreter knows it.
        line: The line, counted from 1.
        name: What stands there: a function, a class.
    """

    file: str
    line: int
    name: str = ""

    def __str__(self) -> str:
        place = f"{Path(self.file).name}:{self.line}"
        return f"{self.name} ({place})" if self.name else place


class Diagnostic(Struct, frozen=True):
    """One finding.

    Attributes:
        code: The rule, `FA101` …; each has a page in the documentation.
        message: What is wrong and where, with what was expected.
        fix: What to write instead.
        places: Every line involved, the one to change first.
        severity: `error` where the application cannot be right, `warning` where it may.
    """

    code: str
    message: str
    fix: str
    places: tuple[Place, ...] = field(default=())
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.message} {self.fix} [{self.code}]"


def place_of(function: Callable[..., Any]) -> Place | None:
    """Return the line where `function` is written, or None for one that is not written in Python.

    Args:
        function: A function, class, bound method, partial or callable object.
    """
    target: Any = function
    while isinstance(target, partial):
        target = target.func
    target = inspect.unwrap(target)
    name = getattr(target, "__qualname__", type(target).__qualname__).rpartition("<locals>.")[2]
    if not (inspect.isroutine(target) or isinstance(target, type)):
        target = type(target)
    code = getattr(getattr(target, "__func__", target), "__code__", None)
    if code is not None:
        return Place(code.co_filename, code.co_firstlineno, name)
    try:
        file = inspect.getsourcefile(target)
        line = inspect.getsourcelines(target)[1]
    except (TypeError, OSError):
        return None
    return Place(file, line, name) if file else None


def place_of_caller() -> Place | None:
    """Return the line outside this package that has led here, or None when there is none."""
    frame = inspect.currentframe()
    while frame is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] == _PACKAGE:
        frame = frame.f_back
    return Place(frame.f_code.co_filename, frame.f_lineno) if frame is not None else None


_PACKAGE = __name__.partition(".")[0]


def describe_callable(function: Callable[..., Any]) -> str:
    """Return `name (file:line)` for messages, or the repr of what has no line."""
    place = place_of(function)
    return str(place) if place else getattr(function, "__qualname__", repr(function))
