"""The application as `fasterapi dev` serves it."""

import sys
from pathlib import Path

import pytest

from FasterAPI import Faster
from FasterAPI.cli import development
from FasterAPI.cli.target import Target
from tests.api_web.cli.project import write


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("FASTERAPI_DEV_TARGET", "FASTERAPI_DEV_FOLDER", "FASTERAPI_DEV_BASE", "FASTERAPI_ENV"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_app_is_found_again_with_debug(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, developed="from FasterAPI import Faster\ndef make():\n    return Faster()\n")
    development.remember(Target("developed", "make", factory=True), tmp_path, "http://127.0.0.1:8000")
    app = development.make_app()
    assert isinstance(app, Faster)
    assert app.debug
    said = "  docs  http://127.0.0.1:8000/docs\n  spec  http://127.0.0.1:8000/openapi.json\n"
    assert capsys.readouterr().out == said


def test_other_applications_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, developed_plain="async def app(scope, receive, send): ...\n")
    development.remember(Target("developed_plain"), tmp_path, "")
    assert development.make_app().__name__ == "app"


def test_mistakes_end_the_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, developed_badly="1 / 0\n")
    development.remember(Target("developed_badly"), tmp_path, "")
    with pytest.raises(SystemExit) as caught:
        development.make_app()
    assert caught.value.code == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
