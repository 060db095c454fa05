"""Segments with text and several parameters."""

from collections.abc import Callable

import pytest

from faster_router.path import PathTemplate
from tests.growth import check_growth


def cut(template: str, text: str) -> tuple[object, ...] | None:
    (segment,) = PathTemplate("/" + template).segments
    return segment.match(text)


@pytest.mark.parametrize(
    ("template", "text", "values"),
    [
        ("text", "text", ()),
        ("text", "texts", None),
        ("{x}", "a", ("a",)),
        ("{x}", "", None),
        ("v{x}", "v1", ("1",)),
        ("v{x}", "v", None),
        ("v{x}", "w1", None),
        ("{x}.txt", "a.txt", ("a",)),
        ("{x}.txt", ".txt", None),
        ("{x}.txt", "a.txt2", None),
        ("aa{x}aa", "aaa", None),
        ("aa{x}aa", "aaaa", None),
        ("aa{x}aa", "aaaaa", ("a",)),
        ("{name}.{ext}", "a.tar.gz", ("a.tar", "gz")),
        ("{name}.{ext}", "a.", None),
        ("{name}.{ext}", ".a", None),
        ("{name}.{ext}", "a", None),
        ("{name}.{ext}", "..a", (".", "a")),
        ("{name}.{ext}", "a..", ("a", ".")),
        ("{a}-{b}-{c}", "1-2-3-4", ("1-2", "3", "4")),
        ("{a}-{b}-{c}", "---", None),
        ("{a}-{b}-{c}", "-----", ("-", "-", "-")),
        ("{a}--{b}", "a---b", ("a-", "b")),
        ("{a:int}-{b}", "1-2-3", (1, "2-3")),
        ("{a:int}-{b}", "x-2", None),
        ("{a:int}-{b}", "12", None),
        ("{a}-{b:int}", "x-y-3", ("x-y", 3)),
        ("{a}-{b:int}", "x-y", None),
        ("{y:int}-{m:int}-{d:int}", "2024-02-29", (2024, 2, 29)),
        ("{y:int}-{m:int}-{d:int}", "2024-02", None),
        ("({lat:float},{lon:float})", "(1.5,2)", (1.5, 2.0)),
    ],
)
def test_a_text_is_cut_where_the_template_says(template: str, text: str, values: tuple[object, ...] | None) -> None:
    assert cut(template, text) == values


def test_the_shape_of_a_segment_forgets_names_only() -> None:
    def shape(template: str) -> object:
        return PathTemplate(template).segments[0].shape

    assert shape("/{a}-{b:int}") == shape("/{c}-{d:int}")
    assert shape("/{a}") == shape("/{b:str}")
    assert len({shape(each) for each in ("/{a}-{b}", "/{a}.{b}", "/{a:int}-{b}", "/-{a}", "/{a}-", "/a")}) == 6


@pytest.mark.parametrize("template", ["{a}-{b}-{c}-{d}-x", "{a:int}-{b}-{c:int}-{d}", "{a}--{b}--{c}"])
def test_cutting_takes_time_in_step_with_the_text(template: str) -> None:
    match = PathTemplate("/" + template).segments[0].match

    def search(size: int) -> Callable[[], object]:
        text = "1" + "-" * size
        return lambda: match(text)

    check_growth(search, 50_000)
