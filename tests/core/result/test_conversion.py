"""Values converted by msgspec, or by a codec where msgspec refuses the type."""

from typing import Annotated, Any

import msgspec
import pytest

from faster_core.codec import INPUT_ERRORS
from faster_core.result.conversion import converter, native_converter


class User(msgspec.Struct):
    name: str


CASES: list[tuple[Any, Any, Any]] = [
    (int, "3", 3),
    (User, {"name": "a"}, User("a")),
    (list[int], ["1", 2], [1, 2]),
    (dict[str, list[int]], {"held": ["1"]}, {"held": [1]}),
    (list[User], [User("a"), {"name": "b"}], [User("a"), User("b")]),
    (int | None, None, None),
    (Annotated[int | None, msgspec.Meta(gt=0)], None, None),
    (Annotated[int | None, msgspec.Meta(gt=0)], "3", 3),
]


@pytest.mark.parametrize("annotation,value,expected", CASES, ids=repr)
def test_values(annotation: Any, value: Any, expected: Any) -> None:
    assert converter(annotation)(value) == expected


@pytest.mark.parametrize(
    "annotation,value",
    [
        (int, "x"),
        (list[int], 3),
        (list[int], [1, "x"]),
        (dict[str, int], {1: 2}),
        (dict[str, list[int]], {"held": ["`$.held`"]}),
        (list[User], [{}]),
        (list[User], [{"name": 3}]),
        (Annotated[list[int], msgspec.Meta(max_length=1)], [1, 2]),
        (tuple[int, str], (1, 2)),
    ],
    ids=repr,
)
def test_messages_are_those_of_a_direct_conversion(annotation: Any, value: Any) -> None:
    with pytest.raises(msgspec.ValidationError) as direct:
        msgspec.convert(value, annotation, strict=False)
    with pytest.raises(msgspec.ValidationError) as held:
        converter(annotation)(value)
    assert str(held.value) == str(direct.value)


def test_a_codec_takes_what_msgspec_refuses() -> None:
    annotation: Any = Annotated[int | None, msgspec.Meta(gt=0)]
    assert native_converter(annotation) is None
    assert native_converter(list[int]) is not None
    with pytest.raises(INPUT_ERRORS, match="Expected `int` >= 1"):
        converter(annotation)(0)
