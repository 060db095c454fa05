"""What pages quote from the program itself; `hatch run lint:quotations` writes it anew.

- the block `.python .generated` of a page is the endpoint of the last route of the program above it;
- the block `.text .message` of a page of a diagnostic is its message;
- the block `.text .help .run` is what `fasterapi run --help` prints.
"""

import warnings
from pathlib import Path

from click.testing import CliRunner

from FasterAPI.cli import main as fasterapi
from tests.docs import program
from tests.docs.finding import finding
from tests.docs.page import EXAMPLES, PAGES, Block, blocks

__all__ = ["endpoint_of", "expected", "help_of", "main"]


def endpoint_of(block: Block) -> str:
    """Return the source that is generated for the last route of a program."""
    name = block.includes[0].rpartition("/")[2] if block.includes else str(block)
    app = program.run(block.text, name).app
    source: str = app.routes[-1].explain().source
    return source.rstrip("\n") + "\n"


def help_of(command: str) -> str:
    """Return what `fasterapi … --help` prints."""
    printed = CliRunner(env={"COLUMNS": "100"}).invoke(fasterapi, [command, "--help"], prog_name="fasterapi")
    return printed.output.rstrip("\n") + "\n"


def expected(page: Path) -> list[tuple[Block, str]]:
    """Return the blocks of a page that quote the program, with what they have to say."""
    found: list[tuple[Block, str]] = []
    program_above: Block | None = None
    for block in blocks(page):
        if block.language == "python" and "generated" in block.marks:
            assert program_above is not None, f"{block}: there is no program above"
            found.append((block, endpoint_of(program_above)))
        elif block.language == "python":
            program_above = block
        elif block.language == "text" and block.marks[:1] == ("help",):
            found.append((block, help_of(block.marks[1])))
        elif "message" in block.marks:
            diagnostic, _ = finding(EXAMPLES / f"diagnostics/{page.stem}.py")
            found.append((block, f"{diagnostic}\n"))
    return found


def main() -> None:
    """Write every block anew that quotes the program."""
    warnings.simplefilter("ignore")
    for page in PAGES.rglob("*.md"):
        lines = page.read_text("utf-8").splitlines(keepends=True)
        for block, text in reversed(expected(page)):
            height = block.text.count("\n")
            lines[block.line : block.line + height] = [text]
        page.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
