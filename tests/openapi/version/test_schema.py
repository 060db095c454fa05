from typing import Any

import pytest

from faster_openapi.version.schema import as_openapi_30

REF = {"$ref": "#/components/schemas/A"}
NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (True, {}),
        (False, {"not": {}}),
        ({"type": "string"}, {"type": "string"}),
        (NULL, {"nullable": True, "enum": [None]}),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ["number", "string"]}, {"anyOf": [{"type": "number"}, {"type": "string"}]}),
        ({"type": ["array", "string"]}, {"anyOf": [{"type": "array", "items": {}}, {"type": "string"}]}),
        ({"anyOf": [{"type": "integer", "minimum": 1}, NULL]}, {"type": "integer", "minimum": 1, "nullable": True}),
        ({"anyOf": [REF, NULL]}, {"allOf": [REF], "nullable": True}),
        (
            {"oneOf": [REF, {"type": "string"}, NULL]},
            {"oneOf": [REF, {"type": "string"}], "nullable": True},
        ),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"examples": [1, 2]}, {"example": 1}),
        ({"exclusiveMinimum": 1}, {"minimum": 1, "exclusiveMinimum": True}),
        ({"exclusiveMaximum": 1, "maximum": 5}, {"maximum": 1, "exclusiveMaximum": True}),
        ({"exclusiveMinimum": 1, "minimum": 5}, {"minimum": 5}),
        ({"type": "string", "contentEncoding": "base64"}, {"type": "string", "format": "byte"}),
        (
            {"type": "string", "contentMediaType": "application/octet-stream"},
            {"type": "string", "format": "binary"},
        ),
        (
            {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}], "items": False},
            {"type": "array", "items": {"type": "integer"}},
        ),
        (
            {"type": "array", "prefixItems": [{"type": "integer"}, {"const": "a"}]},
            {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"enum": ["a"]}]}},
        ),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({**REF, "default": 1}, {"allOf": [REF], "default": 1}),
        (REF, REF),
        ({"type": "object", "propertyNames": {"minLength": 1}, "$defs": {}}, {"type": "object"}),
        (
            {"type": "object", "properties": {"const": {"const": 1}}, "additionalProperties": {"const": 2}},
            {"type": "object", "properties": {"const": {"enum": [1]}}, "additionalProperties": {"enum": [2]}},
        ),
        ({"not": {"const": 1}, "additionalProperties": False}, {"not": {"enum": [1]}, "additionalProperties": False}),
        ({"x-note": 1}, {"x-note": 1}),
    ],
)
def test_schemas_of_300(schema: Any, expected: Any) -> None:
    assert as_openapi_30(schema) == expected
