"""`RadixRouter`: order, backtracking, methods, conflicts and cost; hundreds of routes against a naive oracle."""

import itertools
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest

from faster_router import MethodError, Miss, PathTemplate, RadixRouter, RouteConflict, TemplateError
from tests.growth import check_growth


def router_of(*templates: str) -> RadixRouter[str]:
    router = RadixRouter[str]()
    for template in templates:
        router.add("GET", template, template)
    return router


def found(router: RadixRouter[str], path: str, method: str = "GET") -> tuple[str, dict[str, Any]] | None:
    """What `find`, `lookup` and `resolve` say, which must be the same."""
    match = router.find(method, path)
    looked_up, resolved = router.lookup(method, path), router.resolve(method, path)
    if not match:
        assert (looked_up, resolved) == (None, None)
        return None
    assert looked_up is not None
    assert (looked_up[0], looked_up[1] or {}, None) == resolved == (match.target, match.params, None)
    return match.target, match.params


PREFERENCE = [
    ("/p/7", "/p/7", {}),
    ("/p/8", "/p/{i:int}", {"i": 8}),
    ("/p/" + "0" * 31 + "f", "/p/{u:uuid}", {"u": UUID(int=15)}),
    ("/p/1.5", "/p/{f:float}", {"f": 1.5}),
    ("/p/aa-1", "/p/aa-{x}", {"x": "1"}),
    ("/p/a-1", "/p/a-{x}", {"x": "1"}),
    ("/p/b-1.txt", "/p/{x}.txt", {"x": "b-1"}),
    ("/p/b-1", "/p/{x}-{y:int}", {"x": "b", "y": 1}),
    ("/p/b-c", "/p/{x}-{y}", {"x": "b", "y": "c"}),
    ("/p/x", "/p/{s}", {"s": "x"}),
    ("/p/x/y.txt", "/p/{rest:path}.txt", {"rest": "x/y"}),
    ("/p/x/y", "/p/{rest:path}", {"rest": "x/y"}),
    ("/p/", "/p/{rest:path}", {"rest": ""}),
    ("/p", None, None),
]


@pytest.mark.parametrize("seed", range(12))
def test_the_more_specific_edge_wins_in_every_order_of_registration(seed: int) -> None:
    templates = sorted({template for _, template, _ in PREFERENCE if template is not None})
    random.Random(seed).shuffle(templates)
    router = router_of(*templates)
    for path, template, params in PREFERENCE:
        assert found(router, path) == (None if template is None else (template, params))


BACKTRACKING = [
    ("/users/me", "/users/{id}", {"id": "me"}),
    ("/users/me/posts", "/users/me/posts", {}),
    ("/users/7/posts", "/users/{id}/posts", {"id": "7"}),
    ("/users/me/likes", "/users/{name}/likes", {"name": "me"}),
    ("/users/me/likes/x", "/{any:path}", {"any": "users/me/likes/x"}),
    ("/users//posts", "/{any:path}", {"any": "users//posts"}),
    ("/users/7/posts/", "/{any:path}", {"any": "users/7/posts/"}),
    ("/", "/{any:path}", {"any": ""}),
    ("//", "/{any:path}", {"any": "/"}),
    ("", None, None),
    ("users/7/posts", None, None),
    ("*", None, None),
]


@pytest.mark.parametrize("reverse", [False, True])
def test_the_walk_comes_back_and_names_belong_to_the_route(reverse: bool) -> None:
    templates = ["/users/me/posts", "/users/{id}", "/users/{id}/posts", "/users/{name}/likes", "/{any:path}"]
    router = router_of(*(reversed(templates) if reverse else templates))
    for path, template, params in BACKTRACKING:
        assert found(router, path) == (None if template is None else (template, params))


def test_methods_are_any_token_and_a_miss_says_which_would_do() -> None:
    router = RadixRouter[str]()
    for method in ("query", "GET", "M-SEARCH"):
        router.add(method, "/a/{x}", method)
    router.add("DELETE", "/a/b", "delete")
    assert found(router, "/a/b", "QUERY") == ("query", {"x": "b"})
    assert found(router, "/a/b", "M-SEARCH") == ("M-SEARCH", {"x": "b"})
    assert router.find("POST", "/a/b") == Miss(("DELETE", "GET", "M-SEARCH", "QUERY"))
    assert router.find("DELETE", "/a/c") == Miss(("GET", "M-SEARCH", "QUERY"))
    assert router.find("\x00", "/a/c") == router.find("get", "/a/c") == Miss(("GET", "M-SEARCH", "QUERY"))
    assert router.find("GET", "/b") == Miss(())
    assert RadixRouter[str]().find("GET", "/") == Miss(())


