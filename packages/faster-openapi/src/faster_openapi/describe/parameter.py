"""Parameters of an operation: path, query, header and cookie."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from faster_core.params import Declaration, Source
from faster_core.plan.model import Group, Parameter
from faster_openapi.describe.subject import Subject
from faster_openapi.model import Object, Use
from faster_openapi.schema import Components, plain
from faster_openapi.schema.value import plain_or_nothing

__all__ = ["declare", "describe_parameters"]

_SOURCES = (Source.PATH, Source.QUERY, Source.HEADER, Source.COOKIE)
_STYLES: dict[str | None, tuple[str, bool]] = {
    "csv": ("form", False),
    "pipe": ("pipeDelimited", False),
    "space": ("spaceDelimited", False),
    "deepObject": ("deepObject", True),
}
_CONVERTORS: dict[str, Object] = {
    "int": {"type": "integer", "minimum": 0},
    "float": {"type": "number", "minimum": 0},
    "uuid": {"type": "string", "format": "uuid"},
}
_LIFTED = ("description", "deprecated")


def describe_parameters(subject: Subject, components: Components) -> list[Object]:
    """Return the parameters of an operation in the order path, query, header, cookie, each name once.

    Args:
        subject: What is described.
        components: Takes the types in.
    """
    found: dict[tuple[str, str], Object] = {}
    for parameter in _parameters(subject):
        key = (parameter.source.value, parameter.wire_name)
        if key not in found and parameter.declaration.include_in_schema:
            found[key] = _describe(parameter, components)
    known = {parameter.wire_name for parameter in _parameters(subject)}
    for name, convertor in subject.variables.items():
        if name not in known:
            schema = dict(_CONVERTORS.get(convertor, {"type": "string"}))
            found["path", name] = {"name": name, "in": "path", "required": True, "schema": schema}
    places = [source.value for source in _SOURCES]
    return sorted(found.values(), key=lambda item: places.index(item["in"]))


def _parameters(subject: Subject) -> Iterator[Parameter]:
    for node in subject.plan.parameters:
        if isinstance(node, Group):
            for field in node.fields:
                yield _in_group(field, node)
        else:
            yield node


def _in_group(field: Parameter, group: Group) -> Parameter:
    """Return a field of a model: optional where the whole may be missing, with what pydantic's model says of it."""
    said = next((item for name, item in _foreign_fields(group) if field.name in (item.alias, name)), None)
    annotation = Annotated[field.annotation, said] if said is not None else field.annotation
    return replace(field, required=field.required and group.required, annotation=annotation)


def _foreign_fields(group: Group) -> Iterable[tuple[str, Any]]:
    return (getattr(group.annotation, "__pydantic_fields__", None) or {}).items()


def _describe(parameter: Parameter, components: Components) -> Object:
    schema = components.schema(parameter.annotation, Use())
    declare(schema, parameter.declaration)
    _add_default(schema, parameter)
    described: Object = {
        "name": parameter.wire_name,
        "in": parameter.source.value,
        "required": parameter.required or parameter.source is Source.PATH,
        "schema": schema,
    }
    for name in _LIFTED:
        if name in schema:
            described[name] = bool(schema[name]) if name == "deprecated" else schema[name]
    if parameter.declaration.openapi_examples:
        described["examples"] = plain(parameter.declaration.openapi_examples)
    if parameter.style in _STYLES:
        described["style"], described["explode"] = _STYLES[parameter.style]
    return described


def declare(schema: Object, declaration: Declaration | None) -> None:
    """Add what a declaration says for the document to a schema.

    Args:
        schema: The schema; changed.
        declaration: What the programmer wrote; None for nothing.
    """
    if declaration is None:
        return
    if declaration.title:
        schema["title"] = declaration.title
    if declaration.description:
        schema["description"] = declaration.description
    if declaration.examples:
        schema["examples"] = [plain(example) for example in declaration.examples]
    if declaration.deprecated:
        schema["deprecated"] = True
    if declaration.json_schema_extra:
        schema.update(plain(declaration.json_schema_extra))


def _add_default(schema: Object, parameter: Parameter) -> None:
    default: Any = parameter.default
    if parameter.required or default is None or default in (..., msgspec.NODEFAULT, msgspec.UNSET):
        return
    for value in plain_or_nothing(default):
        schema["default"] = value
