"""PATCH: a model with every field optional, where a field that was not sent differs from one that is null.

    class Item(msgspec.Struct):
        name: str
        note: str | None = None

    @app.patch("/items/{id}")
    def change(id: int, patch: Partial[Item]) -> Item:
        return apply(patch, items[id])

`Partial[Item]` is a Struct, `PartialItem`: each field may be left out, and then is `msgspec.UNSET`; constraints, names
in JSON and the rule for unknown fields are those of the model. `{"note": null}` sets the note to None, `{}` leaves it,
`{"name": null}` is an error because a name is not null.

For a type checker `Partial[Item]` is `Item`, so that its fields are known. What that cannot say, that each may be
`UNSET`, the functions here take care of.
"""

import dataclasses
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_origin

import msgspec

from faster_core.codec import UnsupportedTypeError, fields_of
from faster_core.exceptions import RequestValidationError

__all__ = ["Partial", "apply", "changes"]

T = TypeVar("T")

_MODEL = "__partial_of__"

if TYPE_CHECKING:
    Partial = Annotated[T, "partial"]
    """`Partial[Model]`: to a type checker the model itself."""
else:

    class Partial:
        """`Partial[Model]` is a Struct with the fields of `Model`, each optional.

        Raises:
            UnsupportedTypeError: For what is neither a Struct nor a dataclass.
        """

        def __class_getitem__(cls, model: Any) -> Any:
            """Return the partial form of a Struct or a dataclass; for one model always the same class."""
            return _partial(model)


@lru_cache(maxsize=1024)
def _partial(model: Any) -> type[msgspec.Struct]:
    cls = get_origin(model) or model
    is_struct = isinstance(cls, type) and issubclass(cls, msgspec.Struct)
    is_plain = dataclasses.is_dataclass(cls) and not hasattr(cls, "__pydantic_validator__")
    if not (is_struct or is_plain):
        raise UnsupportedTypeError(
            f"Partial[{getattr(cls, '__name__', cls)}] cannot be made: it needs a msgspec.Struct or a dataclass. "
            "Of a pydantic model, write a second model whose fields have defaults, and use "
            "model_dump(exclude_unset=True)."
        )
    fields = fields_of(model) or []
    config = cls.__struct_config__ if is_struct else None
    return msgspec.defstruct(
        f"Partial{cls.__name__}",
        [(field.name, Union[field.annotation, msgspec.UnsetType], msgspec.UNSET) for field in fields],  # noqa: UP007
        module=cls.__module__,
        namespace={_MODEL: model, "__doc__": f"The fields of {cls.__name__} that were sent."},
        rename={field.name: field.wire_name for field in fields},
        forbid_unknown_fields=config is not None and config.forbid_unknown_fields,
        tag_field=config.tag_field if config is not None else None,
        tag=config.tag if config is not None else None,
        kw_only=True,
    )


def changes(partial: Any) -> dict[str, Any]:
    """Return the fields that were sent, by their names in Python.

    Args:
        partial: An instance of `Partial[Model]`.

    Raises:
        TypeError: For anything else.
    """
    if not hasattr(type(partial), _MODEL):
        raise TypeError(f"changes() takes an instance of Partial[Model], not of {type(partial).__name__}.")
    found = {name: getattr(partial, name) for name in partial.__struct_fields__}
    return {name: value for name, value in found.items() if value is not msgspec.UNSET}


def apply(partial: Any, instance: T) -> T:
    """Return a copy of a model with the fields that were sent in place of its own.

    The `__post_init__` of the model runs again, because a rule may speak of two fields.

    Args:
        partial: An instance of `Partial[Model]`.
        instance: An instance of that model; it stays as it is.

    Raises:
        TypeError: When the two do not belong together.
        RequestValidationError: When `__post_init__` refuses the result, which becomes 422.
    """
    sent = changes(partial)
    model: Any = getattr(type(partial), _MODEL)
    cls: Any = get_origin(model) or model
    if not isinstance(instance, cls):
        raise TypeError(f"A Partial[{cls.__name__}] applies to {cls.__name__}, not to {type(instance).__name__}.")
    replace: Any = msgspec.structs.replace if isinstance(instance, msgspec.Struct) else _replaced
    try:
        result: T = replace(instance, **sent)
    except (ValueError, TypeError) as error:
        problem = {"loc": ["body"], "msg": str(error), "type": "value_error.msgspec"}
        raise RequestValidationError([problem], body=sent) from error
    return result


def _replaced(instance: Any, **sent: Any) -> Any:
    """Return a copy of a dataclass; `dataclasses.replace` takes no field that `__init__` does not take."""
    by_init = {item.name for item in dataclasses.fields(instance) if item.init}
    result = dataclasses.replace(instance, **{name: value for name, value in sent.items() if name in by_init})
    for name in sent.keys() - by_init:
        object.__setattr__(result, name, sent[name])
    return result
