"""Every page and README: programs run, `curl` prints what is shown, data parses, commands and links exist."""

import argparse
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest
import uvicorn
import yaml

from FasterAPI import TestClient
from FasterAPI.cli import main as fasterapi
from tests.docs import exchange, program
from tests.docs.generated import expected
from tests.docs.page import EXAMPLES, PAGES, ROOT, Block, anchors, blocks, links, pages, readmes
from tests.tool import tool

NAMES = [str(page.relative_to(ROOT)) for page in (*pages(), *readmes())]
DIAGNOSTICS = PAGES / "diagnostics"

every_page = pytest.mark.parametrize("name", NAMES)


def of(name: str, *languages: str) -> list[Block]:
    """The blocks of a page in some languages that are to be run."""
    skipped = {"notest", "generated"}
    return [block for block in blocks(ROOT / name) if block.language in languages and not skipped & {*block.marks}]


class Shown:
    """The application that a page has shown last, started, with the files that its reader has made."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.client: TestClient | None = None
        self.files: dict[str, bytes] = {}

    def run(self, block: Block) -> None:
        """Run a program; if it is an application, commands go to it from now on."""
        app = getattr(program.run(block.text, str(block)), "app", None)
        if app is not None:
            client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
            self.client = self.stack.enter_context(client)

    def try_out(self, block: Block) -> None:
        """Carry out the commands of a block and compare what they print."""
        assert self.client is not None, f"{block}: no application has been shown"
        for item in exchange.exchanges(block.text):
            response, head, body = exchange.perform(self.client, item.command, self.files)
            if response is not None:
                exchange.check(item, response, head=head, body=body)


# The programs on pages of diagnostics are wrong on purpose: see test_diagnostics.
@pytest.mark.parametrize("name", [name for name in NAMES if (ROOT / name).parent != DIAGNOSTICS])
def test_programs_and_what_they_answer(name: str) -> None:
    with ExitStack() as stack:
        shown = Shown(stack)
        for block in of(name, "python", "console"):
            if block.language == "python":
                shown.run(block)
            else:
                shown.try_out(block)


@every_page
def test_blocks_say_what_they_are(name: str) -> None:
    known = {"python", "console", "shell", "text", "json", "yaml", "toml", "ini", "nginx", "dockerfile"}
    assert {block.language for block in blocks(ROOT / name)} <= known


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(PAGES)))
def test_site_understands_every_fence(page: Path) -> None:
    # With words that it does not know after the language the site shows the fence itself.
    fences = re.findall(r"^ *```(?!$)(.*)$", page.read_text("utf-8"), re.MULTILINE)
    assert [
        fence
        for fence in fences
        if not re.fullmatch(r'\w+(?: title="[^"]+")?|\{ (?:\.[\w-]+ )+(?:title="[^"]+" )?\}', fence)
    ] == []


@every_page
def test_data_parses(name: str) -> None:
    parsers: dict[str, Callable[[str], Any]] = {"json": json.loads, "yaml": yaml.safe_load, "toml": tomllib.loads}
    for block in of(name, *parsers):
        assert parsers[block.language](block.text) is not None, str(block)


@every_page
def test_images_are_built_as_hadolint_wants_it(name: str) -> None:
    for block in of(name, "dockerfile"):
        command = [tool("hadolint"), "--no-color", "--failure-threshold", "style", "-"]
        done = subprocess.run(command, input=block.text, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, ""), str(block)


@every_page
def test_quotations_of_the_program_are_true(name: str) -> None:
    for block, text in expected(ROOT / name):
        assert block.text == text, f"{block}: run `hatch run lint:quotations`"


OUTSIDE = {
    *("cd", "export", "git", "docker", "kubectl", "npm", "openssl"),
    *("hatch", "pip", "pipx", "py-spy", "pytest", "python"),
}
"""Commands of a shell block that are not ours; those that are, are parsed."""


@every_page
def test_shell_commands_exist(name: str) -> None:
    for block in of(name, "shell"):
        subprocess.run([shutil.which("bash") or "bash", "-n"], input=block.text, text=True, check=True)
        for line in re.sub(r"\\\n", " ", block.text).splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if not line.startswith("$ ") and "\n$ " in f"\n{block.text}":
                continue
            if words:
                check_command([word for word in words if word != "&"], str(block))


def check_command(words: list[str], where: str) -> None:
    """Parse a command as it would be, without running it."""
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    command, *arguments = words
    if command == "fasterapi":
        group = click.Context(fasterapi)
        found = fasterapi.get_command(group, arguments[0])
        assert found is not None, f"{where}: there is no `fasterapi {arguments[0]}`"
        found.make_context(arguments[0], arguments[1:], parent=group, resilient_parsing=True)
    elif command == "uvicorn":
        uvicorn.main.make_context("uvicorn", arguments, resilient_parsing=True)
    elif command == "curl":
        exchange.parse(arguments)
    else:
        assert command in {*OUTSIDE, "."}, f"{where}: {command}"


@every_page
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    dead = [link for link in links(page) if not leads_somewhere(page, link)]
    assert dead == []


def leads_somewhere(page: Path, link: str) -> bool:
    """Tell whether a link of a page has a target. Those to other hosts are left alone: tests have no network."""
    if re.match(r"[a-z]+:", link):
        own = re.fullmatch(r"https://github.com/FasterApiWeb/FasterAPI/(?:tree|blob)/main/(.*)", link)
        return own is None or (ROOT / own[1]).exists()
    path, _, anchor = unquote(link).partition("#")
    target = page if not path else (page.parent / path).resolve()
    if not target.is_file():
        # A README may lead to a folder, a page of the site may not.
        return target.is_dir() and PAGES not in page.parents
    return not anchor or target.suffix != ".md" or anchor in anchors(target)


def test_navigation_names_every_page() -> None:
    text = (ROOT / "docs/mkdocs.yml").read_text("utf-8")
    named = re.findall(r"([\w/-]+\.md)$", text, re.MULTILINE)
    # What the benchmarks write is reached from the page on performance.
    written = {str(page.relative_to(PAGES)) for page in pages() if page.parent != PAGES / "benchmarks"}
    assert sorted(named) == sorted(written)


def test_every_program_is_on_a_page() -> None:
    shown = {name for page in pages() for block in blocks(page) for name in block.includes}
    programs = {str(file.relative_to(EXAMPLES)) for file in EXAMPLES.rglob("*.py")}
    assert {name for name in programs if not name.startswith("shop/")} == shown


def test_site_asks_no_other_host() -> None:
    loader = yaml.SafeLoader(re.sub(r"!relative ", "", (ROOT / "docs/mkdocs.yml").read_text("utf-8")))
    settings = loader.get_single_data()
    assert settings["theme"]["font"] is False
    assert "extra_javascript" not in settings
    assert [file for file in settings["extra_css"] if not (PAGES / file).is_file()] == []


def test_llms_text_names_pages_that_exist() -> None:
    text = PAGES / "llms.txt"
    assert list(links(text))
    assert [link for link in links(text) if not leads_somewhere(text, link)] == []


def test_arguments_of_curl_are_known() -> None:
    with pytest.raises(argparse.ArgumentError):
        exchange.parse(["--unknown", "http://127.0.0.1:8000/"])
