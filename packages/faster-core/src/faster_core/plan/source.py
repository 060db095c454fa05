"""Where one argument comes from: the rules of precedence, each a function.

An argument is read by the first rule that fits:

1. its annotation is something of the request itself: `Request`, `Response`, `BackgroundTasks` …
2. `Depends()` or `Security()` stands as its default or in its `Annotated` (the reader's affair)
3. `Path()`, `Query()`, … stands there
4. its name is in the path template → path
5. its type is a scalar → query
6. its type is `UploadFile` → file
7. anything else → JSON body
"""

import types
from collections.abc import Collection
from functools import lru_cache, reduce
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec.structs import replace

from faster_core.background import BackgroundTasks
from faster_core.codec import (
    Field,
    UnsupportedTypeError,
    codec,
    constrained,
    fields_of,
    is_model,
    is_scalar,
    is_sequence,
    strip_optional,
)
from faster_core.connection import HTTPConnection
from faster_core.diagnostic import Diagnostic, Place
from faster_core.exceptions import ConfigurationError
from faster_core.params import Declaration, Injection, Source
from faster_core.plan.model import BodyPart, Group, Parameter, Special, SpecialKind
from faster_core.plan.signature import EMPTY, SignatureArgument, split_annotation
from faster_core.request import Request
from faster_core.response import Response
from faster_core.upload import UploadFile
from faster_core.websocket import WebSocket

__all__ = ["injection_of", "node_of"]

_SPECIALS: tuple[tuple[type[Any], SpecialKind], ...] = (
    (Request, "request"),
    (WebSocket, "websocket"),
    (HTTPConnection, "connection"),
    (Response, "response"),
    (BackgroundTasks, "background"),
)
_BY_NAME: dict[str, SpecialKind] = {
    "faster_core.security.scopes.SecurityScopes": "scopes",
    "starlette.requests.Request": "request",
    "starlette.websockets.WebSocket": "websocket",
    "starlette.requests.HTTPConnection": "connection",
}
"""Classes that are known by name and never imported: one of ours that few use, and those of others that are made from
scope, receive and send as ours are."""

_GROUPED = (Source.QUERY, Source.HEADER, Source.COOKIE, Source.FORM)


def injection_of(argument: SignatureArgument, place: Place | None) -> Injection | None:
    """Return what `Depends()` or `Security()` says about an argument, with the dependency filled in, or None.

    Args:
        argument: The argument.
        place: The function that wants it, for messages.

    Raises:
        ConfigurationError: FA112, when there is no dependency to fill in.
    """
    annotation, metadata = split_annotation(argument.annotation)
    found = [item for item in (*metadata, argument.default) if isinstance(item, Injection)]
    if not found:
        return None
    injection = found[-1]
    if injection.dependency is not None:
        return injection
    if annotation is EMPTY or not callable(annotation):
        raise _error(
            "FA112",
            f"argument {argument.name!r} is Depends() without a function, and its annotation is none either",
            "Write Depends(function), or annotate it with a class.",
            place,
        )
    return replace(injection, dependency=annotation)


def node_of(
    argument: SignatureArgument, path_names: Collection[str], place: Place | None, scopes: tuple[str, ...]
) -> Parameter | Group | BodyPart | Special:
    """Return where an argument comes from that is no dependency.

    Args:
        argument: The argument.
        path_names: The variables of the path template.
        place: The function that wants it, for messages.
        scopes: The OAuth2 scopes of the chain, for `SecurityScopes`.

    Raises:
        ConfigurationError: For a declaration that contradicts itself, the path or the type.
    """
    annotation, metadata = split_annotation(argument.annotation)
    special = _special(annotation, scopes)
    if special is not None:
        return special
    declaration = _declaration(argument, metadata, place)
    if declaration is None:
        try:
            declaration = _undeclared(argument, annotation, path_names)
        except UnsupportedTypeError as error:
            raise _unreadable(argument, place, error) from error
    full = str if argument.annotation is EMPTY and declaration.source is Source.PATH else argument.annotation
    full = Any if full is EMPTY else _without_declarations(full)
    default = declaration.default
    if declaration.source is Source.PATH:
        _check_path(argument.name, declaration, path_names, place)
        default = ...
    try:
        if declaration.source is Source.BODY:
            return _body_part(argument.name, full, default, declaration, place)
        if _is_spread(declaration) and _is_group(full):
            return _group(argument.name, full, default, declaration, place)
        return _parameter(argument.name, full, default, declaration, place)
    except UnsupportedTypeError as error:
        raise _unreadable(argument, place, error) from error


def _unreadable(argument: SignatureArgument, place: Place | None, error: UnsupportedTypeError) -> ConfigurationError:
    why, _, fix = str(error).partition(". ")
    return _error("FA124", f"argument {argument.name!r} has a type that cannot be read: {why.rstrip('.')}", fix, place)


