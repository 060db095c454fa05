"""Constraints that msgspec has no word for, as tests with a message."""

import decimal
import math
import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

__all__ = ["Check", "check_for"]


class Check(Struct, frozen=True):
    """One test on a value that is already of its type.

    Attributes:
        passes: The test.
        message: What is expected, in msgspec's style.
    """

    passes: Callable[[Any], bool]
    message: str


def _multiple(value: Any, of: Any) -> bool:
    rest = value % of
    return not rest or (isinstance(value, float) and math.isclose(rest, of, rel_tol=1e-9))


def _digits(value: decimal.Decimal) -> tuple[int, int]:
    """Return how many digits a finite number has, and how many of them behind the point."""
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if exponent >= 0:
        return len(digits) + exponent, 0
    return max(len(digits), -exponent), -exponent


_TESTS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "gt": (lambda value, bound: value > bound, "> {}"),
    "ge": (lambda value, bound: value >= bound, ">= {}"),
    "lt": (lambda value, bound: value < bound, "< {}"),
    "le": (lambda value, bound: value <= bound, "<= {}"),
    "multiple_of": (_multiple, "that's a multiple of {}"),
    "min_length": (lambda value, bound: len(value) >= bound, "of length >= {}"),
    "max_length": (lambda value, bound: len(value) <= bound, "of length <= {}"),
    "pattern": (lambda value, pattern: pattern.search(value) is not None, "matching regex {}"),
    "allow_inf_nan": (lambda value, _: math.isfinite(value), "that's finite"),
    "max_digits": (lambda value, most: value.is_finite() and _digits(value)[0] <= most, "of at most {} digits"),
    "decimal_places": (
        lambda value, most: value.is_finite() and _digits(value)[1] <= most,
        "of at most {} decimal places",
    ),
    "tz": (lambda value, wanted: (value.tzinfo is not None) is wanted, "{} a timezone component"),
}


def check_for(wording: str, name: str, bound: Any) -> Check:
    """Return the test of one constraint.

    Args:
        wording: What msgspec calls the type: `decimal`, `duration` …
        name: The name of the constraint, a field of `Bounds`.
        bound: Its value.
    """
    test, words = _TESTS[name]
    if name == "pattern":
        bound = re.compile(bound)
    shown = (
        repr(bound.pattern) if name == "pattern" else ("with" if bound else "without") if name == "tz" else str(bound)
    )

    def passes(value: Any) -> bool:
        try:
            return test(value, bound)
        except (TypeError, ArithmeticError, ValueError, AttributeError):
            # A NaN that is compared, a naive time against an aware one, a number asked for its length.
            return False

    return Check(passes, f"Expected `{wording}` {words.format(shown)}")
