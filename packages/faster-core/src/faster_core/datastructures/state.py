"""A place for anything, by attribute or by item: `app.state.pool`, `request.state["user"]`."""

from collections.abc import Iterator
from typing import Any

__all__ = ["State"]


class State:
    """Attributes over a dictionary; both ways of access see the same values.

    Args:
        state: The dictionary to work on; a new one if None.

    Example:
        >>> state = State()
        >>> state.user = "ada"
        >>> state["user"]
        'ada'
    """

    __slots__ = ("__weakref__", "_state")

    _state: dict[str, Any]

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        object.__setattr__(self, "_state", {} if state is None else state)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._state[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._state[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self._state[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None

    def __getitem__(self, name: str) -> Any:
        return self._state[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._state[name] = value

    def __delitem__(self, name: str) -> None:
        del self._state[name]

    def __contains__(self, name: object) -> bool:
        return name in self._state

    def __iter__(self) -> Iterator[str]:
        return iter(self._state)

    def __len__(self) -> int:
        return len(self._state)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._state!r})"

    def __reduce__(self) -> tuple[type["State"], tuple[dict[str, Any]]]:
        return type(self), (self._state,)
