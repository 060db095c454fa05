"""Bytes from a client become text, or a 400."""

from typing import Any

import pytest

from faster_core.charset import decode_text, find_charset
from faster_core.exceptions import HTTPException


@pytest.mark.parametrize(
    "name, expected",
    [
        ("", "utf-8"),
        ("UTF-8", "utf-8"),
        ("iso-8859-1", "iso-8859-1"),
        ("Windows-1252", "windows-1252"),
        ("shift_jis", "shift_jis"),
        ("gb2312", "gb2312"),
        ("big5", "big5"),
        ("iso-8859-16", "iso-8859-16"),
        ("koi8-u", "koi8-u"),
    ],
)
def test_charsets_of_the_web_decode_ascii(name: Any, expected: Any) -> None:
    charset = find_charset(name)
    assert charset == expected
    assert decode_text(b"name", charset, "a field") == "name"


def test_a_default_stands_in_for_no_name() -> None:
    assert find_charset("", "latin-1") == "latin-1"


@pytest.mark.parametrize(
    "name", ["rot13", "zip", "idna", "punycode", "unicode_escape", "utf-16", "iso-8859-12", "\0", "é", "x" * 9000]
)
def test_other_names_are_refused(name: Any) -> None:
    with pytest.raises(HTTPException) as caught:
        find_charset(name)
    assert caught.value.status_code == 400
    assert caught.value.detail == "There was an error parsing the body: its charset is not supported."


@pytest.mark.parametrize("data", [b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", bytearray(b"a\x80")])
def test_bytes_that_are_no_text_are_refused(data: Any) -> None:
    with pytest.raises(HTTPException) as caught:
        decode_text(data, "utf-8", "a field's value")
    assert caught.value.status_code == 400
    assert caught.value.detail == "There was an error parsing the body: a field's value is not utf-8 text."
