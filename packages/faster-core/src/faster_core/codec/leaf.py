"""Values without parts: numbers, texts, dates, members of an Enum; and Any."""

import datetime
import decimal
import enum
import re
import uuid
from typing import Any, Literal, get_args, get_origin

import msgspec

from faster_core.codec.check import Check
from faster_core.codec.hook import decode_hook, maker_of
from faster_core.codec.node import Node, wording_of
from faster_core.codec.place import Place
from faster_core.codec.problem import INPUT_ERRORS
from faster_core.codec.report import Report, kind_of, words_of

__all__ = ["Anything", "Checked", "Leaf", "Received", "Unparsed", "finite"]

_TEXT = (str,)
_NUMBERS = (int, float)
_FITTING: dict[Any, tuple[type, ...]] = {
    int: (int,),
    float: (float, int),
    bool: (bool,),
    str: (str,),
    bytes: (str, bytes),
    bytearray: (str, bytes),
    memoryview: (str, bytes),
    decimal.Decimal: (str, int, float, decimal.Decimal),
    type(None): (type(None),),
    datetime.datetime: (str, datetime.datetime),
    datetime.date: (str, datetime.date),
    datetime.time: (str, datetime.time),
    datetime.timedelta: (str, int, float, datetime.timedelta),
    uuid.UUID: (str, uuid.UUID, bytes),
}
_WORDS = {
    **dict.fromkeys(("true", "1", "on", "yes", "t", "y"), True),
    **dict.fromkeys(("false", "0", "off", "no", "f", "n"), False),
}
_BLANKS = " \t\r\n"
_CLOCKS = (datetime.datetime, datetime.time)
# What a browser sends of `<input type="time">` and `datetime-local`. Spec: HTML, 2.3.5
_TO_THE_MINUTE = r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ])?[0-9]{2}:[0-9]{2}(?=$|[Zz+-])"
_CANONICAL = {
    int: re.compile(r"(?:0|-?[1-9][0-9]*)\Z"),
    float: re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|inf|nan)\Z"),
    bool: re.compile(r"(?:true|false)\Z"),
}


