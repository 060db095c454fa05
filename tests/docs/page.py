"""A page of the documentation, taken apart into what a test can check.

A page is Markdown. What matters here are its fenced blocks, with the programs that they include by name, its headings
and its links.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["EXAMPLES", "PAGES", "ROOT", "Block", "anchors", "blocks", "links", "pages", "readmes"]

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/pages"
EXAMPLES = ROOT / "docs/examples"

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_SNIPPET = re.compile(r'^--8<-- "(?P<name>[^"]+)"$', re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} (.+?)(?: *\{ *#([\w-]+) *\})?$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes:
        page: The file it is in.
        line: The line it begins in, counted from 1.
        language: The first word after the fence, or an empty text.
        marks: The other words: `notest` for what cannot run, `generated` and `help` for `tests.docs.generated`.
        text: What is inside, with included programs in place of their names.
        includes: The programs that it includes, relative to `EXAMPLES`.
    """

    page: Path
    line: int
    language: str
    marks: tuple[str, ...]
    text: str
    includes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Return every page of the site."""
    return sorted(PAGES.rglob("*.md"))


def readmes() -> list[Path]:
    """Return the README of the repository and those of the packages."""
    return [ROOT / "README.md", *sorted(ROOT.glob("packages/*/README.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """Iterate over the fenced blocks of a page."""
    text = page.read_text("utf-8")
    for match in _FENCE.finditer(text):
        indent = len(match["indent"])
        inside = "".join(f"{line[indent:]}\n" for line in match["text"].splitlines())
        language, *marks = _words(match["info"])
        yield Block(
            page,
            text.count("\n", 0, match.start()) + 1,
            language,
            tuple(marks),
            _SNIPPET.sub(lambda found: (EXAMPLES / found["name"]).read_text("utf-8").rstrip("\n"), inside),
            tuple(found["name"] for found in _SNIPPET.finditer(inside)),
        )


def _words(info: str) -> list[str]:
    """Return what stands after a fence: `python notest`, or `{ .python .notest }` where it is for the site."""
    if info.lstrip().startswith("{"):
        return re.findall(r"(?<=\.)[\w-]+(?=[ }])", info)
    return info.split() or [""]


def links(page: Path) -> Iterator[str]:
    """Iterate over the targets of a page's links."""
    return (match[1] for match in _LINK.finditer(_prose(page)))


def anchors(page: Path) -> set[str]:
    """Return what a link to a page may name after `#`."""
    return {match[2] or _slug(match[1]) for match in _HEADING.finditer(_prose(page))}


def _prose(page: Path) -> str:
    return re.sub(r"`[^`\n]+`", lambda code: re.sub(r"[\[\]()]", "", code[0]), _FENCE.sub("", page.read_text("utf-8")))


def _slug(heading: str) -> str:
    """Return the anchor that the site makes of a heading."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading.replace("`", "")).strip().lower())
