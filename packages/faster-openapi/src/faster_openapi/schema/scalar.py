"""Schemas of types that are written as one JSON value."""

import datetime
import decimal
import enum
import ipaddress
import pathlib
import re
import typing
import uuid
import zoneinfo
from typing import Any, get_args

import msgspec

from faster_core.upload import UploadFile
from faster_openapi.model import Object, Use
from faster_openapi.schema.value import plain

__all__ = ["enum_schema", "literal_schema", "scalar_schema"]

_SCALARS: dict[Any, Object] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    None: {"type": "null"},
    bytes: {"type": "string", "contentEncoding": "base64"},
    bytearray: {"type": "string", "contentEncoding": "base64"},
    memoryview: {"type": "string", "contentEncoding": "base64"},
    datetime.datetime: {"type": "string", "format": "date-time"},
    datetime.date: {"type": "string", "format": "date"},
    datetime.time: {"type": "string", "format": "time"},
    datetime.timedelta: {"type": "string", "format": "duration"},
    uuid.UUID: {"type": "string", "format": "uuid"},
    re.Pattern: {"type": "string", "format": "regex"},
    zoneinfo.ZoneInfo: {"type": "string", "format": "time-zone"},
    ipaddress.IPv4Address: {"type": "string", "format": "ipv4"},
    ipaddress.IPv6Address: {"type": "string", "format": "ipv6"},
    ipaddress.IPv4Interface: {"type": "string", "format": "ipv4interface"},
    ipaddress.IPv6Interface: {"type": "string", "format": "ipv6interface"},
    ipaddress.IPv4Network: {"type": "string", "format": "ipv4network"},
    ipaddress.IPv6Network: {"type": "string", "format": "ipv6network"},
    pathlib.PurePath: {"type": "string", "format": "path"},
    UploadFile: {"type": "string", "contentMediaType": "application/octet-stream"},
    msgspec.Raw: {},
    Any: {},
    object: {},
}
_DECIMAL = r"^[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,17})?|Infinity|NaN)$"
_KINDS: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def scalar_schema(bare: Any, use: Use) -> Object | None:
    """Return the schema of a scalar, or None for another type.

    Args:
        bare: A type without metadata.
        use: A Decimal is read from a number, too, but sent as text.
    """
    if bare is decimal.Decimal:
        if use.direction == "input":
            return {"type": ["number", "string"], "format": "decimal", "pattern": _DECIMAL}
        return {"type": "string", "format": "decimal"}
    try:
        found = _SCALARS.get(bare)
    except TypeError:
        return None
    if found is not None:
        return dict(found)
    if not isinstance(bare, type):
        return None
    for base in (UploadFile, pathlib.PurePath, str, int, float, bytes):
        if issubclass(bare, base) and not issubclass(bare, enum.Enum):
            return dict(_SCALARS[base])
    return None


def literal_schema(bare: Any) -> Object:
    """Return the schema of a Literal."""
    values = [value.value if isinstance(value, enum.Enum) else value for value in _flat(bare)]
    return _choice(values)


def enum_schema(cls: type[enum.Enum]) -> Object:
    """Return the schema of an Enum, with its name and docstring."""
    schema: Object = {"title": cls.__name__, **_choice([plain(member.value) for member in cls])}
    if cls.__doc__ and cls.__doc__ not in (enum.Enum.__doc__, "An enumeration."):
        schema["description"] = cls.__doc__.strip()
    return schema


def _flat(literal: Any) -> list[Any]:
    found = []
    for item in get_args(literal):
        found += _flat(item) if typing.get_origin(item) is typing.Literal else [item]
    return list(dict.fromkeys(found))


def _choice(values: list[Any]) -> Object:
    kinds = list(dict.fromkeys(_KINDS[type(value)] for value in values if type(value) in _KINDS))
    schema: Object = {}
    if kinds:
        schema["type"] = kinds[0] if len(kinds) == 1 else kinds
    if len(values) == 1:
        schema["const"] = values[0]
    else:
        schema["enum"] = values
    return schema
