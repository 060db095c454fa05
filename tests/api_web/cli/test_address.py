"""Where an application is served, as the commands say it."""

from typing import Any

import pytest

from FasterAPI import Faster
from FasterAPI.cli.address import base_url, say_pages, say_where


@pytest.mark.parametrize(
    ("host", "port", "base"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000"),
        ("0.0.0.0", 80, "http://127.0.0.1:80"),
        ("::", 80, "http://127.0.0.1:80"),
        ("::1", 80, "http://[::1]:80"),
        ("example.org", 80, "http://example.org:80"),
        ("127.0.0.1", 0, ""),
    ],
)
def test_base_url(host: str, port: int, base: str) -> None:
    assert base_url(host, port) == base


async def other(scope: Any, receive: Any, send: Any) -> None: ...


@pytest.mark.parametrize(
    ("base", "app", "said"),
    [
        ("http://a:1", Faster(), "  API   http://a:1\n  docs  http://a:1/docs\n  spec  http://a:1/openapi.json\n"),
        ("http://a:1", Faster(docs_url=None), "  API   http://a:1\n  spec  http://a:1/openapi.json\n"),
        ("http://a:1", Faster(openapi_url=None), "  API   http://a:1\n"),
        ("http://a:1", other, "  API   http://a:1\n"),
        ("", Faster(), ""),
    ],
)
def test_what_is_said(base: str, app: Any, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    say_where(base)
    say_pages(base, app)
    assert capsys.readouterr().out == said
