"""Two documents compared."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from faster_openapi.diff.change import Changes, Comparison
from faster_openapi.diff.operation import OperationComparer
from faster_openapi.diff.reference import look_up
from faster_openapi.model import NATIVE_METHODS, Object

__all__ = ["compare"]

_VARIABLE = re.compile(r"\{[^}]*\}")


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """Return what changed from one document to another. See `faster_openapi.diff`."""
    changes = Changes()
    before, after = dict(old), dict(new)
    comparer = OperationComparer(before, after, changes)
    for part in ("paths", "webhooks"):
        first, second = dict(_operations(before, part)), dict(_operations(after, part))
        for key in sorted(first.keys() - second.keys()):
            changes.breaking(_place(first[key]), "the operation was removed")
        for key in sorted(second.keys() - first.keys()):
            changes.compatible(_place(second[key]), "an operation was added")
        for key in sorted(first.keys() & second.keys()):
            names = _renamed(first[key][1], second[key][1])
            comparer.compare(_with_names(first[key][2], names), second[key][2], _place(second[key]))
    ordered = sorted(dict.fromkeys(changes.found), key=lambda change: change.severity != "breaking")
    return Comparison(tuple(ordered))


Found = tuple[str, str, Object]
"""A method, its path, and the operation with the parameters of the path."""


def _operations(document: Object, part: str) -> Iterator[tuple[tuple[str, str], Found]]:
    for path, item in (document.get(part) or {}).items():
        found = look_up(document, item)
        operations = {name.upper(): found[name] for name in NATIVE_METHODS if name in found}
        operations |= found.get("additionalOperations", {})
        operations |= found.get("x-additionalOperations", {})
        if "x-query" in found:
            operations["QUERY"] = found["x-query"]
        for method, operation in operations.items():
            parameters = [*found.get("parameters", ()), *operation.get("parameters", ())]
            whole = {**operation, "parameters": parameters}
            yield (method, _VARIABLE.sub("{}", path)), (method, path, whole)


def _place(found: Found) -> str:
    return f"{found[0]} {found[1]}"


def _renamed(old: str, new: str) -> dict[str, str]:
    """Return the names of a path's variables, the old ones with the new ones."""
    before, after = _VARIABLE.findall(old), _VARIABLE.findall(new)
    return {first[1:-1]: second[1:-1] for first, second in zip(before, after, strict=True)}


def _with_names(operation: Object, names: Mapping[str, str]) -> Object:
    parameters = [
        {**item, "name": names.get(item["name"], item["name"])} if item.get("in") == "path" else item
        for item in operation["parameters"]
    ]
    return {**operation, "parameters": parameters}