def _without_declarations(annotation: Any) -> Any:
    """Return a type without what says where its values come from; constraints stay."""
    if get_origin(annotation) is not Annotated:
        return annotation
    inner, *metadata = get_args(annotation)
    kept = tuple(item for item in metadata if not isinstance(item, Declaration))
    return Annotated[(inner, *kept)] if kept else inner


def _special(annotation: Any, scopes: tuple[str, ...]) -> Special | None:
    kind = _kind_of(annotation) if isinstance(annotation, type) else None
    if kind is None:
        return None
    return Special(kind=kind, type=annotation, scopes=scopes if kind == "scopes" else ())


@lru_cache(maxsize=1024)
def _kind_of(annotation: type[Any]) -> SpecialKind | None:
    """Return which part of the request a class stands for, or None for a class that is none."""
    for cls, kind in _SPECIALS:
        if issubclass(annotation, cls):
            return kind
    names = (f"{base.__module__}.{base.__qualname__}" for base in annotation.__mro__)
    return next((_BY_NAME[name] for name in names if name in _BY_NAME), None)


def _declaration(argument: SignatureArgument, metadata: tuple[Any, ...], place: Place | None) -> Declaration | None:
    """Return what is declared, its default joined with Python's own."""
    if isinstance(argument.default, Declaration):
        return argument.default
    found = [item for item in metadata if isinstance(item, Declaration)]
    if not found:
        return None
    declaration = reduce(_joined, found)
    if declaration.default is not ...:
        raise _error(
            "FA125",
            f"argument {argument.name!r} has its default inside Annotated",
            f"Write `{argument.name}: Annotated[…] = {declaration.default!r}`.",
            place,
        )
    return declaration if argument.default is EMPTY else replace(declaration, default=argument.default)


def _joined(inner: Declaration, outer: Declaration) -> Declaration:
    """Return what two declarations in nested `Annotated` say together; the outer one has the last word."""
    said = {name: getattr(outer, name) for name in Declaration.__struct_fields__}
    return replace(inner, **{name: value for name, value in said.items() if value != _UNSAID.get(name)})


_UNSAID = dict(zip(Declaration.__struct_fields__[1:], Declaration.__struct_defaults__, strict=True))


def _undeclared(argument: SignatureArgument, annotation: Any, path_names: Collection[str]) -> Declaration:
    default = ... if argument.default is EMPTY else argument.default
    if argument.name in path_names:
        return Declaration(source=Source.PATH)
    inner, _ = split_annotation(strip_optional(argument.annotation)[0])
    if annotation is EMPTY or annotation is Any or is_scalar(argument.annotation):
        return Declaration(source=Source.QUERY, default=default)
    if _is_upload(inner):
        return Declaration(source=Source.FILE, default=default)
    return Declaration(source=Source.BODY, default=default)


def _is_upload(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, UploadFile):
        return True
    arguments = get_args(annotation)
    return get_origin(annotation) in (list, tuple, set) and bool(arguments) and _is_upload(arguments[0])


def _is_spread(declaration: Declaration) -> bool:
    """Tell whether the fields of a model would stand in the source one by one."""
    as_one = declaration.media_type == "application/json" or declaration.style == "deepObject"
    return declaration.source in _GROUPED and not as_one


def _is_group(annotation: Any) -> bool:
    return bool(_models_of(annotation))


def _models_of(annotation: Any) -> tuple[Any, ...]:
    """Return the model whose fields stand in a source one by one, or the models of a union; nothing for other types.

    Models with tags are none of these in a union: their tag is no field.
    """
    bare, _ = split_annotation(strip_optional(annotation)[0])
    if is_model(bare):
        return (bare,)
    found = get_args(bare) if get_origin(bare) in (Union, types.UnionType) else ()
    return found if all(is_model(item) and not _is_tagged(item) for item in found) else ()


def _is_tagged(model: Any) -> bool:
    config = getattr(get_origin(model) or model, "__struct_config__", None)
    return config is not None and config.tag is not None


def _fields_of(models: tuple[Any, ...]) -> list[Field]:
    """Return the fields of a model, or those of several, of which each may be missing."""
    if len(models) == 1:
        return fields_of(models[0]) or []
    found: dict[str, Field] = {}
    for field in (field for model in models for field in fields_of(model) or ()):
        known = found.get(field.wire_name)
        annotation = field.annotation if known is None else Union[known.annotation, field.annotation]  # noqa: UP007
        found[field.wire_name] = Field(field.name, field.wire_name, annotation, False, msgspec.NODEFAULT)
    return list(found.values())


def _parameter(name: str, annotation: Any, default: Any, declaration: Declaration, place: Place | None) -> Parameter:
    source = declaration.source
    annotation = constrained(annotation, **declaration.constraints())
    converted: Any = Any if source is Source.FILE else annotation
    parameter = Parameter(
        source=source,
        name=name,
        wire_name=_wire_name(name, declaration),
        annotation=annotation,
        codec=codec(converted),
        required=default is ... and declaration.default_factory is None,
        default=default,
        default_factory=declaration.default_factory,
        collects=_collects(annotation, declaration),
        style=declaration.style,
        declaration=declaration,
        place=place,
    )
    if declaration.validate_default and default is not ...:
        _check_default(parameter)
    return parameter


