from typing import Any

import msgspec
import pytest

from tests.openapi.documents import components_of

REF = "#/components/schemas/"


class Cat(msgspec.Struct, tag="cat"):
    meow: int


class Dog(msgspec.Struct, tag="dog"):
    bark: int


class Fish(msgspec.Struct):
    swim: int


class Bird(msgspec.Struct, tag_field="species", tag="bird"):
    fly: int


PETS = {
    "oneOf": [{"$ref": f"{REF}Cat"}, {"$ref": f"{REF}Dog"}],
    "discriminator": {"propertyName": "type", "mapping": {"cat": f"{REF}Cat", "dog": f"{REF}Dog"}},
}


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (int | str, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        (Cat | Dog, PETS),
        (Cat | Dog | None, {"anyOf": [PETS, {"type": "null"}]}),
        (Cat | None, {"anyOf": [{"$ref": f"{REF}Cat"}, {"type": "null"}]}),
        (Cat | Fish, {"anyOf": [{"$ref": f"{REF}Cat"}, {"$ref": f"{REF}Fish"}]}),
        (Cat | Bird, {"anyOf": [{"$ref": f"{REF}Cat"}, {"$ref": f"{REF}Bird"}]}),
        (list[int] | set[int], {"type": "array", "items": {"type": "integer"}}),
        (int | Any, {}),
        (list[Cat | Dog], {"type": "array", "items": PETS}),
    ],
)
def test_unions(annotation: Any, schema: Any) -> None:
    assert components_of(annotation)[0] == [schema]
