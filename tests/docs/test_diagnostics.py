"""Each rule of start-up has a page: what it says word for word, a program that breaks it, and a fix that does not."""

import re
import warnings

import pytest

from FasterAPI import Faster, FasterRouter
from tests.docs import program
from tests.docs.finding import finding
from tests.docs.page import EXAMPLES, PAGES, ROOT, Block, blocks

CODES = sorted(
    {
        code
        for file in ROOT.glob("packages/*/src/**/*.py")
        for code in re.findall(r'"(FA\d{3})"', file.read_text("utf-8"))
    }
)

every_code = pytest.mark.parametrize("code", CODES)


def of_page(code: str, language: str) -> list[Block]:
    """The blocks of one language on the page of a code."""
    return [block for block in blocks(PAGES / f"diagnostics/{code.lower()}.md") if block.language == language]


def test_every_page_has_a_code() -> None:
    documented = {page.stem.upper() for page in (PAGES / "diagnostics").glob("fa*.md")}
    assert documented == set(CODES)


def test_index_names_every_code() -> None:
    index = (PAGES / "diagnostics/index.md").read_text("utf-8")
    assert [code for code in CODES if f"[{code}]({code.lower()}.md)" not in index] == []


@every_code
def test_program_is_found_wrong(code: str) -> None:
    found, _ = finding(EXAMPLES / f"diagnostics/{code.lower()}.py")
    assert found.code == code
    assert len(of_page(code, "text")) == 1


@every_code
def test_fix_is_one(code: str) -> None:
    wrong, *fixes = of_page(code, "python")
    _, module = finding(EXAMPLES / wrong.includes[0])
    module.__dict__.update(app=Faster(), router=FasterRouter())
    assert fixes or code == "FA160"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for fix in fixes:
            program.run(fix.text, str(fix), module)
            module.app.openapi()
    assert module.app.diagnostics == []
