"""`fasterapi openapi`."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.api_web.cli.project import run, write

APP = """
from FasterAPI import Faster

app = Faster(title="Shop", version="2.0")


@app.get("/items/{item_id}")
async def read_item(item_id: int, q: str | None = None) -> dict[str, int]:
    return {"item_id": item_id}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("document")
    write(folder, main=APP, later=APP.replace("q: str | None = None", "q: str, page: int = 1"))
    for name, module in (("old", "main"), ("new", "later")):
        assert run(folder, "openapi", module, "-o", f"{name}.json") == (0, "", f"Wrote {name}.json\n")
    return folder


def test_document(folder: Path) -> None:
    code, text, _ = run(folder, "openapi")
    document = json.loads(text)
    assert (code, document["info"]) == (0, {"title": "Shop", "version": "2.0"})
    assert document["openapi"].startswith("3.1.")
    assert list(document["paths"]) == ["/items/{item_id}"]
    assert json.loads((folder / "old.json").read_text()) == document


def test_a_document_that_the_application_replaces(folder: Path) -> None:
    replaced = """
document = app.openapi


def mine():
    return {**document(), "x-mine": True}


app.openapi = mine
"""
    write(folder, replaced=APP + replaced)
    for spec in ([], ["--spec", "3.0.3"]):
        assert json.loads(run(folder, "openapi", "replaced", *spec)[1])["x-mine"] is True


@pytest.mark.parametrize(("spec", "version"), [("3.0.3", "3.0.3"), ("3.1", "3.1."), ("3.2", "3.2.")])
def test_versions(folder: Path, spec: str, version: str) -> None:
    assert json.loads(run(folder, "openapi", "--spec", spec)[1])["openapi"].startswith(version)


def test_yaml(folder: Path) -> None:
    pytest.importorskip("yaml")
    code, text, _ = run(folder, "openapi", "--yaml")
    expected: Any = json.loads((folder / "old.json").read_text())
    assert (code, msgspec.yaml.decode(text)) == (0, expected)


def test_yaml_without_the_extra(folder: Path) -> None:
    write(folder, poor="import sys\nsys.modules['yaml'] = None\n" + APP)
    code, _, error = run(folder, "openapi", "poor", "--yaml")
    assert code == 1
    assert "--yaml requires pyyaml, which is not installed. Run: pip install 'faster-api-web[yaml]'" in error


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 0), (("--fail-on", "breaking"), 1), (("--fail-on", "any"), 1)],
)
def test_breaking_changes(folder: Path, options: tuple[str, ...], code: int) -> None:
    found, text, _ = run(folder, "openapi", "--diff", "old.json", "new.json", *options)
    lines = text.splitlines()
    assert found == code
    assert any(line.startswith("breaking: GET /items/{item_id}") for line in lines)
    assert any(line.startswith("compatible: GET /items/{item_id}") for line in lines)
    breaking = sum(line.startswith("breaking") for line in lines)
    assert lines[-1] == f"{breaking} breaking, {len(lines) - 1 - breaking} compatible"


def test_no_change(folder: Path) -> None:
    command = ("openapi", "--diff", "old.json", "old.json", "--fail-on", "any")
    assert run(folder, *command) == (0, "0 breaking, 0 compatible\n", "")


def test_a_file_that_is_no_document(folder: Path) -> None:
    (folder / "bad.json").write_text("{")
    code, _, error = run(folder, "openapi", "--diff", "old.json", "bad.json")
    assert (code, error) == (1, "Error: bad.json cannot be read: Input data was truncated\n")


def test_a_file_that_cannot_be_written(folder: Path) -> None:
    where = str(Path("nowhere") / "api.json")
    message = f"Error: {where} cannot be written: {os.strerror(errno.ENOENT)}\n"
    assert run(folder, "openapi", "main", "-o", where) == (1, "", message)


def test_fail_on_without_diff(folder: Path) -> None:
    code, _, error = run(folder, "openapi", "--fail-on", "breaking")
    assert code == 2
    assert "--fail-on belongs to --diff OLD NEW." in error
