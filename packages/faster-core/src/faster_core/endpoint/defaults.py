"""Lines that give what a request leaves out its default."""

from collections.abc import Callable
from copy import deepcopy
from enum import Enum
from typing import Any
from uuid import UUID

from faster_core.diagnostic import describe_callable
from faster_core.endpoint.code import Code
from faster_core.plan.model import BodyPart, Group, Parameter

__all__ = ["default_of"]

_PLAIN_FACTORIES: tuple[Callable[[], Any], ...] = (list, dict, set)
_UNCHANGING = (str, int, float, bool, bytes, frozenset, tuple, Enum, UUID, type(None))


def default_of(code: Code, node: Parameter | Group | BodyPart) -> str:
    """Return an expression for the value of what a request does not have; each request has its own."""
    factory = node.default_factory if not isinstance(node, Group) else node.declaration.default_factory
    if factory is not None:
        made = factory if factory in _PLAIN_FACTORIES else _answering(factory)
        return f"{code.constant(made, 'factory')}()"
    default = code.constant(node.default, "default")
    if isinstance(node.default, _UNCHANGING):
        return default
    return f"{code.constant(deepcopy, 'deepcopy')}({default})"


def _answering(factory: Callable[[], Any]) -> Callable[[], Any]:
    """Return a factory whose errors are the program's: none of them says that the request does not fit."""

    def make() -> Any:
        try:
            return factory()
        except Exception as error:
            raise RuntimeError(f"The default factory {describe_callable(factory)} failed") from error

    return make
