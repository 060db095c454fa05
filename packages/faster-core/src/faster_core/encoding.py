"""Values to JSON: what msgspec knows is encoded as it is, the rest becomes something that it knows.

msgspec writes Structs, dataclasses, attrs classes, enums, dates, UUIDs, decimals, sets and bytes by itself. The hook
adds pydantic models (found by what they offer, never imported), paths, addresses, patterns, mappings and iterables.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import PurePath
from types import GeneratorType, ModuleType
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from faster_core.upload import UploadFile

__all__ = ["encode_json", "json_default", "jsonable_encoder"]

_WRITTEN_AS_TEXT = (
    PurePath,
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
_CONSTANTS = {None: "null", True: "true", False: "false"}


def json_default(value: Any) -> Any:
    """Return something that msgspec can encode for a value that it cannot.

    Args:
        value: An object of a type unknown to msgspec, or such a key of a dictionary.

    Raises:
        TypeError: For a value that has no meaning in JSON.
    """
    for base, convert in _BY_BASE:
        if isinstance(value, base):
            return convert(value)
    if isinstance(value, dict | list | tuple):
        raise TypeError(f"A {type(value).__qualname__} cannot be written as a key of a JSON object: {value!r:.100}")
    dump = getattr(value, "model_dump", None)
    if dump is not None and hasattr(type(value), "__pydantic_serializer__"):
        return dump(mode="json", by_alias=True)
    if isinstance(value, UploadFile):
        raise TypeError(f"A file cannot be written as JSON: {value!r:.100}")
    if hasattr(value, "get_secret_value") or hasattr(type(value), "__get_pydantic_core_schema__"):
        # Secrets show their stars; URLs and the like their text.
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "keys") and hasattr(value, "__getitem__"):
        # Rows of databases are seldom mappings.
        return {key: value[key] for key in value.keys()}  # noqa: SIM118
    if isinstance(value, Iterable):
        return list(value)
    attributes = getattr(value, "__dict__", None)
    if attributes is not None and not callable(value) and not isinstance(value, ModuleType):
        return {name: item for name, item in attributes.items() if not name.startswith("_")}
    raise TypeError(f"A value of type {type(value).__qualname__} cannot be written as JSON: {value!r:.100}")


def _plain_time(value: time) -> time:
    return time(value.hour, value.minute, value.second, value.microsecond, value.tzinfo, fold=value.fold)


# Subclasses of the types that JSON has; msgspec takes the types themselves only. `bool` and None arrive as keys.
_BY_BASE: list[tuple[Any, Callable[[Any], Any]]] = [
    (bool | None, _CONSTANTS.__getitem__),
    (Enum, lambda value: value.value),
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
    (Decimal, Decimal),
    (datetime, lambda value: datetime.combine(value, _plain_time(value.timetz()))),
    (date, lambda value: date(value.year, value.month, value.day)),
    (time, _plain_time),
    (timedelta, lambda value: timedelta.__add__(value, timedelta())),
    (bytes, bytes),
    (bytearray, bytearray),
    ((*_WRITTEN_AS_TEXT, UUID), str),
    (re.Pattern, lambda value: value.pattern),
]

_encode = msgspec.json.Encoder(enc_hook=json_default).encode


def encode_json(value: Any) -> bytes:
    """Return a value as JSON, in UTF-8. NaN and infinities become null, which JSON has and they are not in it.

    Raises:
        TypeError: For a value that has no meaning in JSON.
        ValueError: For text with lone surrogates, a number of more digits than Python writes, or values nested
            deeper than Python follows.

    Example:
        >>> encode_json({"tags": {"a"}})
        b'{"tags":["a"]}'

    Spec: RFC 8259
    """
    try:
        return _encode(value)
    except UnicodeEncodeError as error:
        raise ValueError(f"Text with lone surrogates cannot be written as JSON: {error.object!r:.100}") from None
    except RecursionError:
        raise ValueError("A value that is nested too deeply, or contains itself, cannot be written as JSON.") from None


def jsonable_encoder(
    obj: Any,
    include: Iterable[Any] | Mapping[Any, Any] | None = None,
    exclude: Iterable[Any] | Mapping[Any, Any] | None = None,
    by_alias: bool = True,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    custom_encoder: Mapping[Any, Callable[[Any], Any]] | None = None,
    sqlalchemy_safe: bool = True,
) -> Any:
    """Return a value made of dictionaries, lists, text, numbers, booleans and None only.

    Args:
        obj: Any object.
        include: The fields to keep, of the outermost object or of each in the outermost list; None for all.
        exclude: The fields to leave out.
        by_alias: Whether fields go by the name they have in JSON.
        exclude_unset: Whether fields that nobody set are left out; for a Struct those that are UNSET.
        exclude_defaults: Whether fields that equal their default are left out.
        exclude_none: Whether fields that are None are left out.
        custom_encoder: What to call for values of a type, before anything else.
        sqlalchemy_safe: Whether names beginning with `_sa` are left out.

    Raises:
        ValueError: For an object that has no meaning in JSON.

    Example:
        >>> jsonable_encoder({"at": date(2024, 2, 29)})
        {'at': '2024-02-29'}
    """
    options = _Options(
        by_alias=by_alias,
        exclude_unset=exclude_unset,
        exclude_defaults=exclude_defaults,
        exclude_none=exclude_none,
        custom=dict(custom_encoder or {}),
        sqlalchemy_safe=sqlalchemy_safe,
        include=_selection(include),
        exclude=_selection(exclude),
    )
    return options.convert(obj)


def _selection(names: Iterable[Any] | Mapping[Any, Any] | None) -> Any:
    return names if names is None or isinstance(names, set | dict) else set(names)


class _Options(Struct, frozen=True):
    """How `jsonable_encoder` was called; `include` and `exclude` hold for the outermost object only."""

    by_alias: bool
    exclude_unset: bool
    exclude_defaults: bool
    exclude_none: bool
    sqlalchemy_safe: bool
    custom: dict[Any, Callable[[Any], Any]]
    include: Any = None
    exclude: Any = None

    def convert(self, obj: Any) -> Any:
        encoder = self._custom_for(obj)
        if encoder is not None:
            return encoder(obj)
        if isinstance(obj, Enum):
            return obj.value
        if obj is None or isinstance(obj, str | int | float):
            return obj
        if isinstance(obj, dict):
            return self._convert_dict(obj)
        if isinstance(obj, list | tuple | set | frozenset | deque | GeneratorType):
            return [self.convert(item) for item in obj]
        for base, write in _JSONABLE:
            if isinstance(obj, base):
                return write(obj)
        return self._convert_object(obj)

    def _custom_for(self, obj: Any) -> Callable[[Any], Any] | None:
        if not self.custom:
            return None
        exact = self.custom.get(type(obj))
        return exact or next((encode for base, encode in self.custom.items() if isinstance(obj, base)), None)

    def _convert_dict(self, obj: dict[Any, Any]) -> dict[Any, Any]:
        within = self if self.include is None and self.exclude is None else replace(self, include=None, exclude=None)
        result = {}
        for key, value in obj.items():
            if self.include is not None and key not in self.include:
                continue
            if self.exclude is not None and key in self.exclude:
                continue
            if value is None and self.exclude_none:
                continue
            if self.sqlalchemy_safe and isinstance(key, str) and key.startswith("_sa"):
                continue
            result[within.convert(key)] = within.convert(value)
        return result

    def _convert_object(self, obj: Any) -> Any:
        dump = getattr(obj, "model_dump", None)
        if dump is not None and hasattr(type(obj), "__pydantic_serializer__"):
            within = replace(self, include=None, exclude=None, custom={})
            return within.convert(dump(mode="json", **self._pydantic_options()))
        fields = self._fields(obj)
        if fields is not None:
            return self.convert(fields)
        try:
            return self.convert(json_default(obj))
        except TypeError as error:
            raise ValueError(str(error)) from error

    def _pydantic_options(self) -> dict[str, Any]:
        return {
            "include": self.include,
            "exclude": self.exclude,
            "by_alias": self.by_alias,
            "exclude_unset": self.exclude_unset,
            "exclude_defaults": self.exclude_defaults,
            "exclude_none": self.exclude_none,
        }

    def _fields(self, obj: Any) -> dict[str, Any] | None:
        """Return the fields of a Struct, dataclass or attrs object by name, or None for another object."""
        if isinstance(obj, msgspec.Struct):
            return self._struct_fields(obj)
        if hasattr(type(obj), "__dataclass_fields__") or hasattr(type(obj), "__attrs_attrs__"):
            import dataclasses

            names = [field.name for field in getattr(type(obj), "__attrs_attrs__", None) or dataclasses.fields(obj)]
            return {name: getattr(obj, name) for name in names}
        return None

    def _struct_fields(self, obj: msgspec.Struct) -> dict[str, Any]:
        result: dict[str, Any] = {}
        config = obj.__struct_config__
        if config.tag_field is not None:
            result[config.tag_field] = config.tag
        for field in msgspec.structs.fields(obj):
            value = getattr(obj, field.name)
            if value is msgspec.UNSET or (self.exclude_defaults and _is_default(field, value)):
                continue
            result[field.encode_name if self.by_alias else field.name] = value
        return result


def _is_default(field: msgspec.structs.FieldInfo, value: Any) -> bool:
    if field.default_factory is not msgspec.NODEFAULT:
        return bool(value == field.default_factory())
    return field.default is not msgspec.NODEFAULT and bool(value == field.default)


def _write_decimal(value: Decimal) -> int | float:
    """Return a number, whole where the decimal is written without a point."""
    exponent = value.as_tuple().exponent
    return int(value) if isinstance(exponent, int) and exponent >= 0 else float(value)


_JSONABLE: list[tuple[Any, Callable[[Any], Any]]] = [
    (bytes, bytes.decode),
    ((date, datetime, time), lambda value: value.isoformat()),
    (timedelta, timedelta.total_seconds),
    (Decimal, _write_decimal),
    (UUID, str),
    (_WRITTEN_AS_TEXT, str),
    (re.Pattern, lambda value: value.pattern),
]
