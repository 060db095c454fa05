"""From annotations to trees: what is left to msgspec, what is refused."""

import collections
import sys
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar, Union

import msgspec
import pytest
from msgspec import Meta

from faster_core.codec import UnsupportedTypeError, codec
from faster_core.codec.bounds import Bounds
from faster_core.codec.tree import build_tree
from tests.core.codec import models


class Typed(msgspec.Struct):
    count: Annotated[int, Bounds(ge=1)]


class Thawed(msgspec.Struct):
    a: int


class Frozen(msgspec.Struct, frozen=True):
    a: int


B = TypeVar("B", bound=int)
C = TypeVar("C", int, bool)


class Bound(msgspec.Struct, Generic[B, C]):
    a: B
    b: C


class Custom:
    pass


@pytest.mark.parametrize("annotation", models.NATIVE, ids=str)
def test_native(annotation: Any) -> None:
    assert build_tree(annotation).native


@pytest.mark.parametrize(
    "annotation",
    [
        models.Plane | models.Car,
        models.Garage,
        list[models.Garage],
        Typed,
        Annotated[str, Bounds(max_digits=None, gt=None)] | bytes,
        set[Any],
    ],
    ids=str,
)
def test_not_native(annotation: Any) -> None:
    assert not build_tree(annotation).native


@pytest.mark.parametrize(
    "annotation, body, message",
    [
        (Typed, b'{"count":0}', "Expected `int` >= 1 - at `$.count`"),
        (list[Annotated[int | None, Meta(ge=1)]], b"[0]", "Expected `int` >= 1 - at `$[0]`"),
        (Annotated[int, Bounds(ge=1)], b"0", "Expected `int` >= 1"),
        (Annotated[int, Meta(gt=1), Meta(ge=3)], b"2", "Expected `int` >= 3"),
        (tuple[Annotated[int, Bounds(ge=1)], str], b'[0,"a"]', "Expected `int` >= 1 - at `$[0]`"),
        (dict[str, Annotated[int, Bounds(ge=1)]], b'{"a":0}', "Expected `int` >= 1 - at `$[...]`"),
        (Bound, b'{"a":"x","b":true}', "Expected `int`, got `str` - at `$.a`"),
        (Bound[bool, bool], b'{"a":1,"b":true}', "Expected `bool`, got `int` - at `$.a`"),
        (Union[None, msgspec.UnsetType], b"1", "Expected `null`, got `int`"),
        (set[Frozen], b'[{"a":"x"}]', "Expected `int`, got `str` - at `$[0].a`"),
    ],
    ids=str,
)
def test_constraints_are_never_lost(annotation: Any, body: bytes, message: str) -> None:
    assert [problem.message for problem in codec(annotation).explain_json(body)] == [message]


def test_annotated_types_inside_a_class_hold() -> None:
    typed = pytest.importorskip("annotated_types")

    class Inner(msgspec.Struct):
        a: Annotated[int, typed.Gt(3)]

    assert [problem.message for problem in codec(Inner).explain_json(b'{"a":3}')] == ["Expected `int` >= 4 - at `$.a`"]


@pytest.mark.parametrize(
    "annotation, start",
    [
        (complex, "`complex` cannot be decoded"),
        (Custom, "`Custom` cannot be decoded"),
        (list[Custom], "`Custom` cannot be decoded"),
        (Callable[[], int], "`collections.abc.Callable[[], int]` cannot be decoded"),
        (collections.deque[int], "`collections.deque[int]` cannot be decoded"),
        (
            set[list[int]],
            "`set[list[int]]` cannot hold its items, which are not hashable. Use a list, or tuples inside",
        ),
        (
            set[Thawed],
            "`set[tests.core.codec.test_tree.Thawed]` cannot hold its items, which are not hashable. Use a list, or",
        ),
        (Annotated[bool, Meta(ge=1)], "The constraint `ge` does not apply to `bool`."),
        (Annotated[int | None, Meta(pattern="a")], "The constraint `pattern` does not apply to "),
    ],
    ids=str,
)
def test_refused(annotation: Any, start: str) -> None:
    with pytest.raises(UnsupportedTypeError) as caught:
        build_tree(annotation)
    assert str(caught.value).startswith(start)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="`type` statements came with Python 3.12")
def test_type_aliases() -> None:
    names: dict[str, Any] = {}
    exec("type Many[T] = list[T]\ntype Json = dict[str, Json] | list[Json | None] | int", names)
    exec("type Tree[T] = list[Tree[T]] | T", names)
    assert codec(names["Tree"][int]).decode_json(b"[[1],2]") == [[1], 2]
    assert codec(names["Json"] | None).decode_json(b"null") is None
    assert codec(names["Many"][int]).decode_json(b"[1]") == [1]
    made = codec(names["Json"])
    assert made.decode_json(b'{"a":[1,{"b":2}]}') == {"a": [1, {"b": 2}]}
    assert [problem.path for problem in made.explain_json(b'{"a":[1,{"b":"x"}],"c":null,"d":[null]}')] == [
        "$.a[1].b",
        "$.c",
    ]
