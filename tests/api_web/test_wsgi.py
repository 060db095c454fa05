"""FasterAPI.middleware.wsgi: a WSGI application below a mount."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any

import pytest

pytest.importorskip("a2wsgi")
pytest.importorskip("httpx")

from FasterAPI import Faster, TestClient
from FasterAPI.middleware.wsgi import WSGIMiddleware


def greet(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("content-type", "text/plain")])
    return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode()]


def test_a_mounted_wsgi_application() -> None:
    app = Faster()
    app.mount("/v1", WSGIMiddleware(greet))
    assert TestClient(app).get("/v1/hello").text == "/v1 /hello"


def test_without_a2wsgi_the_command_is_named() -> None:
    code = "import sys; sys.modules['a2wsgi'] = None; import FasterAPI.middleware.wsgi"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (
        "ImportError: WSGIMiddleware requires a2wsgi, which is not installed. Run: pip install 'faster-api-web[wsgi]'"
    ) in done.stderr
