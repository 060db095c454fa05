"""The release script refuses what does not agree, and knows what belongs to a release."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.package import PACKAGES, ROOT, Package

SCRIPT = ROOT / ".github" / "scripts" / "release.py"


def load() -> ModuleType:
    """The script as a module; it lies where no import finds it."""
    spec = importlib.util.spec_from_file_location("release_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


release = load()


def write(root: Path, *, version: str = "0.3.0", changelog: str = "## 0.3.0 (2026-11-22)\n\n- added a tree\n") -> Path:
    """A repository that holds faster-router and nothing else."""
    package = root / "packages" / "faster-router"
    source = package / "src" / "faster_router"
    source.mkdir(parents=True)
    (source / "_version.py").write_text(f'"""Version."""\n\n__version__ = "{version}"\n', encoding="utf-8")
    (package / "CHANGELOG.md").write_text(f"# Changelog\n\n{changelog}", encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("faster-router-v0.3.0", ("faster-router", "0.3.0")),
        ("faster-api-web-v1.12.0", ("faster-api-web", "1.12.0")),
        ("faster-core-v0.4.0rc1", ("faster-core", "0.4.0rc1")),
    ],
)
def test_tag_names_package_and_version(tag: str, expected: tuple[str, str]) -> None:
    assert release.package_of(tag) == expected


@pytest.mark.parametrize(
    "tag", ["v0.3.0", "faster-router-0.3.0", "faster-router-v0.3", "faster-rooter-v0.3.0", "faster-router-v0.3.0\n", ""]
)
def test_other_tags_are_refused(tag: str) -> None:
    with pytest.raises(release.Mismatch, match=r"is not <package>-v<version>"):
        release.package_of(tag)


def test_agreement_gives_the_section_to_release(tmp_path: Path) -> None:
    older = "## 0.2.0 (2026-01-01)\n\n- added a leaf\n"
    root = write(tmp_path, changelog=f"## 0.3.0 (2026-11-22)\n\n- added a tree\n\n{older}")
    section = release.agree(root, "faster-router", "faster-router-v0.3.0")
    assert section == release.Section("0.3.0", "2026-11-22", "- added a tree")


def test_a_dry_run_lets_the_changelog_be_undated(tmp_path: Path) -> None:
    root = write(tmp_path, changelog="## 0.3.0 (unreleased)\n\n- added a tree\n")
    assert release.agree(root, "faster-router", None).date is None


@pytest.mark.parametrize(
    ("version", "changelog", "tag", "message"),
    [
        (
            "0.4.0",
            "## 0.3.0 (2026-11-22)\n\n- added a tree\n",
            None,
            "faster-router: the changelog opens with 0.3.0, the source says 0.4.0",
        ),
        (
            "0.3.0",
            "## 0.3.0 (2026-11-22)\n",
            None,
            "faster-router: the changelog says nothing about 0.3.0",
        ),
        (
            "0.3.0",
            "## 0.3.0 (2026-11-22)\n\n- added a tree\n",
            "faster-router-v0.3.1",
            "faster-router: the tag faster-router-v0.3.1 does not fit version 0.3.0; expected faster-router-v0.3.0",
        ),
        (
            "0.3.0",
            "## 0.3.0 (2026-11-22)\n\n- added a tree\n",
            "faster-core-v0.3.0",
            "faster-router: the tag faster-core-v0.3.0 does not fit version 0.3.0; expected faster-router-v0.3.0",
        ),
        (
            "0.3.0",
            "## 0.3.0 (unreleased)\n\n- added a tree\n",
            "faster-router-v0.3.0",
            "faster-router: 0.3.0 is tagged, but its changelog still says unreleased; write the date",
        ),
        (
            "0.3.0",
            "## 0.3.0\n\n- added a tree\n",
            None,
            "packages/faster-router/CHANGELOG.md has no heading '## <version> (<date>)'",
        ),
    ],
)
def test_disagreement_says_what_against_what(
    tmp_path: Path, version: str, changelog: str, tag: str | None, message: str
) -> None:
    with pytest.raises(release.Mismatch) as caught:
        release.agree(write(tmp_path, version=version, changelog=changelog), "faster-router", tag)
    assert str(caught.value) == message


def test_the_script_knows_our_packages() -> None:
    assert {package.distribution: package.name for package in PACKAGES} == release.IMPORT_NAMES


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.distribution)
def test_the_script_reads_our_files(package: Package) -> None:
    assert release.read_version(ROOT, package.distribution) == package.version
    assert release.current(ROOT, package.distribution).version == package.version


@pytest.mark.parametrize(
    ("package", "siblings"),
    [
        ("faster-router", []),
        ("faster-core", ["faster-router"]),
        ("faster-openapi", ["faster-core", "faster-router"]),
        ("faster-testclient", []),
        ("faster-api-web", ["faster-core", "faster-openapi", "faster-router"]),
    ],
)
def test_siblings_needed_at_run_time(package: str, siblings: list[str]) -> None:
    assert release.needs(ROOT, package) == siblings


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_the_package_of_a_tag() -> None:
    done = run("package", "faster-testclient-v0.3.0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "faster-testclient\n", "")


def test_the_command_refuses_with_one_line() -> None:
    done = run("package", "v0.3.0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("release: the tag 'v0.3.0' is not ")
    assert done.stderr.count("\n") == 1
