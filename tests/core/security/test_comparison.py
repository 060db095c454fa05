"""Secrets of every kind, compared."""

import pytest

from faster_core.security import constant_time_equal


@pytest.mark.parametrize(
    "a,b,expected",
    [
        ("secret", "secret", True),
        ("secret", "secreT", False),
        ("secret", "secret ", False),
        ("", "", True),
        ("", "x", False),
        ("secret", b"secret", True),
        (b"secret", b"secret", True),
        ("pässwörd", "pässwörd", True),
        ("pässwörd", "pässwörd".encode(), True),
        ("pässwörd", "passwörd", False),
        ("\ud800", "\ud800", True),
        ("\ud800", "?", False),
        (b"\xff", "ÿ", False),
    ],
    ids=ascii,
)
def test_equality(a: str | bytes, b: str | bytes, expected: bool) -> None:
    assert constant_time_equal(a, b) is expected
    assert constant_time_equal(b, a) is expected
