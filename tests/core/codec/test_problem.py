"""Problems and their JSON Pointers."""

import pytest

from faster_core.codec import Problem, pointer
from faster_core.codec.place import path_of


@pytest.mark.parametrize(
    "path, expected",
    [
        ("$", ""),
        ("$.items[0].price", "/items/0/price"),
        ('$["a/b"].c', "/a~1b/c"),
        ('$["~"][3]', "/~0/3"),
        ('$["q\\"]["]', '/q"]['),
        ("$[...][0]", "/.../0"),
    ],
)
def test_pointer(path: str, expected: str) -> None:
    assert pointer(path) == expected


@pytest.mark.parametrize("key", ["a", "a.b", 'x"]["y', "\\", "a/b~c", "", "0", "é è"])
def test_a_key_survives_the_path(key: str) -> None:
    assert pointer(path_of((None, "value", key))) == "/" + key.replace("~", "~0").replace("/", "~1")


def test_a_problem_is_of_msgspec_unless_it_says_otherwise() -> None:
    assert Problem("$", "x").kind == "msgspec"
