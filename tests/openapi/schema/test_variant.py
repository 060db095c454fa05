from faster_openapi.model import Use
from faster_openapi.schema.variant import group_variants

IN, OUT = Use(), Use("output")


def test_equal_schemas_fall_together() -> None:
    groups = group_variants([("a", IN), ("a", OUT)], [{"type": "x"}, {"type": "x"}], "#")
    assert groups.representatives == [("a", IN), ("a", IN)]
    assert groups.several == [False, False]


def test_a_difference_travels_along_references() -> None:
    uses = [("a", IN), ("a", OUT), ("b", IN), ("b", OUT), ("c", IN)]
    schemas = [{"$ref": "#2"}, {"$ref": "#3"}, {"type": "x"}, {"type": "y"}, {"$ref": "#4"}]
    groups = group_variants(uses, schemas, "#")
    assert groups.representatives == uses
    assert groups.several == [True, True, True, True, False]


def test_a_circle_without_a_difference_stays_whole() -> None:
    uses = [("a", IN), ("b", IN), ("a", OUT), ("b", OUT)]
    schemas = [{"$ref": "#1"}, {"$ref": "#0"}, {"$ref": "#3"}, {"$ref": "#2"}]
    assert group_variants(uses, schemas, "#").several == [False] * 4
