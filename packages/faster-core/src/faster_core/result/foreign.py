"""Pydantic models as response models, written by pydantic itself.

Pydantic is never imported here: a model of pydantic brings its own validator and serializer, and whoever declared one
has imported pydantic already.
"""

import sys
from typing import Any

from faster_core.result.misfit import Misfit
from faster_core.result.node import Emission, Node, Seen
from faster_core.result.selection import Selection

__all__ = ["Foreign", "adapter", "is_foreign", "validated"]


def is_foreign(annotation: Any) -> bool:
    """Tell whether a type is a pydantic model or a pydantic dataclass."""
    return isinstance(annotation, type) and hasattr(annotation, "__pydantic_serializer__")


def adapter(annotation: Any) -> Any:
    """Return pydantic's adapter for a type."""
    return sys.modules["pydantic"].TypeAdapter(annotation)


def validated(made: Any, value: Any, place: str = "$", **options: Any) -> Any:
    """Return a value as an adapter validates it, read by keys or by attributes.

    Raises:
        Misfit: The value does not fit. Its `args` are one text for each error.
    """
    try:
        return made.validate_python(value, from_attributes=True, **options)
    except sys.modules["pydantic"].ValidationError as error:
        raise Misfit(*(str(_misfit(place, detail)) for detail in error.errors(include_url=False))) from error


def _misfit(place: str, detail: Any) -> Misfit:
    inner = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
    return Misfit.at(place + inner, detail["msg"])


class Foreign(Node):
    """A pydantic model among other types."""

    __slots__ = ("_adapter",)

    def __init__(self, cls: type) -> None:
        super().__init__(cls, (cls,), certain=True, modelled=True)
        self._adapter = adapter(cls)

    def shape(self, value: Any, place: str, seen: Seen | None) -> Any:
        """Return a model of this very class."""
        cls: Any = self.annotation
        if type(value) is cls:
            return value
        if isinstance(value, cls):
            value = self._adapter.dump_python(value, by_alias=False, warnings=False)
            return validated(self._adapter, value, place, by_name=True)
        return validated(self._adapter, value, place)

    def dump(self, value: Any, selection: Selection, emission: Emission) -> Any:
        """Return the model as pydantic dumps it."""
        return self._adapter.dump_python(
            value,
            mode="json",
            by_alias=emission.by_alias,
            exclude_unset=emission.exclude_unset,
            exclude_defaults=emission.exclude_defaults,
            exclude_none=emission.exclude_none,
            **selection.arguments(),
        )
