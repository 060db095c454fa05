"""Which uses of a type have one schema: partition refinement over the references between them."""

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from faster_openapi.model import Object, Use

__all__ = ["Groups", "group_variants"]


class Groups(Struct, frozen=True):
    """How the uses fall together.

    Attributes:
        representatives: For each use the one whose name it has.
        several: For each use whether its type has schemas that differ.
    """

    representatives: list[tuple[Any, Use]]
    several: list[bool]


def group_variants(uses: Sequence[tuple[Any, Use]], schemas: Sequence[Object], prefix: str) -> Groups:
    """Return which uses of a type can share a schema.

    All uses of a type are taken for equal first; then those are parted whose schemas differ, or refer to what has been
    parted, until nothing changes.

    Args:
        uses: Types, each with its use.
        schemas: Their schemas, whose references hold the numbers of uses.
        prefix: What stands in a reference before the number.
    """
    numbers: dict[Any, int] = {}
    group = [numbers.setdefault(annotation, len(numbers)) for annotation, _ in uses]
    used_twice = len(numbers) < len(uses)
    count = len(numbers)
    while used_twice:
        known: dict[tuple[int, str], int] = {}
        texts = [json.dumps(_with_groups(schema, group, prefix), sort_keys=True) for schema in schemas]
        group = [known.setdefault((number, text), len(known)) for number, text in zip(group, texts, strict=True)]
        if len(known) == count:
            break
        count = len(known)
    first: dict[int, int] = {}
    members: dict[int, set[int]] = {}
    for position, number in enumerate(group):
        first.setdefault(number, position)
        members.setdefault(numbers[uses[position][0]], set()).add(number)
    return Groups(
        representatives=[uses[first[number]] for number in group],
        several=[len(members[numbers[annotation]]) > 1 for annotation, _ in uses],
    )


def _with_groups(value: Any, group: Sequence[int], prefix: str) -> Any:
    if isinstance(value, dict):
        return {name: _with_groups(item, group, prefix) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_groups(item, group, prefix) for item in value]
    if isinstance(value, str) and value.startswith(prefix):
        return f"{prefix}{group[int(value[len(prefix) :])]}"
    return value
