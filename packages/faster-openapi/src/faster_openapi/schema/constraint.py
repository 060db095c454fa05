"""Constraints as keywords of JSON Schema."""

import datetime
import decimal
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from faster_core.codec.bounds import bounds_of
from faster_openapi.model import Object
from faster_openapi.schema.value import plain

__all__ = ["add_constraints", "add_documentation"]

_ORDER = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
_WORDS = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}
_LENGTHS = {
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


def add_constraints(schema: Object, metadata: Iterable[Any]) -> None:
    """Add the constraints in the metadata of an Annotated to a schema; of two that differ the tighter holds.

    What JSON Schema has no word for, the bounds of a date for example, goes into the description.

    Args:
        schema: The schema of the bare type; changed.
        metadata: The metadata, innermost first.
    """
    notes: list[str] = []
    for bounds in bounds_of(metadata):
        given = bounds.given()
        for name in ("gt", "ge", "lt", "le"):
            if name in given:
                _add_order(schema, name, given[name], notes)
        if "multiple_of" in given:
            schema["multipleOf"] = _number(given["multiple_of"])
        _add_lengths(schema, given.get("min_length"), given.get("max_length"))
        if "pattern" in given:
            _add_pattern(schema, given["pattern"])
        if given.get("tz") is not None:
            notes.append("With a time zone." if given["tz"] else "Without a time zone.")
        if "max_digits" in given:
            notes.append(f"At most {given['max_digits']} digits.")
        if "decimal_places" in given:
            notes.append(f"At most {given['decimal_places']} digits behind the point.")
    if notes:
        schema["description"] = " ".join([*([schema["description"]] if "description" in schema else []), *notes])


def _add_order(schema: Object, name: str, value: Any, notes: list[str]) -> None:
    numeric = schema.get("type") in ("integer", "number", ["number", "string"])
    if not numeric or not isinstance(value, (int, float, decimal.Decimal)):
        notes.append(f"{_WORDS[name].capitalize()} {_shown(value)}.")
        return
    keyword = _ORDER[name]
    number = _number(value)
    known = schema.get(keyword)
    tighter = max if name in ("gt", "ge") else min
    schema[keyword] = number if known is None else tighter(known, number)


def _add_lengths(schema: Object, least: int | None, most: int | None) -> None:
    low, high = _LENGTHS.get(str(schema.get("type")), ("minLength", "maxLength"))
    if least is not None:
        schema[low] = max(schema.get(low, 0), least)
    if most is not None:
        schema[high] = min(schema.get(high, most), most)


def _add_pattern(schema: Object, pattern: Any) -> None:
    text = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    if "pattern" in schema and schema["pattern"] != text:
        schema.setdefault("allOf", []).append({"pattern": text})
    else:
        schema["pattern"] = text


def _number(value: Any) -> int | float:
    if isinstance(value, (int, float)):
        return value
    return int(value) if value == int(value) else float(value)


def _shown(value: Any) -> str:
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return str(plain(value)) if isinstance(value, datetime.timedelta) else str(value)


def add_documentation(schema: Object, metadata: Iterable[Any]) -> None:
    """Add titles, descriptions, examples and free keywords from the metadata of an Annotated.

    Read are `msgspec.Meta` and pydantic's `Field()`; the outermost wins.

    Args:
        schema: The schema; changed.
        metadata: The metadata, innermost first.
    """
    for item in metadata:
        if isinstance(item, str) or not _documents(item):
            continue
        for name in ("title", "description"):
            if getattr(item, name, None):
                schema[name] = getattr(item, name)
        if getattr(item, "examples", None):
            schema["examples"] = [plain(example) for example in item.examples]
        if getattr(item, "deprecated", None):
            schema["deprecated"] = True
        extra = getattr(item, "extra_json_schema", None) or getattr(item, "json_schema_extra", None)
        if isinstance(extra, dict):
            schema.update(plain(extra))


def _documents(item: Any) -> bool:
    return isinstance(item, msgspec.Meta) or type(item).__module__.partition(".")[0] == "pydantic"
