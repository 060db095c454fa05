"""Hosts."""

from typing import Any

import pytest

from faster_router import NoMatchFound, Router
from faster_router.host import Host, host_of
from tests.router.asgi import ask, saying


def scope_for(*hosts: bytes) -> dict[str, Any]:
    return {"headers": [(b"accept", b"*/*"), *[(b"host", host) for host in hosts]]}


@pytest.mark.parametrize(
    ("header", "host"),
    [
        (b"Example.ORG", "example.org"),
        (b"example.org:8000", "example.org"),
        (b"example.org:", "example.org"),
        (b"127.0.0.1:1", "127.0.0.1"),
        (b"[2001:DB8::1]", "[2001:db8::1]"),
        (b"[::1]:8000", "[::1]"),
        *[
            (bad, None)
            for bad in (b"", b":80", b"a:b", b"a:123456", b"::1", b"[::1", b"[]", b"a/b", b"u@a", b"a,b", b"\xe4")
        ],
    ],
)
def test_the_host_of_a_request(header: bytes, host: str | None) -> None:
    assert host_of(scope_for(header)) == (None if host is None else (host, header.decode()))


def test_no_host_and_two_hosts_are_none() -> None:
    assert host_of(scope_for()) is None
    assert host_of(scope_for(b"a.org", b"a.org")) is None


@pytest.mark.parametrize(
    ("pattern", "host", "params"),
    [
        ("Api.example.org", "api.example.org", {}),
        ("api.example.org", "apixexample.org", None),
        ("api.example.org", "api.example.org.evil.net", None),
        ("api.example.org", "my-api.example.org", None),
        ("{sub}.example.org", "www.example.org", {"sub": "www"}),
        ("{sub}.Example.org", "a.b.example.org", {"sub": "a.b"}),
        ("{sub}.example.org", ".example.org", None),
        ("{sub}.example.org", "example.org", None),
        ("v{n:int}.api.{zone}", "v2.api.test", {"n": 2, "zone": "test"}),
        ("v{n:int}.api.{zone}", "vx.api.test", None),
        ("{any}", "localhost", {"any": "localhost"}),
        ("[::1]", "[::1]", {}),
    ],
)
def test_patterns_match_whole_and_literally(pattern: str, host: str, params: dict[str, Any] | None) -> None:
    assert Host(pattern, saying("x")).match(host) == params


def test_hosts_come_before_routes_and_merge_their_parameters() -> None:
    inner = Router()
    inner.add_route("/a/{x}", saying("inner"), name="a")
    router = Router()
    router.add_route("/a/{x}", saying("outer"))
    router.host("{sub}.example.org", inner, name="tenant")
    router.host("plain.example.net", saying("plain"))

    def body(host: bytes, path: str) -> bytes:
        return ask(router, "GET", path, headers=[(b"host", host)]).body

    assert body(b"WWW.example.org:81", "/a/1") == b"inner {'sub': 'www', 'x': '1'}"
    assert body(b"plain.example.net", "/whatever") == b"plain {}"
    assert body(b"example.net", "/a/1") == b"outer {'x': '1'}"
    assert body(b"bad host", "/a/1") == b"outer {'x': '1'}"
    assert body(b"www.example.org", "/b") == b"Not Found"


def test_names_of_hosts() -> None:
    inner = Router()
    inner.add_route("/a/{x}", saying("inner"), name="a")
    named, unnamed, opaque = (
        Host("{s}.org", inner, name="h"),
        Host("x.org", inner),
        Host("y.org", saying("x"), name="o"),
    )
    assert named.url_path_for("h:a", {"x": 1, "s": "www"}) == "/a/1"
    assert unnamed.url_path_for("a", {"x": 1}) == "/a/1"
    for entry, name in [(named, "a"), (named, "h"), (named, "h:"), (named, "h:b"), (opaque, "o:a")]:
        with pytest.raises(NoMatchFound):
            entry.url_path_for(name, {})
    assert repr(opaque) == f"Host('y.org', {opaque.app!r}, name='o')"
