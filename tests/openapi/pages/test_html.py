import re

from faster_core.response import HTMLResponse
from faster_openapi.pages import (
    get_redoc_html,
    get_scalar_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
)


def text(response: HTMLResponse) -> str:
    return bytes(response.body).decode()


def test_files_come_from_a_network_held_to_their_hashes_unless_told_otherwise() -> None:
    for response in (
        get_swagger_ui_html(openapi_url="/o", title="T"),
        get_redoc_html(openapi_url="/o", title="T"),
        get_scalar_html(openapi_url="/o", title="T"),
    ):
        links = re.findall(r'<(?:script[^>]*src|link rel="stylesheet" href)="([^"]+)"([^>]*)>', text(response))
        assert links
        for url, attributes in links:
            assert re.match(r"https://cdn\.jsdelivr\.net/npm/\S+@\d+\.\d+\.\d+/", url)
            assert 'integrity="sha384-' in attributes
        assert "https://cdn.jsdelivr.net" in response.headers["content-security-policy"]


def test_files_of_ones_own() -> None:
    page = text(
        get_swagger_ui_html(
            openapi_url="/o",
            title="T",
            swagger_js_url="/static/a.js",
            swagger_css_url="/static/a.css",
            swagger_favicon_url="/static/a.png",
            oauth2_redirect_url="/back",
            init_oauth={"clientId": "c"},
            swagger_ui_parameters={"deepLinking": False, "syntaxHighlight": {"theme": "obsidian"}},
        )
    )
    for part in ('src="/static/a.js"', 'href="/static/a.css"', 'href="/static/a.png"', '"deepLinking":false'):
        assert part in page
    assert '"redirect":"/back","oauth":{"clientId":"c"}' in page
    assert "jsdelivr" not in page
    assert 'src="/r.js"' in text(get_redoc_html(openapi_url="/o", title="T", redoc_js_url="/r.js"))
    scalar = text(
        get_scalar_html(openapi_url="/o", title="T", scalar_js_url="/s.js", scalar_parameters={"theme": "moon"})
    )
    assert 'src="/s.js"' in scalar
    assert '"theme":"moon"' in scalar


def test_the_redirect_page_needs_no_file() -> None:
    page = text(get_swagger_ui_oauth2_redirect_html())
    assert "swaggerUIRedirectOauth2" in page
    assert "src=" not in page
