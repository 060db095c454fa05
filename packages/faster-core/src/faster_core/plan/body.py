"""The body of a request, joined from what every argument of a plan wants of it."""

from collections.abc import Sequence
from typing import Any, get_origin

import msgspec

from faster_core.codec import codec
from faster_core.diagnostic import Diagnostic, Place
from faster_core.exceptions import ConfigurationError
from faster_core.params import Source
from faster_core.plan.model import Body, BodyPart, Group, Parameter
from faster_core.plan.signature import split_annotation

__all__ = ["join_body"]

_JSON = "application/json"
_MULTIPART = "multipart/form-data"
_URLENCODED = "application/x-www-form-urlencoded"


def join_body(parts: Sequence[BodyPart], fields: Sequence[Parameter | Group], name: str) -> Body | None:
    """Return what the body is, or None when nobody wants it.

    Args:
        parts: The arguments that are read from a JSON, raw or text body.
        fields: The arguments that are read from a form.
        name: The handler's name, for the type of an embedded body.

    Raises:
        ConfigurationError: FA121, when one request would have to be two kinds of body; FA128, when one member of the
            body would have to be two things; FA160, for a form where python-multipart is not installed.
    """
    if parts and fields:
        raise _two_bodies(parts[0], fields[0])
    _check_names(parts)
    if fields:
        from faster_core.multipart import require_multipart

        require_multipart(*dict.fromkeys(field.place for field in fields if field.place))
        return Body(
            kind="form",
            media_type=_MULTIPART if any(_needs_multipart(field) for field in fields) else _URLENCODED,
            fields=tuple(fields),
            required=any(field.required for field in fields),
        )
    if not parts:
        return None
    return _whole(parts[0]) if len(parts) == 1 and not _embeds(parts[0]) else _embedded(parts, name)


def _needs_multipart(field: Parameter | Group) -> bool:
    if isinstance(field, Group):
        return any(_needs_multipart(item) for item in field.fields)
    return field.source is Source.FILE or field.declaration.media_type is not None


def _embeds(part: BodyPart) -> bool:
    return bool(part.declaration.embed)


def _whole(part: BodyPart) -> Body:
    declared = part.declaration.media_type
    plain, _ = split_annotation(part.annotation)
    if plain is bytes:
        return Body(
            kind="raw", media_type=declared or "application/octet-stream", parts=(part,), required=part.required
        )
    if plain is str and declared is not None and declared.startswith("text/"):
        return Body(kind="text", media_type=declared, parts=(part,), required=part.required)
    return Body(
        kind="json",
        media_type=declared or _JSON,
        parts=(part,),
        annotation=part.annotation,
        codec=part.codec,
        required=part.required,
    )


def _embedded(parts: Sequence[BodyPart], name: str) -> Body:
    """Join several parts into one Struct, so that the body is decoded, and explained, in one go."""
    fields: list[Any] = []
    for index, part in enumerate(parts):
        field = f"p{index}"
        if part.required:
            fields.append((field, part.annotation))
        else:
            fields.append((field, part.annotation | msgspec.UnsetType, msgspec.UNSET))
    rename = {f"p{index}": part.wire_name for index, part in enumerate(parts)}
    whole = msgspec.defstruct(f"Body_{name}", fields, rename=rename, kw_only=True)
    return Body(
        kind="json",
        media_type=_JSON,
        parts=tuple(parts),
        embedded=True,
        annotation=whole,
        codec=codec(whole),
        required=any(part.required for part in parts),
    )


def _check_names(parts: Sequence[BodyPart]) -> None:
    """Refuse two arguments that read one member of the body in different ways."""
    first: dict[str, BodyPart] = {}
    for part in parts:
        other = first.setdefault(part.wire_name, part)
        if other is not part:
            where = f"{part.place}: " if part.place else ""
            raise ConfigurationError(
                Diagnostic(
                    "FA128",
                    f"{where}argument {part.name!r} reads {part.wire_name!r} of the body as {_shown(part)}, but "
                    f"{other.place} reads it as {_shown(other)}.",
                    "Declare both in the same words, or give one of them another name.",
                    tuple(place for place in (part.place, other.place) if place),
                )
            )


def _shown(part: BodyPart) -> str:
    return str(getattr(get_origin(part.annotation) or part.annotation, "__name__", part.annotation))


def _two_bodies(part: BodyPart, field: Parameter | Group) -> ConfigurationError:
    places: tuple[Place, ...] = tuple(place for place in (part.place, field.place) if place)
    where = f"{part.place}: " if part.place else ""
    source = field.source.title()
    kind = _shown(part)
    return ConfigurationError(
        Diagnostic(
            "FA121",
            f"{where}argument {part.name!r} reads a JSON body and argument {field.name!r} a form; a request has one "
            "body.",
            f'Declare {part.name!r} as Annotated[{kind}, Form(media_type="application/json")], or {field.name!r} as '
            f"Body() instead of {source}().",
            places,
        )
    )
