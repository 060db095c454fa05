"""The walk over nodes, without the short cuts before it."""

import pytest

from faster_router.node import Leaf, Node
from faster_router.path import PathTemplate


def tree(*templates: str) -> Node[str]:
    root: Node[str] = Node()
    for template in templates:
        leaf = Leaf(template, PathTemplate(template))
        assert root.place(leaf) is leaf
    return root


def walk(root: Node[str], path: str) -> object:
    found = root.walk(path)
    return None if found is None else (found[0].target, found[1])


def test_a_taken_place_is_told() -> None:
    root = tree("/{a}/{b:int}", "/{a:path}.txt", "/x-{a}")
    for template in ("/{c}/{d:int}", "/{b:path}.txt", "/x-{b}"):
        leaf = Leaf(template, PathTemplate(template))
        assert root.place(leaf) is not leaf


def test_the_walk_finds_static_paths_too() -> None:
    assert walk(tree("/", "/a/b"), "/a/b") == ("/a/b", {})
    assert walk(tree("/", "/a/b"), "/") == ("/", {})
    assert walk(tree("/", "/a/b"), "/a") is None


@pytest.mark.parametrize(
    ("path", "target", "params"),
    [
        ("/a/b/c/d", "/a/b/c/d", {}),
        ("/a/b/c/e", "/{w}/b/c/e", {"w": "a"}),
        ("/a/b/x/y", "/{w}/{x}/x/y", {"w": "a", "x": "b"}),
        ("/a/1/c/z", "/a/{n:int}/c/{y}", {"n": 1, "y": "z"}),
        ("/a/b-1/c", "/a/{p}-{q}/c", {"p": "b", "q": "1"}),
        ("/a/1/zzz", "/{w}/1/{rest:path}", {"w": "a", "rest": "zzz"}),
        ("/q/1/", "/{w}/1/{rest:path}", {"w": "q", "rest": ""}),
        ("/9/b/tail", "/{n:int}/{rest:path}/tail", {"n": 9, "rest": "b"}),
    ],
)
def test_the_walk_comes_back_from_every_kind_of_edge(path: str, target: str, params: dict[str, object]) -> None:
    root = tree(
        "/a/b/c/d",
        "/{w}/b/c/e",
        "/{w}/{x}/x/y",
        "/a/{n:int}/c/{y}",
        "/a/{p}-{q}/c",
        "/{w}/1/{rest:path}",
        "/{n:int}/{rest:path}/tail",
    )
    assert walk(root, path) == (target, params)


def test_values_of_branches_that_led_nowhere_do_not_stay() -> None:
    root = tree("/{a:int}/{b:int}/x", "/{s}/{t:float}/y")
    assert walk(root, "/1/2/y") == ("/{s}/{t:float}/y", {"s": "1", "t": 2.0})


def test_only_a_single_route_is_offered_as_the_short_cut() -> None:
    def only(*templates: str) -> str | None:
        found = tree(*templates).reach_fixed(["a"]).only_end()
        return None if found is None else found[1].target

    assert only("/a/{x}") == "/a/{x}"
    assert only("/a/{x:int}") == "/a/{x:int}"
    assert only("/a/{x:int}", "/a/{x}/more", "/a/{x}-{y}/more") == "/a/{x:int}"
    assert only("/a/{x}", "/a/{x:int}") is None
    assert only("/a/{x}", "/a/{x}-{y}") is None
    assert only("/a/{x}/more") is None
