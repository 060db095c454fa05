import pytest

from FasterAPI.contrib._cache_policy import Wish, lifetime_of, read_vary, read_wish, select

CREDENTIALS = frozenset({b"authorization", b"cookie"})

WISHES: dict[str, tuple[list[tuple[bytes, bytes]], Wish]] = {
    "nothing": ([], Wish(bypass=False)),
    "others": ([(b"accept", b"*/*")], Wish(bypass=False)),
    "authorization": ([(b"authorization", b"Basic x")], Wish(bypass=True)),
    "cookie": ([(b"cookie", b"a=b")], Wish(bypass=True)),
    "empty cookie": ([(b"cookie", b"")], Wish(bypass=True)),
    "range": ([(b"range", b"bytes=0-1")], Wish(bypass=True)),
    "body": ([(b"content-length", b"2")], Wish(bypass=True)),
    "body in pieces": ([(b"transfer-encoding", b"chunked")], Wish(bypass=True)),
    "no body": ([(b"content-length", b"0")], Wish(bypass=False)),
    "if-match": ([(b"if-match", b'"a"')], Wish(bypass=True)),
    "no-store": ([(b"cache-control", b"No-Store")], Wish(bypass=True)),
    "no-cache": ([(b"cache-control", b"max-age=9, no-cache")], Wish(bypass=False, refresh=True, max_age=9)),
    "max-age=0": ([(b"cache-control", b"max-age=0")], Wish(bypass=False, refresh=True, max_age=0)),
    "max-age": ([(b"cache-control", b"max-age=60")], Wish(bypass=False, max_age=60)),
    "max-age that is none": ([(b"cache-control", b"max-age=soon")], Wish(bypass=False, refresh=True, max_age=0)),
    "only-if-cached": ([(b"cache-control", b"only-if-cached")], Wish(bypass=False, only_if_cached=True)),
    "pragma": ([(b"pragma", b"no-cache")], Wish(bypass=False, refresh=True)),
    "pragma beside cache-control": ([(b"pragma", b"no-cache"), (b"cache-control", b"max-stale")], Wish(bypass=False)),
    "condition": ([(b"if-none-match", b'"a"')], Wish(bypass=False, conditional=True)),
}


@pytest.mark.parametrize("case", WISHES)
def test_what_a_request_says(case: str) -> None:
    headers, wish = WISHES[case]
    assert read_wish(headers, CREDENTIALS) == wish


LIFETIMES: dict[str, tuple[list[tuple[bytes, bytes]], float]] = {
    "nothing said": ([], 7),
    "max-age": ([(b"Cache-Control", b"public, max-age=60")], 60),
    "quoted": ([(b"cache-control", b'max-age="60"')], 60),
    "s-maxage before max-age": ([(b"cache-control", b"max-age=60, s-maxage=5")], 5),
    "s-maxage=0": ([(b"cache-control", b"s-maxage=0, max-age=60")], 0),
    "the first of two": ([(b"cache-control", b"max-age=5"), (b"cache-control", b"max-age=60")], 5),
    "stale by a word": ([(b"cache-control", b"max-age=long")], 0),
    "negative": ([(b"cache-control", b"max-age=-1")], 0),
    "huge": ([(b"cache-control", b"max-age=" + b"9" * 5000)], 0),
    "no-store": ([(b"cache-control", b"max-age=60, no-store")], 0),
    "private": ([(b"cache-control", b"private, max-age=60")], 0),
    "private for a field": ([(b"cache-control", b'private="x-a, x-b", max-age=60')], 0),
    "no-cache": ([(b"cache-control", b"NO-CACHE")], 0),
    "forbidden on another line": ([(b"cache-control", b"max-age=60"), (b"cache-control", b"private")], 0),
    "set-cookie": ([(b"Set-Cookie", b"a=b"), (b"cache-control", b"public, max-age=60")], 0),
    "vary on everything": ([(b"vary", b"accept, *")], 0),
    "already old": ([(b"cache-control", b"max-age=60"), (b"age", b"20")], 40),
    "too old": ([(b"cache-control", b"max-age=60"), (b"age", b"99")], 0),
    "expires": (
        [(b"date", b"Sun, 06 Nov 1994 08:49:37 GMT"), (b"expires", b"Sun, 06 Nov 1994 08:50:37 GMT")],
        60,
    ),
    "expired": ([(b"expires", b"Sun, 06 Nov 1994 08:49:37 GMT")], 0),
    "expires that is no date": ([(b"expires", b"0")], 0),
    "max-age before expires": ([(b"expires", b"0"), (b"cache-control", b"max-age=60")], 60),
}


@pytest.mark.parametrize("case", LIFETIMES)
def test_how_long_a_response_is_kept(case: str) -> None:
    headers, lifetime = LIFETIMES[case]
    assert lifetime_of(headers, 7) == lifetime


def test_vary_is_read_whole() -> None:
    headers = [(b"Vary", b"Accept-Language, origin"), (b"vary", b"ORIGIN,,"), (b"x", b"y")]
    assert read_vary(headers) == ("accept-language", "origin")


def test_values_are_selected_name_by_name() -> None:
    headers = [(b"a", b"1"), (b"b", b"2"), (b"a", b"3")]
    assert select(headers, ["a", "c", "b"]) == [[b"1", b"3"], [], [b"2"]]
