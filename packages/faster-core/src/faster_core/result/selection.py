"""Which fields of a result leave: `include` and `exclude`, made ready at start-up."""

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["EVERYTHING", "Selection"]

_ALL = "__all__"


class Selection:
    """The fields that leave, for one level of a result.

    Built once for a route. Sets, lists and tuples of names, and mappings from a name to a nested selection, are
    understood as pydantic understands them; `__all__` means every item of a list. A selection by names that meets a
    list is applied to each item.

    Args:
        include: What may leave; None for everything.
        exclude: What stays. It wins over `include`.
    """

    __slots__ = ("_children", "_exclude", "_include", "_inner", "active")

    def __init__(self, include: Any = None, exclude: Any = None) -> None:
        self._include = _normalized(include)
        self._exclude = _normalized(exclude) or {}
        self.active: bool = self._include is not None or bool(self._exclude)
        self._inner: Selection | None = None
        self._children: dict[Any, Selection] = {}
        names = [*(self._include or ()), *self._exclude] if self.active else []
        for name in names:
            self._children[name] = self._child(name)

    def keeps(self, name: Any) -> bool:
        """Tell whether a field, or the item at a position, leaves."""
        if self._exclude.get(name) is True or self._exclude.get(_ALL) is True:
            return False
        return self._include is None or name in self._include or _ALL in self._include

    def inside(self, name: Any) -> "Selection":
        """Return the selection within a field or an item that leaves."""
        if not self.active:
            return EVERYTHING
        return self._children.get(name) or self._children.get(_ALL) or EVERYTHING

    def items(self, length: int) -> list[tuple[int, "Selection"]]:
        """Return the positions of a list that leave, each with the selection within it.

        Args:
            length: The number of items. Negative positions count from the end.
        """
        if not self.active:
            return [(position, EVERYTHING) for position in range(length)]
        if not self._picks_items:
            return [(position, self) for position in range(length)]
        kept = []
        for position in range(length):
            name = position - length if position - length in self._children else position
            if self.keeps(name):
                kept.append((position, self.inside(name)))
        return kept

    def apply(self, value: Any) -> Any:
        """Return plain data reduced to what leaves; what is neither dict nor list is returned as it is."""
        if not self.active:
            return value
        if isinstance(value, dict):
            return {name: self.inside(name).apply(item) for name, item in value.items() if self.keeps(name)}
        if isinstance(value, list | tuple):
            return [inner.apply(value[position]) for position, inner in self.items(len(value))]
        return value

    def arguments(self, *, rows: bool = False) -> dict[str, Any]:
        """Return `include` and `exclude` as pydantic takes them.

        Args:
            rows: Whether they are for a list. Pydantic takes names for positions then, and finds none.
        """
        if rows and self.active and not self._picks_items:
            include = None if self._include is None else {_ALL: self._include}
            return {"include": include, "exclude": {_ALL: self._exclude} if self._exclude else None}
        return {"include": self._include, "exclude": self._exclude or None}

    @property
    def _picks_items(self) -> bool:
        return any(name == _ALL or isinstance(name, int) for name in self._children)

    def _child(self, name: Any) -> "Selection":
        include = None if self._include is None else self._include.get(name, self._include.get(_ALL))
        exclude = self._exclude.get(name, self._exclude.get(_ALL))
        return Selection(None if include is True else include, None if exclude is True else exclude)


def _normalized(fields: Any) -> dict[Any, Any] | None:
    """Return `{name: True or nested}` for the spellings of `include` and `exclude`."""
    if fields is None:
        return None
    if isinstance(fields, str):
        raise TypeError(f"include and exclude take a set of names, not the string {fields!r}. Write {{{fields!r}}}.")
    if isinstance(fields, Mapping):
        return {name: True if inner is ... else inner for name, inner in fields.items() if inner is not False}
    if isinstance(fields, Iterable):
        return dict.fromkeys(fields, True)
    raise TypeError(f"include and exclude take a set, a list or a dict of names, not {type(fields).__name__}.")


EVERYTHING = Selection()
"""The selection under which every declared field leaves."""
