"""Packages whose names are imported when they are first used.

A worker pays at its start for what it uses: one without a rate limit never reads the module of rate limits. What type
checkers and editors see is written below `TYPE_CHECKING`, as always:

    if TYPE_CHECKING:
        from shop.cart import Cart as Cart
    else:
        __getattr__, __dir__ = deferred(__name__, {"shop.cart": ("Cart",)})
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["deferred"]


def deferred(package: str, places: Mapping[str, Iterable[str]]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return what a package needs as its `__getattr__` and its `__dir__`.

    Args:
        package: The package's name.
        places: The names of each module that the package hands on.

    Spec: PEP 562
    """
    module_of = {name: module for module, handed in places.items() for name in handed}

    def find(name: str) -> Any:
        module = module_of.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(module), name)
        # From here on it is found without this function.
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *module_of})

    return find, names
