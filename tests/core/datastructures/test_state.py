import copy
import pickle

import pytest

from faster_core.datastructures import State


def test_attributes_and_items_are_the_same() -> None:
    values = {"a": 1}
    state = State(values)
    state.b = 2
    state["c"] = 3
    assert values == {"a": 1, "b": 2, "c": 3}
    assert (state.c, state["b"]) == (3, 2)
    del state.a
    del state["b"]
    assert list(state) == ["c"]
    assert len(state) == 1
    assert "c" in state
    assert "a" not in state
    assert repr(state) == "State({'c': 3})"


def test_what_is_absent() -> None:
    state = State()
    with pytest.raises(AttributeError, match="'State' object has no attribute 'a'"):
        state.a  # noqa: B018
    with pytest.raises(AttributeError, match="'State' object has no attribute 'a'"):
        del state.a
    with pytest.raises(KeyError):
        state["a"]
    with pytest.raises(KeyError):
        del state["a"]
    assert not hasattr(state, "a")
    assert getattr(state, "a", 5) == 5


def test_an_empty_state_is_not_nothing() -> None:
    assert State()


def test_copies() -> None:
    state = State({"a": [1]})
    assert copy.deepcopy(state).a == [1]
    assert pickle.loads(pickle.dumps(state)).a == [1]
