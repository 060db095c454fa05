"""Schemas of types that describe themselves, pydantic's above all, met without importing pydantic."""

import sys
from collections.abc import Sequence
from typing import Any

from faster_core.codec.foreign import is_foreign_metadata
from faster_core.codec.hook import is_foreign
from faster_openapi.model import Object, Use

__all__ = ["describe_foreign", "is_described_by_pydantic"]

_MODES = {"input": "validation", "output": "serialization"}


def is_described_by_pydantic(bare: Any, metadata: Sequence[Any] = ()) -> bool:
    """Return whether a type, or what is written around it, is pydantic's.

    Args:
        bare: The type without metadata.
        metadata: The metadata of its Annotated.
    """
    return (
        is_foreign(bare)
        or (isinstance(bare, type) and hasattr(bare, "__get_pydantic_core_schema__"))
        or any(is_foreign_metadata(item) for item in metadata)
    )


def describe_foreign(wanted: Sequence[tuple[Any, Use]], template: str) -> tuple[list[Object], dict[str, Object]]:
    """Return the schemas of pydantic's types, and the components that they refer to, in one namespace.

    Args:
        wanted: The types, each with its use.
        template: What a reference looks like, with `{model}` for the name.
    """
    if not wanted:
        return [], {}
    pydantic: Any = sys.modules["pydantic"]
    inputs = [
        (number, _MODES[use.direction], pydantic.TypeAdapter(annotation))
        for number, (annotation, use) in enumerate(wanted)
    ]
    schemas, shared = pydantic.TypeAdapter.json_schemas(inputs, ref_template=template)
    found = [schemas[number, mode] for number, mode, _ in inputs]
    return found, dict(shared.get("$defs", {}))
