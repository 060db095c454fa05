"""`fasterapi check`."""

import json
from pathlib import Path

import pytest

from tests.api_web.cli.project import SHOP, run, write

DUPLICATE = """
from FasterAPI import Faster

app = Faster()


@app.get("/a")
def first() -> None: ...


@app.get("/a")
def second() -> None: ...
"""

DOUBTFUL = """
from FasterAPI import Faster

app = Faster()


@app.get("/a")
def first(body: dict[str, str]) -> None: ...
"""


TWICE = """
from FasterAPI import Faster

app = Faster()
inner = Faster()
app.mount("/inner", inner)


@app.get("/a", operation_id="read")
def first() -> None: ...


@app.get("/b", operation_id="read")
def second() -> None: ...


@inner.get("/c")
def third(body: dict[str, str]) -> None: ...
"""

UNDESCRIBED = """
from FasterAPI import Faster


class Shop(Faster):
    def openapi(self):
        raise KeyError("price")


app = Shop()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("check")
    return write(
        folder,
        fine=SHOP,
        duplicate=DUPLICATE,
        doubtful=DOUBTFUL,
        twice=TWICE,
        undescribed=UNDESCRIBED,
        broken="1 / 0\n",
    )


def test_nothing_is_wrong(folder: Path) -> None:
    assert run(folder, "check", "fine") == (0, "Nothing is wrong.\n", "")


def test_an_error(folder: Path) -> None:
    code, text, error = run(folder, "check", "duplicate")
    assert (code, error) == (1, "")
    first, also, summary = text.splitlines()
    assert first.startswith(f"{folder}/duplicate.py:")
    assert ": error FA101: GET /a: second (duplicate.py:" in first
    assert also.startswith(f"    also {folder}/duplicate.py:")
    assert summary == "1 error, 0 warnings"


def test_a_warning(folder: Path) -> None:
    code, text, error = run(folder, "check", "doubtful")
    assert (code, error) == (0, "")
    assert ": warning FA120: GET /a: first (doubtful.py:" in text
    assert text.splitlines()[-1] == "0 errors, 1 warning"


def test_what_the_document_and_mounted_applications_tell(folder: Path) -> None:
    code, text, error = run(folder, "check", "twice")
    assert (code, error) == (0, "")
    found = [line.partition(": warning ")[2].partition(":")[0] for line in text.splitlines()]
    assert [item for item in found if item] == ["FA130", "FA120"]


def test_a_document_that_cannot_be_made(folder: Path) -> None:
    code, text, error = run(folder, "check", "undescribed")
    assert (code, text) == (1, "")
    assert error == "Error: The document cannot be made: KeyError: 'price'\n"


def test_as_json(folder: Path) -> None:
    code, text, _ = run(folder, "check", "duplicate", "--format", "json")
    (finding,) = json.loads(text)
    assert (code, finding["code"], finding["severity"]) == (1, "FA101", "error")
    assert [place["name"] for place in finding["places"]] == ["second", "first"]
    assert json.loads(run(folder, "check", "fine", "--format", "json")[1]) == []


def test_for_github(folder: Path) -> None:
    code, text, _ = run(folder, "check", "duplicate", "--format", "github")
    assert code == 1
    assert text.startswith(f"::error file={folder}/duplicate.py,line=")
    assert ",title=FA101::GET /a: " in text
    assert run(folder, "check", "fine", "--format", "github")[1] == ""


def test_other_commands_show_the_finding_without_a_traceback(folder: Path) -> None:
    code, _, error = run(folder, "routes", "duplicate")
    assert code == 1
    assert error.startswith("Error: GET /a: second (duplicate.py:")
    assert "[FA101]\n" in error
    assert "Traceback" not in error


def test_what_cannot_be_imported_is_no_finding(folder: Path) -> None:
    code, text, error = run(folder, "check", "broken")
    assert (code, text) == (1, "")
    assert "ZeroDivisionError" in error
