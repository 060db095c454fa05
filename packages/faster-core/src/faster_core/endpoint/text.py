"""Texts of a request as endpoints read them: query strings, header fields and cookies, as plain dictionaries.

Only what a plan names is looked up in them, so they are built by the fewest calls into C that do it.
"""

from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from faster_core.cookie import parse_cookies
from faster_core.exceptions import HTTPException

__all__ = ["read_cookies", "read_damaged_query", "read_header_lists", "read_headers", "read_query", "read_query_lists"]

Pairs = Sequence[tuple[bytes, bytes]]


def read_query(query: bytes, limit: int) -> dict[str, str]:
    """Return the parameters of a query string; of a name that is repeated, the last value.

    Args:
        query: The query string without its question mark.
        limit: How many parameters there may be.

    Raises:
        HTTPException: 400, for more than `limit` parameters.
        UnicodeDecodeError: When what is percent-encoded is not UTF-8.

    Spec: WHATWG URL, 5.1
    """
    if not query:
        return {}
    return dict(_pairs(query, limit))


def read_query_lists(query: bytes, limit: int) -> dict[str, list[str]]:
    """Return the parameters of a query string with all their values in order. See `read_query`."""
    values: dict[str, list[str]] = {}
    if query:
        for name, value in _pairs(query, limit):
            values.setdefault(name, []).append(value)
    return values


def read_damaged_query(query: bytes, limit: int) -> tuple[dict[str, list[str]], dict[str, UnicodeDecodeError]]:
    """Return what `read_query_lists` would, with U+FFFD for what is not UTF-8, and by name where that stands.

    A name that is no text itself is told as an empty one.

    Args:
        query: The query string without its question mark.
        limit: How many parameters are looked at.
    """
    values: dict[str, list[str]] = {}
    faults: dict[str, UnicodeDecodeError] = {}
    for item in query.split(b"&", limit)[:limit]:
        raw_name, _, raw_value = (unquote_to_bytes(part.replace(b"+", b" ")) for part in item.partition(b"="))
        name = raw_name.decode("utf-8", "replace")
        values.setdefault(name, []).append(raw_value.decode("utf-8", "replace"))
        try:
            raw_name.decode(), raw_value.decode()
        except UnicodeDecodeError as error:
            faults.setdefault("" if "\ufffd" in name else name, error)
    return values, faults


def _pairs(query: bytes, limit: int) -> list[tuple[str, str]]:
    items = query.split(b"&", limit)
    if len(items) > limit and (limit == 0 or items[limit]):
        raise HTTPException(400, f"Too many query parameters. Maximum number of query parameters is {limit}.")
    if b"%" in query or b"+" in query:
        return [(_decode(name), _decode(value)) for name, _, value in [item.partition(b"=") for item in items if item]]
    return [(name, value) for name, _, value in [item.partition("=") for item in query.decode().split("&") if item]]


def _decode(text: bytes) -> str:
    if b"+" in text:
        text = text.replace(b"+", b" ")
    return unquote_to_bytes(text).decode() if b"%" in text else text.decode()


def read_headers(headers: Pairs) -> dict[bytes, bytes]:
    """Return the header fields by lower-case name; of a field that is repeated, the first line."""
    return dict(reversed(headers))


def read_header_lists(headers: Pairs) -> dict[bytes, list[str]]:
    """Return every line of the header fields by lower-case name, in order."""
    values: dict[bytes, list[str]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value.decode("latin-1"))
    return values


def read_cookies(headers: Pairs) -> dict[str, str]:
    """Return the cookies; HTTP/2 may split them over several fields.

    Spec: RFC 6265, 5.4; RFC 9113, 8.2.3
    """
    lines = [value for name, value in headers if name == b"cookie"]
    return parse_cookies(b"; ".join(lines).decode("latin-1")) if lines else {}
