"""faster_testclient.plugin"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from faster_testclient.plugin import ClientFactory, Override, client, override
from tests.testclient.apps import Lived

#: Here they are fixtures of this module; where the package is installed, pytest finds them by its entry point.
FIXTURES = (client, override)

LIVED: list[Lived] = []
OVERRIDDEN = SimpleNamespace(dependency_overrides={len: min})

TESTS = """
from faster_testclient import TestClient

class App:
    def __init__(self):
        self.log = []
        self.dependency_overrides = {}

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            for phase in ("startup", "shutdown"):
                await receive()
                self.log.append(phase)
                await send({"type": f"lifespan.{phase}.complete"})
            return
        headers = [(b"x-user", dict(scope["headers"])[b"user-agent"])]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"hello"})

app = App()

def one(): ...
def two(): ...
def other(): ...

def test_client(client):
    made = client(app, headers={"user-agent": "me"})
    assert isinstance(made, TestClient)
    assert app.log == ["startup"]
    assert made.get("/").headers["x-user"] == "me"

def test_client_is_left_after_the_test():
    assert app.log == ["startup", "shutdown"]

def test_override(override):
    app.dependency_overrides[one] = two
    override(app, {one: other})
    override(app, {two: other, one: one})
    assert app.dependency_overrides == {one: one, two: other}
    app.dependency_overrides[other] = one

def test_override_is_taken_back_after_the_test():
    assert app.dependency_overrides == {one: two, other: one}
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    # Other plugins are not the matter here, and cost seconds.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def test_fixtures(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    ended = run(tmp_path, "-p", "faster_testclient.plugin")
    assert "4 passed" in ended.stdout, ended.stdout + ended.stderr
    assert "warning" not in ended.stdout


def test_loading_is_cheap() -> None:
    program = "import sys, pytest, faster_testclient.plugin; print('httpx' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    assert ended.stdout == "False\n"


def test_the_fixtures_in_this_process(request: pytest.FixtureRequest) -> None:
    make: ClientFactory = request.getfixturevalue("client")
    replace: Override = request.getfixturevalue("override")
    replace(OVERRIDDEN, {len: max, sum: max})
    assert OVERRIDDEN.dependency_overrides == {len: max, sum: max}
    LIVED.append(Lived())
    assert make(LIVED[0]).get("/").status_code == 200


def test_the_override_was_taken_back() -> None:
    assert OVERRIDDEN.dependency_overrides == {len: min}


def test_the_client_was_left() -> None:
    assert [app.log for app in LIVED] == [["startup", "request /", "shutdown"]] * len(LIVED)
