"""What a handler returned, as JSON bytes that fit its response model."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from faster_core.encoding import json_default
from faster_core.exceptions import ResponseValidationError
from faster_core.result.choice import Choice
from faster_core.result.collection import Items, Mapped
from faster_core.result.conversion import native_converter
from faster_core.result.foreign import adapter, is_foreign, validated
from faster_core.result.misfit import Misfit
from faster_core.result.node import Emission, Node, Open, Seen, Whole
from faster_core.result.reading import Reading, reading_of
from faster_core.result.selection import Selection

__all__ = ["Renderer", "renderer"]

_ENCODE_ERRORS = (msgspec.MsgspecError, TypeError, ValueError, ArithmeticError, RecursionError)
"""What encoding may raise: an unknown type, a key that is none, a lone surrogate, a number too long, a cycle."""

_encode = msgspec.json.Encoder(enc_hook=json_default).encode


class Renderer:
    """The way from a handler's result to JSON bytes, for one response model. Made by `renderer`.

    An endpoint calls `encode` itself where the class of the result says that nothing has to be checked, and `render`
    for everything else:

        body = encode(result) if type(result) is exact else render(result)

    What `encode` raises then (a lone surrogate in a text, a value in a field that JSON has no way to write) `render`
    would raise as a `ResponseValidationError`.

    Attributes:
        model: The response model.
        exact: The class whose own instances `encode` writes right and complete. None when there is none: the model
            contains records whose instances have to be looked at, or the route has options.
        exact_items: The same for the items of a list.
        exact_values: The same for the values of a dict whose keys are texts.
        accepts_anything: Whether `encode` is right for every value: there is no model.
        encode: JSON bytes of a result that needs no check; a C function, no Python frame.
    """

    __slots__ = (
        "_convert",
        "_emission",
        "_root",
        "_selection",
        "accepts_anything",
        "encode",
        "exact",
        "exact_items",
        "exact_values",
        "model",
    )

    def __init__(self, reading: Reading, model: Any, selection: Selection, emission: Emission) -> None:
        root = reading.root
        self.model: Any = model
        self._root = root
        self._selection = selection
        self._emission = None if emission == Emission() and not selection.active and not reading.foreign else emission
        self._convert = None if emission.exclude_unset else _native(reading, model)
        self.encode: Callable[[Any], bytes] = _encode
        straight = self._emission is None
        self.accepts_anything: bool = straight and isinstance(root, Open)
        self.exact: type | None = _exact(root) if straight else None
        self.exact_items: type | None = _exact_items(root) if straight else None
        self.exact_values: type | None = _exact_values(root) if straight else None

    def render(self, value: Any) -> bytes:
        """Return a result as JSON bytes that have the declared fields and no others.

        Raises:
            ResponseValidationError: The result does not fit the model, or cannot be written as JSON.
        """
        try:
            return self.encode(value if self.accepts_anything else self.prepare(value))
        except _ENCODE_ERRORS as error:
            raise _refused(_unwritable(error), value) from error

    def prepare(self, value: Any) -> Any:
        """Return a result as an object that msgspec encodes to the same JSON that `render` gives.

        Raises:
            ResponseValidationError: The result does not fit the model.
        """
        emission = self._emission
        try:
            if emission is None:
                return self._shaped(value)
            seen: Seen | None = {} if emission.exclude_unset else None
            shaped = self._shaped(value, seen)
            if seen:
                emission = msgspec.structs.replace(emission, seen=seen)
            return self._root.dump(shaped, self._selection, emission)
        except Misfit as misfit:
            raise _refused(misfit, value) from misfit.__cause__
        except RecursionError as error:
            raise _refused(_unwritable(error), value) from error

    def _shaped(self, value: Any, seen: Seen | None = None) -> Any:
        root = self._root
        if root.certain and root.holds(value):
            return value
        if self._convert is not None:
            try:
                converted = self._convert(value)
            except (ValueError, ArithmeticError):
                # The slower way knows more kinds of values, and names the place.
                return root.shape(value, "$", seen)
            if root.holds(converted):
                return converted
        return root.shape(value, "$", seen)


class ForeignRenderer(Renderer):
    """The renderer of a response model that is pydantic's from end to end: pydantic validates, filters and writes."""

    __slots__ = ("_adapter", "_options")

    def __init__(self, reading: Reading, model: Any, selection: Selection, emission: Emission) -> None:
        super().__init__(reading, model, selection, emission)
        self._adapter = adapter(model)
        self._options = {
            "by_alias": emission.by_alias,
            "exclude_unset": emission.exclude_unset,
            "exclude_defaults": emission.exclude_defaults,
            "exclude_none": emission.exclude_none,
            **selection.arguments(rows=isinstance(reading.root, Items)),
        }
        self.encode: Callable[[Any], bytes] = partial(self._adapter.serializer.to_json, **self._options)
        self.exact: Any | None = model if is_foreign(model) else None
        self.exact_items: None = None

    def render(self, value: Any) -> bytes:
        """Return a result as JSON bytes, as pydantic writes it."""
        model = self._validated(value)
        try:
            return self.encode(model)
        except _ENCODE_ERRORS as error:
            raise _refused(_unwritable(error), value) from error

    def prepare(self, value: Any) -> Any:
        """Return a result as plain data, as pydantic dumps it."""
        try:
            return self._adapter.dump_python(self._validated(value), mode="json", **self._options)
        except _ENCODE_ERRORS as error:
            raise _refused(_unwritable(error), value) from error

    def _validated(self, value: Any) -> Any:
        try:
            return validated(self._adapter, value)
        except Misfit as misfit:
            raise _refused(misfit, value) from misfit.__cause__


