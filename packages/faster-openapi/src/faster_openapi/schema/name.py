"""Names of components: short, stable, and unique."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

from msgspec import Struct

from faster_core.codec.annotation import is_none, is_union, members, unwrap
from faster_openapi.schema.alias import recursive_alias

__all__ = ["Named", "name_all", "name_of_type"]

_NO_NAME = re.compile(r"[^a-zA-Z0-9._-]")


class Named(Struct, frozen=True):
    """The name that a type has been given.

    Attributes:
        name: The name.
        clashes: The types that wanted the same name, this one among them; empty when it was free.
    """

    name: str
    clashes: tuple[Any, ...] = ()


def name_of_type(annotation: Any) -> str:
    """Return the short name of a type: `Item`, `Page_Item_` for `Page[Item]`.

    Args:
        annotation: A class, or a generic class with its arguments.
    """
    return _NO_NAME.sub("_", _written(annotation))


def _written(annotation: Any) -> str:
    bare = annotation if recursive_alias(annotation)[0] is annotation else unwrap(annotation)[0]
    if is_none(bare):
        return "None"
    if is_union(bare):
        return "_or_".join(_written(item) for item in members(bare))
    arguments = get_args(bare)
    origin = get_origin(bare) or bare
    name = getattr(origin, "__name__", None) or str(origin)
    name = name if isinstance(origin, type) else str(name).rpartition(".")[2]
    if not arguments:
        return str(name)
    shown = ", ".join(_written(item) if not _is_value(item) else str(item) for item in arguments)
    return f"{name}[{shown}]".replace(", ", "_")


def _is_value(item: Any) -> bool:
    """Tell whether an argument of a type is no type: `1` in `Literal[1]`, `...` in `tuple[int, ...]`."""
    return isinstance(item, (str, int, bytes)) or item is Ellipsis


def name_all(types: Iterable[Any], taken: Mapping[str, Any]) -> dict[Any, Named]:
    """Return the name of every type; those that want the same one are qualified with their modules.

    Args:
        types: The types, each once.
        taken: Names that are not free, with what has them.
    """
    wanted: dict[str, list[Any]] = {}
    for item in types:
        wanted.setdefault(name_of_type(item), []).append(item)
    named: dict[Any, Named] = {}
    used = {*taken, *(name for name, claims in wanted.items() if len(claims) == 1 and name not in taken)}
    for name, claims in wanted.items():
        if name in used and name not in taken:
            named[claims[0]] = Named(name)
            continue
        clashes = (*claims, taken[name]) if name in taken else tuple(claims)
        for item in claims:
            unique = _first_free(_qualified(item, name), used)
            used.add(unique)
            named[item] = Named(unique, clashes)
    return named


def _qualified(annotation: Any, name: str) -> str:
    origin = get_origin(annotation) or annotation
    scope = getattr(origin, "__qualname__", "").replace("<locals>.", "").rpartition(".")[0]
    return _NO_NAME.sub("_", "__".join([*origin.__module__.split("."), *([scope] if scope else []), name]))


def _first_free(name: str, used: set[str]) -> str:
    number, free = 1, name
    while free in used:
        number += 1
        free = f"{name}_{number}"
    return free
