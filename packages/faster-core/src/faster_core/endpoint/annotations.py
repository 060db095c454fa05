"""What the annotation of an input lets its lines leave out."""

from typing import Any

import msgspec

from faster_core.codec import strip_optional
from faster_core.params import Declaration, Source
from faster_core.plan.model import Group, Parameter
from faster_core.plan.signature import split_annotation

__all__ = ["is_json_part", "plain_type", "reads_lists", "wants_bytes"]


def plain_type(annotation: Any) -> Any:
    """Return the type below `Annotated` and `Optional` when it has no constraint, otherwise None."""
    inner, metadata = split_annotation(annotation)
    optional, _ = strip_optional(inner)
    optional, more = split_annotation(optional)
    constrained = any(not isinstance(item, (Declaration, str)) and not _is_bare(item) for item in (*metadata, *more))
    return None if constrained else optional


def reads_lists(node: Parameter | Group) -> bool:
    """Tell whether a node needs all values of a name, or the values of names that are not known."""
    if isinstance(node, Group):
        return node.keeps_extra or any(reads_lists(field) for field in node.fields)
    return node.collects or node.style == "deepObject"


def is_json_part(node: Parameter) -> bool:
    """Tell whether a field of a form is JSON."""
    return node.source is Source.FORM and node.declaration.media_type == "application/json"


def wants_bytes(annotation: Any) -> bool:
    """Tell whether the content of a file, or of each, is wanted, and not the file."""
    inner, _ = split_annotation(annotation)
    inner, _ = split_annotation(strip_optional(inner)[0])
    return inner is bytes or bytes in getattr(inner, "__args__", ())


def _is_bare(item: Any) -> bool:
    """Tell whether a metadata object constrains nothing."""
    return isinstance(item, msgspec.Meta) and not any(
        getattr(item, name) is not None
        for name in ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length")
    )
