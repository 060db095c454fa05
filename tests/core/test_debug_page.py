"""The page of an unhandled error: what it shows, what it never shows, and that nothing in it is taken for HTML."""

import base64
import hashlib
import re
from typing import Any

import pytest

from faster_core.debug_page import PAGE_HEADERS, render_error, render_page

SECRET = "hunter" + "2"


def caught(function: Any) -> Exception:
    try:
        function()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError("nothing was raised")


def page_of(function: Any) -> str:
    return render_page(caught(function), "GET /items").decode()


def divide() -> None:
    password = SECRET
    len(password) / 0  # the line


def test_the_failing_line_is_shown_among_its_neighbours_with_names_only() -> None:
    page = page_of(divide)
    (now,) = [line for line in re.findall(r'<span class="now">(.*?)</span>', page) if "the line" in line]
    assert re.fullmatch(r" *\d+      len\(password\) / 0  # the line", now)
    assert "    password = SECRET" in page
    assert "local names: password" in page
    assert SECRET not in page
    assert "<title>ZeroDivisionError in GET /items</title>" in page


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", "\"'&<>", "</title><script>"],
)
def test_everything_is_escaped(text: str) -> None:
    def fail() -> None:
        error = type("Odd<b>", (ValueError,), {})(text)
        error.add_note(text)
        raise error

    page = render_page(caught(fail), f"GET /{text}").decode()
    assert text not in page.replace(page[page.index("<style>") : page.index("</style>")], "")
    assert "<script" not in page
    assert "<img" not in page
    assert "Odd<b>" not in page
    assert page.count("<style>") == page.count("</style>") == page.count("</title>") == 1


def test_the_chain_is_told_in_order() -> None:
    def chain() -> None:
        try:
            try:
                raise LookupError("innermost")
            except LookupError:
                raise ValueError("between")  # noqa: B904 - its context is what is shown
        except ValueError as error:
            raise RuntimeError("outermost") from error

    page = page_of(chain)
    told = re.findall(r'<p class="(?:message|gap)">(.*?)</p>', page)
    assert told == [
        "outermost",
        "was directly caused by",
        "between",
        "came up while this was being handled",
        "innermost",
    ]


def test_a_suppressed_context_is_left_out() -> None:
    def chain() -> None:
        try:
            raise KeyError("hidden-key")
        except KeyError:
            raise ValueError("shown") from None

    assert "&#x27;hidden-key&#x27;</p>" not in page_of(chain)


def test_a_circle_of_causes_ends() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    page = render_page(first, "GET /").decode()
    assert page.count('<p class="message">') == 2


def test_notes_and_groups() -> None:
    def fail() -> None:
        members = [ValueError("one"), TypeError("two")]
        group = ExceptionGroup("several", members)
        group.add_note("a note")
        raise group

    page = page_of(fail)
    assert '<p class="note">a note</p>' in page
    assert "1 of 2 in the group" in page
    assert '<p class="message">two</p>' in page


def test_deep_recursion_is_cut() -> None:
    def dive() -> None:
        dive()

    page = page_of(dive)
    assert re.search(r"… \d+ more frames …", page)
    assert page.count("<details") == 40
    assert len(page) < 200_000


def test_what_cannot_be_shown_is_still_a_page() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError

    def mute() -> None:
        raise Mute

    def half() -> None:
        raise ValueError("\ud800")

    def long() -> None:
        raise ValueError("x" * 100_000)

    assert "(str() of it raised ValueError)" in page_of(mute)
    assert "\\ud800" in page_of(half)
    assert "(100000 characters)" in page_of(long)
    assert b"\\ud800" in render_error(caught(half))


def test_nothing_is_loaded_and_only_this_style_applies() -> None:
    page = page_of(divide)
    assert not re.search(r"(src|href)=|url\(|@import|https?:", page)
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = PAGE_HEADERS["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert PAGE_HEADERS["Cache-Control"] == "no-store"
