"""Percent-encoding."""

from urllib.parse import unquote

import pytest

from faster_router.encoding import encode_path, encode_query


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/", "/"),
        ("", ""),
        ("/a-b._~/!$&'()*+,;=:@", "/a-b._~/!$&'()*+,;=:@"),
        ("/a b", "/a%20b"),
        ("/100%", "/100%25"),
        ("/a?b#c", "/a%3Fb%23c"),
        ("/ü/€", "/%C3%BC/%E2%82%AC"),
        ("/a\\b", "/a%5Cb"),
        ('/"<>', "/%22%3C%3E"),
        ("/\r\n\0", "/%0D%0A%00"),
        ("/a//b", "/a//b"),
        ("//host/a", "/%2Fhost/a"),
        ("///a", "/%2F/a"),
    ],
)
def test_paths_are_written_in_pchars_and_never_begin_with_a_host(path: str, written: str) -> None:
    assert encode_path(path) == written
    assert unquote(written) == path


def test_lone_surrogates_are_refused_unless_told_otherwise() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode_path("/\ud800")
    assert encode_path("/\ud800", errors="surrogatepass") == "/%ED%A0%80"


@pytest.mark.parametrize(
    ("query", "written"),
    [(b"", ""), (b"a=1&b=%20", "a=1&b=%20"), (b"a=\r\nb: c", "a=%0D%0Ab:%20c"), (b"\xff\x00", "%FF%00")],
)
def test_queries_cannot_break_a_line(query: bytes, written: str) -> None:
    assert encode_query(query) == written
