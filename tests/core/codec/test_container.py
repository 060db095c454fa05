"""Lists, sets, tuples and dicts."""

from typing import Any

import pytest

from faster_core.codec import INPUT_ERRORS, codec
from tests.core.codec import models


@pytest.mark.parametrize(
    "annotation, value, messages",
    [
        (list[int], 1, ["Expected `array`, got `int`"]),
        (
            list[int],
            ["a", 1, None],
            ["Expected `int`, got `str` - at `$[0]`", "Expected `int`, got `null` - at `$[2]`"],
        ),
        (tuple[int, str], ["a"], ["Expected `int`, got `str` - at `$[0]`", "Expected `array` of length 2"]),
        (
            dict[int, str],
            {"a": 1},
            ["Expected `str`, got `int` - at `$[...]`", "Expected `int`, got `str` - at `key` in `$`"],
        ),
        (dict[str, list[dict[int, int]]], {"a": [{"x": 1}]}, ["Expected `int`, got `str` - at `key` in `$[...][0]`"]),
        (set[Any], [1, []], ["Expected `array` of items that can be in a set"]),
    ],
    ids=str,
)
def test_problems(annotation: Any, value: Any, messages: list[str]) -> None:
    found = [problem.message for problem in codec(annotation).explain(value)]
    assert [message for message in messages if message not in found] == []


@pytest.mark.parametrize(
    "annotation, value, expected",
    [
        (tuple[models.Plane | models.Car, ...], [{"wings": 1}], (models.Plane(1),)),
        (dict[int, models.Plane | models.Car], {"5": {"wheels": 1}}, {5: models.Car(1)}),
        (frozenset[Any], [1, 1], frozenset({1})),
        (list[set[Any]], [[1]], [{1}]),
    ],
    ids=str,
)
def test_what_msgspec_refuses(annotation: Any, value: Any, expected: Any) -> None:
    assert codec(annotation).convert(value) == expected


def test_long_lists_are_read_in_parts_and_every_place_is_right() -> None:
    values: list[Any] = list(range(1000))
    for index in (0, 63, 64, 500, 999):
        values[index] = "x"
    assert [problem.path for problem in codec(list[int]).explain(values)] == [f"$[{i}]" for i in (0, 63, 64, 500, 999)]
    keyed = {f"k{index}": value for index, value in enumerate(values)}
    assert [problem.path for problem in codec(dict[str, int]).explain(keyed)] == [
        f"$.k{i}" for i in (0, 63, 64, 500, 999)
    ]


def test_keys_with_constraints_of_our_own() -> None:
    import decimal

    from faster_core.codec import constrained

    made = codec(dict[constrained(decimal.Decimal, ge=1), int])  # type: ignore[misc]
    assert made.decode_json(b'{"1.5": 1}') == {decimal.Decimal("1.5"): 1}
    with pytest.raises(INPUT_ERRORS):
        made.decode_json(b'{"0.5": 1}')
    assert [problem.message for problem in made.explain_json(b'{"0.5": 1}')] == [
        "Expected `decimal` >= 1 - at `key` in `$`"
    ]
