"""Character sets: bytes from a client become text, or a 400."""

from faster_core.exceptions import HTTPException

__all__ = ["decode_text", "find_charset"]

# Only these, in which the names of a form stay readable: `bytes.decode` also knows codecs that take quadratic time
# (punycode, idna), that interpret escapes, or that are no text at all; and the registry of codecs remembers every
# unknown name it was ever asked for.
_CHARSETS = frozenset(
    [
        "utf-8",
        "utf8",
        "us-ascii",
        "ascii",
        *(f"iso-8859-{part}" for part in range(1, 17) if part != 12),
        *(f"windows-125{part}" for part in range(9)),
        *(f"cp125{part}" for part in range(9)),
        "latin-1",
        "latin1",
        "koi8-r",
        "koi8-u",
        "shift_jis",
        "euc-jp",
        "iso-2022-jp",
        "euc-kr",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
    ]
)


def find_charset(name: str, default: str = "utf-8") -> str:
    """Return the codec for the `charset` parameter of a content type.

    Args:
        name: The value of the parameter, any case; empty when there is none.
        default: The codec used then.

    Raises:
        HTTPException: 400, for a name that is no charset, or one that forms are never sent in.

    Spec: WHATWG Encoding, 4.2 (the names that are in use on the web)
    """
    if not name:
        return default
    charset = name.lower()
    if charset not in _CHARSETS:
        raise HTTPException(400, "There was an error parsing the body: its charset is not supported.")
    return charset


def decode_text(data: bytes | bytearray, charset: str, noun: str) -> str:
    """Return `data` as text.

    Args:
        data: What was received.
        charset: A result of `find_charset`.
        noun: What the bytes are, for the message: `a field's value`.

    Raises:
        HTTPException: 400, when the bytes are not text in that charset.
    """
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"There was an error parsing the body: {noun} is not {charset} text.") from error
