"""The promised names and signatures are the ones in `api/<package>.txt`."""

import ast

import pytest

from tests.architecture.package import PACKAGES, Package
from tests.architecture.snapshot import FOLDER, exported, interface

packages = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.distribution)


@packages
def test_interface_is_the_one_promised(package: Package) -> None:
    promised = (FOLDER / f"{package.name}.txt").read_text(encoding="utf-8")
    assert interface(package) == promised, "if this change is meant: hatch run lint:api, and a line in the changelog"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('__all__ = ["b", "a"]', ["a", "b"]),
        ('__all__: list[str] = ["a"]', ["a"]),
        ('__all__ = ["a"]\n__all__ += ["b"]', ["a", "b"]),
        ('__all__ = ["a", *other.__all__]', ["*other.__all__", "a"]),
        ('__all__ = ("a",) + other', ["*other", "a"]),
        ("from other import __all__ as __all__", ["*other"]),
        ("a = 1", []),
    ],
)
def test_exported_names(source: str, names: list[str]) -> None:
    assert exported(ast.parse(source)) == names
