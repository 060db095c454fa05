"""Values converted to a type that holds no record, or by msgspec alone."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec

from faster_core.codec import INPUT_ERRORS, Codec, codec, decode_hook

__all__ = ["converter", "native_converter"]

_HELD = "`$.held"


def converter(annotation: Any) -> Callable[[Any], Any]:
    """Return the function that converts values to a type: by msgspec, and where it refuses the type, by a codec.

    What does not fit raises one of `INPUT_ERRORS`.

    Raises:
        TypeError: Nothing can convert to that type.
    """
    return native_converter(annotation) or _lenient(codec(annotation))


def native_converter(annotation: Any) -> Callable[[Any], Any] | None:
    """Return the function by which msgspec converts values to a type, or None where it refuses the type.

    msgspec reads a type such as `dict[str, int]` anew for every call, which takes longer than the conversion; only what
    it finds in a class it keeps. So anything but a class is made the field of one.
    """
    try:
        msgspec.json.Decoder(annotation)
    except (TypeError, NotImplementedError, RecursionError):
        return None
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return partial(_convert, type=annotation)
    return _held(msgspec.defstruct("Held", [("held", annotation)]))


_convert = partial(msgspec.convert, strict=False, from_attributes=True, dec_hook=decode_hook)


def _held(holder: Any) -> Callable[[Any], Any]:
    convert = partial(_convert, type=holder)

    def convert_held(value: Any) -> Any:
        try:
            return convert({"held": value}).held
        except msgspec.ValidationError as error:
            before, _, after = str(error).rpartition(_HELD)
            raise msgspec.ValidationError(f"{before}`${after}".removesuffix(" - at `$`")) from None

    return convert_held


def _lenient(made: Codec) -> Callable[[Any], Any]:
    """Return the way through a codec: as JSON gives values, else as texts do; errors are told for the first."""

    def convert(value: Any) -> Any:
        try:
            return made.convert(value)
        except INPUT_ERRORS:
            with suppress(*INPUT_ERRORS):
                return made.convert_text(value)
            raise

    return convert
