from typing import Any

import pytest

from faster_openapi.diff.reference import look_up

DOCUMENT: dict[str, Any] = {
    "paths": {"/a": {"get": 1}},
    "a": {"$ref": "#/b"},
    "b": {"$ref": "#/a"},
    "c": {"type": "string"},
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        ({"type": "integer"}, {"type": "integer"}),
        ({"$ref": "#/c"}, {"type": "string"}),
        ({"$ref": "#/c", "default": ""}, {"type": "string", "default": ""}),
        ({"$ref": "#/paths/~1a"}, {"get": 1}),
        ({"$ref": "#/a"}, {}),
        ({"$ref": "#/nowhere/at/all"}, {}),
        ({"$ref": "other.json#/a"}, {"$ref": "other.json#/a"}),
    ],
)
def test_references(value: Any, expected: Any) -> None:
    assert look_up(DOCUMENT, value) == expected
