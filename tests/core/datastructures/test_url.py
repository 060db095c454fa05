from typing import Any

import pytest

from faster_core.datastructures import URL, Address, URLPath
from faster_core.datastructures.url import is_authority


def scope(**more: Any) -> Any:
    return {
        "type": "http",
        "scheme": "http",
        "server": ("inside", 80),
        "path": "/p",
        "query_string": b"",
        "headers": [],
        **more,
    }


def test_components() -> None:
    url = URL("https://u:p@Example.org:8443/a/b?c=d#e")
    assert (url.scheme, url.netloc, url.path, url.query, url.fragment) == (
        "https",
        "u:p@Example.org:8443",
        "/a/b",
        "c=d",
        "e",
    )
    assert (url.username, url.password, url.hostname, url.port) == ("u", "p", "example.org", 8443)
    assert url.is_secure
    assert not URL("ws://a").is_secure
    assert URL("http://a").port is None


@pytest.mark.parametrize(
    "url, changes, expected",
    [
        ("http://a/b", {"scheme": "https"}, "https://a/b"),
        ("http://a/b", {"path": "/c", "query": "d", "fragment": "e"}, "http://a/c?d#e"),
        ("http://a/b", {"port": 8080}, "http://a:8080/b"),
        ("http://a:1/b", {"port": None}, "http://a/b"),
        ("http://a:1/b", {"hostname": "c"}, "http://c:1/b"),
        ("http://[::1]:1/b", {"port": 2}, "http://[::1]:2/b"),
        ("http://[::1]/b", {"username": "u"}, "http://u@[::1]/b"),
        ("http://a", {"hostname": "::1"}, "http://[::1]"),
        ("http://a", {"hostname": "[::1]"}, "http://[::1]"),
        ("http://u:p@a", {"username": None, "password": None}, "http://a"),
        ("http://u:p@a", {"password": "x"}, "http://u:x@a"),
        ("http://u@a", {"port": 1}, "http://u@a:1"),
        ("", {"scheme": "http", "hostname": "a", "path": "/b"}, "http://a/b"),
    ],
)
def test_replace(url: Any, changes: Any, expected: Any) -> None:
    assert str(URL(url).replace(**changes)) == expected


def test_unknown_pieces_and_two_sources() -> None:
    with pytest.raises(TypeError, match="A URL has no 'host'"):
        URL("http://a").replace(host="b")
    with pytest.raises(TypeError, match="one of url, scope and components"):
        URL("http://a", scheme="b")
    assert str(URL(scheme="http", hostname="a", port=1, path="/b")) == "http://a:1/b"


@pytest.mark.parametrize(
    "change, expected",
    [
        (lambda u: u.include_query_params(b=2), "/x?a=1&a=3&b=2"),
        (lambda u: u.include_query_params(a=9), "/x?b=&a=9"),
        (lambda u: u.replace_query_params(c="d e"), "/x?c=d+e"),
        (lambda u: u.replace_query_params().replace(path="/y"), "/y"),
        (lambda u: u.remove_query_params("a"), "/x?b="),
        (lambda u: u.remove_query_params(["a", "b"]), "/x"),
    ],
)
def test_query_parameters(change: Any, expected: Any) -> None:
    assert str(change(URL("/x?a=1&b=&a=3"))) == expected


