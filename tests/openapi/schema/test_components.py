from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pytest

from faster_openapi.model import Use
from faster_openapi.schema import Components
from tests.openapi.documents import components_of, schema_of

T = TypeVar("T")
REF = "#/components/schemas/"


class Leaf(msgspec.Struct):
    size: int = 1


class Plain(msgspec.Struct):
    size: int


class Tree(msgspec.Struct):
    leaves: list[Leaf]
    branches: list["Tree"]


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    more: "Page[T] | None"


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (list, {"type": "array", "items": {}}),
        (Sequence[int], {"type": "array", "items": {"type": "integer"}}),
        (set[int], {"type": "array", "items": {"type": "integer"}}),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (
            tuple[int, str],
            {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2, "maxItems": 2},
        ),
        (tuple[()], {"type": "array", "minItems": 0, "maxItems": 0}),
        (dict, {"type": "object", "additionalProperties": True}),
        (dict[str, Any], {"type": "object", "additionalProperties": True}),
        (Mapping[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (
            dict[Annotated[str, msgspec.Meta(min_length=1)], int],
            {
                "type": "object",
                "additionalProperties": {"type": "integer"},
                "propertyNames": {"type": "string", "minLength": 1},
            },
        ),
        (T, {}),
        (object(), {}),
    ],
)
def test_containers(annotation: Any, schema: Any) -> None:
    assert schema_of(annotation) == schema


def test_a_set_that_is_sent_repeats_nothing() -> None:
    assert schema_of(set[int], Use("output"))["uniqueItems"] is True


def both(annotation: Any, *, separate: bool = True) -> tuple[str, str, list[str]]:
    components = Components(separate=separate)
    first, second = components.schema(annotation, Use()), components.schema(annotation, Use("output"))
    named = components.finish()
    return components.resolve(first)["$ref"], components.resolve(second)["$ref"], list(named)


def test_a_type_that_does_not_differ_has_one_name() -> None:
    assert both(Plain) == (f"{REF}Plain", f"{REF}Plain", ["Plain"])


def test_a_type_that_differs_going_in_and_coming_out_has_two() -> None:
    assert both(Leaf) == (f"{REF}Leaf-Input", f"{REF}Leaf-Output", ["Leaf-Input", "Leaf-Output"])


def test_a_type_that_holds_one_that_differs_differs_too() -> None:
    assert both(Tree)[2] == ["Leaf-Input", "Leaf-Output", "Tree-Input", "Tree-Output"]


def test_two_names_can_be_forbidden() -> None:
    assert both(Tree, separate=False) == (f"{REF}Tree", f"{REF}Tree", ["Leaf", "Tree"])


def test_a_generic_type_that_contains_itself_ends() -> None:
    [schema], named = components_of(Page[Plain])
    assert schema == {"$ref": f"{REF}Page_Plain_"}
    assert named["Page_Plain_"]["properties"]["more"]["anyOf"][0] == {"$ref": f"{REF}Page_Plain_"}


def test_two_types_of_one_name_are_qualified_and_reported() -> None:
    other = msgspec.defstruct("Plain", [("weight", int)], module="shop.parts")
    components = Components()
    first, second = components.schema(Plain, Use()), components.schema(other, Use())
    named = components.finish()
    ours = f"{__name__.replace('.', '__')}__Plain"
    assert list(named) == sorted([ours, "shop__parts__Plain"])
    assert components.resolve(first)["$ref"] == f"{REF}{ours}"
    assert components.resolve(second)["$ref"] == f"{REF}shop__parts__Plain"
    [diagnostic] = components.diagnostics
    assert (diagnostic.code, diagnostic.severity) == ("FA131", "warning")
    assert str(diagnostic) == (
        f"2 different types of the document are named 'Plain'; it has {__name__}.Plain as {ours}, shop.parts.Plain as "
        "shop__parts__Plain. Give them different names, so that clients get readable ones. [FA131]"
    )


def test_local_classes_of_one_name_are_told_apart() -> None:
    def make(kind: type) -> Any:
        class Local(msgspec.Struct):
            value: kind  # type: ignore[valid-type]

        Local.__annotations__["value"] = kind
        return Local

    names = list(components_of(make(int), make(int))[1])
    assert len(names) == 2
    assert names[1] == f"{names[0]}_2"
