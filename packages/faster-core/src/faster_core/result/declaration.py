"""What a record class declares: its fields with their types, before there are nodes."""

import sys
import typing
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin

import msgspec

from faster_core.codec.annotation import is_dataclass

__all__ = ["Declared", "declarations", "declares_fields", "named_slots"]


class Declared(msgspec.Struct, frozen=True):
    """A field as its class declares it.

    Attributes:
        name: The attribute.
        encode_name: The key in JSON.
        parameter: The argument of the constructor; None for a field that it does not take.
        annotation: The type.
        default: Returns the default; None for a required field.
        written: Whether it is in JSON. False for the private attributes of an attrs class, as msgspec has it.
    """

    name: str
    encode_name: str
    parameter: str | None
    annotation: Any
    default: Callable[[], Any] | None
    written: bool = True


def declares_fields(cls: Any) -> bool:
    """Tell whether a class is a Struct, a dataclass, an attrs class or a TypedDict."""
    if not isinstance(cls, type):
        return False
    return (
        issubclass(cls, msgspec.Struct)
        or is_dataclass(cls)
        or hasattr(cls, "__attrs_attrs__")
        or typing.is_typeddict(cls)
    )


def declarations(annotation: Any) -> Iterator[Declared]:
    """Yield the fields of a record class, in order.

    Args:
        annotation: The class, or a generic class with its arguments.
    """
    cls: Any = get_origin(annotation) or annotation
    if issubclass(cls, msgspec.Struct):
        return _of_struct(annotation)
    hints = _hints(annotation, cls)
    if typing.is_typeddict(cls):
        return _of_typed_dict(cls, hints)
    return _of_dataclass(cls, hints) if is_dataclass(cls) else _of_attrs(cls, hints)


def named_slots(annotation: Any) -> list[tuple[str, Any]]:
    """Return the names and types of a NamedTuple, in order."""
    cls: Any = get_origin(annotation) or annotation
    hints = _hints(annotation, cls)
    return [(name, hints.get(name, Any)) for name in cls._fields]


def _of_struct(annotation: Any) -> Iterator[Declared]:
    for field in msgspec.structs.fields(annotation):
        default = _default(field.default, field.default_factory, msgspec.NODEFAULT)
        yield Declared(field.name, field.encode_name, field.name, field.type, default)


def _of_typed_dict(cls: Any, hints: dict[str, Any]) -> Iterator[Declared]:
    for name, hint in hints.items():
        if get_origin(hint) is getattr(typing, "ReadOnly", Any):
            hint = get_args(hint)[0]
        yield Declared(name, name, name, hint, None if name in cls.__required_keys__ else _absent)


def _of_dataclass(cls: Any, hints: dict[str, Any]) -> Iterator[Declared]:
    import dataclasses

    for field in dataclasses.fields(cls):
        default = _default(field.default, field.default_factory, dataclasses.MISSING)
        yield Declared(field.name, field.name, field.name if field.init else None, hints[field.name], default)


def _of_attrs(cls: Any, hints: dict[str, Any]) -> Iterator[Declared]:
    nothing = sys.modules["attr"].NOTHING
    for field in cls.__attrs_attrs__:
        default = None if field.default is nothing else _default(field.default, nothing, nothing)
        if hasattr(field.default, "factory"):
            # A default made from the other fields is nothing to compare with.
            default = _absent if field.default.takes_self else field.default.factory
        parameter = field.alias if field.init else None
        written = not field.name.startswith("_")
        yield Declared(field.name, field.name, parameter, hints.get(field.name, Any), default, written)


def _default(value: Any, factory: Any, missing: Any) -> Callable[[], Any] | None:
    if factory is not missing:
        return typing.cast("Callable[[], Any]", factory)
    return None if value is missing else lambda: value


def _absent() -> Any:
    return msgspec.UNSET


def _hints(annotation: Any, cls: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(cls, include_extras=True)
    arguments = dict(zip(getattr(cls, "__parameters__", ()), get_args(annotation), strict=False))
    return {name: _substituted(hint, arguments) for name, hint in hints.items()} if arguments else hints


def _substituted(hint: Any, arguments: dict[Any, Any]) -> Any:
    if isinstance(hint, typing.TypeVar):
        return arguments.get(hint, hint)
    parameters = getattr(hint, "__parameters__", ())
    if not parameters or isinstance(hint, type):
        return hint
    return hint[tuple(arguments.get(parameter, parameter) for parameter in parameters)]
