"""Secrets compared without telling how much of them was right."""

from hmac import compare_digest

__all__ = ["constant_time_equal"]


def constant_time_equal(a: str | bytes, b: str | bytes) -> bool:
    """Tell whether two secrets are equal, in a time that does not depend on where they differ.

    Text is compared by its UTF-8 bytes, so that text outside ASCII is no error; text that came with lone surrogates
    equals nothing but itself.

    Args:
        a: A secret.
        b: A secret, as text or as bytes.

    Example:
        >>> constant_time_equal("pässword", "pässword".encode())
        True
    """
    return compare_digest(_bytes(a), _bytes(b))


def _bytes(secret: str | bytes) -> bytes:
    return secret.encode("utf-8", "surrogatepass") if isinstance(secret, str) else secret
