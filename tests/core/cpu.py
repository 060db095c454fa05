"""Functions for another interpreter: this module imports nothing that does not load there."""

import os
import sys
import time
from typing import Any

__all__ = [
    "Odd",
    "add",
    "fail",
    "give_lambda",
    "has_msgspec",
    "identity",
    "leave",
    "odd",
    "remember",
    "spin",
    "wait_for",
]

_memory: list[object] = []


class Odd(Exception):
    """Cannot be pickled and read again."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__("odd")


def add(left: int, right: int = 1) -> int:
    return left + right


def identity(value: Any) -> Any:
    return value


def fail(message: str) -> None:
    raise LookupError(message)


def odd() -> None:
    raise Odd(1, 2)


def give_lambda() -> Any:
    return lambda: None


def leave() -> None:
    sys.exit(3)


def remember(value: object) -> int:
    _memory.append(value)
    return len(_memory)


def wait_for(path: str) -> None:
    """Wait until there is a file, or for a minute."""
    end = time.monotonic() + 60
    while not os.path.exists(path) and time.monotonic() < end:
        time.sleep(0.005)


def spin(steps: int) -> int:
    total = 0
    for step in range(steps):
        total += step
    return total


def has_msgspec() -> bool:
    return "msgspec" in sys.modules
