"""Ranges: which bytes of something a client asks for.

Spec: RFC 9110, 14
"""

import re
from typing import NamedTuple

__all__ = ["MAX_RANGES", "MalformedRange", "Span", "parse_range"]

MAX_RANGES = 100
"""Ranges in one request; one that asks for more gets everything."""

# int-range = first-pos "-" [ last-pos ]; suffix-range = "-" suffix-length. Spec: RFC 9110, 14.1.1
_match_range = re.compile(r"(?P<first>[0-9]*+)-(?P<last>[0-9]*+)").fullmatch

# More digits than any file's size has; Python would refuse 4,300 of them, and take its time over fewer.
_MAX_DIGITS = 19


class Span(NamedTuple):
    """Bytes from `start` up to, and without, `end`."""

    start: int
    end: int


class MalformedRange(ValueError):
    """A Range header that asks for bytes in a way that is no way."""


def parse_range(value: str, size: int, max_ranges: int = MAX_RANGES) -> list[Span] | None:
    """Return the parts that a Range header asks for, in order, those that touch each other joined.

    Time and result are linear in the length of the header, and the parts together are never more than the whole.

    Args:
        value: The header.
        size: Bytes in the whole.
        max_ranges: The number of ranges from which on the header is ignored.

    Returns:
        The parts; an empty list when none of them is in the file (416); None when the header does not count: for
        another unit than bytes, or too many ranges.

    Raises:
        MalformedRange: When the unit is bytes and what follows is no list of ranges.

    Example:
        >>> parse_range("bytes=0-9, 5-14, -5", 100)
        [Span(start=0, end=15), Span(start=95, end=100)]
    """
    unit, separator, ranges = value.partition("=")
    if not separator:
        raise MalformedRange("Malformed range header.")
    if unit.strip().lower() != "bytes" or ranges.count(",") >= max_ranges:
        return None
    asked = [_parse_one(text, size) for part in ranges.split(",") if (text := part.strip(" \t"))]
    if not asked:
        raise MalformedRange("Range header: range must be requested")
    return _join([span for span in asked if span is not None])


def _parse_one(text: str, size: int) -> Span | None:
    """Return one part, or None for one that is not in the file."""
    match = _match_range(text)
    if match is None or text == "-":
        raise MalformedRange("Malformed range header.")
    first, last = (_parse_number(match[name]) for name in ("first", "last"))
    if first is None:
        assert last is not None
        start, end = max(size - last, 0), size
    else:
        if last is not None and last < first:
            raise MalformedRange("Range header: start must be less than end")
        start, end = first, size if last is None else min(last + 1, size)
    return Span(start, end) if start < end else None


def _parse_number(digits: str) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits) <= _MAX_DIGITS else 10**_MAX_DIGITS


def _join(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined
