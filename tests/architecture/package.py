"""The five packages as the architecture tests see them: files and metadata, nothing imported."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

__all__ = ["PACKAGES", "ROOT", "Module", "Package", "by_distribution"]

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """One source file of a package."""

    name: str
    path: Path

    @property
    def public(self) -> bool:
        """Whether no part of its dotted name begins with an underscore."""
        return not any(part.startswith("_") for part in self.name.split("."))

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))


@dataclass(frozen=True)
class Package:
    """One distribution: its name on the package index, its import name, its folder of tests."""

    distribution: str
    name: str
    tests: Path

    @property
    def root(self) -> Path:
        return ROOT / "packages" / self.distribution

    @property
    def source(self) -> Path:
        """The folder to put on `sys.path`."""
        return self.root / "src"

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """The `[project]` table."""
        project: dict[str, Any] = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))["project"]
        return project

    @property
    def version(self) -> str:
        tree = ast.parse((self.source / self.name / "_version.py").read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__":
                return str(ast.literal_eval(node.value))
        raise AssertionError(f"{self.name}._version assigns no __version__")

    @property
    def requirements(self) -> list[str]:
        """Every requirement it declares, those of its extras included."""
        extras = self.metadata.get("optional-dependencies", {})
        return [*self.metadata.get("dependencies", []), *(line for lines in extras.values() for line in lines)]

    def modules(self) -> Iterator[Module]:
        """Every source file, in order of its path."""
        for path in sorted((self.source / self.name).rglob("*.py")):
            parts = list(path.relative_to(self.source).with_suffix("").parts)
            if parts[-1] == "__init__":
                parts.pop()
            yield Module(".".join(parts), path)


PACKAGES = [
    Package("faster-router", "faster_router", ROOT / "tests" / "router"),
    Package("faster-core", "faster_core", ROOT / "tests" / "core"),
    Package("faster-openapi", "faster_openapi", ROOT / "tests" / "openapi"),
    Package("faster-testclient", "faster_testclient", ROOT / "tests" / "testclient"),
    Package("faster-api-web", "FasterAPI", ROOT / "tests" / "api_web"),
]


def by_distribution() -> dict[str, Package]:
    return {package.distribution: package for package in PACKAGES}
