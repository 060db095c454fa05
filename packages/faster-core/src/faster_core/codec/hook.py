"""Types that msgspec does not read by itself: how a text becomes one of them."""

import ipaddress
import pathlib
import re
import sys
from collections.abc import Callable
from typing import Any, get_origin

import msgspec

__all__ = ["decode_hook", "is_foreign", "maker_of", "validate"]


def _zone(text: str) -> Any:
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("Invalid time zone") from error


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError("Invalid regular expression") from error


_MAKERS: dict[Any, Callable[[str], Any]] = {
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
}


def maker_of(cls: Any) -> Callable[[str], Any] | None:
    """Return what makes a value of a type from its text; None where msgspec does that, or nobody.

    Args:
        cls: The type, without its arguments. What is returned raises ValueError for a text that is none.
    """
    # Who has an annotation of a zone has imported the module; nobody else has to.
    zone = getattr(sys.modules.get("zoneinfo"), "ZoneInfo", None)
    return _zone if zone is not None and cls is zone else _MAKERS.get(cls)


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
    make = maker_of(cls)
    if make is not None:
        if not isinstance(value, str):
            raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
        return make(value)
    if is_foreign(cls):
        return validate(cls.__pydantic_validator__, value)
    raise ValueError(f"Cannot read a `{getattr(cls, '__name__', cls)}`")
