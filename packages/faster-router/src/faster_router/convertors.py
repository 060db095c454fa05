"""Convertors: the text of one path segment, turned into a value and back.

A convertor is any object with `convert(text)` and `to_string(value)`, both raising `ValueError` for what does not fit.
It sees one segment, never a slash and never an empty text; only the built-in `path` spans several segments. A `regex`
attribute, as Starlette's convertors have, must match the whole segment before `convert` is asked.

No pattern is matched here by backtracking: every built-in looks at each character once.
"""

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from faster_router.exceptions import ConvertorError

if TYPE_CHECKING:
    from uuid import UUID

__all__ = [
    "Convertor",
    "FloatConvertor",
    "IntegerConvertor",
    "PathConvertor",
    "StringConvertor",
    "UUIDConvertor",
    "convertor_names",
    "convertor_of",
    "register_convertor",
]

T = TypeVar("T")
V = TypeVar("V")

# CPython's own limit for int(str). Kept even where it was switched off, because int(str) is quadratic.
_MAX_DIGITS = 4300
_HEX_DIGITS = "0123456789abcdefABCDEF"
_UUID_DASHES = (8, 13, 18, 23)


class Convertor(Protocol[V]):
    """What `register_convertor` takes."""

    def convert(self, value: str, /) -> V:
        """The value a segment stands for; `ValueError` when it stands for none."""
        ...

    def to_string(self, value: V, /) -> str:
        """The segment that stands for a value, not yet percent-encoded; `ValueError` when there is none."""
        ...


class StringConvertor:
    """`{name}` and `{name:str}`: any text without a slash."""

    rank = 100

    def convert(self, value: str, /) -> str:
        """The segment as it is."""
        return value

    def to_string(self, value: object, /) -> str:
        """The value's text, which must not be empty nor hold a slash."""
        text = str(value)
        if not text or "/" in text:
            raise ValueError("a segment is not empty and has no slash")
        return text


class IntegerConvertor:
    """`{id:int}`: ASCII digits without a sign, at most 4,300 of them."""

    rank = 10

    def convert(self, value: str, /) -> int:
        """The number; `ValueError` for anything but digits."""
        if value.isdigit() and value.isascii() and len(value) <= _MAX_DIGITS:
            return int(value)
        raise ValueError("not a whole number")

    def to_string(self, value: object, /) -> str:
        """The number's digits; also takes a text of digits."""
        if isinstance(value, str):
            value = self.convert(value)
        if not isinstance(value, int) or value < 0:
            raise ValueError("not a whole number from 0 up")
        return str(int(value))


class FloatConvertor:
    """`{price:float}`: digits, or digits, a point and digits; no sign, no exponent."""

    rank = 30

    def convert(self, value: str, /) -> float:
        """The number; `ValueError` for another notation and for what a float cannot hold."""
        whole, point, part = value.partition(".")
        if not (value.isascii() and whole.isdigit() and (part.isdigit() or not point)):
            raise ValueError("not a decimal number")
        number = float(value)
        if number == float("inf"):
            raise ValueError("too large for a float")
        return number

    def to_string(self, value: object, /) -> str:
        """The shortest decimal notation that reads back as the same number; also takes text and ints."""
        if isinstance(value, str):
            return self.to_string(self.convert(value))
        if not isinstance(value, (int, float)):
            raise ValueError("not a number")
        try:
            number = float(value)
        except OverflowError:
            raise ValueError("too large for a float") from None
        if not 0.0 <= number < float("inf"):
            raise ValueError("not a finite number from 0 up")
        return _positional(repr(abs(number)))


