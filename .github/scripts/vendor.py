"""Bring the files of the documentation pages into the package: `python .github/scripts/vendor.py`.

The npm packages below are fetched with `npm pack`, checked against their SHA-256, and the named files are stored
compressed, without source maps, beside a manifest and the licences. To move to another version, change it, set the
digest to an empty text, run, look at what changed, and write the digest that is reported here.
"""

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "packages" / "faster-openapi" / "src" / "faster_openapi" / "assets" / "files"
SOURCE_MAP = re.compile(rb"\s*(?://[#@] ?sourceMappingURL=[^\n]*|/\*[#@] ?sourceMappingURL=[^*]*\*/)\s*\Z")


class Package(NamedTuple):
    """An npm package: its version, the SHA-256 of its archive, the files we serve, its licences, and what changes."""

    name: str
    version: str
    digest: str
    files: dict[str, str]
    licences: dict[str, str]
    replacements: tuple[tuple[bytes, bytes], ...] = ()


# Pages ask nobody but the application for anything, a picture of their maker's name included.
NAME = b"""data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='56' height='14'%3E%3Ctext y='11' \
font-family='sans-serif' font-size='13' fill='%232467f2'%3ERedocly%3C/text%3E%3C/svg%3E"""

PACKAGES = (
    Package(
        "swagger-ui-dist",
        "5.35.0",
        "1b8e891893404ea4c3558b6a87e2a3e494e7eedba41168c2ece5800a391a6ea6",
        {
            "swagger-ui-bundle.js": "swagger-ui-bundle.js",
            "swagger-ui.css": "swagger-ui.css",
            "swagger-ui-oauth2-redirect.js": "oauth2-redirect.js",
        },
        {
            "swagger-ui-LICENSE.txt": "LICENSE",
            "swagger-ui-NOTICE.txt": "NOTICE",
            "swagger-ui-bundle-LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
        },
    ),
    Package(
        "redoc",
        "3.0.1",
        "d9666cd5a1cb6c08c6d23f2433b025774a11354823d70357c8f506b988dac189",
        {"redoc.standalone.js": "bundles/redoc.standalone.js"},
        {"redoc-LICENSE.txt": "LICENSE"},
        (
            (b"https://cdn.redoc.ly/redoc/logo-mini-full.svg", NAME),
            (b"https://cdn.redoc.ly/redoc/logo-mini.svg", NAME),
        ),
    ),
    Package(
        "@scalar/api-reference",
        "1.72.1",
        "b86884e6251eed57234f1a62732a5e6303700a5b4d159192a5a5dd003b854378",
        {"scalar.standalone.js": "dist/browser/standalone.js"},
        {},
    ),
)


def main() -> int:
    """Fetch all packages and write the files; 1 for an archive that is not the one expected."""
    if TARGET.exists():
        shutil.rmtree(TARGET)
    TARGET.mkdir(parents=True)
    manifest: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            archive = fetch(package, Path(folder))
            digest = hashlib.sha256(archive.read_bytes()).hexdigest()
            if digest != package.digest:
                sys.stderr.write(f"{package.name}@{package.version} has SHA-256 {digest}, not {package.digest!r}.\n")
                return 1
            manifest |= unpack(package, archive)
    shutil.copyfile(HERE / "scalar-LICENSE.txt", TARGET / "scalar-LICENSE.txt")
    (TARGET / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    return 0


def fetch(package: Package, folder: Path) -> Path:
    """Return the archive of a package as npm fetches it."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return folder / done.stdout.split()[-1]


def unpack(package: Package, archive: Path) -> dict[str, Any]:
    """Write the files of a package, and return what the manifest says of them."""
    entries: dict[str, Any] = {}
    with tarfile.open(archive) as contents:
        for name, path in package.licences.items():
            (TARGET / name).write_bytes(read(contents, path))
        for name, path in package.files.items():
            original = read(contents, path)
            served = SOURCE_MAP.sub(b"\n", replaced(package, original))
            (TARGET / f"{name}.gz").write_bytes(gzip.compress(served, 9, mtime=0))
            integrity = base64.b64encode(hashlib.sha384(original).digest()).decode()
            entries[name] = {
                "package": package.name,
                "version": package.version,
                "path": path,
                "sha256": hashlib.sha256(served).hexdigest(),
                "integrity": f"sha384-{integrity}",
            }
    return entries


def replaced(package: Package, content: bytes) -> bytes:
    """Return a file with the replacements of its package made."""
    for old, new in package.replacements:
        if old not in content:
            raise ValueError(f"{package.name}@{package.version} has no {old.decode()} any more.")
        content = content.replace(old, new)
    return content


def read(contents: tarfile.TarFile, path: str) -> bytes:
    """Return a file of an npm archive."""
    member = contents.extractfile(f"package/{path}")
    if member is None:
        raise FileNotFoundError(path)
    return member.read()


if __name__ == "__main__":
    raise SystemExit(main())
