"""What a shared cache may keep, for how long, and for whom.

    request   Authorization, Cookie, other credentials,
              Range, a body                                    ─► bypass: neither answered from the cache nor kept
              Cache-Control: no-cache, max-age=0               ─► refresh: not answered from it, but kept
    response  Set-Cookie, Vary: *, no-store, private, no-cache ─► not kept
              s-maxage, max-age, Expires, the default          ─► the first of these that is there says how long

Spec: RFC 9111, 3 to 5
"""

import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from faster_core.validators import parse_date

__all__ = ["Wish", "lifetime_of", "read_vary", "read_wish", "select"]

Pairs: TypeAlias = Iterable[tuple[bytes, bytes]]

_BYPASS = frozenset({b"range", b"if-range", b"if-match", b"if-unmodified-since", b"transfer-encoding"})
_CONDITIONS = frozenset({b"if-none-match", b"if-modified-since"})
_FORBIDDING = frozenset({b"no-store", b"private", b"no-cache"})


class Wish(NamedTuple):
    """What a request says about caches.

    Attributes:
        bypass: Whether the cache has nothing to do with it.
        refresh: Whether it must not be answered from the cache.
        conditional: Whether the answer may be a 304 that only this client can use.
        only_if_cached: Whether it must not be answered by anything else.
        max_age: Seconds since the answer was made, at most; None for any number.
    """

    bypass: bool
    refresh: bool = False
    conditional: bool = False
    only_if_cached: bool = False
    max_age: int | None = None


def read_wish(headers: Pairs, credentials: frozenset[bytes]) -> Wish:
    """Return what the headers of a GET request say about caches.

    Args:
        headers: The pairs, names in lower case.
        credentials: Names of headers that make a request one's own.

    Spec: RFC 9111, 3.5 and 5.2.1
    """
    conditional = pragma = False
    directives: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in credentials or name in _BYPASS or (name == b"content-length" and value.strip() != b"0"):
            return Wish(bypass=True)
        if name in _CONDITIONS:
            conditional = True
        elif name == b"cache-control":
            directives = _read_directives(value) | directives
        elif name == b"pragma":
            pragma = b"no-cache" in value.lower()
    if not directives:
        return Wish(bypass=False, refresh=pragma, conditional=conditional)
    if b"no-store" in directives:
        return Wish(bypass=True)
    max_age = _read_seconds(directives[b"max-age"]) if b"max-age" in directives else None
    return Wish(
        bypass=False,
        refresh=b"no-cache" in directives or max_age == 0,
        conditional=conditional,
        only_if_cached=b"only-if-cached" in directives,
        max_age=max_age,
    )


def lifetime_of(headers: Pairs, default: float) -> float:
    """Return for how many seconds a response may be kept; zero for not at all.

    Args:
        headers: Its header pairs.
        default: Seconds for a response that does not say itself.

    Spec: RFC 9111, 3, 4.2.1 and 5.3
    """
    directives: dict[bytes, bytes] = {}
    expires: bytes | None = None
    date: bytes | None = None
    age = 0
    for name, value in headers:
        key = name.lower()
        if key == b"set-cookie" or (key == b"vary" and b"*" in value):
            return 0
        if key == b"cache-control":
            directives = _read_directives(value) | directives
        elif key == b"expires":
            expires = value
        elif key == b"date":
            date = value
        elif key == b"age":
            age = _read_seconds(value)
    if not _FORBIDDING.isdisjoint(directives):
        return 0
    for directive in (b"s-maxage", b"max-age"):
        if directive in directives:
            return max(0, _read_seconds(directives[directive]) - age)
    if expires is not None:
        return max(0.0, _seconds_between(date, expires) - age)
    return default


def read_vary(headers: Pairs) -> tuple[str, ...]:
    """Return the names of the request headers that a response depends on, in lower case, sorted.

    Spec: RFC 9110, 12.5.5
    """
    lines = [value.decode("latin-1") for name, value in headers if name.lower() == b"vary"]
    return tuple(sorted({name for line in lines for part in line.split(",") if (name := part.strip().lower())}))


def select(headers: Sequence[tuple[bytes, bytes]], names: Iterable[str]) -> list[list[bytes]]:
    """Return the values of some request headers, a list for each name."""
    return [[value for key, value in headers if key == name.encode("latin-1")] for name in names]


def _read_directives(value: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for part in value.lower().split(b","):
        name, _, argument = part.strip().partition(b"=")
        # Said twice, the first counts: RFC 9111, 4.2.1.
        found.setdefault(name, argument.strip(b'" \t'))
    return found


def _read_seconds(text: bytes) -> int:
    """Return a number of seconds; what is none is stale already (RFC 9111, 4.2.1)."""
    text = text.strip()
    return int(text) if text.isdigit() and len(text) <= 10 else 0


def _seconds_between(date: bytes | None, expires: bytes) -> float:
    end = parse_date(expires.decode("latin-1"))
    begin = parse_date(date.decode("latin-1")) if date is not None else time.time()
    return 0.0 if end is None or begin is None else float(end - begin)
