"""What settings are made of: texts that must not be shown, and lists in one text."""

from collections.abc import Iterator, Sequence
from typing import overload

__all__ = ["CommaSeparatedStrings", "Secret"]


class Secret:
    """A text that is not shown in a traceback or a log: `str(secret)` says it, `repr(secret)` does not.

    Args:
        value: The text.

    Example:
        >>> Secret("hunter2")
        Secret('**********')
        >>> str(Secret("hunter2"))
        'hunter2'
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}('**********')"

    def __str__(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)


class CommaSeparatedStrings(Sequence[str]):
    """Texts from one text, as an environment variable has them; quotes keep a comma or blanks inside a text.

    Args:
        value: The text, or the texts themselves.

    Example:
        >>> list(CommaSeparatedStrings('example.org, "a, b"'))
        ['example.org', 'a, b']
    """

    __slots__ = ("_items",)

    def __init__(self, value: str | Sequence[str]) -> None:
        self._items = _split(value) if isinstance(value, str) else list(value)

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._items[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r})"

    def __str__(self) -> str:
        return ", ".join(map(repr, self._items))


def _split(text: str) -> list[str]:
    from shlex import shlex

    splitter = shlex(text, posix=True)
    splitter.whitespace = ","
    splitter.whitespace_split = True
    splitter.commenters = ""
    return [item.strip() for item in splitter]