def test_static_paths_are_in_a_dict_per_method() -> None:
    router = router_of("/a", "/b/{x}", "/")
    router.add("POST", "/a", "post")
    assert router.statics == {"GET": {"/a": "/a", "/": "/"}, "POST": {"/a": "post"}}


def test_targets_may_be_anything_even_nothing() -> None:
    router = RadixRouter[None]()
    router.add("GET", "/a", None)
    router.add("GET", PathTemplate("/{x}/{y}"), None)
    assert router.lookup("GET", "/a") == (None, None)
    match = router.find("GET", "/1/2")
    assert match
    assert (match.target, match.params, match.template.text) == (None, {"x": "1", "y": "2"}, "/{x}/{y}")


def test_every_answer_has_its_own_parameters() -> None:
    router = router_of("/a", "/b/{x}")
    for path in ("/a", "/b/1"):
        first = router.find("GET", path)
        assert first
        first.params["changed"] = True
        second = router.find("GET", path)
        assert second
        assert "changed" not in second.params


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/", "/"),
        ("/a/b", "/a/b"),
        ("/{x}", "/{y:str}"),
        ("/a/{x:int}/b/{y}", "/a/{n:int}/b/{m}"),
        ("/{name}.{ext}", "/{a}.{b}"),
        ("/v{x:int}", "/v{y:int}"),
        ("/{x:path}", "/{rest:path}"),
        ("/{x:path}/tags", "/{y:path}/tags"),
    ],
)
def test_equal_shapes_conflict(one: str, other: str) -> None:
    router = router_of(one)
    with pytest.raises(RouteConflict) as caught:
        router.add("GET", other, "second")
    assert (caught.value.other_template, caught.value.other_target, caught.value.target) == (one, one, "second")
    router.add("POST", other, "second")


def test_different_shapes_do_not_conflict() -> None:
    shapes = ["/{x}", "/{x:int}", "/{x:float}", "/{x:uuid}", "/{x:path}", "/{x:path}.txt", "/{x}.{y}", "/{x}-{y}"]
    shapes += ["/{x:int}.{y}", "/{x}.{y:int}", "/a{x}", "/{x}a", "/a", "/a/", "/{x}/", "/{x}/a", "/{x:path}/a"]
    router = router_of(*shapes)
    for template in shapes:
        with pytest.raises(RouteConflict):
            router.add("GET", template, "second")


def test_nothing_is_added_by_what_fails() -> None:
    router = RadixRouter[str]()
    with pytest.raises(TemplateError):
        router.add("GET", "/{x", "x")
    with pytest.raises(MethodError):
        router.add("G T", "/x", "x")
    assert router.find("GET", "/x") == Miss(())
    assert router.statics == {}


def test_the_old_names_stay() -> None:
    router = RadixRouter[Any]()
    router.add_route("get", "/users/{id}", "handler", {"tag": 1})
    router.add_route("GET", "/users", "all")
    assert router.resolve("GET", "/users/7") == ("handler", {"id": "7"}, {"tag": 1})
    assert router.resolve("get", "/users") == ("all", {}, None)
    assert router.resolve("POST", "/users") is None
    assert router.resolve("GET", "/nothing") is None


# --- a naive oracle -------------------------------------------------------------------------------------------------

PIECES = ["a", "b", "me", "", "{%s}", "{%s:int}", "{%s:float}", "v{%s}", "{%s}.{%s}", "{%s:int}-{%s}", "{%s}.txt"]
ENDS = ["", "/{%s:path}", "/{%s:path}.txt", "/x{%s:path}", "/{%s:path}/end", "/"]
RANK = {"int": 1, "uuid": 2, "float": 3}


def some_templates(seed: int, count: int) -> list[str]:
    """Templates in a random order, no two of one shape, each with its own names."""
    chance = random.Random(seed)
    shapes: dict[str, None] = {}
    while len(shapes) < count:
        body = "".join("/" + chance.choice(PIECES) for _ in range(chance.randint(1, 4)))
        shapes[body + chance.choice(ENDS)] = None
    templates = []
    for shape in shapes:
        numbers = itertools.count()
        parts = shape.split("%s")
        templates.append(parts[0] + "".join(f"p{next(numbers)}{part}" for part in parts[1:]))
    chance.shuffle(templates)
    return templates


