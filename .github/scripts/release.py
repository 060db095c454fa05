"""Release one package: what a pushed tag does, up to the upload, and what a dry run does beforehand.

    release.py check faster-router                             a dry run
    release.py check faster-router --tag faster-router-v0.3.0  what the tag does
    release.py package faster-router-v0.3.0                    prints the package of a tag
    release.py notes faster-router                             prints the section of the changelog

A check compares tag, version and changelog, builds the package (its wheel out of its source distribution) into `dist/`,
has the metadata looked at, and tries the wheel in an empty environment beside the wheels of its siblings. It needs the
commands `uv` and `twine`; `hatch run release:check` brings them.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Mismatch", "Section", "agree", "check", "current", "main", "needs", "package_of", "read_version"]

ROOT = Path(__file__).resolve().parents[2]
HELLO = Path(__file__).with_name("hello.py")

IMPORT_NAMES = {
    "faster-router": "faster_router",
    "faster-core": "faster_core",
    "faster-openapi": "faster_openapi",
    "faster-testclient": "faster_testclient",
    "faster-api-web": "FasterAPI",
}

TAG = re.compile(r"(?P<package>faster-[a-z-]+)-v(?P<version>\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?)")
HEADING = re.compile(r"^## (?P<version>\S+) \((?P<date>unreleased|\d{4}-\d\d-\d\d)\)$", re.MULTILINE)
VERSION = re.compile(r'^__version__ = "(?P<version>[^"]+)"$', re.MULTILINE)


class Mismatch(Exception):
    """Tag, version and changelog do not say the same."""


@dataclass(frozen=True)
class Section:
    """One version's section of a changelog; `date` is None while it is unreleased."""

    version: str
    date: str | None
    text: str


def package_of(tag: str) -> tuple[str, str]:
    """The package and the version that a tag names.

    Raises:
        Mismatch: The tag does not look like `faster-router-v0.3.0`, or names no package of ours.
    """
    found = TAG.fullmatch(tag)
    if found is None or found["package"] not in IMPORT_NAMES:
        raise Mismatch(f"the tag {tag!r} is not <package>-v<version> with one of {', '.join(IMPORT_NAMES)}")
    return found["package"], found["version"]


def read_version(root: Path, package: str) -> str:
    """The version written in the source of a package."""
    path = root / "packages" / package / "src" / IMPORT_NAMES[package] / "_version.py"
    found = VERSION.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise Mismatch(f'{path.relative_to(root)} has no line __version__ = "…"')
    return found["version"]


def current(root: Path, package: str) -> Section:
    """The topmost section of a package's changelog."""
    path = root / "packages" / package / "CHANGELOG.md"
    text = path.read_text(encoding="utf-8")
    first, second = (*HEADING.finditer(text), None, None)[:2]
    if first is None:
        raise Mismatch(f"{path.relative_to(root)} has no heading '## <version> (<date>)'")
    end = second.start() if second else len(text)
    date = None if first["date"] == "unreleased" else first["date"]
    return Section(first["version"], date, text[first.end() : end].strip())


def agree(root: Path, package: str, tag: str | None) -> Section:
    """The section to release, once version, changelog and tag say the same.

    Args:
        root: The root of the repository.
        package: The name on the package index, `faster-router`.
        tag: The pushed tag; None for a dry run, which lets the changelog be undated.

    Raises:
        Mismatch: They do not agree; the message names the two and their values.
    """
    version, section = read_version(root, package), current(root, package)
    if section.version != version:
        raise Mismatch(f"{package}: the changelog opens with {section.version}, the source says {version}")
    if not section.text:
        raise Mismatch(f"{package}: the changelog says nothing about {version}")
    if tag is not None:
        if package_of(tag) != (package, version):
            raise Mismatch(f"{package}: the tag {tag} does not fit version {version}; expected {package}-v{version}")
        if section.date is None:
            raise Mismatch(f"{package}: {version} is tagged, but its changelog still says unreleased; write the date")
    return section


def needs(root: Path, package: str) -> list[str]:
    """The siblings that a package needs at run time, those needed by them included."""
    found: list[str] = []
    waiting = [package]
    while waiting:
        path = root / "packages" / waiting.pop() / "pyproject.toml"
        for line in tomllib.loads(path.read_text(encoding="utf-8"))["project"].get("dependencies", []):
            name = re.split(r"[^a-z-]", line, maxsplit=1)[0]
            if name in IMPORT_NAMES and name not in found:
                found.append(name)
                waiting.append(name)
    return sorted(found)


def run(*command: str | Path) -> None:
    """Run a command; its failure ends the release."""
    print("$", *command, flush=True)
    subprocess.run(list(map(str, command)), cwd=ROOT, check=True)


def try_wheel(package: str, version: str, folders: list[Path]) -> None:
    """Install a wheel into an empty environment and use it there; only `folders` may supply our packages."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        run("uv", "venv", "--quiet", "--python", sys.executable, environment)
        python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        links = [word for one in folders for word in ("--find-links", str(one))]
        run("uv", "pip", "install", "--quiet", "--python", python, *links, f"{package}=={version}")
        name = IMPORT_NAMES[package]
        # Isolated: neither this folder nor the environment of the caller may lend a module.
        run(python, "-I", "-W", "error", "-c", f"import {name}; assert {name}.__version__ == {version!r}")
        if package == "faster-api-web":
            run(python, "-I", HELLO)


def check(package: str, tag: str | None) -> None:
    """Do everything but the upload; `dist/` then holds what would be uploaded, and nothing else."""
    section = agree(ROOT, package, tag)
    print(f"{package} {section.version}, {section.date or 'not dated yet: write the date before tagging'}", flush=True)
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    run("uv", "build", "--quiet", "--out-dir", dist, ROOT / "packages" / package)
    # uv marks the folder as not to be committed; an upload takes every file it finds.
    (dist / ".gitignore").unlink(missing_ok=True)
    run("twine", "check", "--strict", *sorted(dist.iterdir()))
    with tempfile.TemporaryDirectory() as folder:
        for sibling in needs(ROOT, package):
            run("uv", "build", "--quiet", "--wheel", "--out-dir", folder, ROOT / "packages" / sibling)
        try_wheel(package, section.version, [dist, Path(folder)])
    print("ready:", *sorted(path.name for path in dist.iterdir()))


def main(arguments: list[str]) -> int:
    """The exit status: 0, or 1 after a message on standard error."""
    parser = argparse.ArgumentParser(prog="release.py")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("check")
    one.add_argument("package", choices=IMPORT_NAMES)
    one.add_argument("--tag")
    commands.add_parser("notes").add_argument("package", choices=IMPORT_NAMES)
    commands.add_parser("package").add_argument("tag")
    options = parser.parse_args(arguments)
    try:
        match options.command:
            case "check":
                check(options.package, options.tag)
            case "notes":
                print(current(ROOT, options.package).text)
            case "package":
                print(package_of(options.tag)[0])
    except (Mismatch, subprocess.CalledProcessError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
