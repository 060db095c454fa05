"""The wording of misfits, which is msgspec's."""

from typing import Any

import msgspec
import pytest

from faster_core.result.misfit import Misfit, json_kind


@pytest.mark.parametrize(
    "place,message,expected",
    [
        ("$", "Expected `int`, got `str`", "Expected `int`, got `str`"),
        ("$.a", "Expected `int`, got `str`", "Expected `int`, got `str` - at `$.a`"),
        ("$", "Expected `int`, got `str` - at `$[0]`", "Expected `int`, got `str` - at `$[0]`"),
        ("$.a", "Expected `int`, got `str` - at `$[0].b`", "Expected `int`, got `str` - at `$.a[0].b`"),
        ("$.a", "Invalid value ' - at `$' - at `$.b`", "Invalid value ' - at `$' - at `$.a.b`"),
    ],
)
def test_places_are_joined(place: str, message: str, expected: str) -> None:
    assert str(Misfit.within(place, message)) == expected


@pytest.mark.parametrize("value", [None, {}, [], "x", 1, 1.5, True])
def test_kinds_are_named_as_msgspec_names_them(value: Any) -> None:
    class Record(msgspec.Struct):
        a: int

    if isinstance(value, dict):
        assert json_kind(value) == "object"
        return
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, Record)
    assert str(Misfit.expected("$", "object", value)) == str(caught.value)


def test_unset_has_a_name() -> None:
    assert json_kind(msgspec.UNSET) == "UNSET"
