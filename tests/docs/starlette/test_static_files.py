"""The page on static files: a directory, the files of a package, pages."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from FasterAPI import Faster
from FasterAPI.requests import Request
from FasterAPI.staticfiles import StaticFiles
from FasterAPI.testclient import TestClient


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "main.css").write_text("a {}")
    (folder / "docs").mkdir()
    (folder / "docs" / "index.html").write_text("<p>Docs</p>")
    (folder / "index.html").write_text("<p>Home</p>")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = "starlette_page_assets"
    for folder in ("statics", "other"):
        (tmp_path / name / folder).mkdir(parents=True)
        (tmp_path / name / folder / "where.txt").write_text(folder)
    (tmp_path / name / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    sys.modules.pop(name, None)


def mounted(files: StaticFiles) -> TestClient:
    """Return a client of an application with files below `/static`."""
    app = Faster()
    app.mount("/static", files, name="static")

    @app.get("/style")
    async def style(request: Request) -> str:
        return str(request.url_for("static", path="/css/main.css"))

    return TestClient(app, follow_redirects=False)


def test_a_directory_below_a_path(site: Path) -> None:
    client = mounted(StaticFiles(directory=site))
    answer = client.get("/static/css/main.css")
    assert (answer.status_code, answer.text) == (200, "a {}")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert client.get("/style").json() == "http://testserver/static/css/main.css"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/static/css/main.css", 200),
        ("POST", "/static/css/main.css", 405),
        ("GET", "/static/css/none.css", 404),
        ("GET", "/static/css", 404),
        ("GET", "/static/", 404),
        ("GET", "/static/%2e%2e/secret.txt", 404),
        ("GET", "/static/..%2fsecret.txt", 404),
    ],
)
def test_what_is_not_answered_with_a_file(site: Path, method: str, path: str, status: int) -> None:
    answer = mounted(StaticFiles(directory=site)).request(method, path)
    assert (answer.status_code, "secret" in answer.text) == (status, False)


def test_a_file_the_client_has(site: Path) -> None:
    client = mounted(StaticFiles(directory=site))
    first = client.get("/static/css/main.css")
    for name, value in (
        ("if-none-match", first.headers["etag"]),
        ("if-modified-since", first.headers["last-modified"]),
    ):
        again = client.get("/static/css/main.css", headers={name: value})
        assert (again.status_code, again.content) == (304, b"")


def test_pages(site: Path) -> None:
    client = mounted(StaticFiles(directory=site, html=True))
    assert client.get("/static/").text == "<p>Home</p>"
    assert client.get("/static/docs/").text == "<p>Docs</p>"
    moved = client.get("/static/docs")
    assert (moved.status_code, moved.headers["location"].removeprefix("http://testserver")) == (
        *(307, "/static/docs/"),
    )
    assert client.get("/static/none").status_code == 404
    (site / "404.html").write_text("<p>Lost</p>")
    lost = client.get("/static/none")
    assert (lost.status_code, lost.text) == (404, "<p>Lost</p>")


def test_a_whole_site_beside_routes(site: Path) -> None:
    app = Faster()

    @app.get("/api")
    async def api() -> str:
        return "api"

    app.mount("/", StaticFiles(directory=site, html=True))
    client = TestClient(app)
    assert (client.get("/api").json(), client.get("/").text) == ("api", "<p>Home</p>")


def test_files_of_packages(package: str) -> None:
    assert mounted(StaticFiles(packages=[package])).get("/static/where.txt").text == "statics"
    assert mounted(StaticFiles(packages=[(package, "other")])).get("/static/where.txt").text == "other"


def test_a_directory_before_a_package(site: Path, package: str) -> None:
    client = mounted(StaticFiles(directory=site, packages=[package]))
    assert client.get("/static/where.txt").text == "statics"
    (site / "where.txt").write_text("site")
    assert client.get("/static/where.txt").text == "site"


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="none"):
        StaticFiles(directory=tmp_path / "none")
    with pytest.raises(RuntimeError):
        mounted(StaticFiles(directory=tmp_path / "none", check_dir=False)).get("/static/a.txt")


def test_links_out_of_the_directory(site: Path) -> None:
    (site / "link.txt").symlink_to(site.parent / "secret.txt")
    assert mounted(StaticFiles(directory=site)).get("/static/link.txt").status_code == 404
    assert mounted(StaticFiles(directory=site, follow_symlink=True)).get("/static/link.txt").text == "secret"
