"""What answers an unhandled error, with and without debug, through an application."""

import logging
from typing import Any

import pytest

from faster_core import App
from faster_core.server_error import server_error_handler
from tests.core.client import Reply, request

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def app_that_fails(**options: Any) -> App:
    app = App(**options)

    @app.get("/fail/{what}")
    async def fail(what: str) -> None:
        secret = "s3" + "cret"
        raise RuntimeError(f"no luck with {what}, {len(secret)}")

    return app


def ask(app: App, path: str = "/fail/me", **headers: str) -> Reply:
    return request(app, "GET", path, headers=headers)


@pytest.fixture(autouse=True)
def quiet(caplog: Any) -> None:
    caplog.set_level(logging.CRITICAL, logger="faster_core")


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/json", ""])
@pytest.mark.parametrize("problem_details", [False, True])
def test_without_debug_nothing_is_told(accept: str, problem_details: bool) -> None:
    reply = ask(app_that_fails(problem_details=problem_details), accept=accept)
    assert reply.status == 500
    assert b"luck" not in reply.body
    assert b"Traceback" not in reply.body
    assert b"RuntimeError" not in reply.body


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("TEXT/HTML", "text/html; charset=utf-8"),
        ("text/html;q=0, */*", "text/plain; charset=utf-8"),
        ("*/*", "text/plain; charset=utf-8"),
        ("application/json", "text/plain; charset=utf-8"),
        ("", "text/plain; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("problem_details", [False, True])
def test_with_debug_the_client_chooses_page_or_text(accept: str, media_type: str, problem_details: bool) -> None:
    reply = ask(app_that_fails(debug=True, problem_details=problem_details), accept=accept)
    assert reply.status == 500
    assert reply.headers["content-type"] == media_type
    assert reply.headers["content-length"] == str(len(reply.body))
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert b"no luck with me" in reply.body
    assert b"s3cret" not in reply.body


def test_the_generated_endpoint_is_among_the_frames() -> None:
    page = ask(app_that_fails(debug=True), **BROWSER).text
    assert "&lt;endpoint" in page
    assert "GET /fail/{what}&gt;" in page
    assert "await" in page


def test_a_path_cannot_become_html() -> None:
    reply = ask(app_that_fails(debug=True), "/fail/%3Cscript%3Ealert(1)%3C", **BROWSER)
    assert b"<script" not in reply.body
    assert b"&lt;script&gt;alert(1)&lt;" in reply.body


def test_a_handler_of_the_user_comes_first() -> None:
    async def own(request: Any, exc: Exception) -> Any:
        from faster_core import PlainTextResponse

        return PlainTextResponse("own", status_code=500)

    app = app_that_fails(debug=True, exception_handlers={Exception: own})
    assert ask(app, **BROWSER).text == "own"


def test_the_two_handlers_differ() -> None:
    assert server_error_handler(debug=True) is not server_error_handler(debug=False)
