"""How much of a request is taken in before it is refused."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

__all__ = ["DEFAULT_LIMITS", "Limits"]

_MEBIBYTE = 1024 * 1024
_UNLIMITED = 2**63 - 1


class Limits(Struct, frozen=True):
    """The budgets of one request. Each counts what was received, whatever the framing or content type.

    Attributes:
        max_body_size: Bytes of a body that is held in memory: JSON, text, urlencoded forms. Over it: 413.
        max_stream_size: Bytes of a body that the program takes piece by piece with `request.stream()`, and keeps or
            not as it likes: without limit, unless an application, a router or a route sets `max_body_size`. Over it:
            413.
        max_form_size: Bytes of a multipart body, whose files are spooled to disk. Over it: 413.
        max_fields: Form fields that are not files. Over it: 400.
        max_files: Form fields that are files. Over it: 400.
        max_part_size: Bytes of one form field that is not a file. Over it: 400.
        max_part_headers: Header lines of one part of a multipart body. Over it: 400.
        max_query_parameters: Names in a query string. Over it: 400.
        max_message_size: Bytes of one WebSocket message. Over it: close code 1009.

    Raises:
        ValueError: At construction, for a value that is not an integer, or negative.
    """

    max_body_size: int = 10 * _MEBIBYTE
    max_stream_size: int = _UNLIMITED
    max_form_size: int = 1024 * _MEBIBYTE
    max_fields: int = 1000
    max_files: int = 1000
    max_part_size: int = _MEBIBYTE
    max_part_headers: int = 32
    max_query_parameters: int = 1000
    max_message_size: int = 16 * _MEBIBYTE

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ValueError(f"{name} must be a number of bytes or items, 0 or more, not {value!r}.")

    def override(self, **changes: Any) -> "Limits":
        """Return these limits with some replaced; a change of None keeps what was there.

        Args:
            **changes: New values by attribute name.

        Raises:
            TypeError: For a name that is no limit.
            ValueError: For a value that is no limit.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        return replace(self, **given) if given else self


DEFAULT_LIMITS = Limits()
"""The limits of an application that sets none."""
