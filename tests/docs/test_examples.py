"""Every program of the pages starts, nothing is found wrong with it, and its document is valid in every version."""

from pathlib import Path

import pytest
from openapi_spec_validator import validate

from faster_openapi.extension import document
from FasterAPI import Faster, TestClient
from tests.docs import program
from tests.docs.page import EXAMPLES

WRONG_ON_PURPOSE = EXAMPLES / "diagnostics"
SHOP = EXAMPLES / "shop"
PROGRAMS = [file for file in sorted(EXAMPLES.rglob("*.py")) if not {WRONG_ON_PURPOSE, SHOP}.intersection(file.parents)]

every_program = pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: str(file.relative_to(EXAMPLES)))


def application(file: Path) -> Faster:
    """The application of a program."""
    app = program.run(file.read_text("utf-8"), str(file)).app
    assert isinstance(app, Faster)
    return app


@every_program
def test_program_starts_and_stops(file: Path) -> None:
    with TestClient(application(file), base_url="http://127.0.0.1:8000") as client:
        assert client.get("/docs").status_code == 200


@every_program
def test_nothing_is_found_wrong(file: Path) -> None:
    app = application(file)
    app.openapi()
    assert app.diagnostics == []


@every_program
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_document_is_valid(file: Path, version: str) -> None:
    validate(document(application(file), version))
