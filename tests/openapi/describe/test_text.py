from functools import partial
from typing import Any

import pytest

from faster_openapi.describe.text import description_of, summary_of


def documented() -> None:
    """First line.

        Indented.
    \fFor programmers only.
    """


def bare() -> None: ...


class Callable:
    """A class."""

    def __call__(self) -> None:
        """A call."""


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (documented, "First line.\n\n    Indented."),
        (bare, ""),
        (partial(documented), "First line.\n\n    Indented."),
        (Callable(), "A call."),
        (Callable, "A class."),
    ],
)
def test_descriptions_end_at_a_form_feed(function: Any, text: str) -> None:
    assert description_of(function) == text


@pytest.mark.parametrize(("name", "line"), [("read_item", "Read Item"), ("readItem", "Readitem"), ("x", "X")])
def test_summaries(name: str, line: str) -> None:
    assert summary_of(name) == line
