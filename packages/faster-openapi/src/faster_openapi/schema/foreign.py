"""Schemas of types that describe themselves, pydantic's above all, met without importing pydantic."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from faster_core.codec.foreign import is_foreign_metadata
from faster_core.codec.hook import is_foreign
from faster_core.upload import UploadFile
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
        or (
            isinstance(bare, type)
            and hasattr(bare, "__get_pydantic_core_schema__")
            and not issubclass(bare, UploadFile)  # which only tells pydantic what it is
        )
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
    components: dict[str, Object] = shared.get("$defs", {})
    names = _shared_names(components, template)
    kept = {names.get(name, name): _renamed(schema, names, template) for name, schema in components.items()}
    return [_renamed(schema, names, template) for schema in found], kept


def _shared_names(components: dict[str, Object], template: str) -> dict[str, str]:
    """Return new names for the two schemas of a model that differ in nothing but their references to such schemas.

    pydantic parts the two uses of whatever refers to itself. All pairs are taken for equal first, then those are
    parted that differ, or refer to what has been parted, until nothing changes.
    """
    bases = [name.removesuffix("-Input") for name in components if name.endswith("-Input")]
    bases = [base for base in bases if f"{base}-Output" in components and base not in components]
    while True:
        names = {f"{base}{suffix}": base for base in bases for suffix in ("-Input", "-Output")}
        equal = [
            base
            for base in bases
            if _renamed(components[f"{base}-Input"], names, template)
            == _renamed(components[f"{base}-Output"], names, template)
        ]
        if len(equal) == len(bases):
            return names
        bases = equal


def _renamed(schema: Any, names: Mapping[str, str], template: str) -> Any:
    """Return a schema with other names in its references."""
    references = {template.format(model=old): template.format(model=new) for old, new in names.items()}

    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: rename(item) for name, item in value.items()}
        if isinstance(value, list):
            return [rename(item) for item in value]
        return references.get(value, value) if isinstance(value, str) else value

    return rename(schema) if references else schema
