"""faster_testclient.options"""

from __future__ import annotations

import httpx
import pytest

from faster_testclient.options import absolute, client_options


def test_headers_name_a_user_agent() -> None:
    assert dict(client_options(None, {})["headers"]) == {"user-agent": "testclient"}
    assert dict(client_options([("User-Agent", "me")], {})["headers"]) == {"user-agent": "me"}
    assert client_options({}, {"auth": None})["auth"] is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [("//x/y?q=1#f", "http://t/api//x/y?q=1"), ("//é", "http://t/api//%C3%A9"), ("/x", "/x"), ("x", "x")],
)
def test_two_slashes_are_a_path(url: str, expected: str) -> None:
    assert str(absolute(httpx.URL("http://t/api/"), url)) == expected


def test_a_url_object_is_taken_at_its_word() -> None:
    url = httpx.URL("//host/x")
    assert absolute(httpx.URL("http://t"), url) is url
