"""Mappings whose keys may have several values: `d[key]` is the last of them, as a form or a query means it."""

import inspect
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Generic, TypeVar

__all__ = ["FormData", "ImmutableMultiDict", "MultiDict", "pairs_of"]

K = TypeVar("K")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

_ABSENT: Any = object()


def pairs_of(source: Any) -> list[tuple[Any, Any]]:
    """Return the pairs of a multidict, a mapping or an iterable of pairs."""
    if hasattr(source, "multi_items"):
        return list(source.multi_items())
    if isinstance(source, Mapping):
        return list(source.items())
    return [(key, value) for key, value in source]


class ImmutableMultiDict(Mapping[K, V_co], Generic[K, V_co]):
    """Pairs that cannot be changed, read as a mapping.

    Two are equal when they have the same pairs, the values of each key in the same order.

    Args:
        source: A multidict, a mapping or pairs.
        **named: More pairs.

    Example:
        >>> d = ImmutableMultiDict([("a", 1), ("a", 2)])
        >>> d["a"], d.getlist("a")
        (2, [1, 2])
    """

    __slots__ = ("_dict", "_list")

    def __init__(self, source: Any = (), /, **named: Any) -> None:
        self._list: list[tuple[Any, Any]] = pairs_of(source)
        self._list += named.items()
        self._dict: dict[Any, Any] = dict(self._list)

    def getlist(self, key: Any) -> list[V_co]:
        """Return every value of a key, in order."""
        return [v for k, v in self._list if k == key] if key in self._dict else []

    def multi_items(self) -> list[tuple[K, V_co]]:
        """Return every pair, in order."""
        return list(self._list)

    def __getitem__(self, key: K) -> V_co:
        value: V_co = self._dict[key]
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._dict

    def __iter__(self) -> Iterator[K]:
        return iter(self._dict)

    def __len__(self) -> int:
        return len(self._dict)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ImmutableMultiDict):
            return NotImplemented
        return self._grouped() == other._grouped()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._list!r})"

    def _grouped(self) -> dict[Any, list[Any]]:
        groups: dict[Any, list[Any]] = {}
        for key, value in self._list:
            groups.setdefault(key, []).append(value)
        return groups


class MultiDict(ImmutableMultiDict[K, V], MutableMapping[K, V]):
    """Pairs that can be changed.

    Example:
        >>> d = MultiDict({"a": 1})
        >>> d.append("a", 2)
        >>> d.multi_items()
        [('a', 1), ('a', 2)]
    """

    __slots__ = ()

    def __setitem__(self, key: K, value: V) -> None:
        """Replace every value of a key by one."""
        self.setlist(key, [value])

    def __delitem__(self, key: K) -> None:
        del self._dict[key]
        self._list = [pair for pair in self._list if pair[0] != key]

    def append(self, key: K, value: V) -> None:
        """Add a value beside those that the key has."""
        self._list.append((key, value))
        self._dict[key] = value

    def setlist(self, key: K, values: Iterable[V]) -> None:
        """Replace every value of a key; no values remove it."""
        added = [(key, value) for value in values]
        self._list = [pair for pair in self._list if pair[0] != key] + added
        if added:
            self._dict[key] = added[-1][1]
        else:
            self._dict.pop(key, None)

    def pop(self, key: K, default: Any = None) -> Any:
        """Remove a key and return its last value, or `default`."""
        self._list = [pair for pair in self._list if pair[0] != key]
        return self._dict.pop(key, default)

    def poplist(self, key: K) -> list[V]:
        """Remove a key and return every value it had."""
        values = self.getlist(key)
        self.pop(key)
        return values

    def popitem(self) -> tuple[K, V]:
        """Remove the key added last and return it with its last value."""
        key, value = self._dict.popitem()
        self._list = [pair for pair in self._list if pair[0] != key]
        return key, value

    def clear(self) -> None:
        """Remove everything."""
        self._dict.clear()
        self._list.clear()

    def setdefault(self, key: K, default: Any = None) -> V:
        """Return the last value of a key; add it with `default` if it is absent."""
        value: Any = self._dict.get(key, _ABSENT)
        if value is _ABSENT:
            self.append(key, default)
            return self._dict[key]  # type: ignore[no-any-return]
        return value  # type: ignore[no-any-return]

    def update(self, source: Any = (), /, **named: Any) -> None:
        """Replace the values of every key given; repeated keys in `source` stay repeated."""
        given = [*pairs_of(source), *named.items()]
        keys = {key for key, _ in given}
        self._list = [pair for pair in self._list if pair[0] not in keys] + given
        self._dict.update(given)


class FormData(ImmutableMultiDict[str, Any]):
    """The fields of a form: text, or uploads.

    Args:
        source: A multidict, a mapping or pairs.
        **named: More fields.
    """

    __slots__ = ()

    async def close(self) -> None:
        """Close every upload, also when closing one of them fails.

        Raises:
            ExceptionGroup: With what closing raised.
        """
        errors: list[Exception] = []
        for _, value in self._list:
            close = getattr(value, "close", None)
            if close is None:
                continue
            try:
                outcome = close()
                if inspect.isawaitable(outcome):
                    await outcome
            except Exception as error:  # noqa: BLE001 - raised below, after the others are closed
                errors.append(error)
        if errors:
            raise ExceptionGroup("uploads that could not be closed", errors)
