import datetime
import decimal
from typing import Annotated, Any

import pytest
from msgspec import Meta

from faster_core.codec import constrained
from tests.openapi.documents import schema_of


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (Annotated[int, Meta(ge=1, lt=5)], {"type": "integer", "minimum": 1, "exclusiveMaximum": 5}),
        (Annotated[int, Meta(gt=1, le=5)], {"type": "integer", "exclusiveMinimum": 1, "maximum": 5}),
        (Annotated[float, Meta(multiple_of=0.5)], {"type": "number", "multipleOf": 0.5}),
        (
            Annotated[str, Meta(min_length=1, max_length=3, pattern="^a")],
            {"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^a"},
        ),
        (
            Annotated[list[int], Meta(min_length=1, max_length=3)],
            {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
        ),
        (
            Annotated[dict[str, int], Meta(min_length=1)],
            {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1},
        ),
        (
            Annotated[Annotated[int, Meta(ge=1)], Meta(ge=3)],
            {"type": "integer", "minimum": 3},
        ),
        (
            Annotated[int | None, Meta(ge=1)],
            {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
        ),
        (
            constrained(decimal.Decimal, gt=1, max_digits=5, decimal_places=2),
            {
                "type": ["number", "string"],
                "format": "decimal",
                "pattern": schema_of(decimal.Decimal)["pattern"],
                "exclusiveMinimum": 1,
                "description": "At most 5 digits. At most 2 digits behind the point.",
            },
        ),
        (
            constrained(datetime.date, ge=datetime.date(2020, 1, 2)),
            {"type": "string", "format": "date", "description": "At least 2020-01-02."},
        ),
        (
            Annotated[datetime.datetime, Meta(tz=True)],
            {"type": "string", "format": "date-time", "description": "With a time zone."},
        ),
        (
            constrained(Annotated[str, Meta(pattern="^a")], pattern="b$"),
            {"type": "string", "pattern": "^a", "allOf": [{"pattern": "b$"}]},
        ),
        (
            Annotated[int, Meta(title="T", description="D", examples=[1], extra_json_schema={"x-unit": "kg"})],
            {"type": "integer", "title": "T", "description": "D", "examples": [1], "x-unit": "kg"},
        ),
    ],
)
def test_constraints_are_keywords(annotation: Any, schema: Any) -> None:
    found = schema_of(annotation)
    if found.get("allOf"):
        # Which of two patterns comes first is no matter.
        assert {found["pattern"], found["allOf"][0]["pattern"]} == {"^a", "b$"}
    else:
        assert found == schema
