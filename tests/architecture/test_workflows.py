"""The workflows run what was reviewed, with no more rights than they use."""

import re
from pathlib import Path

import pytest

from tests.architecture.package import PACKAGES, ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PUBLISH = "pypa/gh-action-pypi-publish"

workflows = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_there_are_two() -> None:
    assert [path.name for path in FILES] == ["ci.yml", "release.yml"]


@workflows
def test_actions_are_pinned(path: Path) -> None:
    # A tag can be moved by whoever takes over the action; a commit cannot.
    used = re.findall(r"uses: (\S+)@(\S+)( # v[\d.]+)?$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    loose = [name for name, ref, comment in used if not (re.fullmatch(r"[0-9a-f]{40}", ref) and comment)]
    assert set(loose) <= {PUBLISH}
    assert len(used) == path.read_text(encoding="utf-8").count("uses:")


@workflows
def test_a_token_reads_unless_a_job_says_otherwise(path: Path) -> None:
    assert "\npermissions:\n  contents: read\n\n" in path.read_text(encoding="utf-8")


@workflows
def test_no_expression_is_pasted_into_a_shell(path: Path) -> None:
    # What comes from outside (a tag, a title) reaches a command through the environment only.
    for line in path.read_text(encoding="utf-8").splitlines():
        for expression in re.findall(r"\$\{\{ (.*?) \}\}", line.partition("run: ")[2]):
            assert expression.startswith(("matrix.", "contains(needs.")), line


def test_the_upload_accepts_the_metadata_of_today() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    found = re.search(rf"{PUBLISH}@v(\d+)\.(\d+)\.(\d+)$", text, re.MULTILINE)
    assert found is not None
    assert tuple(map(int, found.groups())) >= (1, 14, 2)


def test_every_package_has_its_wheel_tried() -> None:
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    listed = re.search(r"package: \[(.*)\]", text)
    assert listed is not None
    assert listed[1].split(", ") == [package.distribution for package in PACKAGES]
