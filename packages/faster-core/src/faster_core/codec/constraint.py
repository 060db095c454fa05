"""Constraints put on a type: into msgspec where it has a word for them, into tests of our own where it has none."""

import datetime
import decimal
import math
import re
from collections import abc
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from faster_core.codec.annotation import is_none, is_union, name_of, unwrap
from faster_core.codec.bounds import Bounds, bounds_of, documentation_of
from faster_core.codec.check import Check, check_for
from faster_core.codec.problem import UnsupportedTypeError

__all__ = ["bind", "constrained", "flat", "spread"]

_NUMBER = frozenset({"gt", "ge", "lt", "le", "multiple_of"})
_LENGTH = frozenset({"min_length", "max_length"})
_ORDER = frozenset({"gt", "ge", "lt", "le"})
_APPLICABLE: dict[Any, frozenset[str]] = {
    int: _NUMBER,
    float: _NUMBER | {"allow_inf_nan"},
    decimal.Decimal: _NUMBER | {"allow_inf_nan", "max_digits", "decimal_places"},
    str: _LENGTH | {"pattern"},
    bytes: _LENGTH,
    bytearray: _LENGTH,
    datetime.datetime: _ORDER | {"tz"},
    datetime.time: _ORDER | {"tz"},
    datetime.date: _ORDER,
    datetime.timedelta: _ORDER | {"multiple_of"},
    **dict.fromkeys((list, set, frozenset, tuple, dict), _LENGTH),
    **dict.fromkeys((abc.Sequence, abc.MutableSequence, abc.Collection, abc.Set, abc.MutableSet), _LENGTH),
    **dict.fromkeys((abc.Mapping, abc.MutableMapping), _LENGTH),
}
_BY_MSGSPEC: dict[Any, frozenset[str]] = {
    int: _NUMBER,
    float: _NUMBER,
    decimal.Decimal: frozenset(),
    datetime.datetime: frozenset({"tz"}),
    datetime.time: frozenset({"tz"}),
    datetime.date: frozenset(),
    datetime.timedelta: frozenset(),
}
_WORDING: dict[Any, str] = {
    decimal.Decimal: "decimal",
    datetime.timedelta: "duration",
    datetime.datetime: "datetime",
    datetime.date: "date",
    datetime.time: "time",
    list: "array",
}
_WIDEST = 2**63  # msgspec keeps the bounds of an int in 64 bits


def constrained(
    annotation: Any,
    *,
    gt: Any = None,
    ge: Any = None,
    lt: Any = None,
    le: Any = None,
    multiple_of: Any = None,
    min_length: int | None = None,
    max_length: int | None = None,
    pattern: str | re.Pattern[str] | None = None,
    strict: bool | None = None,
    allow_inf_nan: bool | None = None,
    max_digits: int | None = None,
    decimal_places: int | None = None,
) -> Any:
    """Return an annotation with constraints added to those it has; of two that differ the tighter holds.

    On a union each constraint goes to the members it fits: `constrained(int | None, ge=1)` is
    `Annotated[int, Meta(ge=1)] | None`. Patterns are the programmer's: they run on what clients send, so write none
    that backtracks without end.

    Args:
        annotation: Any annotation.
        gt: The value is greater.
        ge: The value is greater or equal.
        lt: The value is less.
        le: The value is less or equal.
        multiple_of: The value is a multiple of this.
        min_length: Characters, bytes or items at least.
        max_length: Characters, bytes or items at most.
        pattern: A regular expression, or a compiled one, found anywhere in the text.
        strict: True takes a text only in its canonical form: `5` and `-5` for an int (not ` 5 `), `true` and
            `false` for a bool (not `yes`), which is what pydantic's strict mode does with strings. JSON is strict
            as it is.
        allow_inf_nan: False refuses infinities and NaN.
        max_digits: Digits of a Decimal at most.
        decimal_places: Digits of a Decimal behind the point at most.

    Raises:
        UnsupportedTypeError: When no member of the type can have the constraint.
    """
    added = Bounds(
        gt=gt,
        ge=ge,
        lt=lt,
        le=le,
        multiple_of=multiple_of,
        min_length=min_length,
        max_length=max_length,
        pattern=pattern,
        strict=strict,
        allow_inf_nan=allow_inf_nan,
        max_digits=max_digits,
        decimal_places=decimal_places,
    )
    if not added.given():
        return annotation
    bare, metadata = unwrap(annotation)
    if is_union(bare):
        pushed = spread(bare, (*metadata, added))
        rest = [item for item in metadata if not bounds_of([item])]
        return Annotated[(pushed, *rest)] if rest else pushed
    return _annotate(bare, (*metadata, added))


def spread(union: Any, metadata: Sequence[Any]) -> Any:
    """Return a union whose members carry the constraints that were written around it.

    Raises:
        UnsupportedTypeError: For a constraint that fits no member.
    """
    found = flat(union)
    around = bounds_of(metadata)
    used: set[str] = set()
    carried = []
    for member in found:
        bare, own = unwrap(member)
        names = _applicable(bare)
        used |= names
        kept = [Bounds(**{name: value for name, value in item.given().items() if name in names}) for item in around]
        kept = [item for item in kept if item.given()]
        carried.append(member if is_none(bare) or not kept else _annotate(bare, (*own, *kept)))
    for item in around:
        for name in item.given():
            if name not in used:
                raise _refusal(name, union)
    return Union[tuple(carried)]  # noqa: UP007


