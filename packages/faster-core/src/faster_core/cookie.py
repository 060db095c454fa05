"""Cookies: the Cookie header read, Set-Cookie written.

Spec: RFC 6265, 4.1 and 5.4; RFC 6265bis, 4.1.3 for the prefixes
"""

import re
import time
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate
from typing import Literal

from faster_core.header import is_token

__all__ = ["SameSite", "parse_cookies", "write_set_cookie"]

SameSite = Literal["lax", "strict", "none"]

# cookie-octet: printable ASCII without DQUOTE, comma, semicolon and backslash. Spec: RFC 6265, 4.1.1
_is_plain = re.compile(r"[!#-+\--:<-\[\]-~]+").fullmatch
# What may stand in a quoted value as it is; the rest is written `\ooo` as `http.cookies` does.
_find_quoted = re.compile(r"[^ !#-+\--:<-\[\]-~]").sub
_unquote = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))", re.DOTALL).sub
_has_control = re.compile(r"[\x00-\x1f\x7f]").search
# Path and Domain: anything but controls and ";". Spec: RFC 6265, 4.1.1
_is_attribute = re.compile(r"[ -:<-~]*").fullmatch


def parse_cookies(header: str) -> dict[str, str]:
    r"""Return the cookies of a Cookie header by name; the last of a name wins. Nothing received is an error.

    Args:
        header: The value; several headers are joined with `; `.

    Example:
        >>> parse_cookies('a=1; b="x\\054y"; a=2')
        {'a': '2', 'b': 'x,y'}

    Spec: RFC 6265, 4.2.1 and 5.4
    """
    cookies = {}
    for piece in header.split(";"):
        name, separator, value = piece.partition("=")
        if not separator:
            name, value = "", name
        name, value = name.strip(" \t"), value.strip(" \t")
        if name or value:
            cookies[name] = _read_value(value) if value[:1] == '"' else value
    return cookies


def _read_value(value: str) -> str:
    if len(value) < 2 or value[-1] != '"':
        return value
    return _unquote(lambda match: chr(int(match[1], 8)) if match[1] else match[2], value[1:-1])


def write_set_cookie(
    name: str,
    value: str = "",
    *,
    max_age: int | None = None,
    expires: datetime | str | int | None = None,
    path: str | None = "/",
    domain: str | None = None,
    secure: bool = False,
    httponly: bool = False,
    samesite: SameSite | None = "lax",
    partitioned: bool = False,
) -> str:
    """Return the value of a Set-Cookie header.

    Args:
        name: The name, a token.
        value: The value: Latin-1 text without control characters; it is quoted where it has to be.
        max_age: Seconds until the browser drops it; None for the end of the browser's session.
        expires: The same as a moment: seconds from now, a datetime with time zone, or a date already written.
        path: The path it is sent to; None for that of the request.
        domain: The domain it is sent to, its subdomains included; None for the host of the request alone.
        secure: Whether it is sent over HTTPS only.
        httponly: Whether it is hidden from scripts.
        samesite: Whether it is sent with requests from other sites; None leaves that to the browser.
        partitioned: Whether each top-level site has its own.

    Raises:
        ValueError: For a name, value or attribute that cannot stand in the header, or that breaks the rules of the
            prefixes `__Host-` and `__Secure-`.

    Example:
        >>> write_set_cookie("id", "7", max_age=60, httponly=True)
        'id=7; HttpOnly; Max-Age=60; Path=/; SameSite=lax'

    Spec: RFC 6265bis, 4.1
    """
    if not is_token(name):
        raise ValueError(f"Cookie name {name!r} is not a token. A name has letters, digits and !#$%&'*+-.^_`|~ only.")
    _check_prefix(name, secure=secure, path=path, domain=domain)
    parts = [f"{name}={_write_value(name, value)}"]
    if domain is not None:
        parts.append(f"Domain={_check_attribute(name, 'domain', domain)}")
    if expires is not None:
        parts.append(f"expires={_write_date(name, expires)}")
    if httponly:
        parts.append("HttpOnly")
    if max_age is not None:
        parts.append(f"Max-Age={int(max_age)}")
    if partitioned:
        parts.append("Partitioned")
    if path is not None:
        parts.append(f"Path={_check_attribute(name, 'path', path)}")
    if samesite is not None:
        if samesite.lower() not in {"lax", "strict", "none"}:
            raise ValueError(f"Cookie {name!r}: samesite is {samesite!r}. Write 'lax', 'strict', 'none' or None.")
        parts.append(f"SameSite={samesite}")
    if secure:
        parts.append("Secure")
    return "; ".join(parts)


def _check_prefix(name: str, *, secure: bool, path: str | None, domain: str | None) -> None:
    """Refuse what a browser would drop without a word."""
    lowered = name.lower()
    if lowered.startswith(("__secure-", "__host-")) and not secure:
        raise ValueError(f"Cookie {name!r}: browsers drop a cookie with this prefix unless secure=True.")
    if lowered.startswith("__host-") and (path != "/" or domain is not None):
        raise ValueError(f"Cookie {name!r}: browsers drop a cookie with this prefix unless path='/' and domain=None.")


def _write_value(name: str, value: str) -> str:
    if _is_plain(value):
        return value
    if _has_control(value):
        raise ValueError(f"Cookie {name!r}: the value has a control character: {value!r}.")
    if not value.isascii():
        try:
            value.encode("latin-1")
        except UnicodeEncodeError:
            raise ValueError(
                f"Cookie {name!r}: the value has characters outside Latin-1: {value!r}. Percent-encode it."
            ) from None
    quoted = _find_quoted(lambda match: "\\" + (match[0] if match[0] in '"\\' else f"{ord(match[0]):03o}"), value)
    return f'"{quoted}"'


def _check_attribute(name: str, attribute: str, value: str) -> str:
    if not _is_attribute(value):
        raise ValueError(f"Cookie {name!r}: {attribute} has a character that ends it: {value!r}.")
    return value


def _write_date(name: str, expires: datetime | str | int) -> str:
    if isinstance(expires, str):
        return _check_attribute(name, "expires", expires)
    if isinstance(expires, datetime):
        if expires.tzinfo is None:
            raise ValueError(f"Cookie {name!r}: expires has no time zone. Write datetime.now(UTC) or the like.")
        return format_datetime(expires.astimezone(UTC), usegmt=True)
    return formatdate(time.time() + expires, usegmt=True)
