"""Path templates: read, matched, written back."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from faster_router import ParameterError, PathTemplate, TemplateError
from tests.growth import check_growth

ID = UUID("12345678-1234-5678-1234-567812345678")


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("/", "/", {}),
        ("/", "", None),
        ("/", "//", None),
        ("/a", "/a", {}),
        ("/a", "/a/", None),
        ("/a", "/A", None),
        ("/a", "a", None),
        ("/a/", "/a/", {}),
        ("/a/", "/a", None),
        ("/é ü", "/é ü", {}),
        ("/%20", "/%20", {}),
        ("/%20", "/ ", None),
        ("/{x}", "/a", {"x": "a"}),
        ("/{x}", "/", None),
        ("/{x}", "//", None),
        ("/{x}", "/a/b", None),
        ("/{x}", "/a/", None),
        ("/{x}/", "/a/", {"x": "a"}),
        ("/{x}/b", "//b", None),
        ("/{x:str}", "/a%2Fb", {"x": "a%2Fb"}),
        ("/{x}", "/\n", {"x": "\n"}),
        ("/{größe}", "/xl", {"größe": "xl"}),
        ("/a/{x:int}/b/{y:uuid}", f"/a/7/b/{ID}", {"x": 7, "y": ID}),
        ("/a/{x:int}/b", "/a/x/b", None),
        ("/{name}.{ext}", "/a.tar.gz", {"name": "a.tar", "ext": "gz"}),
        ("/v{major:int}/x", "/v2/x", {"major": 2}),
        ("/{x:path}", "/", {"x": ""}),
        ("/{x:path}", "", None),
        ("/{x:path}", "/a", {"x": "a"}),
        ("/{x:path}", "//a//", {"x": "/a//"}),
        ("/f/{x:path}", "/f", None),
        ("/f/{x:path}", "/f/", {"x": ""}),
        ("/f{x:path}", "/f", {"x": ""}),
        ("/f{x:path}", "/foo/bar", {"x": "oo/bar"}),
        ("/f{x:path}", "/g", None),
        ("/{x:path}.txt", "/a/b.txt", {"x": "a/b"}),
        ("/{x:path}.txt", "/.txt", {"x": ""}),
        ("/{x:path}.txt", "/txt", None),
        ("/aa{x:path}aa", "/aaa", None),
        ("/r/{x:path}/tags", "/r/a/b/tags", {"x": "a/b"}),
        ("/r/{x:path}/tags", "/r/tags", None),
        ("/{id:int}/{x:path}/", "/1/a/b/", {"id": 1, "x": "a/b"}),
        ("/{id:int}/{x:path}/", "/x/a/b/", None),
    ],
)
def test_match(template: str, path: str, values: dict[str, Any] | None) -> None:
    assert PathTemplate(template).match(path) == values


@pytest.mark.parametrize(
    ("template", "values", "path"),
    [
        ("/", {}, "/"),
        ("/é ü?#%", {}, "/%C3%A9%20%C3%BC%3F%23%25"),
        ("/{x}", {"x": "a b/"[:3]}, "/a%20b"),
        ("/{x}", {"x": "50%"}, "/50%25"),
        ("/{x}", {"x": "a?b#c&d"}, "/a%3Fb%23c&d"),
        ("/{x}", {"x": 7}, "/7"),
        ("/{x}", {"x": "..."}, "/..."),
        ("/{self}/{cls}", {"self": "a", "cls": "b"}, "/a/b"),
        ("/{x:int}/{y:float}", {"x": 7, "y": 0.5}, "/7/0.5"),
        ("/{x:uuid}/", {"x": ID}, f"/{ID}/"),
        ("/{name}.{ext}", {"name": "a.tar", "ext": "gz"}, "/a.tar.gz"),
        ("/f/{x:path}", {"x": "a/b c"}, "/f/a/b%20c"),
        ("/f/{x:path}", {"x": ""}, "/f/"),
        ("/{x:path}", {"x": "/evil.example"}, "/%2Fevil.example"),
        ("/{x:path}", {"x": "\\evil.example"}, "/%5Cevil.example"),
        ("/r/{x:path}/tags", {"x": "a/b"}, "/r/a/b/tags"),
    ],
)
def test_format(template: str, values: dict[str, Any], path: str) -> None:
    assert PathTemplate(template).format(**values) == path


SEPARATED = "A value is not empty, has no slash, and does not repeat the text that separates it."


@pytest.mark.parametrize(
    ("template", "values", "message"),
    [
        ("/{x}", {}, "'x': no value was given. The template has 'x'. Add x=…."),
        (
            "/{x}",
            {"x": 1, "y": 2},
            "'y': there is no such parameter. The template has 'x'. Leave it out.",
        ),
        ("/a", {"y": 2}, "'y': there is no such parameter. The template has no parameters. Leave it out."),
        (
            "/{x}",
            {"x": "a/b"},
            (
                "'x': 'a/b' cannot be written. The convertor 'str' says: a segment is not empty and has no slash. "
                "Give a value that fits."
            ),
        ),
        (
            "/{x:int}",
            {"x": -1},
            "'x': -1 cannot be written. The convertor 'int' says: not a whole number from 0 up. Give a value that fits.",  # noqa: E501
        ),
        (
            "/{name}.{ext}",
            {"name": "a", "ext": "tar.gz"},
            (
                f"'ext': the segment would be 'a.tar.gz', which is read back differently. {SEPARATED} "
                "Give another value, or separate the parameters by '/'."
            ),
        ),
        (
            "/{x}/delete",
            {"x": ".."},
            "'x': '..' has a dot segment. Clients remove '.' and '..' from a path. Give a value that is not only dots.",
        ),
        (
            "/f/{x:path}",
            {"x": "a/./b"},
            (
                "'x': 'a/./b' has a dot segment. Clients remove '.' and '..' from a path. "
                "Give a value that is not only dots."
            ),
        ),
        (
            "/{x}",
            {"x": "\ud800"},
            "'x': its text holds a lone surrogate. A path is valid Unicode. Give text without surrogates.",
        ),
    ],
)
def test_what_cannot_be_written_is_said_word_for_word(template: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        PathTemplate(template).format(**values)
    assert str(caught.value) == f"path template {template!r}, parameter {message}"
    assert caught.value.template == template


def test_a_template_knows_its_parts() -> None:
    template = PathTemplate("/users/{id:int}/{kind}-{n}/{rest:path}.txt")
    assert template.text == str(template) == "/users/{id:int}/{kind}-{n}/{rest:path}.txt"
    assert template.names == ("id", "kind", "n", "rest")
    found = [(each.name, each.convertor_name, each.position) for each in template.parameters]
    assert found == [("id", "int", 7), ("kind", "str", 16), ("n", "str", 23), ("rest", "path", 27)]
    assert [each.plain for each in template.parameters] == [False, True, True, False]
    assert not template.static
    assert PathTemplate("/a").static
    assert PathTemplate("/a").parameters == ()
    assert repr(template) == "PathTemplate('/users/{id:int}/{kind}-{n}/{rest:path}.txt')"


def test_templates_are_equal_by_text() -> None:
    assert PathTemplate("/{a}") == PathTemplate("/{a}")
    assert len({PathTemplate("/{a}"), PathTemplate("/{a}"), PathTemplate("/{b}")}) == 2
    assert PathTemplate("/a") != "/a"


@pytest.mark.parametrize("unit", ["/{x%d}", "/a", "{", "}", "/{x%d", "{}", "-{x%d:int}"])
def test_reading_takes_time_in_step_with_the_text(unit: str) -> None:
    def read(size: int) -> Callable[[], None]:
        text = "/" + "".join(unit % index if "%" in unit else unit for index in range(size))

        def once() -> None:
            with suppress(TemplateError):
                PathTemplate(text)

        return once

    check_growth(read, 500)
