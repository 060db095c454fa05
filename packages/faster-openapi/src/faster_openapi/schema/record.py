"""Schemas of models: classes with named fields."""

import dataclasses
import inspect
import typing
from collections.abc import Callable
from typing import Any, get_origin

import msgspec

from faster_core.codec import Field, fields_of
from faster_core.codec.annotation import is_union, members, unwrap
from faster_openapi.model import Object, Use
from faster_openapi.schema.name import name_of_type
from faster_openapi.schema.value import plain_or_nothing

__all__ = ["record_schema"]

_EMPTY_OF: dict[Any, Any] = {list: [], dict: {}, set: [], frozenset: [], tuple: []}

Inner = Callable[[Any, Use], Object]


def record_schema(annotation: Any, use: Use, inner: Inner) -> Object:
    """Return the schema of a Struct, dataclass, attrs class, TypedDict or NamedTuple.

    Args:
        annotation: The class, or a generic class with its arguments.
        use: How its values appear.
        inner: Gives the schemas of the fields.
    """
    cls: Any = get_origin(annotation) or annotation
    fields = fields_of(annotation) or []
    config = getattr(cls, "__struct_config__", None)
    schema: Object = {"title": _title(annotation)}
    description = _description(cls)
    if description:
        schema["description"] = description
    tag = (config.tag_field, config.tag) if config is not None and config.tag is not None else None
    if (config is not None and config.array_like) or issubclass(cls, tuple):
        return schema | _as_array(fields, use, inner, tag, exact=_is_exact(cls, config))
    return schema | _as_object(cls, fields, use, inner, tag)


def _title(annotation: Any) -> str:
    return name_of_type(annotation).replace("_", " ").strip() if get_origin(annotation) else annotation.__name__


def _is_exact(cls: Any, config: Any) -> bool:
    return config is None or bool(config.forbid_unknown_fields)


def _as_object(cls: Any, fields: list[Field], use: Use, inner: Inner, tag: tuple[str, Any] | None) -> Object:
    properties: Object = {}
    required = []
    if tag is not None:
        kind = "string" if isinstance(tag[1], str) else "integer"
        properties[tag[0]] = {"type": kind, "const": tag[1]}
        required.append(tag[0])
    for field in fields:
        name = field.wire_name if use.by_alias else field.name
        properties[name] = _field_schema(field, use, inner)
        if _is_sure(cls, field, use):
            required.append(name)
    schema: Object = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    config = getattr(cls, "__struct_config__", None)
    if config is not None and config.forbid_unknown_fields:
        schema["additionalProperties"] = False
    return schema


def _as_array(fields: list[Field], use: Use, inner: Inner, tag: tuple[str, Any] | None, *, exact: bool) -> Object:
    items = [inner(field.annotation, use) for field in fields]
    least = sum(field.required for field in fields) if use.direction == "input" else len(fields)
    if tag is not None:
        items.insert(0, {"const": tag[1]})
        least += 1
    schema: Object = {"type": "array", "prefixItems": items, "minItems": least}
    if exact:
        schema["maxItems"] = len(items)
        schema["items"] = False
    if not items:
        del schema["prefixItems"]
    return schema


def _field_schema(field: Field, use: Use, inner: Inner) -> Object:
    schema = inner(_without_unset(field.annotation), use)
    default: list[Any] = []
    if field.default is not msgspec.NODEFAULT and field.default is not msgspec.UNSET:
        default = plain_or_nothing(field.default)
    elif field.default_factory in _EMPTY_OF:
        default = [_EMPTY_OF[field.default_factory]]
    return {**schema, "default": default[0]} if default else schema


def _without_unset(annotation: Any) -> Any:
    """Return an annotation without `UnsetType`: a field that may be absent."""
    bare, metadata = unwrap(annotation)
    if not is_union(bare):
        return annotation
    rest = [item for item in members(bare) if item is not msgspec.UnsetType]
    if len(rest) == len(members(bare)):
        return annotation
    left: Any = typing.Union[tuple(rest)]  # noqa: UP007 - there are as many members as there are
    return typing.Annotated[(left, *metadata)] if metadata else left


def _is_sure(cls: Any, field: Field, use: Use) -> bool:
    """Return whether a field is in every value."""
    if use.direction == "input" or field.required:
        return field.required and not use.sparse
    if use.sparse or typing.is_typeddict(cls):
        return False
    config = getattr(cls, "__struct_config__", None)
    bare, _ = unwrap(field.annotation)
    can_be_unset = is_union(bare) and msgspec.UnsetType in members(bare)
    return not (can_be_unset or (config is not None and config.omit_defaults))


def _description(cls: type[Any]) -> str | None:
    """Return the docstring of a class, unless it is one that Python has written."""
    text = cls.__dict__.get("__doc__")
    if not text:
        return None
    writes_itself = dataclasses.is_dataclass(cls) or issubclass(cls, tuple)
    made_up = writes_itself and text.startswith(f"{cls.__name__}(")
    return None if made_up else inspect.cleandoc(text).partition("\f")[0].strip()
