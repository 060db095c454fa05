import sys
from typing import Annotated, Any

import msgspec
import pytest

from faster_openapi.schema.alias import recursive_alias
from tests.openapi.documents import components_of

pytestmark = pytest.mark.skipif(sys.version_info < (3, 12), reason="`type` came with Python 3.12")

SOURCE = """
type Json = dict[str, Json] | list[Json] | str
type Nested[T] = list[Nested[T]] | T
type Plain = list[int]
type Outer = list[Inner] | int
type Inner = dict[str, Outer]
"""
REF = "#/components/schemas/"


def aliases() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": __name__}
    exec(SOURCE, names)
    return names


def test_an_alias_that_contains_itself_has_a_name() -> None:
    alias = aliases()["Json"]
    [schema, described], named = components_of(alias, Annotated[alias, msgspec.Meta(description="Any.")])
    assert schema == {"$ref": f"{REF}Json"}
    assert described == {"$ref": f"{REF}Json", "description": "Any."}
    assert named["Json"] == {
        "anyOf": [
            {"type": "object", "additionalProperties": {"$ref": f"{REF}Json"}},
            {"type": "array", "items": {"$ref": f"{REF}Json"}},
            {"type": "string"},
        ]
    }


def test_a_circle_of_aliases_and_a_generic_one() -> None:
    names = aliases()
    assert list(components_of(names["Outer"])[1]) == ["Inner", "Outer"]
    assert list(components_of(names["Nested"][int])[1]) == ["Nested_int_"]


def test_any_other_alias_is_what_it_stands_for() -> None:
    plain = aliases()["Plain"]
    assert components_of(plain) == ([{"type": "array", "items": {"type": "integer"}}], {})
    assert recursive_alias(plain) == (None, ())
