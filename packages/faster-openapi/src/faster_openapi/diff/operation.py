"""Two operations compared."""

from typing import Any

from faster_openapi.diff.change import Changes
from faster_openapi.diff.reference import look_up
from faster_openapi.diff.schema import SchemaComparer
from faster_openapi.model import Object

__all__ = ["OperationComparer"]


class OperationComparer:
    """Compares operations of two documents.

    Args:
        old: The old document.
        new: The new one.
        changes: Takes the changes.
    """

    def __init__(self, old: Object, new: Object, changes: Changes) -> None:
        self._old = old
        self._new = new
        self._changes = changes
        self._schemas = SchemaComparer(old, new, changes)

    def compare(self, old: Object, new: Object, place: str) -> None:
        """Take down how two operations differ.

        Args:
            old: The old operation, with the parameters of its path.
            new: The new one.
            place: `GET /items`.
        """
        self._parameters(old, new, place)
        self._body(old.get("requestBody"), new.get("requestBody"), place)
        self._responses(old.get("responses", {}), new.get("responses", {}), place)
        self._security(old, new, place)
        if new.get("deprecated") and not old.get("deprecated"):
            self._changes.compatible(place, "the operation is now deprecated")
        if old.get("operationId") != new.get("operationId") and old.get("operationId"):
            message = f"operationId changed from {old['operationId']!r} to {new.get('operationId')!r}"
            self._changes.breaking(place, f"{message}: methods of generated clients have other names")

    def _parameters(self, old: Object, new: Object, place: str) -> None:
        before, after = _by_name(self._old, old), _by_name(self._new, new)
        for key in sorted(before.keys() - after.keys()):
            self._changes.breaking(f"{place}: {_named(key)}", "the parameter was removed")
        for key in sorted(after.keys() - before.keys()):
            required = bool(after[key].get("required"))
            message = f"a parameter was added, {'required' if required else 'optional'}"
            self._changes.either(f"{place}: {_named(key)}", message, breaks=required)
        for key in sorted(before.keys() & after.keys()):
            self._parameter(before[key], after[key], f"{place}: {_named(key)}")

    def _parameter(self, old: Object, new: Object, place: str) -> None:
        if bool(old.get("required")) != bool(new.get("required")):
            required = bool(new.get("required"))
            message = f"the parameter is now {'required' if required else 'optional'}"
            self._changes.either(place, message, breaks=required)
        for name in ("style", "explode"):
            if old.get(name) != new.get(name):
                self._changes.breaking(place, f"{name} changed from {old.get(name)!r} to {new.get(name)!r}")
        self._schemas.compare(old.get("schema", {}), new.get("schema", {}), place, "request")

    def _body(self, old: Any, new: Any, place: str) -> None:
        before, after = look_up(self._old, old), look_up(self._new, new)
        place = f"{place}: body"
        if before is None and after is None:
            return
        if before is None:
            required = bool(after.get("required"))
            self._changes.either(place, f"a body was added{', required' if required else ''}", breaks=required)
        elif after is None:
            self._changes.breaking(place, "the body was removed")
        else:
            if bool(before.get("required")) != bool(after.get("required")):
                required = bool(after.get("required"))
                self._changes.either(
                    place, f"the body is now {'required' if required else 'optional'}", breaks=required
                )
            self._content(before.get("content", {}), after.get("content", {}), place, request=True)

    def _content(self, old: Object, new: Object, place: str, *, request: bool) -> None:
        for media_type in sorted(old.keys() - new.keys()):
            self._changes.breaking(place, f"the media type {media_type} was removed")
        for media_type in sorted(new.keys() - old.keys()):
            self._changes.compatible(place, f"the media type {media_type} was added")
        for media_type in sorted(old.keys() & new.keys()):
            for name in ("schema", "itemSchema"):
                first, second = old[media_type].get(name), new[media_type].get(name)
                if first is not None or second is not None:
                    direction: Any = "request" if request else "response"
                    self._schemas.compare(first or {}, second or {}, place, direction)

    def _responses(self, old: Object, new: Object, place: str) -> None:
        for status in sorted(old.keys() - new.keys()):
            # An error that no longer happens is no loss.
            self._changes.either(f"{place}: {status}", "the response was removed", breaks=status.startswith("2"))
        for status in sorted(new.keys() - old.keys()):
            self._changes.compatible(f"{place}: {status}", "a response was added")
        for status in sorted(old.keys() & new.keys()):
            before, after = look_up(self._old, old[status]), look_up(self._new, new[status])
            self._content(before.get("content", {}), after.get("content", {}), f"{place}: {status}", request=False)
            for name in sorted(before.get("headers", {}).keys() - after.get("headers", {}).keys()):
                self._changes.breaking(f"{place}: {status}", f"the header {name} was removed")

    def _security(self, old: Object, new: Object, place: str) -> None:
        before: list[Object] = old.get("security", self._old.get("security")) or []
        after: list[Object] = new.get("security", self._new.get("security")) or []
        added = [item for item in after if item not in before]
        removed = [item for item in before if item not in after]
        open_before, open_after = not before or {} in before, not after or {} in after
        if open_before and not open_after:
            self._changes.breaking(place, f"credentials are now required: {_schemes(after)}")
        elif open_after and not open_before:
            self._changes.compatible(place, "credentials are no longer required")
        elif removed:
            self._changes.breaking(place, f"credentials are no longer taken: {_schemes(removed)}")
        elif added:
            self._changes.compatible(place, f"further credentials are taken: {_schemes(added)}")


def _by_name(document: Object, operation: Object) -> dict[tuple[str, str], Object]:
    found = [look_up(document, item) for item in operation.get("parameters", ())]
    return {(item.get("in", ""), item.get("name", "")): item for item in found}


def _named(key: tuple[str, str]) -> str:
    return f"{key[0]} parameter {key[1]}"


def _schemes(requirements: list[Object]) -> str:
    shown = []
    for requirement in requirements:
        parts = [f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in requirement.items()]
        shown.append(" and ".join(parts) or "none")
    return " or ".join(shown)
