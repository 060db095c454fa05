import enum
import re
from typing import Annotated, Any, Optional

import msgspec
import pytest

from faster_core.app import App
from faster_core.params import Query
from faster_openapi import document
from faster_openapi.model import Use
from faster_openapi.schema import Components
from faster_openapi.schema.foreign import describe_foreign

pydantic = pytest.importorskip("pydantic")


class Kind(enum.Enum):
    A = "a"
    B = "b"


class Owner(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    name: str
    site: pydantic.AnyUrl | None = None  # type: ignore[name-defined]
    kind: Kind = Kind.A


class Pet(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    owner: Owner
    parent: Optional["Pet"] = None


class Square(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    side: int

    @pydantic.computed_field  # type: ignore[untyped-decorator]
    def area(self) -> int:
        return self.side**2


class Basket(msgspec.Struct):
    pet: Pet
    kind: Kind


def described(annotation: Any, *uses: Use) -> Any:
    components = Components()
    schemas = [components.schema(annotation, use) for use in uses]
    named = components.finish()
    return [components.resolve(schema) for schema in schemas], named, components.diagnostics


def test_nothing_is_imported_for_nothing() -> None:
    assert describe_foreign([], "{model}") == ([], {})


def test_models_are_described_by_themselves_in_one_namespace() -> None:
    [schema], named, _ = described(Pet, Use())
    assert schema == {"$ref": "#/components/schemas/Pet"}
    assert sorted(named) == ["Kind", "Owner", "Pet"]
    assert named["Pet"]["properties"]["owner"] == {"$ref": "#/components/schemas/Owner"}
    assert named["Owner"]["required"] == ["name"]


def test_a_model_that_differs_coming_out_has_two_names() -> None:
    schemas, named, _ = described(Square, Use(), Use("output"))
    assert [schema["$ref"].rpartition("/")[2] for schema in schemas] == ["Square-Input", "Square-Output"]
    assert named["Square-Output"]["required"] == ["side", "area"]


def test_a_model_inside_a_struct_and_an_enum_in_both() -> None:
    _, named, diagnostics = described(Basket, Use())
    assert named["Basket"]["properties"] == {
        "pet": {"$ref": "#/components/schemas/Pet"},
        "kind": {"$ref": "#/components/schemas/Kind"},
    }
    assert diagnostics == []


def test_types_that_only_pydantic_knows() -> None:
    [schema], named, _ = described(pydantic.AnyUrl, Use())
    assert (schema["type"], schema["format"], named) == ("string", "uri", {})


def test_a_struct_and_a_model_of_one_name_are_reported() -> None:
    other = msgspec.defstruct("Owner", [("weight", int)], module="shop.parts")
    app = App()

    async def handler(pet: Pet, owner: other) -> None:  # type: ignore[valid-type]
        return

    app.add_api_route("/", handler, methods=["POST"])
    assert {"Owner", "shop__parts__Owner"} <= set(document(app)["components"]["schemas"])


def test_the_fields_of_a_model_in_a_query_say_what_they_said() -> None:
    class Search(pydantic.BaseModel):  # type: ignore[misc, name-defined]
        size: int = pydantic.Field(10, ge=1, description="How many.", alias="pageSize")
        text: str | None = pydantic.Field(None, title="T", examples=["a"], deprecated=True)

    async def handler(search: Annotated[Search, Query()]) -> None: ...

    app = App()
    app.add_api_route("/", handler)
    first, second = document(app)["paths"]["/"]["get"]["parameters"]
    assert first == {
        "name": "pageSize",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "description": "How many.", "default": 10},
        "description": "How many.",
    }
    assert (second["deprecated"], second["schema"]["examples"], second["schema"]["title"]) == (True, ["a"], "T")


def test_a_model_is_described_once_however_often_it_is_used() -> None:
    components = Components()
    assert components.schema(Pet, Use()) == components.schema(Pet, Use())
    assert components.schema(Pet, Use()) != components.schema(Owner, Use())


class Branch(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    name: str
    leaves: list["Branch"] = []
    shape: Square | None = None


class Node(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    value: int = 0
    next: Optional["Node"] = None
    other: Optional["Edge"] = None


class Edge(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    to: Node


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (Node, ["Edge", "Node"]),
        # Its shape has one field more on the way out, so that it is parted, and what refers to it with it.
        (Branch, ["Branch-Input", "Branch-Output", "Square-Input", "Square-Output"]),
    ],
)
def test_a_model_that_refers_to_itself_is_parted_only_where_it_differs(model: Any, names: list[str]) -> None:
    async def handler(body: model) -> model: ...

    app = App()
    app.post("/")(handler)
    found = document(app)
    schemas = found["components"]["schemas"]
    assert [name for name in schemas if not name.startswith("HTTP") and name != "ValidationError"] == names
    referred = set(re.findall(r"#/components/schemas/([\w-]+)", msgspec.json.encode(found).decode()))
    assert referred == set(schemas)
