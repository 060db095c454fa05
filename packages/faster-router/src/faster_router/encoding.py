"""Percent-encoding of paths and query strings, for what this package writes. Nothing here decodes: the server did.

    pchar      = unreserved / pct-encoded / sub-delims / ":" / "@"
    unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"
    sub-delims = "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ";" / "="

Spec: RFC 3986, 2.1 and 3.3
"""

__all__ = ["encode_path", "encode_query"]

_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_PATH = frozenset((_ALPHANUMERIC + "-._~!$&'()*+,;=:@/").encode())
_PATH_TABLE = tuple(chr(byte) if byte in _PATH else f"%{byte:02X}" for byte in range(256))


def encode_path(path: str, *, errors: str = "strict") -> str:
    """A decoded path as it stands in a URL.

    A second slash at the very beginning is written `%2F`: `//name` would be read as a host.

    Args:
        path: The path with its slashes, not encoded.
        errors: What to do with lone surrogates, as for `str.encode`.

    Raises:
        UnicodeEncodeError: The path holds a lone surrogate and `errors` is strict.
    """
    text = "".join([_PATH_TABLE[byte] for byte in path.encode("utf-8", errors)])
    return "/%2F" + text[2:] if text.startswith("//") else text


def encode_query(query: bytes) -> str:
    """A raw query string, all but visible ASCII percent-encoded, so that it cannot break a header line."""
    return "".join([chr(byte) if 0x21 <= byte <= 0x7E else f"%{byte:02X}" for byte in query])
