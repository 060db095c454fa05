"""Constraints put on types."""

import datetime
import decimal
import re
from typing import Annotated, Any, Union

import pytest
from msgspec import Meta

from faster_core.codec import INPUT_ERRORS, UnsupportedTypeError, codec, constrained
from faster_core.codec.bounds import Bounds

D = decimal.Decimal
DAY = datetime.date(2020, 1, 1)


@pytest.mark.parametrize(
    "annotation, given, expected",
    [
        (int, {}, int),
        (int, {"ge": 1}, Annotated[int, Meta(ge=1)]),
        (int, {"gt": 1.5}, Annotated[int, Meta(ge=2)]),
        (int, {"lt": 1.5, "ge": 1.0}, Annotated[int, Meta(ge=1, le=1)]),
        (int, {"le": 2**70}, Annotated[int, Bounds(le=2**70)]),
        (int | None, {"ge": 1}, Annotated[int, Meta(ge=1)] | None),
        (int | str, {"ge": 1, "max_length": 3}, Annotated[int, Meta(ge=1)] | Annotated[str, Meta(max_length=3)]),
        (Annotated[int | None, "words"], {"ge": 1}, Annotated[Annotated[int, Meta(ge=1)] | None, "words"]),
        (Annotated[int, Meta(ge=3, title="t")], {"ge": 1, "le": 5}, Annotated[int, Meta(title="t"), Meta(ge=3, le=5)]),
        (Annotated[int, Meta(ge=3)], {"gt": 3}, Annotated[int, Meta(gt=3)]),
        (float, {"multiple_of": D("0.5")}, Annotated[float, Meta(multiple_of=0.5)]),
        (str, {"pattern": re.compile("a")}, Annotated[str, Meta(pattern="a")]),
        (list[int], {"min_length": 1}, Annotated[list[int], Meta(min_length=1)]),
        (D, {"ge": 0}, Annotated[D, Bounds(ge=0)]),
        (bool, {"strict": True}, Annotated[bool, Bounds(strict=True)]),
    ],
    ids=str,
)
def test_constrained(annotation: Any, given: dict[str, Any], expected: Any) -> None:
    assert constrained(annotation, **given) == expected


@pytest.mark.parametrize(
    "annotation, given, good, bad",
    [
        (int, {"ge": 1, "le": 3, "multiple_of": 2}, ["2"], ["0", "4", "3", '"2"', "null"]),
        (int | None, {"gt": 0}, ["1", "null"], ["0", '"1"']),
        (int | str, {"ge": 1, "min_length": 2}, ["1", '"ab"'], ["0", '"a"']),
        (int, {"gt": 2**64}, [str(2**64 + 1)], ["5", str(2**64)]),
        (
            D,
            {"ge": 0, "max_digits": 4, "decimal_places": 2},
            ["0", '"12.34"', "1.25"],
            ["-1", '"1.234"', "12345", '"NaN"'],
        ),
        (D | None, {"multiple_of": D("0.1")}, ["0.3", "null"], ["0.35"]),
        (D, {"decimal_places": 30}, ["0.1234567890123456789012345"], ['"x"']),
        (float, {"allow_inf_nan": False}, ["1.5"], ['"x"']),
        (datetime.date, {"ge": DAY}, ['"2020-01-01"'], ['"2019-12-31"', '"x"']),
        (datetime.timedelta, {"lt": datetime.timedelta(hours=1)}, ['"PT5M"'], ['"PT2H"']),
        (str, {"pattern": re.compile("^ab$", re.IGNORECASE)}, ['"AB"'], ['"abc"', "1"]),
        (Annotated[str, Meta(pattern="a")], {"pattern": "b"}, ['"ab"'], ['"a"', '"b"']),
        (set[int], {"min_length": 2}, ["[1,2]"], ["[1,1]", "[1]"]),
        (dict[str, int], {"max_length": 1}, ["{}"], ['{"a":1,"b":2}']),
        (Any, {"min_length": 2}, ['"ab"', "[1,2]"], ['"a"', "5", "null"]),
        (list[D], {"max_length": 1}, ["[1]"], ["[1,2]"]),
    ],
    ids=str,
)
def test_constraints_hold(annotation: Any, given: dict[str, Any], good: list[str], bad: list[str]) -> None:
    made = codec(constrained(annotation, **given))
    for text in good:
        made.decode_json(text.encode())
        assert made.explain_json(text.encode()) == []
    for text in bad:
        assert len(made.explain_json(text.encode())) == 1
        with pytest.raises(INPUT_ERRORS):
            made.decode_json(text.encode())


@pytest.mark.parametrize(
    "annotation, given, message",
    [
        (
            int,
            {"min_length": 1},
            (
                "The constraint `min_length` does not apply to `int`. "
                "Remove it, or use one of str, bytes, bytearray, list."
            ),
        ),
        (
            bool | None,
            {"ge": 1},
            (
                "The constraint `ge` does not apply to `bool | None`. "
                "Remove it, or use one of int, float, Decimal, datetime."
            ),
        ),
        (
            list[int],
            {"pattern": "a"},
            "The constraint `pattern` does not apply to `list[int]`. Remove it, or use one of str.",
        ),
    ],
    ids=str,
)
def test_what_a_type_cannot_have(annotation: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(UnsupportedTypeError) as caught:
        constrained(annotation, **given)
    assert str(caught.value) == message


def test_constraints_around_a_nested_union_reach_its_members() -> None:
    inner: Any = Annotated[int | None, Meta(ge=1)]
    made = codec(Union[inner, list[inner]])
    assert made.decode_json(b"[1, null]") == [1, None]
    assert [problem.message for problem in made.explain_json(b"[0, 2, -1]")] == [
        "Expected `int` >= 1 - at `$[0]`",
        "Expected `int` >= 1 - at `$[2]`",
    ]


@pytest.mark.parametrize(
    "annotation, good, bad",
    [
        (int, ["5", "-5", "0"], [" 5", "1.0", "05", "x"]),
        (bool, ["true", "false"], ["1", "yes", "TRUE"]),
        (float, ["1.5", "-2", "1e5"], [" 1.5", "x"]),
        (str, ["a ", ""], []),
        (int | None, ["5"], [" 5", "null"]),
    ],
    ids=str,
)
def test_strict_takes_canonical_text(annotation: Any, good: list[str], bad: list[str]) -> None:
    made = codec(constrained(annotation, strict=True))
    for text in good:
        made.convert_text(text)
    for text in bad:
        with pytest.raises(INPUT_ERRORS):
            made.convert_text(text)
        assert made.explain(text, text=True)
