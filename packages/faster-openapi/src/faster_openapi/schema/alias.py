"""Type aliases that contain themselves: `type Json = dict[str, Json] | list[Json] | str`. They need a name."""

from typing import Annotated, Any, get_args, get_origin

from faster_core.codec.annotation import alias_value

__all__ = ["alias_value", "recursive_alias"]


def recursive_alias(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return an alias that contains itself, and the metadata around it; None for any other annotation.

    Args:
        annotation: Any annotation.
    """
    metadata: tuple[Any, ...] = ()
    while get_origin(annotation) is Annotated:
        metadata = annotation.__metadata__ + metadata
        annotation = annotation.__origin__
    value = alias_value(annotation)
    if value is None or not _contains(value, annotation, []):
        return None, ()
    return annotation, metadata


def _contains(annotation: Any, alias: Any, seen: list[Any]) -> bool:
    if annotation == alias:
        return True
    value = alias_value(annotation)
    if value is not None:
        if annotation in seen:
            return False
        seen.append(annotation)
        return _contains(value, alias, seen)
    return any(_contains(item, alias, seen) for item in get_args(annotation))
