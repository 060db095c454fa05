"""How an instance of a model is made of values that were read: what msgspec does, in Python."""

import typing
from collections.abc import Callable
from typing import Any

import msgspec

from faster_core.codec.annotation import is_dataclass
from faster_core.codec.field import Field
from faster_core.codec.model import Shape

__all__ = ["shape_of"]

Make = Callable[[dict[str, Any]], Any]


def shape_of(cls: Any, fields: list[Field]) -> Shape:
    """Return how a class is written and made.

    Args:
        cls: A Struct, dataclass, attrs class, TypedDict or NamedTuple.
        fields: Its fields.
    """
    if typing.is_typeddict(cls):
        return Shape(cls, lambda values: values)
    if issubclass(cls, msgspec.Struct):
        config = cls.__struct_config__
        exact = config.forbid_unknown_fields
        return Shape(cls, _by_call(cls), config.array_like, exact, config.tag_field, config.tag)
    if is_dataclass(cls):
        return Shape(cls, _by_attribute(cls, fields, None, getattr(cls, "__post_init__", None)))
    if hasattr(cls, "__attrs_attrs__"):
        before = getattr(cls, "__attrs_pre_init__", None)
        return Shape(cls, _by_attribute(cls, fields, before, _attrs_ending(cls)))
    return Shape(cls, _by_call(cls), array=True, exact=True)


def _by_call(cls: Any) -> Make:
    return lambda values: cls(**values)


def _by_attribute(
    cls: Any, fields: list[Field], before: Callable[[Any], Any] | None, after: Callable[[Any], Any] | None
) -> Make:
    def make(values: dict[str, Any]) -> Any:
        instance = object.__new__(cls)
        if before is not None:
            before(instance)
        for field in fields:
            if field.name in values:
                value = values[field.name]
            else:
                value = field.default if field.default_factory is None else field.default_factory()
            # Not setattr(): a frozen class refuses that.
            object.__setattr__(instance, field.name, value)
        if after is not None:
            after(instance)
        return instance

    return make


def _attrs_ending(cls: Any) -> Callable[[Any], Any]:
    """Return what attrs does after `__init__`: validators, then `__attrs_post_init__`."""
    validated = [item for item in cls.__attrs_attrs__ if item.validator is not None]
    after = getattr(cls, "__attrs_post_init__", None)

    def end(instance: Any) -> None:
        for item in validated:
            item.validator(instance, item, getattr(instance, item.name))
        if after is not None:
            after(instance)

    return end
