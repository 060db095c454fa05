"""`fasterapi new`: what it makes works at once, and is written as one would write it."""

import errno
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

pytest.importorskip("httpx")

import httpx

from FasterAPI._version import __version__
from FasterAPI.cli import main
from FasterAPI.cli.project import render
from tests.api_web.cli.project import run
from tests.core.spawned import spawned
from tests.tool import tool

ROOT = Path(__file__).parents[3]
CI = ROOT / ".github/workflows/ci.yml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has just been made."""
    folder = tmp_path_factory.mktemp("made")
    code, _, error = run(folder, "new", "my-shop")
    assert (code, error) == (0, "")
    return folder / "my-shop"


def succeed(project: Path, *command: str, **environ: str) -> str:
    """Run a command in the project and return what it printed."""
    done = subprocess.run(
        command,
        cwd=project,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_says_what_it_made_and_what_to_do_next(tmp_path: Path) -> None:
    code, said, _ = run(tmp_path, "new", "my-shop")
    paths = {path.relative_to(tmp_path / "my-shop") for path in (tmp_path / "my-shop").rglob("*") if path.is_file()}
    assert code == 0
    assert said == (
        "my-shop is made:\n"
        "  .dockerignore\n"
        "  .github/workflows/ci.yml\n"
        "  .gitignore\n"
        "  Dockerfile\n"
        "  README.md\n"
        "  app/__init__.py\n"
        "  app/main.py\n"
        "  app/notes.py\n"
        "  pyproject.toml\n"
        "  tests/conftest.py\n"
        "  tests/test_main.py\n"
        "  tests/test_notes.py\n"
        "Next:\n"
        "  cd my-shop\n"
        '  pip install --editable ".[dev]"\n'
        "  pytest\n"
        "  fasterapi dev\n"
    )
    assert paths == {Path(line.strip()) for line in said.partition("Next:")[0].splitlines()[1:]}


def test_its_tests_pass(project: Path) -> None:
    # Other plugins are not the matter here, and cost seconds.
    plugin = ("-p", "faster_testclient.plugin", "-p", "no:cacheprovider", "-W", "error")
    said = succeed(project, sys.executable, "-m", "pytest", *plugin, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert re.search(r"^=+ \d+ passed in ", said, re.MULTILINE)


def test_nothing_is_found_wrong(project: Path) -> None:
    assert run(project, "check") == (0, "Nothing is wrong.\n", "")


@pytest.mark.parametrize("arguments", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_finds_nothing(project: Path, arguments: tuple[str, ...]) -> None:
    succeed(project, tool("ruff"), *arguments, "--no-cache", ".")


def test_it_is_served(project: Path) -> None:
    with (
        spawned(["-m", "FasterAPI", "run", "--port", "0"], project) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as client,
    ):
        assert client.get("/health").json() == {"status": "up"}
        assert client.get("/ready").json() == {"status": "ready"}
        assert client.post("/notes", json={"text": "Buy tea."}).json() == {"id": 1, "text": "Buy tea."}
        assert client.get("/openapi.json").json()["info"]["title"] == "my-shop"
        client.close()
        server.signal()
        assert server.end() == 0


# Names


@pytest.mark.parametrize("name", ["shop", "my-shop", "my_shop_2", "Shop"])
def test_names(name: str) -> None:
    files = render(name)
    settings = tomllib.loads(files["pyproject.toml"])
    assert settings["project"]["name"] == name
    assert f"docker build --tag {name.lower()} .\n" in files[".github/workflows/ci.yml"]


@pytest.mark.parametrize("name", ["my shop", "2shop", "-shop", "shop-", "my--shop", "shop/api", "..", ".", "", "été"])
def test_names_that_are_none(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["new", "--", name])
    assert done.exit_code == 2
    assert done.output.splitlines()[-1] == (
        f"Error: Invalid value for 'NAME': {name!r} is no name for a project. "
        "Write letters and digits, joined by - or _, as in my-shop."
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["file", "folder"])
def test_what_is_there_is_left_as_it_is(tmp_path: Path, there: str) -> None:
    if there == "folder":
        (tmp_path / "shop").mkdir()
        file = tmp_path / "shop" / "mine.txt"
    else:
        file = tmp_path / "shop"
    file.write_text("mine")
    assert run(tmp_path, "new", "shop") == (
        1,
        "",
        "Error: shop exists already, and is left as it is. Take another name.\n",
    )
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]
    assert file.read_text() == "mine"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    assert run(tmp_path, "new", "shop")[0] == 0
    assert (tmp_path / "shop" / "app" / "main.py").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="links as POSIX has them")
def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "shop").symlink_to(tmp_path / "nowhere" / "shop")
    code, said, error = run(tmp_path, "new", "shop")
    assert (code, said, error) == (1, "", f"Error: shop cannot be written: {os.strerror(errno.EEXIST)}\n")


# What it is made of


def test_it_asks_for_this_version(project: Path) -> None:
    settings: dict[str, Any] = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*settings["dependencies"], *settings["optional-dependencies"]["dev"]]
    assert {line.partition("]")[2] for line in asked if line.startswith("faster-")} == {f"~={__version__}"}


def test_its_actions_are_those_of_this_repository(project: Path) -> None:
    used = re.compile(r"uses: .*")
    ours = set(used.findall(CI.read_text("utf-8")))
    theirs = set(used.findall((project / ".github/workflows/ci.yml").read_text("utf-8")))
    assert theirs
    assert theirs <= ours


def test_its_image_is_built_as_hadolint_wants_it(project: Path) -> None:
    assert succeed(project, tool("hadolint"), "--no-color", "--failure-threshold", "style", "Dockerfile") == ""


def test_the_image_has_all_that_it_copies(project: Path) -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (project / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    kept = re.findall(r"^!(.+)$", (project / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    names = " ".join(copied).split()
    assert sorted(names) == sorted(kept)
    assert [name for name in names if not (project / name).exists()] == []


def test_the_image_serves_what_is_there(project: Path) -> None:
    text = (project / "Dockerfile").read_text("utf-8")
    command = re.search(r'^CMD \["fasterapi", (.*)\]$', text, re.MULTILINE)
    assert command is not None
    arguments = [word.strip('"') for word in command[1].split(", ")]
    assert arguments[:2] == ["run", "app.main:app"]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", text, re.MULTILINE)