def renderer(
    model: Any,
    *,
    include: Any = None,
    exclude: Any = None,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    by_alias: bool = True,
) -> Renderer:
    """Return the renderer for a response model and the options of its route.

    Args:
        model: A type. `Any` encodes everything as it is.
        include: The fields that leave: names, or a mapping from a name to the fields within it; None for all.
        exclude: The fields that do not, written in the same way.
        exclude_unset: Leave out the fields that were not given. A Struct does not remember what it was given: of a
            result that is a Struct (or dataclass, or attrs object) already, the fields that equal their default are
            left out; of a dict, the keys that it does not have; of a pydantic model, what pydantic calls unset.
        exclude_defaults: Leave out the fields that equal their default.
        exclude_none: Leave out the fields that are None.
        by_alias: Write the encoded names (`rename=`, `field(name=)`, aliases) and not the Python names.

    Raises:
        TypeError: The model is no type, or `include` and `exclude` are not written as described.

    Example:
        >>> class User(msgspec.Struct):
        ...     name: str
        >>> renderer(User).render({"name": "Ada", "password": "secret"})
        b'{"name":"Ada"}'
    """
    selection = Selection(include, exclude)
    emission = Emission(exclude_unset, exclude_defaults, exclude_none, by_alias)
    reading = reading_of(model)
    kind = ForeignRenderer if reading.foreign and not _has_struct(reading) else Renderer
    return kind(reading, model, selection, emission)


def _exact(node: Node) -> type | None:
    """Return the class whose instances need no look, or None."""
    if isinstance(node, Choice) and not node.ambiguous:
        modelled = [member for member in node.members if member.modelled]
        return _exact(modelled[0]) if len(modelled) == 1 else None
    if node.certain and node.flat and len(node.kinds) == 1:
        (kind,) = node.kinds
        return kind
    return None


def _exact_items(node: Node) -> type | None:
    """Return the class whose instances need no look as items of a list, or None."""
    composed = node.node if isinstance(node, Whole) else node
    return _exact(composed.item) if isinstance(composed, Items) and list in composed.kinds else None


def _exact_values(node: Node) -> type | None:
    """Return the class whose instances need no look as values of a dict with texts as keys, or None."""
    composed = node.node if isinstance(node, Whole) else node
    return _exact(composed.value) if isinstance(composed, Mapped) and composed.keyed_by_text else None


def _has_struct(reading: Reading) -> bool:
    return any(issubclass(record.cls, msgspec.Struct) for record in reading.records)


def _native(reading: Reading, model: Any) -> Callable[[Any], Any] | None:
    """Return the function by which msgspec converts to the whole model, where it passes over nothing `shape` takes."""
    if not reading.root.modelled or any(record.nameable_twice for record in reading.records):
        return None
    return native_converter(model)


def _unwritable(error: Exception) -> Misfit:
    if isinstance(error, UnicodeEncodeError):
        return Misfit("Text with lone surrogates cannot be written as JSON")
    if isinstance(error, RecursionError):
        return Misfit("A value that is nested too deeply, or contains itself, cannot be written as JSON")
    return Misfit(str(error))


def _refused(misfit: Misfit, value: Any) -> ResponseValidationError:
    return ResponseValidationError([_problem(message) for message in misfit.args], body=value)


def _problem(message: str) -> dict[str, Any]:
    missing = message.startswith(("Object missing required", "Field required"))
    return {"loc": ["response"], "msg": message, "type": "value_error.missing" if missing else "value_error.msgspec"}
