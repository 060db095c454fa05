"""Two schemas compared, in the direction in which their values go.

What is sent to the server breaks clients when it may be less than before; what comes from it, when it may be more.
"""

from typing import Any, Literal

from faster_openapi.diff.change import Changes
from faster_openapi.diff.reference import look_up
from faster_openapi.model import Object

__all__ = ["SchemaComparer"]

Direction = Literal["request", "response"]

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT = ("pattern", "format", "multipleOf", "uniqueItems", "contentEncoding")
_CHOICES = ("anyOf", "oneOf")


class SchemaComparer:
    """Compares schemas of two documents.

    Args:
        old: The old document.
        new: The new one.
        changes: Takes the changes.
    """

    def __init__(self, old: Object, new: Object, changes: Changes) -> None:
        self._old = old
        self._new = new
        self._changes = changes
        self._open: set[tuple[str, str, Direction]] = set()

    def compare(self, old: Any, new: Any, place: str, direction: Direction) -> None:
        """Take down how two schemas differ.

        Args:
            old: The old schema.
            new: The new one.
            place: Where they are, for the messages.
            direction: Where the values go.
        """
        key = (_reference(old), _reference(new), direction)
        if all(key[:2]):
            if key in self._open:
                return
            self._open.add(key)
        self._compare(look_up(self._old, old), look_up(self._new, new), place, direction)
        self._open.discard(key)

    def _compare(self, old: Any, new: Any, place: str, direction: Direction) -> None:
        if old == new and not _has_references(old):
            return
        old, new = _as_object(old), _as_object(new)
        self._kinds(old, new, place, direction)
        self._values(old, new, place, direction)
        self._limits(old, new, place, direction)
        self._properties(old, new, place, direction)
        self._members(old, new, place, direction)
        if "items" in old and "items" in new:
            self.compare(old["items"], new["items"], f"{place}[]", direction)
        extra = old.get("additionalProperties"), new.get("additionalProperties")
        if isinstance(extra[0], dict) and isinstance(extra[1], dict):
            self.compare(extra[0], extra[1], f"{place}.*", direction)
        elif (extra[0] is False) != (extra[1] is False):
            self._narrower(extra[1] is False, place, "further fields are", direction)

    def _narrower(self, narrower: bool, place: str, what: str, direction: Direction) -> None:
        message = f"{what} {'no longer' if narrower else 'now'} allowed"
        self._changes.either(place, message, breaks=narrower == (direction == "request"))

    def _kinds(self, old: Object, new: Object, place: str, direction: Direction) -> None:
        before, after = self._types(self._old, old), self._types(self._new, new)
        if before == after or not before & after:
            if before != after and (before or after):
                shown = f"the type changed from {_shown(before)} to {_shown(after)}"
                widened = not after if direction == "request" else not before
                self._changes.either(place, shown, breaks=not widened)
            return
        for kind in sorted(before - after):
            self._narrower(True, place, f"{kind} is", direction)
        for kind in sorted(after - before):
            self._narrower(False, place, f"{kind} is", direction)

    def _types(self, document: Object, schema: Object) -> set[str]:
        """Return the types of a schema; an empty set means any."""
        kind = schema.get("type")
        found = set(kind) if isinstance(kind, list) else {kind} if kind else set()
        if schema.get("nullable"):
            found.add("null")
        for name in _CHOICES:
            for member in schema.get(name, ()):
                found |= self._types(document, _as_object(look_up(document, member)))
        # Whatever takes a number takes an integer.
        return found | {"integer"} if "number" in found else found

    def _values(self, old: Object, new: Object, place: str, direction: Direction) -> None:
        before, after = _choice(old), _choice(new)
        if before is None and after is None:
            return
        if before is None or after is None:
            self._narrower(after is not None, place, "any value is", direction)
            return
        for value in before:
            if value not in after:
                self._narrower(True, place, f"the value {value!r} is", direction)
        for value in after:
            if value not in before:
                self._narrower(False, place, f"the value {value!r} is", direction)

    def _limits(self, old: Object, new: Object, place: str, direction: Direction) -> None:
        for name in (*_LOWER, *_UPPER, *_EXACT):
            before, after = old.get(name), new.get(name)
            if before == after:
                continue
            if before is None or after is None:
                narrower = after is not None
            elif name in _EXACT or isinstance(before, bool) or isinstance(after, bool):
                narrower = True
            else:
                narrower = after > before if name in _LOWER else after < before
            message = f"{name} changed from {before!r} to {after!r}"
            self._changes.either(place, message, breaks=narrower == (direction == "request") or name == "format")

    def _properties(self, old: Object, new: Object, place: str, direction: Direction) -> None:
        before, after = old.get("properties", {}), new.get("properties", {})
        was, now = set(old.get("required", ())), set(new.get("required", ()))
        for name in before.keys() - after.keys():
            breaks = direction == "response" or new.get("additionalProperties") is False
            self._changes.either(f"{place}.{name}", "the field was removed", breaks=breaks)
        for name in after.keys() - before.keys():
            breaks = direction == "request" and name in now
            kind = "required" if name in now else "optional"
            self._changes.either(f"{place}.{name}", f"a field was added, {kind}", breaks=breaks)
        for name in sorted(before.keys() & after.keys()):
            if (name in was) != (name in now):
                message = f"the field is now {'required' if name in now else 'optional'}"
                breaks = (name in now) == (direction == "request")
                self._changes.either(f"{place}.{name}", message, breaks=breaks)
            self.compare(before[name], after[name], f"{place}.{name}", direction)

    def _members(self, old: Object, new: Object, place: str, direction: Direction) -> None:
        for name in (*_CHOICES, "allOf", "prefixItems"):
            before, after = old.get(name), new.get(name)
            if not isinstance(before, list) or not isinstance(after, list):
                continue
            if len(before) == len(after):
                for number, (first, second) in enumerate(zip(before, after, strict=True)):
                    self.compare(first, second, f"{place}({number + 1})", direction)
            else:
                more = len(after) > len(before)
                self._narrower(not more, place, f"{abs(len(after) - len(before))} alternatives are", direction)


def _reference(schema: Any) -> str:
    return str(schema.get("$ref", "")) if isinstance(schema, dict) else ""


def _has_references(value: Any) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or any(_has_references(item) for item in value.values())
    return isinstance(value, list) and any(_has_references(item) for item in value)


def _as_object(schema: Any) -> Object:
    if isinstance(schema, dict):
        return schema
    return {} if schema is True else {"not": {}}


def _choice(schema: Object) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _shown(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds)) or "any"
