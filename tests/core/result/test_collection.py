"""Sequences, tuples and mappings in response models."""

from collections import UserDict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, NamedTuple

import msgspec
import pytest

from faster_core.exceptions import ResponseValidationError
from faster_core.result import renderer
from tests.names import name_of


class User(msgspec.Struct, frozen=True):
    name: str


class Admin(User, frozen=True):
    token: str = "secret"


class Point(NamedTuple):
    at: User
    size: int = 1


class Holder(msgspec.Struct):
    rows: Sequence[User] = ()
    by_name: dict[str, list[User]] = {}
    pair: tuple[User, User] | None = None
    points: list[Point] = []


A = Admin("a")
OUT = {"name": "a"}

CASES: list[tuple[Any, Any, Any]] = [
    *[(kind, [A, {"name": "a", "x": 1}], [OUT, OUT]) for kind in (list[User], Sequence[User], Collection[User])],
    *[(kind, (A,), [OUT]) for kind in (tuple[User, ...], Iterable[User], list[User], AbstractSet[User])],
    *[(kind, {A}, [OUT]) for kind in (set[User], frozenset[User], list[User], Iterable[User])],
    *[(kind, deque([A]), [OUT]) for kind in (deque[User], list[User])],
    (Iterator[User], (item for item in (A,)), [OUT]),
    (list[User], {"x": A}.values(), [OUT]),
    (list[int], range(3), [0, 1, 2]),
    (list[int], ["1", 2], [1, 2]),
    (Iterator[int], (item for item in "12"), [1, 2]),
    (dict[str, list[int]], {"k": range(2)}, {"k": [0, 1]}),
    (list[list[int]], [[1], [2]], [[1], [2]]),
    (list, [A], [{"name": "a", "token": "secret"}]),
    (dict, {"k": A}, {"k": {"name": "a", "token": "secret"}}),
    (tuple, (1, "a"), [1, "a"]),
    (list[list[User]], [[A], []], [[OUT], []]),
    (list[list[User]], [(User("a"),)], [[OUT]]),
    (tuple[User, int], (A, "3"), [OUT, 3]),
    (tuple[User, int], (User("a"), 3), [OUT, 3]),
    (list[tuple[User, int]], [(User("a"), 3)], [[OUT, 3]]),
    (tuple[()], (), []),
    (Point, Point(A), [OUT, 1]),
    (Point, (A,), [OUT, 1]),
    (Point, {"at": A, "size": 2, "x": 3}, [OUT, 2]),
    (dict[str, User], {"k": A}, {"k": OUT}),
    (dict[str, User], UserDict({"k": User("a")}), {"k": OUT}),
    (dict[Any, User], {"k": User("a"), 1: A}, {"k": OUT, "1": OUT}),
    (dict[Any, User], {"k": User("a")}, {"k": OUT}),
    (Mapping[int, User], {"1": A}, {"1": OUT}),
    (list[dict[str, User]], [{"k": A}, {}], [{"k": OUT}, {}]),
    (dict[str, list[User]], {"k": [A]}, {"k": [OUT]}),
    (Annotated[list[User], msgspec.Meta(max_length=1)], [A], [OUT]),
    (Annotated[dict[str, User], msgspec.Meta(min_length=1)], {"k": A}, {"k": OUT}),
    (
        Holder,
        Holder([A], {"k": [A]}, (A, A), [Point(A)]),
        {"rows": [OUT], "by_name": {"k": [OUT]}, "pair": [OUT, OUT], "points": [[OUT, 1]]},
    ),
    (Holder, Holder((User("a"),), {"k": []}), {"rows": [OUT], "by_name": {"k": []}, "pair": None, "points": []}),
]


@pytest.mark.parametrize("model,value,expected", CASES, ids=name_of)
def test_collections(model: Any, value: Any, expected: Any) -> None:
    assert msgspec.json.decode(renderer(model).render(value)) == expected


@pytest.mark.parametrize(
    "model,value,expected", [case for case in CASES if "generator" not in repr(case[1])], ids=name_of
)
def test_collections_under_an_option_that_changes_nothing(model: Any, value: Any, expected: Any) -> None:
    assert msgspec.json.decode(renderer(model, exclude={"nothing"}).render(value)) == expected


@pytest.mark.parametrize(
    "model,value,message",
    [
        (list[User], "text", "Expected `array`, got `str`"),
        (list[User], b"text", "Expected `array`, got `bytes`"),
        (list[User], {"a": 1}, "Expected `array`, got `object`"),
        (list[User], None, "Expected `array`, got `null`"),
        (list[int], iter(["x"]), "Expected `array`, got `list_iterator`"),
        (dict[str, list[int]], {"k": ["x"]}, "Expected `int`, got `str` - at `$[...][0]`"),
        (dict[str, User], [], "Expected `object`, got `array`"),
        (dict[int, User], {"x": A}, "Expected `int`, got `str` - at `$[...]`"),
        (dict[str, User], {"x": {}}, "Object missing required field `name` - at `$[...]`"),
        (tuple[User, int], (A,), "Expected `array` of length 2, got 1"),
        (tuple[User, int], 3, "Expected `array`, got `int`"),
        (Point, (), "Expected `array` of length 2, got 0"),
        (Annotated[list[User], msgspec.Meta(max_length=1)], [A, A], "Expected `array` of length <= 1"),
        (Annotated[list[User], msgspec.Meta(max_length=1)], [User("a")] * 2, "Expected `array` of length <= 1"),
        (Annotated[dict[str, User], msgspec.Meta(min_length=1)], {}, "Expected `object` of length >= 1"),
    ],
    ids=name_of,
)
def test_misfits(model: Any, value: Any, message: str) -> None:
    with pytest.raises(ResponseValidationError) as caught:
        renderer(model).render(value)
    assert [error["msg"] for error in caught.value.errors] == [message]


@pytest.mark.parametrize(
    "model,value,options,expected",
    [
        (dict[str, User], {"a": A, "b": A}, {"include": {"a"}}, {"a": OUT}),
        (dict[str, Any], {"a": 1, "b": {"c": 1, "d": 2}}, {"exclude": {"b": {"c"}}}, {"a": 1, "b": {"d": 2}}),
        (list[User], [A, A], {"exclude": {0}}, [OUT]),
        (tuple[Admin, int], (A, 1), {"exclude": {0: {"token"}}}, [OUT, 1]),
        (Holder, Holder([A]), {"include": {"rows"}}, {"rows": [OUT]}),
    ],
    ids=name_of,
)
def test_options(model: Any, value: Any, options: dict[str, Any], expected: Any) -> None:
    assert msgspec.json.decode(renderer(model, **options).render(value)) == expected
