"""The plan readers of an application: one for the plans as declared, one for each set of overrides."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from faster_core.plan.reader import PlanReader

__all__ = ["Readers", "local_overrides"]

Overriding = Mapping[Callable[..., Any], Callable[..., Any]]

local_overrides: ContextVar[Overriding | None] = ContextVar("faster_core_overrides", default=None)
"""The overrides of `with app.override(…)` in this task."""


class Readers:
    """Plan readers by the overrides that they put in place.

    Args:
        overrides: Those of the application; read at each call.
    """

    def __init__(self, overrides: Overriding) -> None:
        self._overrides = overrides
        self._declared = PlanReader()
        self._overriding: dict[int, tuple[Overriding | None, PlanReader]] = {}

    def declared(self) -> PlanReader:
        """Return the reader of plans without overrides."""
        return self._declared

    def current(self, local: Overriding | None) -> PlanReader:
        """Return the reader that puts the application's overrides in place, and before them those of a task."""
        joined = {**self._overrides, **(local or {})}
        if not joined:
            return self._declared
        known = self._overriding.get(id(local))
        if known is None:
            # The mapping is kept beside the reader, so that its id stays its own.
            known = self._overriding[id(local)] = (local, PlanReader(joined))
        return known[1]

    def forget(self) -> None:
        """Forget the readers with overrides, since these have changed."""
        self._overriding.clear()
