"""`app.frontend()`: built files below a path, for whatever no route claims."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pytest

from faster_core import App, Depends, FasterRouter, Header, HTTPException

if TYPE_CHECKING:
    from faster_testclient import TestClient

testclient = pytest.importorskip("faster_testclient")


@pytest.fixture
def build(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<p>page</p>")
    (tmp_path / "app.js").write_text("let x = 1;")
    return tmp_path


async def require_token(x_token: Annotated[str, Header()] = "") -> None:
    if x_token != "secret":
        raise HTTPException(401)


@pytest.fixture
def open_app(build: Path) -> Iterator["TestClient"]:
    app = App()
    app.frontend("/", build)

    @app.get("/api/items")
    async def items() -> list[int]:
        return [1]

    with testclient.TestClient(app) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "accept", "status", "text"),
    [
        ("GET", "/api/items", "*/*", 200, "[1]"),
        ("GET", "/app.js", "*/*", 200, "let x = 1;"),
        ("GET", "/", "text/html", 200, "<p>page</p>"),
        ("GET", "/users/7", "text/html", 200, "<p>page</p>"),
        ("GET", "/users/7", "application/json", 404, '{"detail":"Not Found"}'),
        ("POST", "/users/7", "text/html", 404, '{"detail":"Not Found"}'),
        ("POST", "/app.js", "*/*", 405, '{"detail":"Method Not Allowed"}'),
    ],
)
def test_routes_win_then_files_then_the_fallback(
    open_app: "TestClient", method: str, path: str, accept: str, status: int, text: str
) -> None:
    answer = open_app.request(method, path, headers={"accept": accept})
    assert (answer.status_code, answer.text) == (status, text)


def test_dependencies_around_a_frontend_are_called_before_a_file_is_sent(build: Path) -> None:
    app = App()
    router = FasterRouter(prefix="/admin", dependencies=[Depends(require_token)])
    router.frontend("/ui", build)
    app.include_router(router)
    with testclient.TestClient(app) as client:
        assert client.get("/admin/ui/app.js").status_code == 401
        answer = client.get("/admin/ui/app.js", headers={"x-token": "secret"})
    assert (answer.status_code, answer.text) == (200, "let x = 1;")
