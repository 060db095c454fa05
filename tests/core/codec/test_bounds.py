"""Constraints, read from every notation."""

import re
from typing import Any

import pytest
from msgspec import Meta

from faster_core.codec.bounds import Bounds, bounds_of, documentation_of


def test_of_msgspec_and_our_own() -> None:
    assert bounds_of([Meta(ge=1, description="x"), "words", Bounds(max_digits=3), Meta(title="t")]) == [
        Bounds(ge=1),
        Bounds(max_digits=3),
    ]


def test_of_annotated_types() -> None:
    typed = pytest.importorskip("annotated_types")
    found = bounds_of([typed.Gt(1), typed.Len(1, 3), typed.Interval(ge=0, lt=9), typed.MultipleOf(2)])
    merged: dict[str, Any] = {}
    for item in found:
        merged |= item.given()
    assert merged == {"gt": 1, "min_length": 1, "max_length": 3, "ge": 0, "lt": 9, "multiple_of": 2}


def test_of_pydantic() -> None:
    pydantic = pytest.importorskip("pydantic")
    field = pydantic.Field(gt=1, le=5, pattern="^a", max_digits=3, strict=True)
    words = pydantic.StringConstraints(min_length=2)
    merged: dict[str, Any] = {}
    for item in bounds_of([field, words, pydantic.AllowInfNan(False)]):
        merged |= item.given()
    assert merged == {
        "gt": 1,
        "le": 5,
        "pattern": "^a",
        "max_digits": 3,
        "strict": True,
        "min_length": 2,
        "allow_inf_nan": False,
    }


def test_repr_shows_what_is_given() -> None:
    assert repr(Bounds(ge=1, pattern=re.compile("a"))) == "Bounds(ge=1, pattern=re.compile('a'))"


def test_documentation_of() -> None:
    assert documentation_of(Meta(ge=1)) is None
    assert documentation_of(Meta(ge=1, description="x", examples=[2])) == Meta(description="x", examples=[2])
