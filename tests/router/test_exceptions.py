"""Every way a route can be wrong, word for word."""

import pytest

from faster_router import exceptions
from faster_router.exceptions import (
    AdjacentParameters,
    BadName,
    DuplicateName,
    HostError,
    MethodError,
    MisplacedPath,
    MissingSlash,
    NoMatchFound,
    RouteConflict,
    RouterError,
    StrayBrace,
    TemplateError,
    UnclosedBrace,
    UnknownConvertor,
)
from faster_router.host import Host
from faster_router.path import PathTemplate
from faster_router.route import Route
from faster_router.router import Router
from faster_router.tree import RadixRouter
from tests.router.asgi import saying

NAMED = "Write '{name}' or '{name:convertor}'."


@pytest.mark.parametrize(
    ("template", "error", "position", "message"),
    [
        ("", MissingSlash, 0, "no slash at position 0. A path begins with '/'. Write '/'."),
        ("a/{b}", MissingSlash, 0, "no slash at position 0. A path begins with '/'. Write '/a/{b}'."),
        *[
            (
                template,
                UnclosedBrace,
                position,
                (
                    f"unclosed brace at position {position}. "
                    f"A parameter is a name in braces, closed in the same segment. {NAMED}"
                ),
            )
            for template, position in [("/a/{b", 3), ("/{a/b}", 1), ("/{a{b}}", 1), ("/x/{", 3), ("/{x}/{y:int", 5)]
        ],
        *[
            (
                template,
                StrayBrace,
                position,
                f"stray brace at position {position}. '}}' only ends a parameter. Write '{{name}}', or remove the brace.",  # noqa: E501
            )
            for template, position in [("/a}", 2), ("/}a{", 1), ("/{a}}", 4), ("/{a}/}{b}", 5)]
        ],
        (
            "/{}",
            BadName,
            1,
            f"parameter without a name at position 1. A name is a Python identifier. {NAMED}",
        ),
        ("/{:int}", BadName, 1, f"parameter without a name at position 1. A name is a Python identifier. {NAMED}"),
        ("/{2nd}", BadName, 1, f"parameter name '2nd' at position 1. A name is a Python identifier. {NAMED}"),
        ("/{a b}", BadName, 1, f"parameter name 'a b' at position 1. A name is a Python identifier. {NAMED}"),
        (
            "/{a}/{a:int}",
            DuplicateName,
            5,
            "second parameter named 'a' at position 5. Each name stands once. Rename one of the two.",
        ),
        (
            "/{a}{b}",
            AdjacentParameters,
            4,
            (
                "parameter directly after another at position 4. Text between two parameters says where the first one ends. "  # noqa: E501
                "Write for example '{a}-{b}' or '{a}/{b}'."
            ),
        ),
        *[
            (
                template,
                MisplacedPath,
                position,
                (
                    f"parameter in or after the segment of a path parameter at position {position}. "
                    "Only text may stand beside and after '{x:path}'. Move the path parameter to the end, or use '{x}'."
                ),
            )
            for template, position in [("/{a:path}/{b}", 10), ("/{b}-{a:path}", 1), ("/{a:path}/{b:path}", 10)]
        ],
    ],
)
def test_templates(template: str, error: type[TemplateError], position: int, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        PathTemplate(template)
    assert type(caught.value) is error
    assert str(caught.value) == f"path template {template!r}: {message}"
    assert (caught.value.template, caught.value.position) == (template, position)
    assert isinstance(caught.value, ValueError)


def test_unknown_convertors() -> None:
    for template, convertor in [("/{a:integer}", "integer"), ("/{a:}", ""), ("/{a: int}", " int")]:
        with pytest.raises(UnknownConvertor) as caught:
            PathTemplate(template)
        before, known, after = str(caught.value).split(". ")
        assert before == f"path template {template!r}: unknown convertor {convertor!r} at position 1"
        assert known.startswith("Known are ")
        assert {"str", "int", "float", "uuid", "path"} <= set(known.removeprefix("Known are ").split(", "))
        assert after == "Use one of them, or call register_convertor first."


@pytest.mark.parametrize("method", ["", "GE T", "GET\r\n", "GÉT", "a,b"])
def test_methods(method: str) -> None:
    with pytest.raises(MethodError) as caught:
        RadixRouter[int]().add(method, "/a", 1)
    what = f"method {method!r} is not a token" if method else "the route has no method"
    assert str(caught.value) == (
        f"route /a: {what}. A method is letters, digits and some signs, without blanks (RFC 9110, 9.1). "
        "Write for example methods=['GET']."
    )
    with pytest.raises(MethodError, match="the route has no method"):
        Route("/a", saying("x"), methods=[])


def read_item() -> None:
    """A target with a name, a file and a line."""


def test_conflicts_name_both_routes() -> None:
    router = RadixRouter[object]()
    router.add("GET", "/items/{id}", read_item)
    with pytest.raises(RouteConflict) as caught:
        router.add("get", "/items/{item}", "other")
    line = read_item.__code__.co_firstlineno
    assert str(caught.value) == (
        f"GET /items/{{item}}: 'other' has the same method and path as read_item (test_exceptions.py:{line}) "
        "at /items/{id}. One method and path leads to one route; names of parameters make no difference. "
        "Change the path or the method of one of them, or remove it."
    )
    error = caught.value
    assert (error.method, error.template, error.target) == ("GET", "/items/{item}", "other")
    assert (error.other_template, error.other_target) == ("/items/{id}", read_item)


def test_conflicts_of_entries_name_the_applications() -> None:
    router = Router()
    first, second = saying("first"), saying("second")
    router.add_route("/a", first)
    with pytest.raises(RouteConflict, match=r"^GET /a: saying\.<locals>\.app \(asgi\.py:\d+\) has the same method"):
        router.add_route("/a", second)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "this is not a host. {} Write for example 'api.example.org'."),
        ("http://example.org", "this is not a host. {} Write for example 'api.example.org'."),
        ("example.org:8000", "a port makes no difference here. {} Leave it out."),
        ("{x:path}.example.org", "a host has no path. {} Write '{{name}}' without the convertor."),
    ],
)
def test_host_patterns(pattern: str, message: str) -> None:
    with pytest.raises(HostError) as caught:
        Host(pattern, saying("x"))
    expected = "A pattern is a host name without scheme, port and path, with '{name}' for a part that varies."
    assert str(caught.value) == f"host pattern {pattern!r}: {message.format(expected)}"
    assert caught.value.pattern == pattern


def test_names_that_lead_nowhere() -> None:
    router = Router()
    router.add_route("/a/{x}", saying("x"), name="a")
    with pytest.raises(NoMatchFound) as caught:
        router.url_path_for("a", y=1)
    assert str(caught.value) == (
        "url_path_for('a'): no route has that name and exactly the parameters 'y'. Routes of that name: /a/{x}. "
        "Give exactly the parameters of the template, and 'mount:route' for a route below a mount."
    )
    assert (caught.value.name, caught.value.params) == ("a", {"y": 1})
    with pytest.raises(LookupError, match=r"^url_path_for\('b'\): no route has that name and no parameters\. No route"):
        router.url_path_for("b")


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = [line for line in (exceptions.__doc__ or "").splitlines() if "──" in line]
    names = {line.split("── ")[1].split()[0] for line in drawn} | {"RouterError"}
    assert names == set(exceptions.__all__)
    for name in names:
        assert issubclass(getattr(exceptions, name), RouterError)
    for line in drawn:
        if line.startswith("    │   "):
            assert issubclass(getattr(exceptions, line.split("── ")[1].split()[0]), TemplateError)
