import base64
import hashlib
import re
from typing import Any

import pytest

from faster_openapi.pages.page import Page, Resource, origin_of
from faster_openapi.pages.redirect import redirect_page
from faster_openapi.pages.redoc import redoc_page
from faster_openapi.pages.scalar import scalar_page
from faster_openapi.pages.swagger import swagger_page

SCRIPT = Resource("/docs/assets/a.js")
STYLE = Resource("/docs/assets/a.css")
NASTY = '</script><script>alert(1)</script>&"\u2028'


def pages(**options: Any) -> list[Page]:
    both = {"title": "T", "openapi_url": "/openapi.json", "script": SCRIPT, **options}
    return [swagger_page(style=STYLE, **both), redoc_page(**both), scalar_page(**both)]


@pytest.mark.parametrize("number", range(3))
def test_nothing_in_a_page_is_a_script_that_the_policy_does_not_know(number: int) -> None:
    page = pages(title=NASTY, openapi_url=f"/x?{NASTY}")[number]
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.html, re.DOTALL)
    inline = [text for attributes, text in scripts if "src=" not in attributes and "json" not in attributes]
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert len(inline) == 1
    assert f"'sha256-{digest}'" in page.policy
    assert "alert(1)</script>" not in page.html
    assert "&lt;/script&gt;" in page.html
    assert "\u2028" not in re.findall(r'id="config">(.*?)<', page.html)[0]


def test_no_page_needs_eval_or_another_origin() -> None:
    for page in (*pages(), redirect_page()):
        assert "unsafe-eval" not in page.policy
        assert "://" not in page.policy
        assert not re.search(r'(?:src|href)="(?!/|data:)', page.html)


def test_the_policy_is_strict() -> None:
    assert pages()[0].policy.split("; ")[0] == "default-src 'none'"
    assert {rule.split()[0]: rule.split()[1:] for rule in pages()[1].policy.split("; ")}["frame-ancestors"] == [
        "'self'"
    ]


def test_further_origins() -> None:
    page = swagger_page(
        title="T",
        openapi_url="/o",
        script=Resource("https://cdn.example/a.js", "sha384-x"),
        style=Resource("https://cdn.example/a.css", "sha384-y"),
        connects_to=["https://api.example"],
        favicon="https://icons.example/i.png",
    )
    rules = {rule.split()[0]: rule for rule in page.policy.split("; ")}
    assert rules["script-src"].endswith(" https://cdn.example")
    assert rules["style-src"].endswith(" https://cdn.example")
    assert rules["connect-src"] == "connect-src 'self' https://api.example"
    assert rules["img-src"] == "img-src 'self' data: https://icons.example"
    assert 'src="https://cdn.example/a.js" integrity="sha384-x" crossorigin="anonymous"' in page.html
    assert 'href="https://cdn.example/a.css" integrity="sha384-y" crossorigin="anonymous"' in page.html
    assert '<link rel="icon" href="https://icons.example/i.png">' in page.html


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example/b", "https://a.example"),
        ("http://user:secret@a.example:81/b", "http://a.example:81"),
        ("/b", ""),
        ("", ""),
        (None, ""),
        ("javascript:alert(1)", ""),
        ("https://a;script-src *", ""),
        ("https://{tenant}.example", ""),
        ("https://[", ""),
    ],
)
def test_origins(url: Any, origin: str) -> None:
    assert origin_of(url) == origin


def test_a_response_has_the_policy() -> None:
    headers = pages()[0].response().headers
    assert headers["content-security-policy"] == pages()[0].policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "text/html; charset=utf-8"
