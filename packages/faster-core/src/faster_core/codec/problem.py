"""What is wrong with one value: the place, the message, the kind; and every exception that bad input may raise."""

from typing import Any, Literal, NamedTuple

import msgspec

__all__ = ["ERROR_TYPES", "INPUT_ERRORS", "MAX_PROBLEMS", "Kind", "Problem", "UnsupportedTypeError", "pointer"]

Kind = Literal["msgspec", "missing", "json"]

ERROR_TYPES: dict[Kind, str] = {
    "missing": "value_error.missing",
    "json": "value_error.jsondecode",
    "msgspec": "value_error.msgspec",
}
"""The `type` that an error has in an answer, by the kind of its problem."""

MAX_PROBLEMS = 1000
"""How many problems one explanation names at most, so that a small body cannot ask for a large answer."""

INPUT_ERRORS: tuple[type[Exception], ...] = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError)
"""Everything that reading bad input may raise.

`msgspec.ValidationError` and `DecodeError`; `ValueError` with `UnicodeDecodeError` (invalid UTF-8) and pydantic's
error; `ArithmeticError` with `OverflowError` and `decimal.InvalidOperation`; `RecursionError` (deep nesting).
"""


class UnsupportedTypeError(TypeError):
    """A type that nothing can be decoded to. The message names it and what to write instead."""


class Problem(NamedTuple):
    """One thing that is wrong with a value.

    Attributes:
        path: The place, `$` for the whole value, `$.items[0].price` inside; a key of a dict that is no
            identifier stands as `["its text"]`.
        message: In msgspec's words, with its suffix: "Expected `int`, got `str` - at `$.price`".
        kind: `missing` for a required field that is absent, `json` for a body that cannot be parsed, else `msgspec`.
    """

    path: str
    message: str
    kind: Kind = "msgspec"


def pointer(path: str) -> str:
    """Return the JSON Pointer of a problem's path: `$.items[0]["a/b"]` becomes `/items/0/a~1b`.

    Args:
        path: The `path` of a `Problem`.

    Spec: RFC 6901
    """
    parts: list[Any] = []
    index = 1
    while index < len(path):
        if path[index] == ".":
            end = index + 1
            while end < len(path) and path[end] not in ".[":
                end += 1
            parts.append(path[index + 1 : end])
        elif path.startswith('["', index):
            end = _closing_quote(path, index + 2) + 1
            parts.append(msgspec.json.decode(path[index + 1 : end]))
            end += 1
        else:
            end = path.index("]", index) + 1
            parts.append(path[index + 1 : end - 1])
        index = end
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _closing_quote(path: str, index: int) -> int:
    while path[index] != '"':
        index += 2 if path[index] == "\\" else 1
    return index
