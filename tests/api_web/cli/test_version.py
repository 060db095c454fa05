"""`fasterapi version`, and the command as such."""

import platform
from pathlib import Path

from FasterAPI._version import __version__
from tests.api_web.cli.project import run


def test_version(tmp_path: Path) -> None:
    code, text, _ = run(tmp_path, "version")
    lines = text.splitlines()
    assert (code, lines[0]) == (0, f"FasterAPI {__version__}")
    assert lines[1] == f"CPython {platform.python_version()} on {platform.system()}"
    assert any(line.startswith("msgspec ") for line in lines)


def test_every_command_says_what_it_does(tmp_path: Path) -> None:
    code, text, _ = run(tmp_path, "-h")
    assert code == 0
    listed = [line.split(maxsplit=1) for line in text.partition("Commands:\n")[2].splitlines()]
    assert {"check", "dev", "openapi", "routes", "run", "shell", "version"} <= {name for name, _ in listed}
    assert [name for name, words in listed if not words] == []
