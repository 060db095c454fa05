"""The shape of the source files: small, explicit about what they export, each met by a test."""

import ast
import re
from statistics import median

import pytest

from tests.architecture.package import PACKAGES, Module, Package

MODULES = [module for package in PACKAGES for module in package.modules()]
LONGEST = 500  # lines
MEDIAN = 150

VAGUE = {"context", "helper", "helpers", "manager", "processor", "resolver", "util", "utils"}
# Where FastAPI's users import it from.
OF_FASTAPI = {"FasterAPI.openapi.utils", "FasterAPI.security.utils"}


def exports(module: Module) -> bool:
    """Whether a module binds `__all__` at its top level."""
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "__all__" for target in node.targets):
            return True
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "__all__":
            return True
        if isinstance(node, ast.ImportFrom) and any(alias.asname == "__all__" for alias in node.names):
            return True
    return False


def test_every_module_says_what_it_exports() -> None:
    assert [module.name for module in MODULES if module.path.stem != "__main__" and not exports(module)] == []


def test_every_module_says_what_it_is() -> None:
    assert [module.name for module in MODULES if not ast.get_docstring(module.tree)] == []


def test_no_module_is_long() -> None:
    lengths = {module.name: len(module.text.splitlines()) for module in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_most_modules_are_short() -> None:
    assert median(len(module.text.splitlines()) for module in MODULES) <= MEDIAN


def test_modules_are_named_by_nouns_that_say_something() -> None:
    vague = {module.name for module in MODULES if VAGUE & set(module.path.stem.strip("_").split("_"))}
    assert vague == OF_FASTAPI


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.distribution)
def test_every_public_module_is_met_by_a_test(package: Package) -> None:
    # By a file of its name or an import in the tests of its package; inside a subpackage, by a test of the subpackage.
    paths = sorted(package.tests.rglob("test_*.py"))
    names = {path.stem.removeprefix("test_") for path in paths}
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    met = {found.group() for found in re.finditer(rf"\b{package.name}(\.\w+)*", text)}
    missing = []
    for module in package.modules():
        parts = module.name.split(".")
        prefix = ".".join(parts[:2])
        inside = len(parts) > 2 and any(name == prefix or name.startswith(f"{prefix}.") for name in met)
        if module.public and len(parts) > 1 and parts[-1] not in names and module.name not in met and not inside:
            missing.append(module.name)
    assert missing == []


def test_nothing_is_left_for_later() -> None:
    pattern = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    assert [module.name for module in MODULES if pattern.search(module.text)] == []
