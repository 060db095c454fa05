"""Models of every kind: what they take, and what is wrong."""

from typing import Any

import pytest

from faster_core.codec import codec
from tests.core.codec import models


@pytest.mark.parametrize(
    "annotation, value, messages",
    [
        (models.Item, [], ["Expected `object`, got `array`"]),
        (
            models.Movie,
            {"year": "x"},
            ["Object missing required field `title`", "Expected `int`, got `str` - at `$.year`"],
        ),
        (models.Pair, {}, ["Expected `array`, got `object`"]),
        (models.Pair, [], ["Expected `array` of length 1 to 2, got 0"]),
        (models.Pair, ["x", 1, 2], ["Expected `int`, got `str` - at `$[0]`", "Expected `str`, got `int` - at `$[1]`"]),
        (models.StrictPoint, ["z", "x"], ["Invalid value 'z' - at `$[0]`", "Expected `int`, got `str` - at `$[1]`"]),
        (models.StrictPoint, ["p", 1, 2, 3], ["Expected `array` of at most length 3, got 4"]),
        (models.StrictPoint, ["p"], ["Expected `array` of at least length 2, got 1"]),
        (models.Range, {"low": 2, "high": 1}, ["low is above high"]),
        (
            list[models.Range],
            [{"low": 2, "high": 1}, {}],
            ["low is above high - at `$[0]`", "Object missing required field `low` - at `$[1]`"],
        ),
        (
            models.Cat,
            {"type": "Dog", "lives": "x"},
            ["Invalid value 'Dog' - at `$.type`", "Expected `int`, got `str` - at `$.lives`"],
        ),
        (models.Cat, {"type": 1, "lives": 1}, ["Expected `str`, got `int` - at `$.type`"]),
        (models.Page[models.Item], {"items": [{}]}, ["Object missing required field `name` - at `$.items[0]`"]),
        (
            models.Person,
            {"name": "a", "age": -1, "friends": [{"name": 1}]},
            ["Expected `int` >= 0 - at `$.age`", "Expected `str`, got `int` - at `$.friends[0].name`"],
        ),
    ],
    ids=str,
)
def test_problems(annotation: Any, value: Any, messages: list[str]) -> None:
    found = [problem.message for problem in codec(annotation).explain(value)]
    assert [message for message in messages if message not in found] == []


def test_instances_pass_as_they_are() -> None:
    car = models.Car(4)
    assert codec(models.Garage).convert({"bestOne": car}).best_one is car
