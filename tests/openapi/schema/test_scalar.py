import datetime
import decimal
import enum
import ipaddress
import pathlib
import re
import uuid
from typing import Any, Literal, NewType

import msgspec
import pytest

from faster_core.upload import UploadFile
from faster_openapi.model import Use
from tests.openapi.documents import schema_of

Letter = Literal["b"]
Nested = Literal["c", Letter]
UserId = NewType("UserId", int)


class Colour(enum.Enum):
    """What it looks like."""

    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Name(str):
    """A text of its own."""


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (str, {"type": "string"}),
        (Name, {"type": "string"}),
        (int, {"type": "integer"}),
        (UserId, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (None, {"type": "null"}),
        (bytes, {"type": "string", "contentEncoding": "base64"}),
        (datetime.datetime, {"type": "string", "format": "date-time"}),
        (datetime.date, {"type": "string", "format": "date"}),
        (datetime.time, {"type": "string", "format": "time"}),
        (datetime.timedelta, {"type": "string", "format": "duration"}),
        (uuid.UUID, {"type": "string", "format": "uuid"}),
        (re.Pattern, {"type": "string", "format": "regex"}),
        (ipaddress.IPv4Address, {"type": "string", "format": "ipv4"}),
        (pathlib.Path, {"type": "string", "format": "path"}),
        (UploadFile, {"type": "string", "contentMediaType": "application/octet-stream"}),
        (msgspec.Raw, {}),
        (Any, {}),
        (Literal["a"], {"type": "string", "const": "a"}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal["a", 1, None], {"type": ["string", "integer", "null"], "enum": ["a", 1, None]}),
        (Nested, {"type": "string", "enum": ["c", "b"]}),
        (Colour, {"title": "Colour", "type": "string", "enum": ["red", "blue"], "description": "What it looks like."}),
        (Level, {"title": "Level", "type": "integer", "enum": [1, 2]}),
        (UserId | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
    ],
)
def test_what_is_one_json_value(annotation: Any, schema: Any) -> None:
    assert schema_of(annotation) == schema


def test_a_decimal_is_read_from_a_number_too_and_sent_as_text() -> None:
    read = schema_of(decimal.Decimal)
    pattern = read.pop("pattern")
    assert read == {"type": ["number", "string"], "format": "decimal"}
    for text in ("1", "-1.50", "+.5", "1.", "1E+3", "Infinity", "-NaN"):
        assert re.search(pattern, text)
        assert str(msgspec.json.decode(msgspec.json.encode(text), type=decimal.Decimal)) == str(decimal.Decimal(text))
    for text in ("", ".", "1e", "one", "1.2.3"):
        assert not re.search(pattern, text)
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(msgspec.json.encode(text), type=decimal.Decimal)
    assert schema_of(decimal.Decimal, Use("output")) == {"type": "string", "format": "decimal"}


def test_what_msgspec_writes_is_what_the_schema_says() -> None:
    values = (decimal.Decimal("1.5"), uuid.uuid4(), datetime.timedelta(1), b"x", Colour.RED, Level.HIGH)
    kinds = {"string": str, "integer": int}
    for value in values:
        written = msgspec.json.decode(msgspec.json.encode(value))
        assert type(written) is kinds[schema_of(type(value), Use("output"))["type"]], value