def preference(template: PathTemplate) -> tuple[tuple[int, ...], ...]:
    """A key by which the template that must win comes first among those that match a path."""
    key: list[tuple[int, ...]] = []
    for segment in template.segments:
        if segment.text is not None:
            key.append((0,))
        elif segment.sole is not None:
            name = segment.sole.convertor_name
            key.append((4,) if name == "str" else (1, RANK[name]))
        else:
            text = len("".join(segment.separators))
            key.append((2, -len(segment.prefix), -len(segment.suffix), -text, sum(p.plain for p in segment.parameters)))
    if template.tail is not None:
        key.append((5, -len(template.tail.prefix), -len(template.tail.suffix)))
    return tuple(key)


def oracle(templates: list[PathTemplate], path: str) -> tuple[str, dict[str, Any]] | None:
    """Every template is asked in the order of preference."""
    for template in templates:
        params = template.match(path)
        if params is not None:
            return template.text, params
    return None


TEXTS = ["a", "b", "me", "", "7", "1.5", "v7", "va", "x.txt", "x.y.txt", "1-2", "1-b", ".", "end", "x", "ü", "x1.5"]


@pytest.mark.parametrize("seed", range(4))
def test_hundreds_of_routes_against_a_naive_oracle(seed: int) -> None:
    templates = some_templates(seed, 400)
    router = router_of(*templates)
    ranked = sorted(map(PathTemplate, templates), key=preference)
    chance = random.Random(seed + 1000)
    hits = 0
    for _ in range(1500):
        path = "".join("/" + chance.choice(TEXTS) for _ in range(chance.randint(1, 6)))
        expected = oracle(ranked, path)
        assert found(router, path) == expected, path
        hits += expected is not None
    assert hits > 300  # the comparison is about matches as much as about misses


def test_what_is_written_from_a_template_is_matched_by_it_in_the_tree() -> None:
    templates = some_templates(99, 300)
    router = router_of(*templates)
    for text in templates:
        template = PathTemplate(text)
        values = {each.name: "7" if each.convertor_name in ("int", "float") else "q" for each in template.parameters}
        match = router.find("GET", unquote(template.format(**values)))
        assert match
        assert preference(match.template) <= preference(template)


# --- cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/r7/42", "/r7/42/sub/9", "/s7", "/nothing/here", "/r7/42/sub/x"])
def test_the_cost_does_not_depend_on_the_number_of_routes(path: str) -> None:
    def look(count: int) -> Callable[[], object]:
        router = RadixRouter[int]()
        for index in range(count):
            router.add("GET", f"/r{index}/{{id}}", index)
            router.add("GET", f"/r{index}/{{id}}/sub/{{x:int}}", index)
            router.add("GET", f"/s{index}", index)
        return lambda: router.lookup("GET", path)

    check_growth(look, 125, limit=6)


HOSTILE = {
    "slashes": ("/", "/"),
    "segments": ("/a", "/"),
    "numbers": ("9", ""),
    "dots": (".", "/"),
    "dashes": ("1-", "/x"),
    "tails": ("/end", "/x"),
    "letters": ("ü", "\ud800"),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_the_cost_grows_with_the_path_at_most_in_step(attack: str) -> None:
    templates = [*some_templates(5, 200), "/a/{x}/a/{y}/a/{z}", "/{p0:int}-{p1}-{p2}-{p3:int}"]
    router = router_of(*templates)
    unit, end = HOSTILE[attack]

    def look(size: int) -> Callable[[], object]:
        path = "/" + unit * size + end
        return lambda: router.find("GET", path)

    check_growth(look, 5_000)


def test_a_nasty_set_of_templates_costs_no_more_than_its_prefixes() -> None:
    # Every segment may be "a" or a parameter: the worst set for backtracking. No path can cost more than one visit per
    # node, and a set of templates has no more nodes than segments.
    def look(depth: int) -> Callable[[], object]:
        router = RadixRouter[str]()
        for index in range(depth):
            head = "/a" * index
            router.add("GET", head + "/{x}" + "/a" * (depth - index) + "/end", "x")
            router.add("GET", head + "/{x}" + "/a" * index + "/{y:int}/other", "y")
        path = "/a" * (depth + 1) + "/nothing"
        assert router.find("GET", path) == Miss(())
        return lambda: router.lookup("GET", path)

    # The number of nodes grows with the square of the depth here: about 4. Exponential cost would be beyond any bound.
    check_growth(look, 20, times=2, limit=8)


def test_long_templates_need_no_deep_stack() -> None:
    template = "/{a}" + "/b/{%s}" * 3000
    template = template % tuple(f"p{index}" for index in range(3000))
    router = router_of(template, "/{x:path}/end")
    path = "/1" + "/b/2" * 3000
    match = router.find("GET", path)
    assert match
    assert len(match.params) == 3001
    assert found(router, path + "/end") == ("/{x:path}/end", {"x": path[1:]})
    assert found(router, path + "/no") is None
