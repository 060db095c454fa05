"""The event loop that the tiers without a server run on: uvloop's, as behind `fasterapi run`, where it is installed."""

import asyncio
from collections.abc import Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

__all__ = ["NAME", "run"]

T = TypeVar("T")

NAME = "uvloop" if find_spec("uvloop") else "asyncio"
"""Whose loop it is."""


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns, run on a loop of its own."""
    with asyncio.Runner(loop_factory=import_module(NAME).new_event_loop) as runner:
        return runner.run(coroutine)
