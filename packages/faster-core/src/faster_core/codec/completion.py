"""Defaults of dataclasses that msgspec leaves to the class.

An instance that msgspec makes of a dataclass has in its `__dict__` what was sent; a default that is a plain value is
found on the class. Reading the attribute gives the same, but whatever goes through `__dict__` misses it: `vars`,
`pickle`, and msgspec itself when it writes the instance as JSON.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from faster_core.codec.annotation import is_dataclass
from faster_core.codec.leaf import Leaf
from faster_core.codec.model import Model
from faster_core.codec.node import Node

__all__ = ["completion"]

_COLLECTIONS = (list, tuple, set, frozenset)


class _Known(Struct, frozen=True):
    """A class of models: the defaults that its instances may lack, and the fields that may hold such instances."""

    defaults: dict[str, Any]
    inner: tuple[str, ...]


def completion(tree: Node) -> Callable[[Any], None] | None:
    """Return what sets the defaults that an instance of a type lacks, at any depth; None where none can lack any.

    Args:
        tree: The type.
    """
    models = [node for node in tree.all() if isinstance(node, Model)]
    known = {node.bare: _Known(_defaults(node), _inner(node)) for node in models if node.bare is not dict}
    if not any(item.defaults for item in known.values()):
        return None

    def complete(value: Any) -> None:
        found = known.get(type(value))
        if found is not None:
            if found.defaults and not found.defaults.keys() <= value.__dict__.keys():
                _set(value, found.defaults)
            for name in found.inner:
                complete(getattr(value, name))
        elif isinstance(value, dict):
            for item in value.values():
                complete(item)
        elif isinstance(value, _COLLECTIONS):
            for item in value:
                complete(item)

    return complete


def _set(value: Any, defaults: dict[str, Any]) -> None:
    own = value.__dict__
    import dataclasses

    names = [field.name for field in dataclasses.fields(value)]
    # In the order of the fields, because that is the order in which they are written.
    whole = {name: own[name] if name in own else defaults[name] for name in names if name in own or name in defaults}
    whole.update(own)
    own.clear()
    own.update(whole)


def _defaults(node: Model) -> dict[str, Any]:
    cls = node.bare
    if not is_dataclass(cls) or not getattr(cls, "__dictoffset__", 0):
        return {}
    import dataclasses

    return {field.name: field.default for field in dataclasses.fields(cls) if field.default is not dataclasses.MISSING}


def _inner(node: Model) -> tuple[str, ...]:
    return tuple(entry.field.name for entry in node.entries if not isinstance(entry.node, Leaf))
