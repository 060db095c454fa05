"""The fields of every kind of model."""

import datetime
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import NODEFAULT, Meta

from faster_core.codec import Field, UnsupportedTypeError, fields_of
from tests.core.codec import models


class Lost(msgspec.Struct):
    there: "NoSuchName"  # type: ignore[name-defined]  # noqa: F821


class Base(models.Box[int]):
    pass


@pytest.mark.parametrize(
    "annotation, expected",
    [
        (
            models.Camel,
            [
                Field("first_name", "firstName", str, True, NODEFAULT),
                Field("born_on", "bornOn", datetime.date | None, False, None),
                Field("many_items", "manyItems", dict[str, models.Item], False, NODEFAULT, dict),
            ],
        ),
        (
            models.Person,
            [
                Field("name", "name", str, True, NODEFAULT),
                Field("age", "age", Annotated[int, Meta(ge=0)], False, 0),
                Field("friends", "friends", list[models.Person], False, NODEFAULT, list),
            ],
        ),
        (models.Movie, [Field("title", "title", str, True, NODEFAULT), Field("year", "year", int, False, NODEFAULT)]),
        (models.Pair, [Field("left", "left", int, True, NODEFAULT), Field("right", "right", str, False, "r")]),
        (
            models.Page[int],
            [Field("items", "items", list[int], True, NODEFAULT), Field("total", "total", int, False, 0)],
        ),
        (
            models.Box[str],
            [Field("content", "content", str, True, NODEFAULT), Field("label", "label", str, False, "box")],
        ),
        (Base, [Field("content", "content", int, True, NODEFAULT), Field("label", "label", str, False, "box")]),
        (
            Annotated[models.Pair, "x"],
            [Field("left", "left", int, True, NODEFAULT), Field("right", "right", str, False, "r")],
        ),
        (int, None),
        (list[models.Item], None),
        (models.Item | None, None),
    ],
    ids=str,
)
def test_fields_of(annotation: Any, expected: list[Field] | None) -> None:
    assert fields_of(annotation) == expected


def test_of_attrs() -> None:
    attrs = pytest.importorskip("attrs")

    @attrs.define
    class Thing:
        a: int
        b: int = 2
        c: list[int] = attrs.Factory(list)

    assert fields_of(Thing) == [
        Field("a", "a", int, True, NODEFAULT),
        Field("b", "b", int, False, 2),
        Field("c", "c", list[int], False, NODEFAULT, list),
    ]


def test_of_pydantic() -> None:
    pydantic = pytest.importorskip("pydantic")

    class Model(pydantic.BaseModel):  # type: ignore[name-defined, misc]
        a: int
        b: str = pydantic.Field("x", alias="bee")
        c: int = pydantic.Field(default_factory=int, validation_alias=pydantic.AliasChoices("sea", "c"))
        d: int | None = pydantic.Field(None, ge=1)

    found = fields_of(Model)
    assert found is not None
    assert [(item.name, item.wire_name, item.required, item.default) for item in found] == [
        ("a", "a", True, NODEFAULT),
        ("b", "bee", False, "x"),
        ("c", "sea", False, NODEFAULT),
        ("d", "d", False, None),
    ]
    assert found[2].default_factory is int
    assert found[3].annotation.__metadata__[0].ge == 1


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(UnsupportedTypeError) as caught:
        fields_of(Lost)
    assert str(caught.value) == (
        "`Lost` cannot be read: name 'NoSuchName' is not defined. "
        "Define that name at the top of the module, before the model is used."
    )
