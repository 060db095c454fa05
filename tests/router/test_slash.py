"""The slash policy."""

import pytest

from faster_router.slash import other_form, redirect
from tests.router.asgi import ask, http_scope


@pytest.mark.parametrize(
    ("path", "other"), [("/", None), ("", "/"), ("/a", "/a/"), ("/a/", "/a"), ("/a//", "/a/"), ("//", "/")]
)
def test_the_other_form_of_a_path(path: str, other: str | None) -> None:
    assert other_form(path) == other


HOST = (b"host", b"Example.org:8000")


@pytest.mark.parametrize(
    ("path", "more", "location"),
    [
        ("/a", {"headers": [HOST]}, "http://Example.org:8000/a/"),
        ("/a/", {"headers": [HOST], "scheme": "https"}, "https://Example.org:8000/a"),
        ("/a", {"headers": [(b"host", b"[::1]:80")]}, "http://[::1]:80/a/"),
        ("/a", {"headers": [HOST], "query_string": b"x=1&y=%20"}, "http://Example.org:8000/a/?x=1&y=%20"),
        ("/a", {"headers": [], "query_string": b"x=\r\nset-cookie: a"}, "/a/?x=%0D%0Aset-cookie:%20a"),
        ("/a", {"headers": []}, "/a/"),
        ("/a", {"headers": [HOST], "scheme": "javascript"}, "/a/"),
        *[
            ("/a", {"headers": [(b"host", host)]}, "/a/")
            for host in (b"", b"evil.org/x", b"a@b", b"a b", b"a\r\nb", b"x:y", b"::1", b"[x]", b"a?b", b"a#b", b"\xff")
        ],
        ("/a", {"headers": [HOST, (b"Host", b"other.org")]}, "/a/"),
        ("//evil.org", {"headers": []}, "/%2Fevil.org/"),
        ("//evil.org/", {"headers": [HOST]}, "http://Example.org:8000/%2Fevil.org"),
        ("/\\evil.org", {"headers": []}, "/%5Cevil.org/"),
        ("/ü ?#/", {"headers": []}, "/%C3%BC%20%3F%23"),
        ("/\ud800", {"headers": []}, "/%ED%A0%80/"),
        ("/root/a", {"headers": [], "root_path": "/root"}, "/root/a/"),
        ("/a", {"headers": [], "root_path": "/root"}, "/root/a/"),
        ("/rooted/a", {"headers": [], "root_path": "/root"}, "/root/rooted/a/"),
        ("/root", {"headers": [], "root_path": "/root"}, "/root/"),
    ],
)
def test_a_redirect_keeps_scheme_host_and_query_and_leads_nowhere_else(
    path: str, more: dict[str, object], location: str
) -> None:
    found = ask(redirect(http_scope("GET", path, **more)), "GET", path)
    assert (found.status, found.body) == (307, b"")
    assert found.headers == {"content-length": "0", "location": location}
