"""Validators: how a client that has a copy of something asks whether it is still good.

Spec: RFC 9110, 8.8 and 13
"""

import re
import time
from calendar import timegm
from functools import lru_cache
from os import stat_result
from typing import Final

from faster_core.header import split_list

__all__ = ["allows_range", "format_date", "is_not_modified", "make_etag", "parse_date"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LATEST: Final = 253402300799  # the last second of the year 9999, which a date of four digits can say

# HTTP-date = IMF-fixdate / rfc850-date / asctime-date; a recipient takes all three. Spec: RFC 9110, 5.6.7
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_match_fixdate = re.compile(
    rf"[A-Z][a-z]{{2}}, (?P<day>\d\d) (?P<month>[A-Z][a-z]{{2}}) (?P<year>\d{{4}}) {_TIME} GMT"
).fullmatch
_match_rfc850 = re.compile(
    rf"[A-Z][a-z]{{5,8}}, (?P<day>\d\d)-(?P<month>[A-Z][a-z]{{2}})-(?P<year>\d\d) {_TIME} GMT"
).fullmatch
_match_asctime = re.compile(
    rf"[A-Z][a-z]{{2}} (?P<month>[A-Z][a-z]{{2}}) (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})"
).fullmatch


@lru_cache(maxsize=1024)
def format_date(seconds: int) -> str:
    """Return a time as HTTP writes it.

    Args:
        seconds: Seconds since 1970; what four digits of a year cannot say is moved to the nearest that they can.

    Example:
        >>> format_date(784111777)
        'Sun, 06 Nov 1994 08:49:37 GMT'

    Spec: RFC 9110, 5.6.7
    """
    at = time.gmtime(min(max(seconds, 0), _LATEST))
    clock = f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
    return f"{_DAYS[at.tm_wday]}, {at.tm_mday:02} {_MONTHS[at.tm_mon - 1]} {at.tm_year:04} {clock} GMT"


def parse_date(text: str) -> int | None:
    """Return the seconds since 1970 of a time as HTTP writes it, or None for what is no such time.

    Spec: RFC 9110, 5.6.7
    """
    match = _match_fixdate(text) or _match_rfc850(text) or _match_asctime(text)
    if match is None or match["month"] not in _MONTHS:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        # More than 50 years ahead means the century before.
        this_year = time.gmtime().tm_year
        year += this_year // 100 * 100
        if year > this_year + 50:
            year -= 100
    month = _MONTHS.index(match["month"]) + 1
    day, hour, minute, second = (int(match[name]) for name in ("day", "hour", "minute", "second"))
    if not (1 <= day <= 31 and hour < 24 and minute < 60 and second <= 60 and year >= 1):
        return None
    return timegm((year, month, day, hour, minute, second))


def make_etag(info: stat_result, variant: str = "") -> str:
    """Return a strong entity tag for a file: another one as soon as it is written.

    Args:
        info: The file's status, which has its time of change in nanoseconds, and its size.
        variant: What tells this form of the file from its others: the name of a compression.

    Spec: RFC 9110, 8.8.3
    """
    suffix = f"-{variant}" if variant else ""
    return f'"{info.st_mtime_ns:x}-{info.st_size:x}{suffix}"'


def is_not_modified(if_none_match: str | None, if_modified_since: str | None, *, etag: str, last_modified: str) -> bool:
    """Return whether the client's copy is still good, so that 304 says it all.

    Args:
        if_none_match: The header of the request; where it is there, the other one does not count.
        if_modified_since: The header of the request. What is no date does not count.
        etag: The entity tag of what would be sent.
        last_modified: Its Last-Modified.

    Spec: RFC 9110, 13.1.2, 13.1.3 and 13.2.2
    """
    if if_none_match is not None:
        if if_none_match.strip() == "*":
            return True
        opaque = etag.removeprefix("W/")
        return any(tag.removeprefix("W/") == opaque for tag in split_list(if_none_match))
    if if_modified_since is None:
        return False
    since, modified = parse_date(if_modified_since), parse_date(last_modified)
    return since is not None and modified is not None and modified <= since


def allows_range(if_range: str, *, etag: str, last_modified: str) -> bool:
    """Return whether a part may be sent: whether the client has the other parts of the same thing.

    Args:
        if_range: The header of the request: an entity tag or a date, which have to be the same, and strong.
        etag: The entity tag of what would be sent.
        last_modified: Its Last-Modified.

    Spec: RFC 9110, 13.1.5
    """
    if if_range.endswith('"'):
        return if_range == etag and not etag.startswith("W/")
    date = parse_date(if_range)
    return date is not None and date == parse_date(last_modified)
