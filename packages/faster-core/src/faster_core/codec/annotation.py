"""What an annotation is: a model, a scalar, a sequence of scalars, an Optional."""

import datetime
import decimal
import enum
import ipaddress
import pathlib
import types
import typing
import uuid
from collections import abc
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, get_args, get_origin

import msgspec

from faster_core.codec.hook import is_foreign
from faster_core.codec.problem import UnsupportedTypeError
from faster_core.upload import UploadFile

__all__ = [
    "bottomless",
    "check_alias",
    "constrained_inside",
    "is_dataclass",
    "is_model",
    "is_none",
    "is_scalar",
    "is_sequence",
    "is_union",
    "members",
    "name_of",
    "outer_alias",
    "strip_optional",
    "substitute",
    "unwrap",
]

SCALARS: tuple[type, ...] = (
    str,
    int,
    float,
    bool,
    bytes,
    bytearray,
    decimal.Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
    enum.Enum,
    pathlib.PurePath,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
)
_SEQUENCES: dict[Any, type] = {
    list: list,
    set: set,
    frozenset: frozenset,
    tuple: tuple,
    abc.Sequence: list,
    abc.MutableSequence: list,
    abc.Collection: list,
    abc.Iterable: list,
    abc.Set: set,
    abc.MutableSet: set,
}
_MOST_ALIASES = 100
"""How many aliases may stand for each other."""

_ALIAS: Any = getattr(typing, "TypeAliasType", None)


def alias_value(annotation: Any) -> Any:
    """Return what a `type` alias (PEP 695) stands for, its arguments put in; None for anything else."""
    if _ALIAS is None:
        return None
    if isinstance(annotation, _ALIAS):
        return annotation.__value__
    origin = get_origin(annotation)
    if isinstance(origin, _ALIAS):
        mapping = dict(zip(origin.__type_params__, get_args(annotation), strict=False))
        return substitute(origin.__value__, mapping)
    return None


def substitute(annotation: Any, mapping: Mapping[Any, Any]) -> Any:
    """Return an annotation with type variables replaced.

    Args:
        annotation: Any annotation.
        mapping: What stands for each type variable; one that is not there stays.
    """
    if isinstance(annotation, TypeVar):
        return mapping.get(annotation, annotation)
    parameters = getattr(annotation, "__parameters__", ())
    if not parameters or isinstance(annotation, type):
        return annotation
    return annotation[tuple(mapping.get(item, item) for item in parameters)]


def is_none(annotation: Any) -> bool:
    """Return whether an annotation is that of None."""
    return annotation is None or annotation is types.NoneType


def name_of(annotation: Any) -> str:
    """Return an annotation as it is written: `int`, `Item`, `list[int]`."""
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    return str(annotation).replace("typing.", "")


def unwrap(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return an annotation without its NewTypes, aliases and Annotated, and the metadata that was on the way.

    Args:
        annotation: Any annotation.

    Returns:
        The bare type, and the metadata in the order of writing, the innermost first.

    Raises:
        UnsupportedTypeError: For an alias that stands for itself: `type Loop = Loop`.
    """
    metadata: tuple[Any, ...] = ()
    aliases: list[Any] = []
    while not isinstance(annotation, type):
        if get_origin(annotation) is Annotated:
            metadata = tuple(annotation.__metadata__) + metadata
            annotation = annotation.__origin__
        elif isinstance(annotation, NewType):
            annotation = annotation.__supertype__
        elif (value := alias_value(annotation)) is not None:
            aliases.append(annotation)
            if len(aliases) > _MOST_ALIASES:
                raise _endless(aliases[0])
            annotation = value
        elif get_origin(annotation) in {typing.Final, typing.Required, typing.NotRequired}:
            annotation = get_args(annotation)[0]
        else:
            break
    return annotation, metadata


def outer_alias(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return the `type` alias that an annotation is, and the metadata around it; None for any other annotation."""
    metadata: tuple[Any, ...] = ()
    while not isinstance(annotation, type) and alias_value(annotation) is None:
        if get_origin(annotation) is Annotated:
            metadata = tuple(annotation.__metadata__) + metadata
            annotation = annotation.__origin__
        elif isinstance(annotation, NewType):
            annotation = annotation.__supertype__
        else:
            return None, ()
    return (None, ()) if isinstance(annotation, type) else (annotation, metadata)


def check_alias(alias: Any) -> None:
    """Refuse a `type` alias that stands for itself, alone or as one of a union: no value could ever end it.

    Args:
        alias: The alias.

    Raises:
        UnsupportedTypeError: For such an alias.
    """
    waiting, seen = [alias], list[Any]()
    while waiting:
        bare, _ = unwrap(waiting.pop())
        for member in members(bare) if is_union(bare) else ():
            inner, _ = outer_alias(member)
            if inner == alias or len(seen) > _MOST_ALIASES:
                raise _endless(alias)
            if inner is not None and inner not in seen:
                seen.append(inner)
                waiting.append(inner)


def _endless(alias: Any) -> UnsupportedTypeError:
    name = name_of(alias)
    return UnsupportedTypeError(
        f"`{name}` stands for itself, so that no value can be one. "
        f"Put what holds the values between the two, as in `type {name} = list[{name}]`."
    )


def constrained_inside(alias: Any) -> UnsupportedTypeError:
    """Return the error for an alias that is held to a constraint where it stands inside itself."""
    return UnsupportedTypeError(
        f"`{name_of(alias)}` has a constraint inside itself, which cannot be held. "
        "Make a model of it, and put the constraint on a field."
    )


def bottomless(annotation: Any) -> UnsupportedTypeError:
    """Return the error for a type that contains itself with ever other arguments."""
    return UnsupportedTypeError(
        f"`{name_of(annotation)}` has no end: it contains itself with ever other arguments. Make a model of it."
    )


def is_union(annotation: Any) -> bool:
    """Return whether a bare annotation is a union."""
    return not isinstance(annotation, type) and get_origin(annotation) in {Union, types.UnionType}


def members(annotation: Any) -> list[Any]:
    """Return the members of a union, those of nested unions and aliases too; of another type: the type alone.

    A nested union with metadata around it stays whole.

    Raises:
        UnsupportedTypeError: For an alias that is one of its own members: `type Loop = Loop | int`.
    """
    return _members(annotation, 0)


def _members(annotation: Any, depth: int) -> list[Any]:
    if depth > _MOST_ALIASES and outer_alias(annotation)[0] is not None:
        raise _endless(annotation)
    bare, _ = unwrap(annotation)
    if not is_union(bare):
        return [annotation]
    found: list[Any] = []
    for argument in get_args(bare):
        inner = [argument] if unwrap(argument)[1] else _members(argument, depth + 1)
        found += [item for item in inner if item not in found]
    return found


def strip_optional(annotation: Any) -> tuple[Any, bool]:
    """Return an annotation without None, and whether it had it: `int | None` gives `(int, True)`.

    Metadata around the Optional stays around what is left.

    Args:
        annotation: Any annotation.
    """
    alias, _ = outer_alias(annotation)
    if alias is not None:
        check_alias(alias)
    bare, metadata = unwrap(annotation)
    if not is_union(bare):
        return annotation, False
    found = [strip_optional(item) for item in members(bare)]
    rest = [item for item, _ in found if not is_none(unwrap(item)[0])]
    if not rest or (len(rest) == len(found) and not any(optional for _, optional in found)):
        return annotation, False
    left: Any = Union[tuple(rest)]  # noqa: UP007
    return (Annotated[(left, *metadata)] if metadata else left), True


def is_dataclass(cls: Any) -> bool:
    """Return whether a class is a dataclass. The standard library's own module is imported where there is one."""
    return hasattr(cls, "__dataclass_fields__")


def is_model(annotation: Any) -> bool:
    """Return whether the annotation is a class with named fields.

    Struct, dataclass, attrs, TypedDict, NamedTuple, pydantic model; generic or not, annotated or not; not an Optional.

    Args:
        annotation: Any annotation.
    """
    bare, _ = unwrap(annotation)
    cls = get_origin(bare) or bare
    if not isinstance(cls, type):
        return False
    return (
        issubclass(cls, msgspec.Struct)
        or is_dataclass(cls)
        or hasattr(cls, "__attrs_attrs__")
        or typing.is_typeddict(cls)
        or (issubclass(cls, tuple) and hasattr(cls, "_fields"))
        or is_foreign(cls)
    )


def is_scalar(annotation: Any) -> bool:
    """Return whether a value is written as one text: a number, a date, an Enum …, an Optional or a union of them.

    Args:
        annotation: Any annotation.
    """
    bare, metadata = unwrap(annotation)
    if any(map(_is_json_text, metadata)):
        return True
    if is_union(bare):
        rest = [item for item in members(bare) if not is_none(unwrap(item)[0])]
        return bool(rest) and all(is_scalar(item) for item in rest)
    if get_origin(bare) is Literal:
        return True
    if isinstance(bare, TypeVar):
        return False
    if not isinstance(bare, type) or is_model(bare) or issubclass(bare, UploadFile):
        return False
    # What pydantic reads and is no model is a text: an address, a URL, a secret.
    return issubclass(bare, SCALARS) or hasattr(bare, "__get_pydantic_core_schema__")


def _is_json_text(entry: Any) -> bool:
    """Return whether a metadata entry says that the value is JSON inside a text: pydantic's `Json[list[int]]`."""
    cls = entry if isinstance(entry, type) else type(entry)
    return cls.__name__ == "Json" and cls.__module__.partition(".")[0] == "pydantic"


def is_sequence(annotation: Any) -> type | None:
    """Return the type of a collection of scalars: `list`, `set`, `frozenset` or `tuple`; None for anything else.

    Args:
        annotation: Any annotation; an Optional counts as what it is without None.
    """
    bare, metadata = unwrap(strip_optional(annotation)[0])
    if any(map(_is_json_text, metadata)):
        return None
    kind = _SEQUENCES.get(get_origin(bare) or bare)
    if kind is None:
        return None
    items = [item for item in get_args(bare) if item is not Ellipsis]
    return kind if all(item is Any or is_scalar(item) for item in items) else None
