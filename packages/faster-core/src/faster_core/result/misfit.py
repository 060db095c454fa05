"""A value that does not fit its response model, with the place where it stands."""

from typing import Any

import msgspec

__all__ = ["Misfit", "json_kind"]

_AT = " - at `$"


class Misfit(Exception):
    """A value that does not fit. Its text is what msgspec would say: ``Expected `int`, got `str` - at `$.id```."""

    @classmethod
    def at(cls, place: str, text: str) -> "Misfit":
        """Return a misfit for a place, `$` for the result itself."""
        return cls(text if place == "$" else f"{text} - at `{place}`")

    @classmethod
    def within(cls, place: str, text: str) -> "Misfit":
        """Return a misfit for a message of msgspec about a value that stands at a place."""
        message, found, inner = text.rpartition(_AT)
        return cls.at(place + inner[:-1], message) if found else cls.at(place, text)

    @classmethod
    def expected(cls, place: str, wanted: str, value: Any) -> "Misfit":
        """Return a misfit for a value of the wrong kind."""
        return cls.at(place, f"Expected `{wanted}`, got `{json_kind(value)}`")


def json_kind(value: Any) -> str:
    """Return the name that msgspec's messages use for the kind of a value."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list | tuple | set | frozenset):
        return "array"
    return "UNSET" if value is msgspec.UNSET else type(value).__name__