def test_equality_and_repr() -> None:
    assert URL("http://a") == URL("http://a") == "http://a"
    assert URL("http://a") != URL("http://b")
    assert URL("http://a") != 7
    assert len({URL("http://a"), URL("http://a")}) == 1
    assert repr(URL("http://u:p@a")) == "URL('http://u:********@a')"
    assert repr(URL("http://a")) == "URL('http://a')"
    assert repr(URL("http://[a")) == "URL('http://[a')"


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, "http://inside/p"),
        ({"server": ("inside", 8000)}, "http://inside:8000/p"),
        ({"server": ("inside", 443), "scheme": "https"}, "https://inside/p"),
        ({"server": ("::1", 8000)}, "http://[::1]:8000/p"),
        ({"server": ("/run/app.sock", None)}, "/p"),
        ({"server": None}, "/p"),
        ({"server": None, "path": "//evil.org"}, "/%2Fevil.org"),
        ({"path": "//evil.org"}, "http://inside//evil.org"),
        ({"path": "/a b/é?#%"}, "http://inside/a%20b/%C3%A9%3F%23%25"),
        ({"path": "/\ud800"}, "http://inside/%3F"),
        ({"path": "/a\\b"}, "http://inside/a%5Cb"),
        ({"query_string": b"a=%20&b=\xff c"}, "http://inside/p?a=%20&b=%FF%20c"),
        ({"headers": [(b"host", b"Shop.example:8080")]}, "http://Shop.example:8080/p"),
        ({"headers": [(b"host", b"[::1]:8080")]}, "http://[::1]:8080/p"),
        ({"headers": [(b"host", b"a"), (b"host", b"b")]}, "http://inside/p"),
    ],
)
def test_from_scope(changes: Any, expected: Any) -> None:
    assert str(URL(scope=scope(**changes))) == expected


@pytest.mark.parametrize(
    "host",
    [
        "",
        "a/b",
        "a?b",
        "a#b",
        "a@b",
        "user:pw@a",
        "a b",
        "a\\b",
        "a:99999",
        "a:b",
        "a:1:2",
        "[::1",
        "::1",
        "[:::]",
        "[a.b]",
        "[::1]x",
        "é",
        "a\r\nb",
        "a\n",
        "a\0",
        "%zz",
        "a:٣",
        ":80",
    ],
)
def test_a_host_that_is_no_authority_shapes_no_url(host: Any) -> None:
    assert not is_authority(host)
    raw = host.encode("latin-1", "replace")
    assert str(URL(scope=scope(headers=[(b"host", raw)]))) == "http://inside/p"


@pytest.mark.parametrize("host", ["a", "a.b:1", "1.2.3.4:65535", "[2001:db8::1]", "a_b", "a%20b", "a:", "xn--a-b"])
def test_hosts_that_are_authorities(host: Any) -> None:
    assert is_authority(host)


def test_address_is_a_pair() -> None:
    assert Address("a", 1) == ("a", 1)
    assert Address("a", 1).port == 1


def test_any_scope_makes_a_url() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies

    def check(path: Any, query: Any, host: Any) -> None:
        made = URL(scope=scope(path="/" + path, query_string=query, headers=[(b"host", host)]))
        text = str(made)
        assert text.isascii()
        assert text.isprintable()
        assert " " not in text
        again = URL(text)
        assert again.path == made.path
        assert again.netloc == made.netloc
        assert made.netloc == "inside" or (made.netloc == host.decode("latin-1") and is_authority(made.netloc))

    hypothesis.given(st.text(), st.binary(), st.binary() | st.text("a:[]1.@/%").map(str.encode))(check)()


@pytest.mark.parametrize(
    ("path", "base", "expected"),
    [
        (URLPath("/a"), "https://example.org", "https://example.org/a"),
        (URLPath("/a"), "https://example.org/v1/", "https://example.org/v1/a"),
        (URLPath("/a%20b"), URL("http://example.org:81/?q=1"), "http://example.org:81/a%20b"),
        (URLPath("/a", "websocket"), "https://example.org", "wss://example.org/a"),
        (URLPath("/a", "websocket"), "http://example.org", "ws://example.org/a"),
        (URLPath("/a", "http", "other.org"), "wss://example.org", "https://other.org/a"),
    ],
    ids=repr,
)
def test_a_path_becomes_a_url(path: URLPath, base: Any, expected: str) -> None:
    assert str(path.make_absolute_url(base)) == expected
    assert path == str(path)
