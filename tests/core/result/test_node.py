"""Only declared fields leave, whatever is returned."""

import types
from typing import Any

import msgspec
import pytest

from faster_core.exceptions import ResponseValidationError
from faster_core.result import renderer

pytest.importorskip("hypothesis")

import hypothesis
import hypothesis.strategies as st


class Leaf(msgspec.Struct):
    a: Any = None
    b: int = 0


class LeafPlus(Leaf):
    secret: str = "secret"


class Tree(msgspec.Struct, rename="camel"):
    one_leaf: Leaf | None = None
    leaves: list[Leaf] = []
    by_name: dict[str, "Tree"] = {}
    either: Leaf | list[Leaf] | int = 0


class TreePlus(Tree):
    secret: str = "secret"


def undeclared(data: Any, allowed: dict[str, Any]) -> list[str]:
    """Return the keys of rendered data that no model declares."""
    if isinstance(data, list):
        return [key for item in data for key in undeclared(item, allowed)]
    if not isinstance(data, dict):
        return []
    found = [key for key in data if key not in allowed]
    for key, item in data.items():
        inner = allowed.get(key)
        if key == "byName":
            found += [name for value in item.values() for name in undeclared(value, TREE)]
        elif inner:
            found += undeclared(item, inner)
    return found


LEAF: dict[str, Any] = {"a": None, "b": None}
TREE: dict[str, Any] = {"oneLeaf": LEAF, "leaves": LEAF, "byName": None, "either": LEAF}

scalars = st.one_of(st.none(), st.integers(), st.text(max_size=3))
leaf_fields = st.fixed_dictionaries({}, optional={"a": scalars, "b": st.integers(), "secret": st.just("secret")})
leaves = st.one_of(
    leaf_fields,
    leaf_fields.map(lambda fields: types.SimpleNamespace(**fields)),
    st.builds(Leaf, a=scalars, b=st.integers()),
    st.builds(LeafPlus, a=scalars, b=st.integers()),
)


def trees_of(inner: Any) -> Any:
    fields = {
        "one_leaf": st.one_of(st.none(), leaves),
        "leaves": st.lists(leaves, max_size=3),
        "by_name": st.dictionaries(st.text(max_size=3), inner, max_size=2),
        "either": st.one_of(st.integers(), leaves, st.lists(leaves, max_size=2)),
    }
    given: Any = st.fixed_dictionaries({}, optional={**fields, "secret": st.just("secret")})
    known: Any = st.fixed_dictionaries({}, optional=fields)
    return st.one_of(
        given,
        given.map(lambda found: types.SimpleNamespace(**found)),
        known.map(lambda found: Tree(**found)),
        known.map(lambda found: TreePlus(**found)),
    )


trees = st.recursive(st.builds(TreePlus), trees_of, max_leaves=4)
options = st.fixed_dictionaries(
    {},
    optional={
        "exclude_none": st.booleans(),
        "exclude_defaults": st.booleans(),
        "exclude_unset": st.booleans(),
        "exclude": st.sampled_from([{"leaves"}, {"one_leaf": {"a"}}, {"leaves": {"__all__": {"b"}}}]),
    },
)


@hypothesis.settings(max_examples=80, deadline=None)
@hypothesis.given(value=trees, chosen=options)
def test_only_declared_fields_leave(value: Any, chosen: dict[str, Any]) -> None:
    made = renderer(Tree, **chosen)
    body = made.render(value)
    data = msgspec.json.decode(body)
    assert undeclared(data, TREE) == []
    if not chosen:
        assert made.render(msgspec.json.decode(body, type=Tree)) == body


@hypothesis.settings(max_examples=80, deadline=None)
@hypothesis.given(
    value=st.recursive(
        st.one_of(scalars, st.floats(), st.binary(max_size=3)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
        max_leaves=6,
    )
)
def test_anything_fits_or_is_refused(value: Any) -> None:
    for model in (Tree, Leaf, list[Leaf], dict[str, Leaf], Leaf | list[Tree], Any):
        made = renderer(model)
        try:
            body = made.render(value)
        except ResponseValidationError:
            assert model is not Any
        else:
            msgspec.json.decode(body)
