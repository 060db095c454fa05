"""Where things lie: the root, and the files every package must have."""

import re
import subprocess

import pytest

from tests.architecture.package import PACKAGES, ROOT, Package

VISIBLE = {"README.md", "LICENSE", "hatch.toml", "packages", "tests", "docs"}
HIDDEN = {
    ".ci",
    ".coveragerc",
    ".github",
    ".gitignore",
    ".importlinter",
    ".mypy.ini",
    ".pytest.toml",
    ".python-version",
    ".ruff.toml",
}

packages = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.distribution)


def top_level() -> set[str]:
    """What a commit of this work tree would hold at its root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line.split("/")[0] for line in listed.splitlines()}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a git work tree knows what belongs to it")
def test_root_holds_nothing_else() -> None:
    assert top_level() <= VISIBLE | HIDDEN


@packages
def test_package_files(package: Package) -> None:
    left_behind = {"dist", "__pycache__"}
    present = {path.name for path in package.root.iterdir() if path.name not in left_behind and path.name[0] != "."}
    assert present == {"CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml", "src"}


@packages
def test_one_import_name_per_package(package: Package) -> None:
    assert [path.name for path in package.source.iterdir() if path.name != "__pycache__"] == [package.name]


@packages
def test_licence_is_the_same_everywhere(package: Package) -> None:
    # A link would dangle in the source distribution, so each package has a copy.
    path = package.root / "LICENSE"
    assert not path.is_symlink()
    assert path.read_bytes() == (ROOT / "LICENSE").read_bytes()


@packages
def test_changelog_opens_with_the_current_version(package: Package) -> None:
    text = (package.root / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert re.fullmatch(rf"{re.escape(package.version)} \((unreleased|\d{{4}}-\d\d-\d\d)\)", headings[0])


@packages
def test_changelog_lines_begin_with_what_happened(package: Package) -> None:
    text = (package.root / "CHANGELOG.md").read_text(encoding="utf-8")
    first_words = {line.split()[1].rstrip(":") for line in text.splitlines() if line.startswith("- ")}
    assert first_words <= {"added", "breaking", "changed", "deprecated", "fixed", "removed", "security"}


@packages
def test_types_are_published(package: Package) -> None:
    assert (package.source / package.name / "py.typed").is_file()
    assert "Typing :: Typed" in package.metadata["classifiers"]


@packages
def test_readme_opens_with_the_name(package: Package) -> None:
    first = (package.root / "README.md").read_text(encoding="utf-8").splitlines()[0]
    assert first in {f"# {package.distribution}", "# FasterAPI"}
