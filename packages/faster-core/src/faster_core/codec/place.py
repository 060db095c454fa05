"""Where in a value something is wrong: a linked list of steps, written out only when a problem is reported."""

import re
from typing import Any

import msgspec

__all__ = ["Place", "path_of", "suffix_of"]

Place = tuple[Any, str, Any] | None
"""The place of the parent, the kind of step that leads on (`field index value key`), the step; None at the root."""

_NAME = re.compile(r"[^\W\d]\w*\Z")
_LONGEST_KEY = 64  # characters; a long key in every path would multiply what an attacker sends


def suffix_of(place: Place) -> str:
    """Return what msgspec writes after a message: nothing at the root, else ` - at `$.items[0]``."""
    if place is None:
        return ""
    steps = []
    in_key = place[1] == "key"
    if in_key:
        place = place[0]
    while place is not None:
        place, kind, step = place
        steps.append(f".{step}" if kind == "field" else f"[{step}]" if kind == "index" else "[...]")
    path = "$" + "".join(reversed(steps))
    return f" - at `key` in `{path}`" if in_key else f" - at `{path}`"


def path_of(place: Place) -> str:
    """Return the whole path, with the keys that msgspec leaves out: `$.prices["a b"]`."""
    steps = []
    while place is not None:
        place, kind, step = place
        steps.append(f"[{step}]" if kind == "index" else _name(step))
    return "$" + "".join(reversed(steps))


def _name(step: Any) -> str:
    text = step if isinstance(step, str) else str(step)[: _LONGEST_KEY + 1]
    if len(text) > _LONGEST_KEY:
        return "[...]"
    if _NAME.match(text):
        return "." + text
    try:
        return f"[{msgspec.json.encode(text).decode()}]"
    except UnicodeEncodeError:
        return "[...]"