def _collects(annotation: Any, declaration: Declaration) -> bool:
    if declaration.source is Source.FILE:
        return _is_upload_list(annotation)
    return is_sequence(annotation) is not None


def _is_upload_list(annotation: Any) -> bool:
    inner, _ = split_annotation(strip_optional(split_annotation(annotation)[0])[0])
    return get_origin(inner) in (list, tuple, set, frozenset)


def _wire_name(name: str, declaration: Declaration) -> str:
    if declaration.source is not Source.HEADER:
        return declaration.wire_name or name
    if declaration.wire_name:
        return declaration.wire_name.lower()
    return (name.replace("_", "-") if declaration.convert_underscores else name).lower()


def _check_default(parameter: Parameter) -> None:
    try:
        parameter.codec.convert(parameter.default)
    except (ValueError, TypeError) as error:
        raise _error(
            "FA126",
            f"argument {parameter.name!r} has the default {parameter.default!r}, which does not fit: {error}",
            "Change the default or the constraint.",
            parameter.place,
        ) from error


def _group(name: str, annotation: Any, default: Any, declaration: Declaration, place: Place | None) -> Group:
    model, _ = strip_optional(annotation)
    model, _ = split_annotation(model)
    models = _models_of(annotation)
    fields = tuple(_group_field(field, declaration, place) for field in _fields_of(models))
    return Group(
        source=declaration.source,
        name=name,
        annotation=model,
        codec=codec(model),
        fields=fields,
        forbids_extra=all(map(_forbids_extra, models)),
        keeps_extra=any(_extra_policy(item) == "allow" for item in models),
        required=default is ... and declaration.default_factory is None,
        default=default,
        declaration=declaration,
        place=place,
    )


def _group_field(field: Any, declaration: Declaration, place: Place | None) -> Parameter:
    """Return one field of a model as a parameter. Its `name` is the model's own wire name, the key for the codec."""
    source, wire_name = declaration.source, field.wire_name
    inner, _ = split_annotation(strip_optional(field.annotation)[0])
    if source is Source.FORM and _is_upload(inner):
        source = Source.FILE
    if source is Source.HEADER:
        # A name that the model itself gives (an alias, `rename=`) is meant as it is written.
        converts = declaration.convert_underscores and wire_name == field.name
        wire_name = (wire_name.replace("_", "-") if converts else wire_name).lower()
    annotation: Any = Any if source is Source.FILE else field.annotation
    return Parameter(
        source=source,
        name=field.wire_name,
        wire_name=wire_name,
        annotation=field.annotation,
        codec=codec(annotation),
        required=field.required,
        default=field.default,
        default_factory=field.default_factory,
        collects=is_sequence(field.annotation) is not None or (source is Source.FILE and _is_upload_list(inner)),
        style=declaration.style,
        declaration=replace(declaration, default=..., alias=None, validation_alias=None, title=None, description=None),
        place=place,
    )


def _forbids_extra(model: Any) -> bool:
    origin = get_origin(model) or model
    config = getattr(origin, "__struct_config__", None)
    if config is not None:
        return bool(config.forbid_unknown_fields)
    return bool(_extra_policy(model) == "forbid")


def _extra_policy(model: Any) -> Any:
    """Return what a pydantic model says about names that are no field of it."""
    settings = getattr(get_origin(model) or model, "model_config", None)
    return settings.get("extra") if isinstance(settings, dict) else None


def _body_part(name: str, annotation: Any, default: Any, declaration: Declaration, place: Place | None) -> BodyPart:
    annotation = constrained(annotation, **declaration.constraints())
    return BodyPart(
        name=name,
        wire_name=declaration.wire_name or name,
        annotation=annotation,
        codec=codec(annotation),
        required=default is ... and declaration.default_factory is None,
        default=default,
        default_factory=declaration.default_factory,
        declaration=declaration,
        place=place,
    )


def _check_path(name: str, declaration: Declaration, path_names: Collection[str], place: Place | None) -> None:
    wire_name = declaration.wire_name or name
    if wire_name not in path_names:
        import difflib

        near = difflib.get_close_matches(wire_name, path_names, n=1)
        shown = ", ".join(sorted(path_names)) or "no variable"
        fix = f'Did you mean Path(alias="{near[0]}")?' if near else f"Put {{{wire_name}}} into the path."
        raise _error("FA103", f"argument {name!r} is declared as Path, but the path has {shown}", fix, place)
    if declaration.default is not ... or declaration.default_factory is not None:
        raise _error(
            "FA127", f"argument {name!r} comes from the path, so it cannot have a default", "Remove the default.", place
        )


def _error(code: str, what: str, fix: str, place: Place | None) -> ConfigurationError:
    where = f"{place}: " if place else ""
    return ConfigurationError(Diagnostic(code, f"{where}{what}.", fix, (place,) if place else ()))
