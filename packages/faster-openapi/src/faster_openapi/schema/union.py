"""Schemas of unions, with the field that tells their members apart where there is one."""

from collections.abc import Callable, Sequence
from typing import Any, get_origin

from faster_core.codec.annotation import unwrap
from faster_openapi.model import Object

__all__ = ["union_schema"]


def union_schema(members: Sequence[Any], schemas: Sequence[Object], look_up: Callable[[Object], Object]) -> Object:
    """Return the schema of a union.

    Args:
        members: The types.
        schemas: Their schemas.
        look_up: Gives what a reference stands for.
    """
    distinct: list[Object] = []
    for schema in schemas:
        if schema not in distinct:
            distinct.append(schema)
    if {} in distinct:
        return {}
    if len(distinct) == 1:
        return dict(distinct[0])
    schema = {"anyOf": distinct}
    discriminator = _discriminator(members, schemas, look_up)
    if discriminator is not None:
        return _discriminated(distinct, discriminator)
    return schema


def _discriminated(schemas: Sequence[Object], discriminator: Object) -> Object:
    """Return a union whose models are told apart by a field; what is no model, null above all, stands beside them."""
    models = [schema for schema in schemas if "$ref" in schema]
    others = [schema for schema in schemas if "$ref" not in schema]
    one_of: Object = {"oneOf": models, "discriminator": discriminator}
    return {"anyOf": [one_of, *others]} if others else one_of


def _discriminator(
    members: Sequence[Any], schemas: Sequence[Object], look_up: Callable[[Object], Object]
) -> Object | None:
    """Return the discriminator object of a union of tagged Structs.

    Spec: OpenAPI 3.1, 4.8.25
    """
    tags: dict[str, str] = {}
    field = None
    for member, schema in zip(members, schemas, strict=True):
        if "$ref" not in schema:
            continue
        bare, _ = unwrap(member)
        config = getattr(get_origin(bare) or bare, "__struct_config__", None)
        if config is None or config.tag is None or config.array_like or field not in (None, config.tag_field):
            return None
        field = config.tag_field
        tags[str(config.tag)] = schema["$ref"]
    return {"propertyName": field, "mapping": tags} if len(tags) > 1 else None
