"""What an annotation is."""

import datetime
import decimal
import enum
import ipaddress
import pathlib
import sys
import uuid
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, NewType, Optional, TypeVar, Union

import msgspec
import pytest
from msgspec import Meta

from faster_core.codec import is_model, is_scalar, is_sequence, strip_optional
from faster_core.codec.annotation import members, name_of, substitute, unwrap
from tests.core.codec import models

T = TypeVar("T")
UserId = NewType("UserId", int)
Positive = Annotated[int, Meta(gt=0)]
Deep = NewType("Deep", Positive)

VARIABLE: Any = T
SUBSTITUTES: list[tuple[Any, Any]] = [
    (VARIABLE, int),
    (list[VARIABLE], list[int]),
    (dict[str, list[VARIABLE]], dict[str, list[int]]),
    (str, str),
    (VARIABLE | None, int | None),
]
SCALAR: list[Any] = [
    str,
    int,
    float,
    bool,
    bytes,
    decimal.Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
    models.Colour,
    models.Level,
    Literal["a", 1],
    int | None,
    Optional[int],
    int | str,
    Union[int, str, None],
    UserId,
    Positive,
    Annotated[Positive, "x"] | None,
    Deep,
    pathlib.Path,
    ipaddress.IPv4Address,
    UserId | None,
]
NOT_SCALAR: list[Any] = [
    list[int],
    list,
    dict[str, int],
    models.Item,
    models.Item | None,
    int | list[int],
    Any,
    None,
    T,
    models.Pair,
    set[int],
    msgspec.Raw,
]


@pytest.mark.parametrize("annotation", SCALAR, ids=str)
def test_scalars(annotation: Any) -> None:
    assert is_scalar(annotation)
    assert not is_model(annotation)
    assert is_sequence(annotation) is None


@pytest.mark.parametrize("annotation", NOT_SCALAR, ids=str)
def test_what_is_no_scalar(annotation: Any) -> None:
    assert not is_scalar(annotation)


@pytest.mark.parametrize(
    "annotation, expected",
    [
        (list[int], list),
        (list, list),
        (set[str], set),
        (frozenset[int], frozenset),
        (tuple[int, ...], tuple),
        (tuple[int, str], tuple),
        (Sequence[int], list),
        (Iterable[int], list),
        (list[int] | None, list),
        (Annotated[list[Positive] | None, "x"], list),
        (list[models.Item], None),
        (list[list[int]], None),
        (dict[str, int], None),
        (str, None),
        (models.Pair, None),
    ],
    ids=str,
)
def test_sequences(annotation: Any, expected: type | None) -> None:
    assert is_sequence(annotation) is expected


@pytest.mark.parametrize(
    "annotation, expected",
    [
        (models.Item, True),
        (models.Person, True),
        (models.Movie, True),
        (models.Pair, True),
        (models.Page[int], True),
        (models.Box[int], True),
        (Annotated[models.Item, "x"], True),
        (NewType("Other", models.Item), True),
        (models.Item | None, False),
        (list[models.Item], False),
        (tuple, False),
        (enum.Enum, False),
        (Any, False),
    ],
    ids=str,
)
def test_models(annotation: Any, expected: bool) -> None:
    assert is_model(annotation) is expected


@pytest.mark.parametrize(
    "annotation, expected",
    [
        (int, (int, False)),
        (int | None, (int, True)),
        (int | str | None, (int | str, True)),
        (Annotated[int | None, "x"], (Annotated[int, "x"], True)),
        (Annotated[int, "x"] | None, (Annotated[int, "x"], True)),
        (Union[Annotated[int | None, "x"], str], (Union[Annotated[int, "x"], str], True)),
        (None, (None, False)),
    ],
    ids=str,
)
def test_strip_optional(annotation: Any, expected: tuple[Any, bool]) -> None:
    assert strip_optional(annotation) == expected


def test_unwrap_gives_the_metadata_from_the_inside_out() -> None:
    inner = NewType("inner", Annotated[int, "a"])
    assert unwrap(Annotated[inner, "b", "c"]) == (int, ("a", "b", "c"))


def test_members_are_flat_and_in_order() -> None:
    assert members(Union[str, int, None]) == [str, int, type(None)]
    assert members(Union[NewType("N", int | str), None]) == [int, str, type(None)]
    assert members(int) == [int]


@pytest.mark.parametrize(
    "annotation, expected",
    SUBSTITUTES,
    ids=str,
)
def test_substitute(annotation: Any, expected: Any) -> None:
    assert substitute(annotation, {T: int}) == expected


def test_name_of() -> None:
    assert [name_of(item) for item in (int, models.Item, list[int], Any)] == ["int", "Item", "list[int]", "Any"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="`type` statements came with Python 3.12")
def test_type_aliases() -> None:
    names: dict[str, Any] = {}
    exec("type Age = int | None\ntype Many[T] = list[T]\ntype Both = Age | str", names)
    assert is_scalar(names["Age"])
    assert strip_optional(names["Age"]) == (int, True)
    assert is_sequence(names["Many"][int]) is list
    assert unwrap(names["Many"][int]) == (list[int], ())
    assert members(names["Both"]) == [int, type(None), str]
