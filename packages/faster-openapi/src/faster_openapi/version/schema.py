"""JSON Schema draft 2020-12 as OpenAPI 3.0 has it: an older draft with words of its own.

Spec: OpenAPI 3.0.3, 4.7.24
"""

from typing import Any

from faster_openapi.model import Object

__all__ = ["as_openapi_30"]

_MANY = ("anyOf", "oneOf", "allOf")
_MAPS = ("properties",)
_UNKNOWN = (
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$schema",
    "$vocabulary",
    "contains",
    "contentSchema",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "patternProperties",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_LIMITS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def as_openapi_30(schema: Any) -> Object:
    """Return a schema as OpenAPI 3.0 has it; what that cannot say is left out, so that the schema allows more.

    Args:
        schema: A schema, or True and False.
    """
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    found = {name: value for name, value in schema.items() if name not in _UNKNOWN}
    _convert_inner(found)
    _convert_choice(found)
    _convert_limits(found)
    _convert_content(found)
    _convert_tuple(found)
    _convert_null(found)
    return _wrap_reference(found)


def _convert_inner(found: Object) -> None:
    for name in _MANY:
        if name in found:
            found[name] = [item if _is_null(item) else as_openapi_30(item) for item in found[name]]
    for name in _MAPS:
        if name in found:
            found[name] = {key: as_openapi_30(item) for key, item in found[name].items()}
    for name in ("items", "not"):
        if name in found:
            found[name] = as_openapi_30(found[name])
    if isinstance(found.get("additionalProperties"), dict):
        found["additionalProperties"] = as_openapi_30(found["additionalProperties"])
    if "prefixItems" in found:
        found["prefixItems"] = [as_openapi_30(item) for item in found["prefixItems"]]


def _convert_choice(found: Object) -> None:
    if "const" in found:
        found["enum"] = [found.pop("const")]
    if "examples" in found:
        examples = found.pop("examples")
        if isinstance(examples, list) and examples:
            found.setdefault("example", examples[0])


def _convert_limits(found: Object) -> None:
    for exclusive, plain in _LIMITS.items():
        value = found.get(exclusive)
        if value is None or isinstance(value, bool):
            continue
        del found[exclusive]
        known = found.get(plain)
        tighter = known is None or (value >= known if plain == "minimum" else value <= known)
        if tighter:
            found[plain] = value
            found[exclusive] = True


def _convert_content(found: Object) -> None:
    encoding = found.pop("contentEncoding", None)
    media_type = found.pop("contentMediaType", None)
    if encoding == "base64":
        found.setdefault("format", "byte")
    elif media_type == "application/octet-stream":
        found.setdefault("format", "binary")


def _convert_tuple(found: Object) -> None:
    prefix = found.pop("prefixItems", None)
    if prefix is not None:
        distinct = [item for number, item in enumerate(prefix) if item not in prefix[:number]]
        found["items"] = distinct[0] if len(distinct) == 1 else {"anyOf": distinct}
    if found.get("type") == "array":
        found.setdefault("items", {})


def _convert_null(found: Object) -> None:
    """Write null as `nullable`, and several types as alternatives."""
    kinds = found.get("type")
    if isinstance(kinds, list):
        rest = [kind for kind in kinds if kind != "null"]
        if len(rest) < len(kinds):
            found["nullable"] = True
        del found["type"]
        if len(rest) == 1:
            found["type"] = rest[0]
        elif rest:
            found.setdefault("anyOf", [_of_kind(kind) for kind in rest])
    elif kinds == "null":
        del found["type"]
        found["nullable"] = True
        found["enum"] = [None]
    for name in ("anyOf", "oneOf"):
        if any(_is_null(item) for item in found.get(name, ())):
            _drop_null(found, name)


def _of_kind(kind: str) -> Object:
    return {"type": kind, "items": {}} if kind == "array" else {"type": kind}


def _drop_null(found: Object, name: str) -> None:
    rest = [item for item in found[name] if not _is_null(item)]
    found["nullable"] = True
    del found[name]
    if len(rest) > 1:
        found[name] = rest
    elif rest and "$ref" in rest[0]:
        found["allOf"] = rest
    elif rest:
        for key, value in rest[0].items():
            found.setdefault(key, value)


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _wrap_reference(found: Object) -> Object:
    """Return a reference with nothing beside it, where OpenAPI 3.0 would not look."""
    if "$ref" not in found or len(found) == 1:
        return found
    rest = {name: value for name, value in found.items() if name != "$ref"}
    return {"allOf": [{"$ref": found["$ref"]}], **rest}
