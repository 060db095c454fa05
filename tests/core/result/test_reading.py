"""Annotations of every spelling, and what leaves through them."""

import datetime
import decimal
import enum
import json
import pathlib
import sys
import typing
import uuid
from typing import Annotated, Any, Generic, Literal, NewType, TypeVar

import msgspec
import pytest

from faster_core.exceptions import ResponseValidationError
from faster_core.result import renderer
from faster_core.result.reading import reading_of

T = TypeVar("T")
B = TypeVar("B", bound="User")
C = TypeVar("C", int, str)


class User(msgspec.Struct):
    name: str


class Admin(User):
    token: str = "secret"


class Color(enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    BIG = 2


class Node(msgspec.Struct):
    user: User
    children: "list[Node]" = []
    parent: "Node | None" = None


class Bound(msgspec.Struct, Generic[B]):
    user: B


class Picked(msgspec.Struct, Generic[C]):
    value: C


class Painted(msgspec.Struct):
    color: Color
    colors: list[Color] = []
    by_color: dict[Color, Size] = {}


new_type: Any = NewType  # mypy 2.4 crashes on a NewType of a Struct
Named = new_type("Named", User)
A = Admin("a")
OUT = {"name": "a"}
WHEN = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
ID = uuid.UUID(int=7)

CASES: list[tuple[Any, Any, Any]] = [
    (Named, A, OUT),
    (list[Named], [A], [OUT]),  # type: ignore[valid-type]
    (Annotated[User, "note"], A, OUT),
    (Annotated[list[Annotated[User, 1]], 2], [A], [OUT]),
    (typing.__dict__["Optional"][User], A, OUT),
    (typing.__dict__["List"][User], [A], [OUT]),
    (
        Node,
        Node(A, [Node(A)], Node(A)),
        {
            "user": OUT,
            "children": [{"user": OUT, "children": [], "parent": None}],
            "parent": {"user": OUT, "children": [], "parent": None},
        },
    ),
    (Bound, Bound(A), {"user": OUT}),
    (Bound[Admin], Bound(A), {"user": {"name": "a", "token": "secret"}}),
    (Picked, {"value": "x"}, {"value": "x"}),
    (Picked[int], {"value": "3"}, {"value": 3}),
    (object, A, {"name": "a", "token": "secret"}),
    (T, {"x": 1}, {"x": 1}),
    (Color, Color.RED, "red"),
    (Color, "red", "red"),
    (Color | None, Color.RED, "red"),
    (list[Color], [Color.RED, "red"], ["red", "red"]),
    (dict[str, Color], {"a": Color.RED}, {"a": "red"}),
    (tuple[Color, int], (Color.RED, 1), ["red", 1]),
    (Size, Size.BIG, 2),
    (int, Size.BIG, 2),
    (
        Painted,
        Painted(Color.RED, [Color.RED], {Color.RED: Size.BIG}),
        {"color": "red", "colors": ["red"], "by_color": {"red": 2}},
    ),
    (
        Painted,
        {"color": Color.RED, "colors": ["red"], "by_color": {Color.RED: 2}},
        {"color": "red", "colors": ["red"], "by_color": {"red": 2}},
    ),
    (Literal["a", 1], "a", "a"),
    (list[Literal["a"]], ["a"], ["a"]),
    (Annotated[int, msgspec.Meta(gt=0)], 1, 1),
    (Annotated[Annotated[int, msgspec.Meta(gt=0)], msgspec.Meta(lt=3)], 1, 1),
    (datetime.datetime, WHEN, "2026-01-02T03:04:05Z"),
    (datetime.date, "2026-01-02", "2026-01-02"),
    (datetime.timedelta, datetime.timedelta(seconds=90), "PT90S"),
    (uuid.UUID, ID, str(ID)),
    (decimal.Decimal, decimal.Decimal("1.50"), "1.50"),
    (float, decimal.Decimal("1.5"), 1.5),
    (bytes, b"ab", "YWI="),
    (pathlib.PurePosixPath, pathlib.PurePosixPath("/a"), "/a"),
    (int | str, "x", "x"),
    (bool, True, True),
]


@pytest.mark.parametrize("model,value,expected", CASES, ids=repr)
@pytest.mark.parametrize("options", [{}, {"exclude": {"nothing"}}], ids=repr)
def test_annotations(model: Any, value: Any, expected: Any, options: dict[str, Any]) -> None:
    assert json.loads(renderer(model, **options).render(value)) == expected


@pytest.mark.parametrize(
    "model,value,message",
    [
        (Color, "blue", "Invalid enum value 'blue'"),
        (list[Color], [Color.RED, "blue"], "Invalid enum value 'blue' - at `$[1]`"),
        (Literal["a"], "b", "Invalid enum value 'b'"),
        (Annotated[int, msgspec.Meta(gt=0)], 0, "Expected `int` >= 1"),
        (Annotated[Annotated[int, msgspec.Meta(gt=0)], msgspec.Meta(lt=3)], 3, "Expected `int` <= 2"),
        (str, ID, "Expected `str`, got `uuid`"),
        (None, 1, "Expected `null`, got `int`"),
        (Painted, {"color": 3}, "Expected `str`, got `int` - at `$.color`"),
    ],
    ids=repr,
)
def test_misfits(model: Any, value: Any, message: str) -> None:
    with pytest.raises(ResponseValidationError) as caught:
        renderer(model).render(value)
    assert [error["msg"] for error in caught.value.errors] == [message]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type aliases came with Python 3.12")
def test_type_aliases() -> None:
    scope: dict[str, Any] = {"User": User}
    exec("type Users = list[User]\ntype Pair[T] = tuple[T, T]", scope)
    assert json.loads(renderer(scope["Users"]).render([A])) == [OUT]
    assert json.loads(renderer(scope["Pair"][User]).render((A, A))) == [OUT, OUT]


def test_constraints_on_a_union() -> None:
    made = renderer(Annotated[int | None, msgspec.Meta(gt=0)])
    assert made.render(None) == b"null"
    assert made.render(3) == b"3"
    with pytest.raises(ResponseValidationError, match="Expected `int` >= 1"):
        made.render(0)


def test_a_model_is_read_once() -> None:
    assert reading_of(list[User]).records[0] is reading_of(User).root
    assert reading_of(Annotated[User, "x"]).records == reading_of(User).records


def test_what_is_equal_but_written_in_another_order_is_read_anew() -> None:
    first, second = int | str, str | int
    assert first == second
    assert [reading_of(one).root.annotation for one in (first, second)] == [first, second]
    assert reading_of(first) is not reading_of(second)


def test_what_has_no_hash_is_read_each_time() -> None:
    annotation = Annotated[list[User], ["no hash"]]
    assert reading_of(annotation) is not reading_of(annotation)
    assert renderer(annotation).render([{"name": "Ada", "password": "x"}]) == b'[{"name":"Ada"}]'


def test_the_options_of_one_route_do_not_reach_another() -> None:
    admin = Admin("Ada")
    assert renderer(Admin, exclude={"token"}).render(admin) == b'{"name":"Ada"}'
    assert renderer(Admin, exclude_defaults=True).render(admin) == b'{"name":"Ada"}'
    assert renderer(Admin).render(admin) == b'{"name":"Ada","token":"secret"}'
    limited = Annotated[list[Admin], msgspec.Meta(max_length=1)]
    with pytest.raises(ResponseValidationError):
        renderer(limited).render([admin, admin])
    assert renderer(list[Admin]).render([admin, admin]).count(b"Ada") == 2
