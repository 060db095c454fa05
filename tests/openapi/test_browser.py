"""The pages in a real browser, with no network but 127.0.0.1."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from faster_openapi import document
from tests.openapi.kitchen import kitchen

uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("python_multipart")
pytest.importorskip("websockets")

from tests.openapi.chromium import PROGRAM, Tab, browser  # noqa: E402 - needs websockets

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
]


@contextmanager
def serving(app: Any, **options: Any) -> Iterator[str]:
    """Serve an application on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", **options))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(kitchen()) as url:
        yield url


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as found:
        yield found


def is_quiet(tab: Tab, origin: str, expected: tuple[str, ...] = ()) -> None:
    """Check that nothing left the origin, and that nothing but what is expected went wrong."""
    assert [url for url in tab.requests if not url.startswith((f"{origin}/", "data:", "blob:"))] == []
    assert [text for text in tab.complaints if not any(part in text for part in expected)] == []


def execute(tab: Tab, operation: str, body: str | None = None) -> tuple[str, str]:
    """Try an operation out in Swagger UI, and return the status and the body of the answer that it shows."""
    block = f"#operations-{operation}"
    tab.click(f"{block} .opblock-summary-control")
    tab.click(f"{block} .try-out__btn")
    if body is not None:
        tab.type(f"{block} textarea.body-param__text", body)
    tab.click(f"{block} .execute")
    answer = f"{block} .live-responses-table .response"
    tab.wait(f"!!document.querySelector({json.dumps(answer)})")
    status = tab.run(f"document.querySelector({json.dumps(answer + ' .response-col_status')}).innerText")
    shown = tab.run(f"document.querySelector({json.dumps(answer + ' .highlight-code')}).innerText")
    return str(status).split()[0], str(shown)


def test_swagger_ui_sends_and_shows(tab: Tab, site: str) -> None:
    tab.open(f"{site}/docs")
    status, shown = execute(tab, "items-make_item_items_post", '{"itemName": "Tea", "unitPrice": 2.5}')
    assert status == "201"
    assert '"itemName": "Tea"' in shown
    is_quiet(tab, site)


def test_swagger_ui_shows_what_does_not_fit(tab: Tab, site: str) -> None:
    tab.open(f"{site}/docs")
    status, shown = execute(tab, "items-make_item_items_post", '{"itemName": "", "unitPrice": -1}')
    assert status == "422"
    assert "$.itemName" in shown
    assert "$.unitPrice" in shown
    is_quiet(tab, site, ("422",))


def test_swagger_ui_sends_credentials(tab: Tab, site: str) -> None:
    tab.open(f"{site}/docs")
    tab.click(".auth-wrapper .authorize")
    tab.wait("[...document.querySelectorAll('.auth-container h4')].some(item => item.innerText.includes('HTTPBearer'))")
    tab.run(
        "[...document.querySelectorAll('.auth-container')].find(item => item.innerText.includes('HTTPBearer'))"
        ".id = 'bearer'"
    )
    tab.type("#bearer input", "secret-token")
    tab.click("#bearer .authorize")
    tab.click(".modal-ux .btn-done")
    status, shown = execute(tab, "users-me_me_get")
    assert status == "200"
    assert '"token": "secret-token"' in shown
    is_quiet(tab, site)


def operations() -> list[tuple[str, str, str]]:
    """Method, path and summary of every operation that each version of OpenAPI has a field for."""
    methods = ("get", "post", "patch", "delete", "put")
    paths = document(kitchen())["paths"].items()
    return [
        (method.upper(), path, item[method]["summary"]) for path, item in paths for method in methods if method in item
    ]


def test_redoc_draws_every_operation(tab: Tab, site: str) -> None:
    tab.open(f"{site}/redoc")
    tab.wait("['Kitchen', 'users'].every(text => document.body?.innerText.includes(text))")
    wanted = json.dumps([f"{method}\n{path}\n" for method, path, _ in operations()])
    # What is out of sight is drawn when it comes into view.
    tab.run("window.seen = ''")
    tab.wait(
        "[...document.querySelectorAll('*')].filter(item => /^Show \\d+ more/.test(item.textContent) "
        "&& !item.children.length).forEach(item => item.click()), "
        "window.seen += document.body.innerText + '\\n', window.scrollBy(0, 300), "
        f"{wanted}.every(text => window.seen.includes(text))"
    )
    is_quiet(tab, site)


SCROLL = """
(async () => {
  const seen = new Set();
  for (let round = 0; round < 60; round++) {
    for (const button of document.querySelectorAll("button")) {
      if (/^(Show More|Open Group)/.test((button.innerText || button.ariaLabel || "").trim())) button.click();
    }
    for (const text of document.body.innerText.split("\\n")) seen.add(text.replace("\\u200b", "").trim());
    window.scrollBy(0, 900);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return [...seen];
})()
"""


def test_scalar_draws_every_operation(tab: Tab, site: str) -> None:
    tab.open(f"{site}/scalar")
    tab.wait("['Kitchen', 'users'].every(text => document.body?.innerText.includes(text))")
    seen = set(tab.run(SCROLL))
    assert [found for found in operations() if found[2] not in seen] == []
    # A model that contains itself has an example, too.
    assert "Error generating" not in tab.text()
    is_quiet(tab, site)


@pytest.mark.parametrize("page", ["docs", "redoc", "scalar"])
@pytest.mark.parametrize("version", ["3.0.3", "3.2.0"])
def test_other_versions_below_another_path(tab: Tab, page: str, version: str) -> None:
    with serving(kitchen(openapi_version=version, app={"root_path": "/api"})) as url:
        # What a proxy that takes the path away sends on.
        tab.open(f"{url}/{page}")
        assert tab.wait("document.title.startsWith('Kitchen')")
    assert [found for found in tab.requests if not found.startswith((f"{url}/", "data:", "blob:"))] == []


def test_an_oauth2_login_comes_back(tab: Tab, site: str) -> None:
    tab.open(f"{site}/docs/oauth2-redirect?code=abc&state=x")
    tab.wait("document.title === 'OAuth2 redirect'")
    assert not any("Content Security Policy" in text for text in tab.complaints)
