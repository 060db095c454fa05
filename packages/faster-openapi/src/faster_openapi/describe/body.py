"""The request body of an operation."""

from collections.abc import Iterator
from typing import Any

import msgspec

from faster_core.params import Source
from faster_core.plan.model import Body, BodyPart, Group, Parameter
from faster_openapi.describe.parameter import declare
from faster_openapi.model import Object, Use
from faster_openapi.schema import Components, plain
from faster_openapi.schema.value import plain_or_nothing

__all__ = ["describe_body"]

_MSGPACK = "application/msgpack"
_JSON = "application/json"
_FILE: Object = {"type": "string", "contentMediaType": "application/octet-stream"}


def describe_body(body: Body, operation_id: str, components: Components) -> Object:
    """Return the request body object.

    Args:
        body: What the plan reads.
        operation_id: The operation's name, after which a body of several arguments is named.
        components: Takes the types in.
    """
    described: Object = {"content": _content(body, operation_id, components)}
    if body.required:
        described["required"] = True
    first = body.parts[0].declaration if body.parts and not body.embedded else None
    if first is not None and first.description:
        described["description"] = first.description
    return described


def _content(body: Body, operation_id: str, components: Components) -> Object:
    if body.kind == "form":
        return {body.media_type: _form(body, operation_id, components)}
    if body.kind == "json":
        media = _json(body, operation_id, components)
        # Whatever reads JSON reads MessagePack, by the Content-Type of the request.
        return {body.media_type: media, _MSGPACK: {"schema": media["schema"]}}
    schema: Object = {} if body.kind == "raw" else {"type": "string"}
    if body.required:
        # No bytes are no body.
        schema["minLength"] = 1
    declare(schema, body.parts[0].declaration)
    return {body.media_type: {"schema": schema}}


def _json(body: Body, operation_id: str, components: Components) -> Object:
    if body.embedded:
        schema = _object(body.parts, f"Body_{operation_id}", components)
        return {"schema": schema}
    part = body.parts[0]
    media: Object = {"schema": _part_schema(part, components)}
    if part.declaration is not None and part.declaration.openapi_examples:
        media["examples"] = plain(part.declaration.openapi_examples)
    return media


def _part_schema(part: BodyPart, components: Components) -> Object:
    schema = components.schema(part.annotation, Use())
    declare(schema, part.declaration)
    return _with_default(schema, part)


def _object(parts: tuple[BodyPart, ...], name: str, components: Components) -> Object:
    properties = {part.wire_name: _part_schema(part, components) for part in parts}
    required = [part.wire_name for part in parts if part.required]
    return _named(name, properties, required, components)


def _named(name: str, properties: Object, required: list[str], components: Components) -> Object:
    schema: Object = {"title": name, "type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return components.add(name, schema)


def _form(body: Body, operation_id: str, components: Components) -> Object:
    media: Object = {}
    if len(body.fields) == 1 and isinstance(body.fields[0], Group):
        media["schema"] = _form_model(body.fields[0], components)
    else:
        properties = {field.wire_name: _field_schema(field, components) for field in _fields(body)}
        required = [field.wire_name for field in _fields(body) if field.required]
        media["schema"] = _named(f"Body_{operation_id}", properties, required, components)
    encoding = {field.wire_name: part for field in _fields(body) if (part := _encoding(field))}
    if encoding:
        media["encoding"] = encoding
    return media


def _form_model(group: Group, components: Components) -> Object:
    """Return the schema of a model whose fields are those of a form, with what a form asks of them beyond it."""
    schema = components.schema(group.annotation, Use())
    fields = {field.wire_name: _filled(field, components.schema(field.annotation, Use())) for field in group.fields}
    filled = {name: keywords for name, keywords in fields.items() if keywords}
    return {**schema, "properties": filled} if "$ref" in schema and filled else schema


def _fields(body: Body) -> Iterator[Parameter]:
    for node in body.fields:
        if isinstance(node, Group):
            yield from node.fields
        else:
            yield node


def _field_schema(field: Parameter, components: Components) -> Object:
    schema = _file_schema(field) if field.source is Source.FILE else components.schema(field.annotation, Use())
    schema |= _filled(field, schema)
    declare(schema, field.declaration)
    return _with_default(schema, field)


def _filled(field: Parameter, schema: Object) -> Object:
    """Return the keywords that say that a field holds something: a form cannot tell an empty one from none."""
    if not field.required:
        return {}
    if schema.get("type") == "array":
        found: Object = {"minItems": max(1, schema.get("minItems", 0))}
        items: Object = schema.get("items") or {}
        if field.source is Source.FORM and _is_text(items):
            found["items"] = {**items, "minLength": max(1, items.get("minLength", 0))}
        return found
    if field.source is Source.FORM and _is_text(schema):
        return {"minLength": max(1, schema.get("minLength", 0))}
    return {}


def _is_text(schema: Object) -> bool:
    return schema.get("type") == "string" and not {"enum", "const"} & schema.keys()


def _file_schema(field: Parameter) -> Object:
    return {"type": "array", "items": dict(_FILE)} if field.collects else dict(_FILE)


def _encoding(field: Parameter) -> Object:
    """Return how a field is written, where that is not what its schema implies.

    Spec: OpenAPI 3.1, 4.8.15
    """
    media_type = field.declaration.media_type
    return {"contentType": media_type} if media_type and media_type != "multipart/form-data" else {}


def _with_default(schema: Object, node: BodyPart | Parameter) -> Object:
    default: Any = node.default
    if node.required or default is None or default in (..., msgspec.NODEFAULT, msgspec.UNSET):
        return schema
    for value in plain_or_nothing(default):
        schema["default"] = value
    return schema
