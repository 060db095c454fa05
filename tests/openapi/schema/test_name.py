from typing import Any, Generic, Literal, TypeVar

import msgspec
import pytest

from faster_openapi.schema.name import name_all, name_of_type

T = TypeVar("T")
U = TypeVar("U")


class Item(msgspec.Struct):
    a: int


class Page(msgspec.Struct, Generic[T]):
    a: T


class Two(msgspec.Struct, Generic[T, U]):
    a: T
    b: U


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (Item, "Item"),
        (Page[Item], "Page_Item_"),
        (Page[list[Item]], "Page_list_Item__"),
        (Page[Item | None], "Page_Item_or_None_"),
        (Two[int, str], "Two_int_str_"),
        (Page[Literal["a"]], "Page_Literal_a__"),
    ],
)
def test_names_are_stable_and_readable(annotation: Any, name: str) -> None:
    assert name_of_type(annotation) == name


def test_a_name_that_is_taken_is_qualified() -> None:
    named = name_all([Item], {"Item": {"title": "Item"}})
    assert named[Item].name == f"{__name__.replace('.', '__')}__Item"
    assert named[Item].clashes == (Item, {"title": "Item"})
