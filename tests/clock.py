"""Time that passes at once: no test has to be quick enough, and none has to wait."""

import asyncio
from typing import Any

__all__ = ["TimelessLoop"]

_TURN = 1e-6
"""Seconds that one turn of the loop takes."""


class TimelessLoop(asyncio.SelectorEventLoop):
    """A loop whose clock all but stands still while anything is left to do, and then goes to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        selector: Any = self._selector  # type: ignore[attr-defined]
        select = selector.select

        def jump(timeout: float | None = None) -> Any:
            found = select(None if timeout is None else 0)
            self._now += _TURN if found or not timeout else timeout + _TURN
            return found

        selector.select = jump

    def time(self) -> float:
        """Return the seconds of its own clock."""
        return self._now
