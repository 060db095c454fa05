import dataclasses
from typing import Annotated, Any, Generic, NamedTuple, NotRequired, TypedDict, TypeVar

import msgspec
import pytest

from faster_core.partial import Partial
from faster_openapi.model import Use
from tests.openapi.documents import schema_of

T = TypeVar("T")
OUTPUT = Use("output")
SPARSE = Use("output", sparse=True)
BY_NAME = Use("output", by_alias=False)


class Item(msgspec.Struct, rename="camel"):
    """Something for sale.

    It has a price.
    \fNobody sees this.
    """

    item_name: str
    unit_price: Annotated[float, msgspec.Meta(gt=0)] = 1.5
    labels: list[str] = []
    note: str | msgspec.UnsetType = msgspec.UNSET


class Strict(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    a: int = 1


class Tagged(msgspec.Struct, tag_field="kind", tag="t"):
    a: int


class Numbered(msgspec.Struct, tag=3):
    a: int


class Row(msgspec.Struct, array_like=True, tag="row"):
    a: int
    b: str = ""


class Box(msgspec.Struct, Generic[T]):
    content: T


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


class Pair(NamedTuple):
    first: int
    second: str = ""


class Sentinel(msgspec.Struct):
    value: Any = msgspec.field(default_factory=object)


INTEGER = {"type": "integer"}
STRING = {"type": "string"}


def thing(title: str, properties: Any, required: Any = None, **more: Any) -> Any:
    found = {"title": title, "type": "object", "properties": properties, **more}
    return {**found, "required": required} if required else found


ITEM = {
    "itemName": STRING,
    "unitPrice": {"type": "number", "exclusiveMinimum": 0, "default": 1.5},
    "labels": {"type": "array", "items": STRING, "default": []},
    "note": STRING,
}
TEXT = {"description": "Something for sale.\n\nIt has a price."}
ROW = {"title": "Row", "type": "array", "prefixItems": [{"const": "row"}, INTEGER, STRING]}


@pytest.mark.parametrize(
    ("annotation", "use", "schema"),
    [
        (Item, Use(), thing("Item", ITEM, ["itemName"], **TEXT)),
        (Item, OUTPUT, thing("Item", ITEM, ["itemName", "unitPrice", "labels"], **TEXT)),
        (Item, SPARSE, thing("Item", ITEM, **TEXT)),
        (Strict, Use(), thing("Strict", {"a": {**INTEGER, "default": 1}}, additionalProperties=False)),
        (Strict, OUTPUT, thing("Strict", {"a": {**INTEGER, "default": 1}}, additionalProperties=False)),
        (Tagged, Use(), thing("Tagged", {"kind": {"type": "string", "const": "t"}, "a": INTEGER}, ["kind", "a"])),
        (Numbered, Use(), thing("Numbered", {"type": {"type": "integer", "const": 3}, "a": INTEGER}, ["type", "a"])),
        (Row, Use(), {**ROW, "minItems": 2}),
        (Row, OUTPUT, {**ROW, "minItems": 3}),
        (Box[int], Use(), thing("Box int", {"content": INTEGER}, ["content"])),
        (Point, Use(), thing("Point", {"x": INTEGER, "y": {**INTEGER, "default": 0}}, ["x"])),
        (Point, OUTPUT, thing("Point", {"x": INTEGER, "y": {**INTEGER, "default": 0}}, ["x", "y"])),
        (Movie, Use(), thing("Movie", {"title": STRING, "year": INTEGER}, ["title"])),
        (Movie, OUTPUT, thing("Movie", {"title": STRING, "year": INTEGER}, ["title"])),
        (
            Pair,
            Use(),
            {
                "title": "Pair",
                "type": "array",
                "prefixItems": [INTEGER, STRING],
                "minItems": 1,
                "maxItems": 2,
                "items": False,
            },
        ),
        (Sentinel, Use(), thing("Sentinel", {"value": {}})),
        (
            Partial[Tagged],
            Use(),
            thing(
                "PartialTagged",
                {"kind": {"type": "string", "const": "t"}, "a": INTEGER},
                ["kind"],
                description="The fields of Tagged that were sent.",
            ),
        ),
    ],
)
def test_models_are_objects(annotation: Any, use: Use, schema: Any) -> None:
    assert schema_of(annotation, use) == schema


def test_fields_by_their_names_in_python() -> None:
    assert list(schema_of(Item, BY_NAME)["properties"]) == ["item_name", "unit_price", "labels", "note"]


def test_an_attrs_class_is_an_object() -> None:
    attrs = pytest.importorskip("attrs")

    @attrs.define
    class Point3:
        """In space."""

        x: int
        z: list[int] = attrs.field(factory=list)

    assert schema_of(Point3) == thing(
        "Point3",
        {"x": INTEGER, "z": {"type": "array", "items": INTEGER, "default": []}},
        ["x"],
        description="In space.",
    )


def test_plain_structs_have_the_schema_that_msgspec_gives() -> None:
    for model in (Tagged, Numbered, Strict):
        [theirs] = msgspec.json.schema_components([model])[1].values()
        assert (
            schema_of(model)["required" if model is not Strict else "properties"]
            == (theirs["required" if model is not Strict else "properties"])
        )


def test_what_is_sent_fits_what_the_document_requires() -> None:
    for value, use in ((Item("a"), OUTPUT), (Point(1), OUTPUT), (Strict(), OUTPUT)):
        sent = msgspec.json.decode(msgspec.json.encode(value))
        schema = schema_of(type(value), use)
        assert set(schema.get("required", ())) <= set(sent) <= set(schema["properties"])
