"""References of a document."""

from typing import Any

from faster_openapi.model import Object

__all__ = ["look_up"]


def look_up(document: Object, value: Any) -> Any:
    """Return what a value stands for: the target of a reference, anything else as it is.

    Args:
        document: The document.
        value: A value in it. A reference to something outside stands for itself.

    Spec: RFC 6901, 6
    """
    seen: set[str] = set()
    while isinstance(value, dict) and isinstance(value.get("$ref"), str) and value["$ref"].startswith("#/"):
        reference = value["$ref"]
        if reference in seen:
            return {}
        seen.add(reference)
        target: Any = document
        for step in reference[2:].split("/"):
            target = target.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(target, dict) else {}
        rest = {name: item for name, item in value.items() if name != "$ref"}
        value = {**target, **rest} if isinstance(target, dict) and rest else target
    return value
