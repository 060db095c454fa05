"""What importing a package brings along, seen in a fresh interpreter."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture.package import PACKAGES, Package, by_distribution

# Prints the names in `sys.modules` after importing the modules given as arguments.
PROBE = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""

INTEGRATIONS = {"a2wsgi", "brotli", "itsdangerous", "jinja2", "jwt", "limits", "redis", "sqlalchemy", "structlog"}
REPLACED = {"anyio", "fastapi", "pydantic", "starlette"}

packages = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.distribution)


def roots_after_import(*modules: str, flags: tuple[str, ...] = ()) -> set[str]:
    """The top-level names that a fresh interpreter holds after importing these modules."""
    command = [sys.executable, *flags, "-c", PROBE, *modules]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_router_runs_on_the_standard_library() -> None:
    # Isolated and without site-packages: whatever is not in the standard library cannot be found at all.
    package = by_distribution()["faster-router"]
    enter = f"import sys; sys.path.insert(0, {str(package.source)!r})\n"
    names = [module.name for module in package.modules()]
    command = [sys.executable, "-I", "-S", "-c", enter + PROBE, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    roots = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert roots - set(sys.stdlib_module_names) - {"__main__", "__mp_main__"} == {"faster_router"}


@pytest.mark.parametrize("name", ["faster_core", "faster_openapi"])
def test_kernel_and_document_bring_no_third_party_but_msgspec(name: str) -> None:
    (package,) = (one for one in PACKAGES if one.name == name)
    # Private modules stand behind an extra and are imported with it.
    roots = roots_after_import(*(module.name for module in package.modules() if module.public))
    assert "msgspec" in roots
    assert roots & (REPLACED | INTEGRATIONS | {"click", "httpx", "uvicorn", "FasterAPI", "faster_testclient"}) == set()


def test_forms_are_read_only_when_a_form_comes() -> None:
    assert roots_after_import("faster_core") & {"multipart", "python_multipart"} == set()


def test_test_client_brings_nothing_of_ours() -> None:
    names = [module.name for module in by_distribution()["faster-testclient"].modules()]
    ours = {package.name for package in PACKAGES} - {"faster_testclient"}
    assert roots_after_import(*names) & (ours | {"msgspec", "pydantic", "starlette"}) == set()


def test_a_worker_imports_no_client_and_no_integration() -> None:
    unwanted = REPLACED | INTEGRATIONS | {"faster_testclient", "httpx", "pytest", "uvloop", "watchfiles"}
    assert roots_after_import("FasterAPI") & unwanted == set()


def runtime_imports(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import statement below a node, but for what only a type checker reads."""
    if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
        for statement in node.orelse:
            yield from runtime_imports(statement)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from runtime_imports(child)


def imported(statement: ast.Import | ast.ImportFrom, known: set[str]) -> set[str]:
    """The modules among `known` that a statement names."""
    if isinstance(statement, ast.Import):
        return {alias.name for alias in statement.names} & known
    submodules = {f"{statement.module}.{alias.name}" for alias in statement.names} & known
    # `from package import module` names the module; anything else names the package itself.
    rest = {alias.name for alias in statement.names if f"{statement.module}.{alias.name}" not in known}
    return submodules | ({str(statement.module)} & known if rest else set())


@packages
def test_no_import_cycle(package: Package) -> None:
    modules = {module.name: module for module in package.modules()}
    graph = {
        name: {found for one in runtime_imports(module.tree) for found in imported(one, set(modules))} - {name}
        for name, module in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@packages
def test_imports_are_absolute(package: Package) -> None:
    relative = [
        f"{module.name}:{one.lineno}"
        for module in package.modules()
        for one in runtime_imports(module.tree)
        if isinstance(one, ast.ImportFrom) and one.level
    ]
    assert relative == []
