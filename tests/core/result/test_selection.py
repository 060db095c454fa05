"""`include` and `exclude` in every spelling."""

from typing import Any

import msgspec
import pytest

from faster_core.result import renderer
from faster_core.result.selection import EVERYTHING, Selection


class User(msgspec.Struct):
    name: str = "n"
    age: int = 1


class Order(msgspec.Struct):
    id: int = 1
    owner: User = msgspec.field(default_factory=User)
    rows: list[User] = []


VALUE = Order(1, User(), [User("a", 1), User("b", 2), User("c", 3)])
WHOLE: dict[str, Any] = {
    "id": 1,
    "owner": {"name": "n", "age": 1},
    "rows": [{"name": "a", "age": 1}, {"name": "b", "age": 2}, {"name": "c", "age": 3}],
}
NAMES = [{"name": "a"}, {"name": "b"}, {"name": "c"}]


@pytest.mark.parametrize(
    "include,exclude,expected",
    [
        (None, None, WHOLE),
        (set(), None, {}),
        ({"id"}, None, {"id": 1}),
        (["id"], None, {"id": 1}),
        (("id",), None, {"id": 1}),
        (frozenset({"id"}), None, {"id": 1}),
        ({"id": True}, None, {"id": 1}),
        ({"id": ...}, None, {"id": 1}),
        ({"id": False, "owner": True}, None, {"owner": WHOLE["owner"]}),
        ({"unknown"}, None, {}),
        ({"owner": {"name"}}, None, {"owner": {"name": "n"}}),
        ({"owner": {"name": True}}, None, {"owner": {"name": "n"}}),
        ({"rows": {"__all__": {"name"}}}, None, {"rows": NAMES}),
        ({"rows": {"name"}}, None, {"rows": NAMES}),
        ({"rows": {0: {"name"}, -1: ...}}, None, {"rows": [{"name": "a"}, {"name": "c", "age": 3}]}),
        ({"rows": {"__all__": ...}}, None, {"rows": WHOLE["rows"]}),
        ({"__all__"}, None, WHOLE),
        (None, {"rows"}, {"id": 1, "owner": WHOLE["owner"]}),
        (None, {"rows": True, "owner": {"age"}}, {"id": 1, "owner": {"name": "n"}}),
        (None, {"id", "rows", "owner"}, {}),
        (None, {"rows": {"__all__": {"age"}}, "id": ..., "owner": ...}, {"rows": NAMES}),
        (None, {"rows": {0, -1}, "id": ..., "owner": ...}, {"rows": [{"name": "b", "age": 2}]}),
        (None, {"rows": {"__all__"}}, {"id": 1, "owner": WHOLE["owner"], "rows": []}),
        ({"id", "owner"}, {"owner": {"age"}}, {"id": 1, "owner": {"name": "n"}}),
        ({"id", "owner"}, {"id"}, {"owner": WHOLE["owner"]}),
    ],
    ids=repr,
)
def test_spellings(include: Any, exclude: Any, expected: Any) -> None:
    assert msgspec.json.decode(renderer(Order, include=include, exclude=exclude).render(VALUE)) == expected


@pytest.mark.parametrize(
    "selection,value,expected",
    [
        (EVERYTHING, {"a": [1]}, {"a": [1]}),
        (Selection({"a"}), {"a": 1, "b": 2}, {"a": 1}),
        (Selection(None, {"a": {"b"}}), {"a": [{"b": 1, "c": 2}]}, {"a": [{"c": 2}]}),
        (Selection({"a": {0}}), {"a": (1, 2)}, {"a": [1]}),
        (Selection({"a"}), 3, 3),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_plain_data(selection: Selection, value: Any, expected: Any) -> None:
    assert selection.apply(value) == expected


def test_a_string_is_a_mistake_that_start_up_names() -> None:
    with pytest.raises(TypeError) as caught:
        renderer(Order, include="id")
    assert str(caught.value) == "include and exclude take a set of names, not the string 'id'. Write {'id'}."
    with pytest.raises(TypeError) as caught:
        renderer(Order, exclude=3)
    assert str(caught.value) == "include and exclude take a set, a list or a dict of names, not int."
