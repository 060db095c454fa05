"""Secret and CommaSeparatedStrings."""

from typing import Any

import pytest

from faster_core.datastructures.setting import CommaSeparatedStrings, Secret


def test_a_secret_is_only_shown_on_request() -> None:
    secret = Secret("hunter2")
    assert str(secret) == "hunter2"
    assert "hunter2" not in repr(secret) + f"{secret!r} {[secret]}"
    assert (bool(secret), bool(Secret(""))) == (True, False)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("a,b", ["a", "b"]),
        (" a , b ", ["a", "b"]),
        ("'a, b', c", ["a, b", "c"]),
        ('"a", "b c"', ["a", "b c"]),
        ("#a, b", ["#a", "b"]),
        ("", []),
        (["a", "b, c"], ["a", "b, c"]),
    ],
    ids=repr,
)
def test_texts_in_one_text(value: Any, items: list[str]) -> None:
    found = CommaSeparatedStrings(value)
    assert list(found) == items
    assert (len(found), found[:1], [item in found for item in items]) == (len(items), items[:1], [True] * len(items))
    assert repr(found) == f"CommaSeparatedStrings({items!r})"
    assert list(CommaSeparatedStrings(str(found))) == items