class UUIDConvertor:
    """`{id:uuid}`: 32 hexadecimal digits, with the four dashes in their places or without any."""

    rank = 20

    def convert(self, value: str, /) -> "UUID":
        """The UUID; `ValueError` for other notations (braces, `urn:uuid:`)."""
        from uuid import UUID

        digits = value
        if len(value) == 36 and all(value[at] == "-" for at in _UUID_DASHES):
            digits = value.replace("-", "")
        if len(digits) != 32 or digits.strip(_HEX_DIGITS):
            raise ValueError("not a UUID")
        return UUID(hex=digits)

    def to_string(self, value: object, /) -> str:
        """The UUID in lower case with dashes; also takes its text."""
        return str(self.convert(str(value)))


class PathConvertor:
    """`{rest:path}`: everything that is left, with slashes, and possibly nothing."""

    rank = 200

    def convert(self, value: str, /) -> str:
        """The text as it is."""
        return value

    def to_string(self, value: object, /) -> str:
        """The value's text."""
        return str(value)


class _Patterned(Generic[T]):
    """A convertor that declares a `regex`: the pattern is asked first, anchored at both ends."""

    def __init__(self, convertor: Convertor[T], regex: str) -> None:
        import re

        self.rank: int = getattr(convertor, "rank", 40)
        self._convertor = convertor
        self._fits = re.compile(regex).fullmatch

    def convert(self, value: str, /) -> T:
        if self._fits(value) is None:
            raise ValueError("does not fit the convertor's regex")
        return self._convertor.convert(value)

    def to_string(self, value: T, /) -> str:
        return self._convertor.to_string(value)


_BUILT_IN: dict[str, Convertor[Any]] = {
    "float": FloatConvertor(),
    "int": IntegerConvertor(),
    "path": PathConvertor(),
    "str": StringConvertor(),
    "uuid": UUIDConvertor(),
}
_REGISTERED: dict[str, Convertor[Any]] = dict(_BUILT_IN)


def register_convertor(name: str, convertor: Convertor[Any]) -> None:
    """Make `{parameter:name}` use a convertor in every template read from now on.

    Args:
        name: The name after the colon, a Python identifier. The five built-in names are taken; an own name may be
            given anew.
        convertor: An object with `convert` and `to_string`. With a `regex` attribute that pattern has to fit the whole
            segment. With a `rank` attribute (int, default 40) it is tried before those of a higher rank: int 10, uuid
            20, float 30.

    Raises:
        ConvertorError: The name is no identifier or built in, or the object lacks one of the two methods.

    Example:
        >>> class Upper:
        ...     def convert(self, value: str) -> str:
        ...         return value.upper()
        ...
        ...     def to_string(self, value: str) -> str:
        ...         return value.lower()
        >>> register_convertor("upper", Upper())
    """
    if not name.isidentifier():
        raise ConvertorError(name, "not a name", "A name is a Python identifier.", "Write for example 'date'.")
    if name in _BUILT_IN:
        raise ConvertorError(name, "this name is built in", "It means the same everywhere.", "Choose another name.")
    if isinstance(convertor, type) or not all(hasattr(convertor, method) for method in ("convert", "to_string")):
        expected = "A convertor is an object with the methods convert and to_string."
        raise ConvertorError(name, f"{convertor!r} is no convertor", expected, "Register an instance with both.")
    regex = getattr(convertor, "regex", None)
    _REGISTERED[name] = convertor if regex is None else _Patterned(convertor, regex)


def convertor_of(name: str) -> Convertor[Any] | None:
    """The convertor registered under a name, or None."""
    return _REGISTERED.get(name)


def convertor_names() -> tuple[str, ...]:
    """All registered names, sorted."""
    return tuple(sorted(_REGISTERED))


def _positional(text: str) -> str:
    """A float's repr without exponent: `1e-07` becomes `0.0000001`, `1.5e+20` becomes `150000000000000000000`."""
    mantissa, marker, exponent = text.partition("e")
    if not marker:
        return text.removesuffix(".0")
    whole, _, part = mantissa.partition(".")
    digits, point = whole + part, len(whole) + int(exponent)
    if point <= 0:
        return "0." + "0" * -point + digits
    return digits.ljust(point, "0") if point >= len(digits) else f"{digits[:point]}.{digits[point:]}"
