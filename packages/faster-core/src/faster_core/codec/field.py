"""The fields of a model, whatever kind of class it is."""

import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Generic, NotRequired, Required, get_args, get_origin

import msgspec
from msgspec import Struct

from faster_core.codec.annotation import is_dataclass, is_model, name_of, substitute, unwrap
from faster_core.codec.hook import is_foreign
from faster_core.codec.problem import UnsupportedTypeError

__all__ = ["Field", "fields_of"]


class Field(Struct, frozen=True):
    """One field of a model.

    Attributes:
        name: The name in Python.
        wire_name: The name in JSON, in a query, in a form: after `rename` or the alias.
        annotation: Its type, constraints included.
        required: Whether it must be sent.
        default: Its default, `msgspec.NODEFAULT` without.
        default_factory: What makes its default, None without.
    """

    name: str
    wire_name: str
    annotation: Any
    required: bool
    default: Any
    default_factory: Callable[[], Any] | None = None


def fields_of(annotation: Any) -> list[Field] | None:
    """Return the fields of a model in their order, or None for a type that is no model.

    Args:
        annotation: A Struct, dataclass, attrs class, TypedDict, NamedTuple or pydantic model; generic or not.

    Raises:
        UnsupportedTypeError: For a model whose annotations name what does not exist.
    """
    bare, _ = unwrap(annotation)
    if not is_model(bare):
        return None
    cls: Any = get_origin(bare) or bare
    try:
        return list(_reader(cls)(bare, cls))
    except NameError as error:
        raise UnsupportedTypeError(
            f"`{name_of(cls)}` cannot be read: {error}. "
            "Define that name at the top of the module, before the model is used."
        ) from error


def _reader(cls: Any) -> Callable[[Any, Any], Iterator[Field]]:
    if is_foreign(cls):
        return _of_foreign
    if issubclass(cls, msgspec.Struct):
        return _of_struct
    if is_dataclass(cls):
        return _of_dataclass
    if hasattr(cls, "__attrs_attrs__"):
        return _of_attrs
    return _of_typed_dict if typing.is_typeddict(cls) else _of_named_tuple


def _of_struct(bare: Any, _: Any) -> Iterator[Field]:
    for item in msgspec.structs.fields(bare):
        factory = None if item.default_factory is msgspec.NODEFAULT else item.default_factory
        yield Field(item.name, item.encode_name, item.type, item.required, item.default, factory)


def _of_dataclass(bare: Any, cls: Any) -> Iterator[Field]:
    import dataclasses

    hints = _hints(bare, cls)
    for item in dataclasses.fields(cls):
        default = msgspec.NODEFAULT if item.default is dataclasses.MISSING else item.default
        factory = None if item.default_factory is dataclasses.MISSING else item.default_factory
        required = default is msgspec.NODEFAULT and factory is None
        yield Field(item.name, item.name, hints[item.name], required, default, factory)


def _of_attrs(bare: Any, cls: Any) -> Iterator[Field]:
    hints = _hints(bare, cls)
    for item in cls.__attrs_attrs__:
        factory = getattr(item.default, "factory", None) if type(item.default).__name__ == "Factory" else None
        absent = type(item.default).__name__ == "_Nothing" or factory is not None
        default = msgspec.NODEFAULT if absent else item.default
        yield Field(item.name, item.name, hints[item.name], absent and factory is None, default, factory)


def _of_typed_dict(bare: Any, cls: Any) -> Iterator[Field]:
    for name, hint in _hints(bare, cls).items():
        origin = get_origin(hint)
        required = origin is Required or (origin is not NotRequired and name in cls.__required_keys__)
        annotation = get_args(hint)[0] if origin in {Required, NotRequired} else hint
        yield Field(name, name, annotation, required, msgspec.NODEFAULT)


def _of_named_tuple(bare: Any, cls: Any) -> Iterator[Field]:
    hints = _hints(bare, cls)
    for name in cls._fields:
        default = cls._field_defaults.get(name, msgspec.NODEFAULT)
        yield Field(name, name, hints.get(name, Any), default is msgspec.NODEFAULT, default)


def _of_foreign(_: Any, cls: Any) -> Iterator[Field]:
    found = getattr(cls, "__pydantic_fields__", None) or {}
    for name, item in found.items():
        required = item.is_required()
        plain = not required and item.default_factory is None
        annotation = Annotated[(item.annotation, *item.metadata)] if item.metadata else item.annotation
        default = item.default if plain else msgspec.NODEFAULT
        yield Field(name, _alias(item) or name, annotation, required, default, item.default_factory)


def _alias(item: Any) -> str | None:
    """Return the name under which pydantic reads a field; of several the first."""
    alias = item.validation_alias if item.validation_alias is not None else item.alias
    choices = getattr(alias, "choices", None)
    if choices:
        alias = choices[0]
    path = getattr(alias, "path", None)
    if path:
        alias = path[0]
    return alias if isinstance(alias, str) else None


def _hints(bare: Any, cls: Any) -> dict[str, Any]:
    """Return the annotations of a class, those of generic bases with their arguments put in."""
    hints = typing.get_type_hints(cls, include_extras=True, localns=dict(vars(cls)) | {cls.__name__: cls})
    mapping = _arguments(bare, cls)
    return {name: substitute(hint, mapping) for name, hint in hints.items()} if mapping else hints


def _arguments(bare: Any, cls: Any) -> Mapping[Any, Any]:
    mapping: dict[Any, Any] = dict(zip(getattr(cls, "__parameters__", ()), get_args(bare), strict=False))
    for base in _original_bases(cls):
        origin = get_origin(base)
        if origin is not None and origin is not Generic and isinstance(origin, type):
            inner = _arguments(base, origin)
            mapping |= {key: substitute(value, mapping) for key, value in inner.items() if key not in mapping}
    return mapping


def _original_bases(cls: Any) -> tuple[Any, ...]:
    bases: tuple[Any, ...] = cls.__dict__.get("__orig_bases__", cls.__bases__)
    return bases
