"""The public interface of a package as text, read from its source without importing it.

`python -m tests.architecture.snapshot --write`, in the root of the repository, writes `api/<package>.txt`; without
`--write` it prints them. A changed line there is a changed promise, so it is reviewed with the change that made it.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.package import PACKAGES, Module, Package

__all__ = ["FOLDER", "interface", "write"]

FOLDER = Path(__file__).parent / "api"

# What the language calls by itself and a caller sees all the same.
VISIBLE = {"__aenter__", "__aiter__", "__await__", "__call__", "__enter__", "__init__", "__iter__", "__new__"}


def exported(tree: ast.Module) -> list[str]:
    """The names in `__all__`; one `*module` for each name list taken over from another module."""
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and any(alias.asname == "__all__" for alias in node.names):
            names.append(f"*{node.module}")
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) else None
        if value is not None and "__all__" in {ast.unparse(target) for target in targets(node)}:
            names += literal_names(value)
    return sorted(names)


def targets(node: ast.stmt) -> list[ast.expr]:
    """The expressions a statement assigns to."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else []


def literal_names(value: ast.expr) -> list[str]:
    """The strings of a list, and `*name` for whatever else it is put together from."""
    if isinstance(value, ast.List | ast.Tuple):
        return [
            element.value
            if isinstance(element, ast.Constant) and isinstance(element.value, str)
            else f"*{ast.unparse(element).removeprefix('*')}"
            for element in value.elts
        ]
    if isinstance(value, ast.BinOp):
        return literal_names(value.left) + literal_names(value.right)
    return [f"*{ast.unparse(value)}"]


def definitions(body: list[ast.stmt], name: str) -> Iterator[ast.stmt]:
    """The statements that bind a name, whatever branch they stand in."""
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if node.name == name:
                yield node
            case ast.Assign() | ast.AnnAssign() if name in {ast.unparse(target) for target in targets(node)}:
                yield node
            case ast.Import() | ast.ImportFrom() if name in {alias.asname or alias.name for alias in node.names}:
                yield node
            case ast.If():
                yield from definitions([*node.body, *node.orelse], name)
            case ast.Try():
                yield from definitions(node.body, name)


def function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """One line: decorators that matter, name, arguments, result."""
    marks = [ast.unparse(mark) for mark in node.decorator_list]
    prefix = "".join(f"@{mark} " for mark in marks if mark in {"classmethod", "overload", "property", "staticmethod"})
    prefix += "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{prefix}{node.name}({ast.unparse(node.args)}){result}"


def members(node: ast.ClassDef) -> Iterator[str]:
    """One line for each public method and field of a class."""
    for part in node.body:
        match part:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if part.name in VISIBLE or not part.name.startswith("_"):
                yield function(part)
            case ast.AnnAssign(target=ast.Name(id=name)) if not name.startswith("_"):
                default = f" = {ast.unparse(part.value)}" if part.value else ""
                yield f"{name}: {ast.unparse(part.annotation)}{default}"
            case ast.Assign(targets=[ast.Name(id=name)]) if not name.startswith("_"):
                yield f"{name} = {ast.unparse(part.value)}"


def lines(node: ast.stmt, name: str) -> Iterator[str]:
    """What one binding of a public name promises."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield function(node)
        case ast.ClassDef():
            options = [f"{word.arg}={ast.unparse(word.value)}" for word in node.keywords]
            bases = ", ".join([*map(ast.unparse, node.bases), *options])
            yield f"class {name}({bases})" if bases else f"class {name}"
            yield from (f"    {line}" for line in sorted(members(node)))
        case ast.AnnAssign():
            yield f"{name}: {ast.unparse(node.annotation)}"
        case ast.ImportFrom():
            yield f"{name} from {node.module}"
        case _:
            yield name


def of_module(module: Module) -> Iterator[str]:
    """The lines of one module, its name first."""
    tree = module.tree
    yield f"[{module.name}]"
    for name in exported(tree):
        found = list(definitions(tree.body, name))
        # Without a binding of its own the name is resolved lazily, by the module's `__getattr__`.
        yield from (line for node in found for line in lines(node, name)) if found else iter([name])


def interface(package: Package) -> str:
    """The whole public interface of a package, modules in order of their names."""
    modules = sorted((module for module in package.modules() if module.public), key=lambda module: module.name)
    return "\n\n".join("\n".join(of_module(module)) for module in modules) + "\n"


def write() -> None:
    """Write one file for each package."""
    FOLDER.mkdir(exist_ok=True)
    for package in PACKAGES:
        (FOLDER / f"{package.name}.txt").write_text(interface(package), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        print("\n".join(interface(package) for package in PACKAGES))
