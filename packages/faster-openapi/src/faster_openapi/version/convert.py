"""From OpenAPI 3.2, in which documents are written, down to 3.1 and 3.0.

What an older version has no word for is not dropped: an operation of the method QUERY becomes the extension `x-query`
of its path, the schema of a stream's items `x-itemSchema`, each with a line of description that says what is meant.
"""

from collections.abc import Callable
from typing import Any

from faster_openapi.model import Object
from faster_openapi.version.schema import as_openapi_30

__all__ = ["VERSIONS", "exact_version", "in_version"]

VERSIONS = ("3.0.3", "3.0.4", "3.1.0", "3.1.1", "3.1.2", "3.2.0")
"""The versions that documents can be written in."""

_OPAQUE = ("schema", "schemas", "itemSchema", "x-itemSchema", "example", "examples", "scopes", "variables")
_INFO_OF_31 = ("summary",)


def exact_version(version: str) -> str:
    """Return a version in full: `3.1.0` for `3.1`.

    Args:
        version: One of `VERSIONS`, or the first two numbers of one.

    Raises:
        ValueError: For a version that does not exist.
    """
    for known in VERSIONS:
        if version in (known, known.rpartition(".")[0]):
            return known
    raise ValueError(f"OpenAPI {version!r} cannot be written. Write one of {', '.join(VERSIONS)}.")


def in_version(document: Object, version: str) -> Object:
    """Return a document of OpenAPI 3.2 in another version.

    Args:
        document: The document; it stays as it is.
        version: One of `VERSIONS`, or a first part of one such as `3.1`.

    Raises:
        ValueError: For a version that does not exist.
    """
    exact = exact_version(version)
    document = {**document, "openapi": exact}
    if exact.startswith("3.2"):
        return document
    older: Object = _each(document, _without_32)
    return _as_30(older) if exact.startswith("3.0") else older


def _each(value: Any, change: Callable[[Object], Object]) -> Any:
    """Return a document with every object changed, the innermost first; examples and schemas stay as they are."""
    if isinstance(value, list):
        return [_each(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    return change({name: item if name in _OPAQUE else _each(item, change) for name, item in value.items()})


def _without_32(item: Object) -> Object:
    if "itemSchema" in item:
        item = _without_item_schema(item)
    methods = [name for name in ("query", "additionalOperations") if _is_operation(item, name)]
    if not methods:
        return item
    left = {name: value for name, value in item.items() if name not in methods}
    moved = {f"x-{name}": item[name] for name in methods}
    names = ["QUERY"] if "query" in methods else []
    names += list(item.get("additionalOperations", {})) if "additionalOperations" in methods else []
    note = (
        f"Also answers {' and '.join(names)}, for which this version of OpenAPI has no field: see {', '.join(moved)}."
    )
    return {**left, "description": " ".join([*([left["description"]] if "description" in left else []), note]), **moved}


def _is_operation(item: Object, name: str) -> bool:
    """Return whether a member is an operation of a path, not a name that happens to be the same."""
    value = item.get(name)
    if not isinstance(value, dict):
        return False
    return "responses" in value if name == "query" else all("responses" in operation for operation in value.values())


def _without_item_schema(media: Object) -> Object:
    left = {name: value for name, value in media.items() if name != "itemSchema"}
    note = "A stream, sent item by item; each item is described by x-itemSchema."
    return {"schema": {"type": "string", "description": note}, **left, "x-itemSchema": media["itemSchema"]}


def _as_30(document: Object) -> Object:
    """Return a document of OpenAPI 3.1 as 3.0 has it."""
    info = {name if name not in _INFO_OF_31 else f"x-{name}": value for name, value in document["info"].items()}
    if "license" in info and "identifier" in info["license"]:
        licence = dict(info["license"])
        identifier = licence.pop("identifier")
        info["license"] = {"url": f"https://spdx.org/licenses/{identifier}.html", **licence}
    found = {name: value for name, value in document.items() if name != "jsonSchemaDialect"}
    found["info"] = info
    if "webhooks" in found:
        found["x-webhooks"] = found.pop("webhooks")
    found = {name: _each(value, _media_as_30) for name, value in found.items()}
    schemas = found.get("components", {}).get("schemas")
    if schemas:
        found["components"] = {
            **found["components"],
            "schemas": {name: as_openapi_30(schema) for name, schema in schemas.items()},
        }
    return found


def _media_as_30(item: Object) -> Object:
    """Return an object whose schemas are those of OpenAPI 3.0."""
    found = dict(item)
    for name in ("schema", "x-itemSchema"):
        if isinstance(found.get(name), dict):
            found[name] = as_openapi_30(found[name])
    return found
