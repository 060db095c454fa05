"""Types written as a text."""

import ipaddress
import pathlib
import re
import zoneinfo
from typing import Any

import pytest

from faster_core.codec import INPUT_ERRORS, codec, decode_hook


@pytest.mark.parametrize(
    "annotation, text, expected",
    [
        (pathlib.Path, "a/b", pathlib.Path("a/b")),
        (pathlib.PurePosixPath, "a/b", pathlib.PurePosixPath("a/b")),
        (ipaddress.IPv4Address, "127.0.0.1", ipaddress.IPv4Address("127.0.0.1")),
        (ipaddress.IPv6Network, "::/0", ipaddress.IPv6Network("::/0")),
        (re.Pattern, "a+", re.compile("a+")),
        (re.Pattern[str], "b+", re.compile("b+")),
        (zoneinfo.ZoneInfo, "UTC", zoneinfo.ZoneInfo("UTC")),
    ],
)
def test_reading(annotation: Any, text: str, expected: Any) -> None:
    assert codec(annotation).convert(text) == expected
    assert codec(annotation).convert_text(text) == expected
    assert codec(annotation | None).decode_json(f'"{text}"'.encode()) == expected
    assert decode_hook(annotation, text) == expected
    assert decode_hook(annotation, expected) is expected


@pytest.mark.parametrize(
    "annotation, value, message",
    [
        (pathlib.Path, 1, "Expected `str`, got `int`"),
        (ipaddress.IPv4Address, "1.2.3", "Expected 4 octets in '1.2.3'"),
        (re.Pattern, "(", "Invalid regular expression"),
        (zoneinfo.ZoneInfo, "../../etc/passwd", "Invalid time zone"),
        (zoneinfo.ZoneInfo, "Not/There", "Invalid time zone"),
    ],
)
def test_what_does_not_fit(annotation: Any, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        decode_hook(annotation, value)
    with pytest.raises(INPUT_ERRORS):
        codec(list[annotation]).convert([value])
    assert [problem.message for problem in codec(list[annotation]).explain([value])] == [f"{message} - at `$[0]`"]


def test_other_types() -> None:
    with pytest.raises(ValueError, match="Cannot read a `complex`"):
        decode_hook(complex, "1")
