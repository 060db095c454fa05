"""One file of a documentation page, as it is stored and served."""

import gzip
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

__all__ = ["Asset", "MissingAssetsError", "find_asset", "load_assets"]

_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}


class MissingAssetsError(FileNotFoundError):
    """The files of the documentation pages are not in this installation; the text says how to get them."""


class _Entry(msgspec.Struct, frozen=True):
    """What the manifest says of a file."""

    package: str
    version: str
    path: str
    sha256: str
    integrity: str


class Asset(msgspec.Struct, frozen=True):
    """A file.

    Attributes:
        name: Its name, `swagger-ui.css` for example.
        package: The npm package that it comes from.
        version: That package's version.
        path: Where it is in that package.
        digest: The SHA-256 of its content, in hexadecimal.
        integrity: The hash of the original, as the `integrity` attribute of HTML takes it.
        compressed: Its content, compressed with gzip.
    """

    name: str
    package: str
    version: str
    path: str
    digest: str
    integrity: str
    compressed: bytes

    @property
    def served_name(self) -> str:
        """The name in URLs: it changes with the content, so that it may be cached for ever."""
        stem, _, ending = self.name.rpartition(".")
        return f"{stem}.{self.digest[:16]}.{ending}"

    @property
    def media_type(self) -> str:
        """The media type, by the ending."""
        return _TYPES[self.name.rpartition(".")[2]]

    @property
    def content(self) -> bytes:
        """The content, not compressed."""
        return gzip.decompress(self.compressed)

    @property
    def cdn_url(self) -> str:
        """Where a content delivery network has the original."""
        return f"https://cdn.jsdelivr.net/npm/{self.package}@{self.version}/{self.path}"


@cache
def load_assets() -> dict[str, Asset]:
    """Return all files by name; they are read once.

    Raises:
        MissingAssetsError: When this installation is without them.
    """
    folder = files("faster_openapi") / "assets" / "files"
    return {name: _read(folder, name, entry) for name, entry in _manifest(folder).items()}


def _manifest(folder: Traversable) -> dict[str, _Entry]:
    try:
        return msgspec.json.decode((folder / "manifest.json").read_bytes(), type=dict[str, _Entry])
    except FileNotFoundError as error:
        raise _missing("manifest.json") from error


def _read(folder: Traversable, name: str, entry: _Entry) -> Asset:
    try:
        compressed = (folder / f"{name}.gz").read_bytes()
    except FileNotFoundError as error:
        raise _missing(name) from error
    return Asset(
        name=name,
        package=entry.package,
        version=entry.version,
        path=entry.path,
        digest=entry.sha256,
        integrity=entry.integrity,
        compressed=compressed,
    )


def _missing(name: str) -> MissingAssetsError:
    return MissingAssetsError(
        f"{name} of the documentation pages is not in this installation of faster-openapi. Install it from a wheel: "
        "`pip install --force-reinstall faster-openapi`; or in a checkout run "
        "`python .github/scripts/vendor.py`, which needs npm."
    )


def find_asset(name: str) -> Asset:
    """Return a file by its name.

    Raises:
        MissingAssetsError: When this installation is without it.
    """
    found = load_assets().get(name)
    if found is None:
        raise _missing(name)
    return found