def flat(annotation: Any) -> list[Any]:
    """Return the members of a union; those of nested unions carry the constraints that were written around them."""
    bare, metadata = unwrap(annotation)
    if is_union(bare) and bounds_of(metadata):
        annotation = bare = spread(bare, metadata)
    if not is_union(bare):
        return [annotation]
    found: list[Any] = []
    for item in get_args(bare):
        found += [member for member in flat(item) if member not in found]
    return found


def _annotate(bare: Any, metadata: Sequence[Any]) -> Any:
    meta, rest, _ = bind(bare, metadata)
    kept: list[Any] = []
    for item in metadata:
        if isinstance(item, msgspec.Meta):
            words = documentation_of(item)
            kept += [words] if words is not None else []
        elif not isinstance(item, Bounds):
            kept.append(item)
    kept += [meta] if meta is not None else []
    kept += [rest] if rest.given() else []
    return Annotated[(bare, *kept)] if kept else bare


def bind(bare: Any, metadata: Sequence[Any]) -> tuple[msgspec.Meta | None, Bounds, list[Check]]:
    """Return the constraints of a bare type that is no union, divided.

    Returns:
        What msgspec is told; what it cannot be told; and the tests of the latter.

    Raises:
        UnsupportedTypeError: For a constraint that the type cannot have.
    """
    found = bounds_of(metadata)
    names = _applicable(bare)
    for item in found:
        for name in item.given():
            if name not in names:
                raise _refusal(name, bare)
    native, extra, rest = _divide(bare, _tightest(found))
    wording = _WORDING.get(bare) or ("array" if get_origin(bare) else name_of(bare))
    checks = [check_for(wording, name, value) for name, value in extra]
    checks += [
        check_for(wording, name, value)
        for name, value in rest
        if name != "strict" and (name, value) != ("allow_inf_nan", True)
    ]
    return msgspec.Meta(**native) if native else None, Bounds(**dict(rest)), checks


def _applicable(bare: Any) -> frozenset[str]:
    if bare is Any or isinstance(bare, TypeVar):
        return frozenset(_NUMBER | _LENGTH | {"pattern", "strict"})
    return _APPLICABLE.get(get_origin(bare) or bare, frozenset()) | {"strict"}


def _refusal(name: str, annotation: Any) -> UnsupportedTypeError:
    fitting = [name_of(kind) for kind, names in _APPLICABLE.items() if name in names][:4]
    return UnsupportedTypeError(
        f"The constraint `{name}` does not apply to `{name_of(annotation)}`. "
        f"Remove it, or use one of {', '.join(fitting)}."
    )


def _tightest(found: Iterable[Bounds]) -> list[tuple[str, Any]]:
    """Return all constraints, of several bounds on one side the one that holds."""
    given = [pair for item in found for pair in item.given().items()]
    merged: list[tuple[str, Any]] = []
    lower = [(value, name == "gt") for name, value in given if name in {"gt", "ge"}]
    if lower:
        value, strictly = max(lower)
        merged.append(("gt" if strictly else "ge", value))
    upper = [(value, name == "le") for name, value in given if name in {"lt", "le"}]
    if upper:
        value, inclusive = min(upper)
        merged.append(("le" if inclusive else "lt", value))
    for name, choose in (("min_length", max), ("max_length", min), ("max_digits", min), ("decimal_places", min)):
        values = [value for key, value in given if key == name]
        if values:
            merged.append((name, choose(values)))
    for pair in given:
        if pair[0] in {"multiple_of", "pattern", "strict", "allow_inf_nan", "tz"} and pair not in merged:
            merged.append(pair)
    return merged


def _divide(
    bare: Any, merged: list[tuple[str, Any]]
) -> tuple[dict[str, Any], list[tuple[str, Any]], list[tuple[str, Any]]]:
    """Return what goes to msgspec, further patterns and factors, and what is kept as Bounds."""
    native: dict[str, Any] = {}
    extra: list[tuple[str, Any]] = []
    rest: list[tuple[str, Any]] = []
    by_msgspec = frozenset() if bare is Any else _BY_MSGSPEC.get(bare, _NUMBER | _LENGTH | {"pattern"})
    for name, value in merged:
        told = _for_msgspec(bare, name, value) if name in by_msgspec else None
        taken = {key for key, _ in rest}
        if told is not None and told[0] not in native:
            native[told[0]] = told[1]
        elif name in taken:
            extra.append((name, value))
        else:
            rest.append((name, value))
    return native, extra, rest


def _for_msgspec(bare: Any, name: str, value: Any) -> tuple[str, Any] | None:
    """Return a constraint as `msgspec.Meta` takes it, or None."""
    if name == "pattern" and isinstance(value, re.Pattern):
        return (name, value.pattern) if value.flags == re.UNICODE else None
    if name in _LENGTH or name in {"pattern", "tz"}:
        return name, value
    if bare is float:
        return name, value if type(value) in {int, float} else float(value)
    if name in _ORDER and value != int(value):
        # No int lies between 1.5 and 2: `> 1.5` and `>= 1.5` both mean `>= 2`.
        name, value = ("ge", math.ceil(value)) if name in {"gt", "ge"} else ("le", math.floor(value))
    if value != int(value) or not -_WIDEST < value < _WIDEST - 1:
        return None
    return name, int(value)
