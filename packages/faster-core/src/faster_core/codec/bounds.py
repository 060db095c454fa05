"""Constraints as plain data, read from whatever notation they are written in."""

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

__all__ = ["NAMES", "Bounds", "bounds_of", "documentation_of"]


class Bounds(Struct, frozen=True, kw_only=True):
    """Constraints on a value; None stands for no constraint.

    Attributes:
        gt: The value is greater.
        ge: The value is greater or equal.
        lt: The value is less.
        le: The value is less or equal.
        multiple_of: The value is a multiple of this.
        min_length: Characters, bytes or items at least.
        max_length: Characters, bytes or items at most.
        pattern: A regular expression, found anywhere in the text (`re.search`).
        strict: Text is taken only in its canonical form.
        allow_inf_nan: False refuses infinities and NaN.
        max_digits: Digits of a Decimal at most, leading zeros not counted.
        decimal_places: Digits behind the point of a Decimal at most, trailing zeros not counted.
        tz: True asks for a time zone, False refuses one.
    """

    gt: Any = None
    ge: Any = None
    lt: Any = None
    le: Any = None
    multiple_of: Any = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | re.Pattern[str] | None = None
    strict: bool | None = None
    allow_inf_nan: bool | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    tz: bool | None = None

    def __repr__(self) -> str:
        return f"Bounds({', '.join(f'{name}={value!r}' for name, value in self.given().items())})"

    def given(self) -> dict[str, Any]:
        """Return the constraints that are set."""
        return {name: value for name in NAMES if (value := getattr(self, name)) is not None}


NAMES = Bounds.__struct_fields__
"""The names of all constraints."""

_TYPED_NAMES = {"min_len": "min_length", "max_len": "max_length", "min_inclusive": "min_length"}


def bounds_of(metadata: Iterable[Any]) -> list[Bounds]:
    """Return the constraints in the metadata of an Annotated.

    Read are `msgspec.Meta`, `Bounds`, objects of annotated_types, and those of pydantic that say the same things:
    `Field(...)`, `Strict`, `StringConstraints`, `AllowInfNan`.

    Args:
        metadata: `__metadata__` of an Annotated, several in a row if need be.
    """
    return [item for entry in metadata for item in _read(entry) if item.given()]


def _read(entry: Any) -> Iterator[Bounds]:
    if isinstance(entry, Bounds):
        yield entry
    elif isinstance(entry, msgspec.Meta):
        yield _pick(entry)
    elif _written_by(entry, "annotated_types", "pydantic"):
        yield _pick(entry)
        inner = getattr(entry, "metadata", None)
        if isinstance(inner, list | tuple):
            for item in inner:
                yield from _read(item)
        elif type(entry).__module__ == "annotated_types" and hasattr(entry, "__iter__"):
            for item in entry:
                yield from _read(item)


def _written_by(entry: Any, *packages: str) -> bool:
    return (
        type(entry).__module__.partition(".")[0] in packages and type(entry).__module__.partition(".")[0] in sys.modules
    )


def _pick(entry: Any) -> Bounds:
    found = {}
    source = getattr(entry, "__dict__", None) or {}
    for name in NAMES:
        value = getattr(entry, name, source.get(name))
        if value is not None and not callable(value):
            found[name] = value
    return Bounds(**found)


def documentation_of(meta: msgspec.Meta) -> msgspec.Meta | None:
    """Return a Meta with what it tells a reader, constraints left out; None when that is nothing."""
    words = {
        name: value
        for name in ("title", "description", "examples", "extra_json_schema", "extra")
        if (value := getattr(meta, name)) is not None
    }
    return msgspec.Meta(**words) if words else None