class Leaf(Node):
    """A value without parts.

    Attributes:
        strict: Whether a text must be in its canonical form.
        from_text_to: What msgspec makes of a text: the type, None left out of a Literal.
    """

    def __init__(self, bare: Any, annotation: Any, *, strict: bool = False) -> None:
        super().__init__(annotation)
        self.bare = bare
        self.strict = strict
        self.from_text_to: Any = _without_none(bare, annotation)
        self._types = _fitting(bare)
        self._counts = bare is datetime.timedelta
        if self._counts:
            # msgspec reads a number of seconds only where it reads numbers from text, too.
            self.native = False
        self._is_plain = annotation is str
        self._wording = wording_of(annotation) if maker_of(get_origin(bare) or bare) is None else "str"

    def fits(self, value: Any) -> bool:
        """Return whether the value is of a kind that can be this type."""
        return type(value) in self._types

    def enter(self, value: Any, at: Place, report: Report) -> Any:
        """Return what `read` returns: there is nothing below."""
        return self.read(value, at, report)

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the value as this type, or report what is wrong."""
        if self._is_plain and type(value) is str:
            return value
        try:
            if report.text:
                return self.from_text(value)
            if type(value) is decimal.Decimal and decimal.Decimal not in self._types:
                value = finite(value)
            counted = self._counts and type(value) in _NUMBERS
            return msgspec.convert(value, self.annotation, strict=not counted, dec_hook=decode_hook)
        except INPUT_ERRORS as error:
            message = words_of(error)
            return report.add(at, message, weight=report.weight_at(at) if "`, got `" in message else 1)

    def from_text(self, text: Any) -> Any:
        """Return a text as this type; of a list of texts the last.

        Raises:
            ValueError: When it does not fit.
        """
        if type(text) is list and text:
            text = text[-1]
        if type(text) is str and self.bare is not type(None):
            if self.strict and self.bare in _CANONICAL and not _CANONICAL[self.bare].match(text):
                raise msgspec.ValidationError(f"Expected `{self._wording}`, got `str`")
            if self.bare is bool:
                text = _WORDS.get(text.lower(), text)
            elif self.bare is bytes:
                # Base64 is how JSON writes bytes; a text of a request is its own bytes.
                return msgspec.convert(text.encode(), self.annotation, builtin_types=(bytes,))
            elif self.bare is not str:
                text = text.strip(_BLANKS)
                if self.bare in _CLOCKS and not self.strict:
                    text = re.sub(_TO_THE_MINUTE, r"\g<0>:00", text)
        elif text is None or self.bare is type(None):
            raise msgspec.ValidationError(f"Expected `{self._wording}`, got `{kind_of(text)}`")
        return msgspec.convert(text, self.from_text_to, strict=False, dec_hook=decode_hook)


def _without_none(bare: Any, annotation: Any) -> Any:
    values = get_args(bare) if get_origin(bare) is Literal else ()
    rest = tuple(item for item in values if item is not None)
    return Literal[rest] if rest and len(rest) < len(values) else annotation


def finite(value: decimal.Decimal) -> float:
    """Return a number that was too exact for a float as a float.

    Raises:
        OverflowError: When it is too large.
    """
    number = float(value)
    if number in {float("inf"), float("-inf")} and value.is_finite():
        raise OverflowError
    return number


def _fitting(bare: Any) -> tuple[type, ...]:
    if get_origin(bare) is Literal:
        return tuple({type(item) for item in get_args(bare)})
    if isinstance(bare, type) and issubclass(bare, enum.Enum):
        return tuple(
            {str if issubclass(bare, str) else int if issubclass(bare, int) else type(item.value) for item in bare}
            | {bare}
        )
    cls = get_origin(bare) or bare
    if maker_of(cls) is not None:
        return (str, cls)
    return _FITTING.get(bare, _TEXT)


class Anything(Node):
    """Any: every value is right as it is."""

    bare: Any = Any

    def fits(self, value: Any) -> bool:
        """Return True."""
        return True

    def enter(self, value: Any, at: Place, report: Report) -> Any:
        """Return the value."""
        return self.read(value, at, report)

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the value; a number too large for a float is the one thing that can be wrong."""
        if type(value) is not decimal.Decimal or report.text:
            return value
        try:
            return finite(value)
        except OverflowError as error:
            return report.add(at, words_of(error))


class Unparsed(Anything):
    """`msgspec.Raw`: a JSON value that is kept as text."""

    bare: Any = msgspec.Raw

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the value as a JSON text."""
        try:
            return msgspec.Raw(msgspec.json.encode(value))
        except INPUT_ERRORS as error:
            return report.add(at, words_of(error))


class Received(Node):
    """A file of a form, which is taken as it is; no JSON value is one."""

    def __init__(self, annotation: Any, cls: type[Any]) -> None:
        super().__init__(annotation)
        self.bare = cls
        self.native = False

    @property
    def shallow(self) -> Any:
        """Anything: msgspec has no name for files."""
        return Any

    def fits(self, value: Any) -> bool:
        """Return whether the value is a file."""
        return isinstance(value, self.bare)

    def enter(self, value: Any, at: Place, report: Report) -> Any:
        """Return what `read` returns: there is nothing below."""
        return self.read(value, at, report)

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the file, or report what came instead."""
        return value if self.fits(value) else report.add(at, f"Expected `file`, got `{kind_of(value)}`")


class Checked(Node):
    """A type with constraints that msgspec has no word for."""

    def __init__(self, inner: Node, checks: list[Check]) -> None:
        super().__init__(inner.annotation, (inner,))
        self.bare: Any = inner.bare
        self.native = False
        self._inner = inner
        self._checks = checks

    @property
    def shallow(self) -> Any:
        """The type inside, without its parts."""
        return self._inner.shallow

    def fits(self, value: Any) -> bool:
        """Return whether the value is of the kind of the type inside."""
        return self._inner.fits(value)

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the value as the type inside, when it passes every test."""
        before = report.score
        result = self._inner.enter(value, at, report)
        if report.score > before:
            return result
        for check in self._checks:
            if not check.passes(result):
                return report.add(at, check.message)
        return result
