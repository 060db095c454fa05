"""Python values as the document shows them."""

from typing import Any

import msgspec

from faster_core.encoding import jsonable_encoder

__all__ = ["plain", "plain_or_nothing"]


def plain(value: Any) -> Any:
    """Return a default, an example or an option as JSON data.

    Args:
        value: Any value; a model is written as it is sent.

    Raises:
        TypeError: For a value that JSON has no form for.
    """
    try:
        return msgspec.to_builtins(value, str_keys=True)
    except (TypeError, ValueError):
        return jsonable_encoder(value)


def plain_or_nothing(value: Any) -> list[Any]:
    """Return a list with a default as JSON data; an empty one for what has no JSON form, such as a sentinel."""
    try:
        return [plain(value)]
    except (TypeError, ValueError, RecursionError):
        return []
