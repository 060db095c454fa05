"""Header fields as text: the one place that writes them, and the parsers of their values.

Every byte of a header that this package sends goes through `encode_header`, which refuses what would start another
line. Every parser runs in time linear in its input: none retries, none scans twice.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

__all__ = [
    "RawHeaders",
    "content_disposition",
    "encode_header",
    "encode_headers",
    "encode_name",
    "is_token",
    "parse_options",
    "parse_quality",
    "split_list",
]

RawHeaders = list[tuple[bytes, bytes]]
"""Header fields as ASGI carries them: lower-case names and values, both Latin-1."""

# token = 1*tchar; tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" /
# DIGIT / ALPHA. Spec: RFC 9110, 5.6.2
_TCHAR = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
_is_token = re.compile(_TCHAR + r"+").fullmatch

# A field value has no control character but HTAB; CR, LF and NUL are the dangerous ones. Spec: RFC 9110, 5.5
_find_control = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]").search

# parameter = token BWS "=" BWS ( token / quoted-string ), the token read leniently up to the next ";".
# Spec: RFC 9110, 5.6.6
_OPTION = _TCHAR.join((r"[ \t]*+(", r'++)[ \t]*+=[ \t]*+(?:"((?:[^"\\]|\\.)*+)"|([^;"]*+))'))
_match_option = re.compile(_OPTION, re.DOTALL).match
_unescape = re.compile(r"\\(.)", re.DOTALL).sub

# One member of a list; a comma inside a quoted string does not end it. Spec: RFC 9110, 5.6.1
_find_members = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))++', re.DOTALL).findall

# attr-char: what `filename*` carries unescaped besides letters and digits. Spec: RFC 8187, 3.2.1
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`|~"
_replace_unsafe = re.compile(r"[^ !#-$&-\[\]-~]").sub


def is_token(text: str) -> bool:
    """Return whether `text` may be a header name, a method or a cookie name.

    Spec: RFC 9110, 5.6.2
    """
    return _is_token(text) is not None


@lru_cache(maxsize=512)
def encode_name(name: str | bytes) -> bytes:
    """Return a header name as ASGI carries it: lower-case bytes.

    Raises:
        ValueError: For a name that is not a token.

    Spec: RFC 9110, 5.1
    """
    text = name if isinstance(name, str) else name.decode("latin-1")
    if _is_token(text) is None:
        raise ValueError(f"Header name {name!r} is not a token. A name has letters, digits and !#$%&'*+-.^_`|~ only.")
    return text.lower().encode("ascii")


def encode_header(name: str | bytes, value: str | bytes) -> tuple[bytes, bytes]:
    """Return one header field as ASGI carries it; blanks around the value are dropped.

    Args:
        name: The name, any case.
        value: The value: Latin-1 text, or its bytes.

    Raises:
        ValueError: For a name that is not a token, or a value with a control character (CR, LF, NUL …) or with
            characters outside Latin-1.
        TypeError: For a value that is neither text nor bytes.

    Example:
        >>> encode_header("X-Total", "12")
        (b'x-total', b'12')

    Spec: RFC 9110, 5.5
    """
    key = encode_name(name)
    if isinstance(value, str):
        try:
            data = value.encode("latin-1")
        except UnicodeEncodeError:
            raise ValueError(
                f"The value of header {key.decode()!r} has characters outside Latin-1: {value!r}. "
                "Percent-encode it, or send it in the body."
            ) from None
    elif isinstance(value, bytes):
        data = value
    else:
        raise TypeError(f"The value of header {key.decode()!r} must be str or bytes, not {type(value).__name__}.")
    if _find_control(data) is not None:
        raise ValueError(f"The value of header {key.decode()!r} has a control character: {value!r}.")
    return key, data.strip(b" \t")


def encode_headers(headers: Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]] | None) -> RawHeaders:
    """Return header fields as ASGI carries them, repeated names kept.

    Args:
        headers: A mapping, a `Headers`, or pairs of name and value; None for no headers.

    Raises:
        ValueError: For a name or value that cannot stand in a header.
    """
    if headers is None:
        return []
    source: Any = headers
    if hasattr(source, "multi_items"):
        pairs = source.multi_items()
    else:
        pairs = source.items() if isinstance(source, Mapping) else source
    return [encode_header(name, value) for name, value in pairs]


def parse_options(value: str | bytes) -> tuple[str, dict[str, str]]:
    """Return the head of a value in lower case, and its parameters by lower-case name; the first of a name wins.

    Args:
        value: A Content-Type, Content-Disposition or the like. What is not a parameter is passed over.

    Example:
        >>> parse_options('multipart/form-data; boundary="a b"')
        ('multipart/form-data', {'boundary': 'a b'})

    Spec: RFC 9110, 5.6.6 and 8.3.1
    """
    text = value if isinstance(value, str) else value.decode("latin-1")
    head, separator, rest = text.partition(";")
    options: dict[str, str] = {}
    position = 0 if separator else -1
    while position >= 0:
        match = _match_option(rest, position)
        if match is not None:
            name, quoted, plain = match.groups()
            content = _unescape(r"\1", quoted) if quoted is not None else plain.strip(" \t")
            options.setdefault(name.lower(), content)
            position = match.end()
        position = rest.find(";", position) + 1 or -1
    return head.strip(" \t").lower(), options


def split_list(value: str) -> list[str]:
    """Return the members of a comma-separated list, without blanks around them and without empty ones.

    Example:
        >>> split_list('"a,b", W/"c" ,, d')
        ['"a,b"', 'W/"c"', 'd']

    Spec: RFC 9110, 5.6.1
    """
    members = _find_members(value) if '"' in value else value.split(",")
    return [stripped for member in members if (stripped := member.strip(" \t"))]


def parse_quality(value: str) -> dict[str, float]:
    """Return each member of a quality list in lower case with its weight from 0 to 1; the last of a name wins.

    Args:
        value: An Accept, Accept-Encoding, Accept-Language or the like. A weight that is none counts as 0:
            what a client did not say well, it did not ask for.

    Example:
        >>> parse_quality("gzip;q=0.8, br, identity;q=0")
        {'gzip': 0.8, 'br': 1.0, 'identity': 0.0}

    Spec: RFC 9110, 12.4.2
    """
    qualities: dict[str, float] = {}
    for member in split_list(value):
        name, options = parse_options(member)
        qualities[name] = _parse_weight(options.get("q", "1"))
    return qualities


# qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ); more digits are read too. Spec: RFC 9110, 12.4.2
_is_weight = re.compile(r"[01](?:\.[0-9]{0,9})?|\.[0-9]{1,9}").fullmatch


def _parse_weight(text: str) -> float:
    return min(float(text), 1.0) if _is_weight(text) else 0.0


def content_disposition(disposition: str, filename: str | None = None) -> str:
    r"""Return a Content-Disposition value for any file name, safe in a header.

    Args:
        disposition: `attachment` (saved by a browser) or `inline` (shown).
        filename: The name offered for saving. One that is not plain ASCII is sent twice: as `filename*`, which every
            current client reads, and simplified as `filename`.

    Raises:
        ValueError: For a disposition that is not a token.

    Example:
        >>> content_disposition("attachment", "naïve.txt")
        'attachment; filename="na_ve.txt"; filename*=UTF-8\'\'na%C3%AFve.txt'

    Spec: RFC 6266, 4; RFC 8187, 3.2
    """
    if not is_token(disposition):
        raise ValueError(f"Content-Disposition type {disposition!r} is not a token. Write 'attachment' or 'inline'.")
    if filename is None:
        return disposition
    plain = _replace_unsafe("_", filename)
    if plain == filename:
        return f'{disposition}; filename="{plain}"'
    encoded = quote(filename, safe=_ATTRIBUTE_CHARACTERS, errors="replace")
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
