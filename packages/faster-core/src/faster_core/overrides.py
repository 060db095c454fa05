"""Functions that stand in for dependencies."""

from collections.abc import Callable, Mapping
from typing import Any, Self

__all__ = ["Overrides"]

Function = Callable[..., Any]


class Overrides(dict[Function, Function]):
    """`app.dependency_overrides`: a dictionary that tells its application of each change.

    Args:
        changed: Called after a change with the declared functions that it concerns.
    """

    def __init__(self, changed: Callable[[dict[Function, Any]], None]) -> None:
        super().__init__()
        self._changed = changed

    def __setitem__(self, function: Function, override: Function) -> None:
        super().__setitem__(function, override)
        self._changed({function: None})

    def __delitem__(self, function: Function) -> None:
        super().__delitem__(function)
        self._changed({function: None})

    def __ior__(self, other: Any) -> Self:  # type: ignore[override,misc]
        self.update(other)
        return self

    def clear(self) -> None:
        """Remove every override."""
        former = dict(self)
        super().clear()
        self._changed(former)

    def pop(self, function: Function, *default: Any) -> Any:
        """Remove an override and return it."""
        value = super().pop(function, *default)
        self._changed({function: None})
        return value

    def popitem(self) -> tuple[Function, Function]:
        """Remove the last override and return it."""
        item = super().popitem()
        self._changed({item[0]: None})
        return item

    def replace(self, overrides: Mapping[Function, Function]) -> None:
        """Take these overrides in place of all there were."""
        former = dict(self)
        super().clear()
        super().update(overrides)
        self._changed({**former, **overrides})

    def setdefault(self, function: Function, override: Any = None) -> Any:
        """Set an override unless there is one."""
        value = super().setdefault(function, override)
        self._changed({function: None})
        return value

    def update(self, *others: Any, **none: Any) -> None:
        """Set several overrides."""
        given = dict(*others, **none)
        super().update(given)
        self._changed(given)
