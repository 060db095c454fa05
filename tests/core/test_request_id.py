"""Request ids in log lines."""

import pytest

from faster_core.request_id import name_request, request_id_var


@pytest.mark.parametrize(
    ("request_id", "expected"),
    [
        ("a-1", " [request a-1]"),
        (None, ""),
        ("", ""),
        ("a\r\nb\x1b[31m", r" [request a\r\nb\x1b[31m]"),
        (7, " [request 7]"),
    ],
)
def test_an_id_cannot_break_a_line(request_id: object, expected: str) -> None:
    assert name_request(request_id) == expected


def test_outside_a_request_there_is_none() -> None:
    assert request_id_var.get() is None
