"""Types that msgspec does not read by itself: how a text becomes one of them."""

import ipaddress
import pathlib
import re
import zoneinfo
from collections.abc import Callable
from typing import Any, get_origin

import msgspec

__all__ = ["HOOKED", "decode_hook", "is_foreign", "validate"]


def _zone(text: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("Invalid time zone") from error


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError("Invalid regular expression") from error


HOOKED: dict[type, Callable[[str], Any]] = {
    pathlib.Path: pathlib.Path,
    pathlib.PurePath: pathlib.PurePath,
    pathlib.PurePosixPath: pathlib.PurePosixPath,
    pathlib.PureWindowsPath: pathlib.PureWindowsPath,
    ipaddress.IPv4Address: ipaddress.IPv4Address,
    ipaddress.IPv6Address: ipaddress.IPv6Address,
    ipaddress.IPv4Interface: ipaddress.IPv4Interface,
    ipaddress.IPv6Interface: ipaddress.IPv6Interface,
    ipaddress.IPv4Network: ipaddress.IPv4Network,
    ipaddress.IPv6Network: ipaddress.IPv6Network,
    re.Pattern: _pattern,
    zoneinfo.ZoneInfo: _zone,
}
"""Types written as a text, and what makes one of it; each raises ValueError for a text that is none."""


def is_foreign(cls: Any) -> bool:
    """Return whether a class brings its own validation the way pydantic's models and dataclasses do."""
    return isinstance(cls, type) and hasattr(cls, "__pydantic_validator__")


def validate(validator: Any, value: Any) -> Any:
    """Return a JSON value as what one of pydantic's validators makes of it.

    Args:
        validator: A `SchemaValidator`.
        value: What a JSON decoder has made.

    Raises:
        ValueError: pydantic's own, with every error.
    """
    try:
        return validator.validate_python(value)
    except ValueError:
        # A strict model takes a date from the text of a JSON value, but not from a text in Python.
        return validator.validate_json(msgspec.json.encode(value))


def decode_hook(type_: Any, value: Any) -> Any:
    """Return `value`, a JSON value, as the type that msgspec asks for: its `dec_hook`.

    Args:
        type_: The type, one that msgspec does not know.
        value: What stands in the JSON text.

    Raises:
        ValueError: When the value does not fit; msgspec adds the place and makes it a `ValidationError`.
    """
    cls = get_origin(type_) or type_
    if isinstance(cls, type) and isinstance(value, cls):
        return value
    make = HOOKED.get(cls)
    if make is not None:
        if not isinstance(value, str):
            raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
        return make(value)
    if is_foreign(cls):
        return validate(cls.__pydantic_validator__, value)
    raise ValueError(f"Cannot read a `{getattr(cls, '__name__', cls)}`")
