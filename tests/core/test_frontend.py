"""Frontends: built files, and a page for what is not there."""

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest

from faster_core.diagnostic import FasterWarning
from faster_core.exceptions import HTTPException
from faster_core.frontend import Frontend, is_navigation

PAGE = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
DATA = {"accept": "application/json, */*"}


@pytest.fixture
def dist(tmp_path: Path) -> Any:
    """A build: a page, a script, a folder with an index."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "docs").mkdir()
    (dist / "index.html").write_text("home")
    (dist / "assets" / "app.js").write_text("js")
    (dist / "docs" / "index.html").write_text("docs")
    (tmp_path / "secret.txt").write_text("secret")
    (dist / "outside.txt").symlink_to(tmp_path / "secret.txt")
    return dist


async def wait_forever() -> Any:
    await asyncio.sleep(3600)


def call(application: Any, path: Any = "/", method: Any = "GET", headers: Any = None, **scope: Any) -> Any:
    messages = []

    async def send(message: Any) -> None:
        messages.append(message)

    given = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
        **scope,
    }
    asyncio.run(application(given, wait_forever, send))
    return messages[0]["status"], dict(messages[0]["headers"]), b"".join(message["body"] for message in messages[1:])


@pytest.mark.parametrize(
    "path, method, headers, status, content",
    [
        ("/", "GET", {}, 200, b"home"),
        ("/", "GET", DATA, 200, b"home"),
        ("/assets/app.js", "GET", {}, 200, b"js"),
        ("/assets/app.js", "HEAD", {}, 200, b""),
        ("/docs/", "GET", {}, 200, b"docs"),
        ("/docs", "GET", {}, 307, b""),
        ("/users/7", "GET", PAGE, 200, b"home"),
        ("/users/7", "HEAD", PAGE, 200, b""),
        ("/users/7", "GET", {"accept": "text/html"}, 200, b"home"),
        ("/users/7", "GET", {"accept": "Application/XHTML+xml;q=0.1"}, 200, b"home"),
        ("/users/7", "GET", {"accept": "text/html;q=0"}, 404, b"Not Found"),
        ("/users/7", "GET", {"accept": "*/*"}, 404, b"Not Found"),
        ("/users/7", "GET", DATA, 404, b"Not Found"),
        ("/users/7", "GET", {}, 404, b"Not Found"),
        ("/assets", "GET", PAGE, 200, b"home"),
        ("/assets/", "GET", DATA, 404, b"Not Found"),
        ("/assets/app.js/", "GET", DATA, 404, b"Not Found"),
        ("/users/7", "POST", PAGE, 404, b"Not Found"),
        ("/users/7", "OPTIONS", PAGE, 404, b"Not Found"),
        ("/", "POST", {}, 405, b"Method Not Allowed"),
        ("/docs", "DELETE", {}, 405, b"Method Not Allowed"),
        ("/assets/app.js", "PUT", {}, 405, b"Method Not Allowed"),
        ("/../secret.txt", "GET", DATA, 404, b"Not Found"),
        ("/outside.txt", "GET", DATA, 404, b"Not Found"),
        ("//secret.txt", "GET", DATA, 404, b"Not Found"),
        ("/\0", "GET", DATA, 404, b"Not Found"),
        ("/../secret.txt", "GET", PAGE, 200, b"home"),
    ],
)
def test_what_is_answered(dist: Any, path: Any, method: Any, headers: Any, status: Any, content: Any) -> None:
    found, sent, body = call(Frontend(dist), path, method, headers)
    assert (found, body) == (status, content)
    assert sent.get(b"allow") == (b"GET, HEAD" if status == 405 else None)


@pytest.mark.parametrize("fallback", ["auto", "404.html"])
@pytest.mark.parametrize("headers", [PAGE, DATA, {}])
def test_a_page_for_what_is_not_there(dist: Any, fallback: Any, headers: Any) -> None:
    (dist / "404.html").write_text("lost")
    app = Frontend(dist, fallback)
    assert call(app, "/users/7", "GET", headers)[::2] == (404, b"lost")
    assert call(app, "/users/7", "POST", headers)[::2] == (404, b"Not Found")
    assert call(app, "/")[::2] == (200, b"home")


def test_the_index_goes_before_the_404_page_on_demand(dist: Any) -> None:
    (dist / "404.html").write_text("lost")
    app = Frontend(dist, "index.html")
    assert call(app, "/users/7", "GET", PAGE)[::2] == (200, b"home")
    assert call(app, "/users/7", "GET", DATA)[::2] == (404, b"Not Found")


def test_no_fallback(dist: Any) -> None:
    (dist / "404.html").write_text("lost")
    assert call(Frontend(dist, None), "/users/7", "GET", PAGE)[::2] == (404, b"Not Found")


def test_auto_without_any_page(dist: Any) -> None:
    (dist / "index.html").unlink()
    assert call(Frontend(dist), "/users/7", "GET", PAGE)[::2] == (404, b"Not Found")


def test_the_fallback_depends_on_accept_and_says_so(dist: Any) -> None:
    app = Frontend(dist)
    assert call(app, "/users/7", "GET", PAGE)[1][b"vary"] == b"Accept"
    assert b"vary" not in call(app, "/")[1]
    (dist / "index.html.gz").write_bytes(gzip.compress(b"home"))
    headers = call(app, "/users/7", "GET", {**PAGE, "accept-encoding": "gzip"})[1]
    assert headers[b"vary"] == b"Accept-Encoding, Accept"
    assert headers[b"content-encoding"] == b"gzip"


def test_below_a_prefix(dist: Any) -> None:
    app = Frontend(dist)
    assert call(app, "/app/assets/app.js", root_path="/app")[2] == b"js"
    assert call(app, "/app", root_path="/app")[1][b"location"] == b"/app/"
    assert call(app, "/app/docs", root_path="/app", query_string=b"a=1")[1][b"location"] == b"/app/docs/?a=1"


def test_inside_an_application_of_ours_errors_go_to_its_handlers(dist: Any) -> None:
    ours = type("App", (), {"__module__": "faster_core.app"})
    with pytest.raises(HTTPException):
        call(Frontend(dist), "/users/7", app=ours())


@pytest.mark.parametrize("check_dir", [True, "auto"])
def test_a_directory_has_to_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check_dir: Any) -> None:
    monkeypatch.delenv("FASTERAPI_ENV", raising=False)
    monkeypatch.delenv("FASTAPI_ENV", raising=False)
    with pytest.raises(RuntimeError, match=r"directory '.*dist' does not exist, or is no directory"):
        Frontend(tmp_path / "dist", check_dir=check_dir)


@pytest.mark.parametrize("name", ["FASTERAPI_ENV", "FASTAPI_ENV"])
def test_while_developing_the_build_may_come_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: Any) -> None:
    monkeypatch.setenv(name, "development")
    path = tmp_path / "dist"
    with pytest.warns(FasterWarning) as caught:
        app = Frontend(path, "index.html")
    assert str(caught[0].message) == f"Frontend directory {str(path)!r} does not exist yet: looked for {path}."
    assert caught[0].filename == __file__
    with pytest.raises(RuntimeError, match=r"does not exist"):
        call(app)
    path.mkdir()
    with pytest.raises(RuntimeError, match=r"Frontend fallback 'index.html' does not exist in directory"):
        call(app, "/users/7", "GET", PAGE)
    (path / "index.html").write_text("home")
    assert call(app, "/users/7", "GET", PAGE)[2] == b"home"
    assert call(Frontend(path))[2] == b"home"


def test_without_a_check_nothing_is_said(tmp_path: Path) -> None:
    assert Frontend(tmp_path / "dist", check_dir=False).fallback == "auto"


@pytest.mark.parametrize("fallback", ["index.html", "404.html"])
def test_a_fallback_has_to_exist(dist: Any, fallback: Any) -> None:
    (dist / "index.html").unlink()
    with pytest.raises(RuntimeError) as caught:
        Frontend(dist, fallback)
    assert str(caught.value) == (
        f"Frontend fallback {fallback!r} does not exist in directory {str(dist)!r}: looked in {dist}."
    )


def test_a_fallback_has_to_be_one(dist: Any) -> None:
    with pytest.raises(
        ValueError, match=r"Frontend fallback is 'auto', 'index.html', '404.html' or None, not 'x.html'"
    ):
        Frontend(dist, "x.html")  # type: ignore[arg-type]


def test_several_accept_headers_count_as_one() -> None:
    assert is_navigation({"headers": [(b"accept", b"image/png"), (b"accept", b"text/html")]})
    assert not is_navigation({"headers": []})
