"""The whole document."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from faster_core.diagnostic import Diagnostic
from faster_core.routing.route import Route
from faster_openapi.describe.error import ErrorShapes
from faster_openapi.describe.operation import Describer
from faster_openapi.describe.subject import Subject, subject_of, subjects_of
from faster_openapi.model import NATIVE_METHODS, About, Object
from faster_openapi.schema import Components, plain
from faster_openapi.version import in_version

__all__ = ["Description", "describe"]


class Description(Struct, frozen=True):
    """A document, and what was found wrong while it was written.

    Attributes:
        document: The OpenAPI document.
        diagnostics: FA130 and FA131.
    """

    document: Object
    diagnostics: tuple[Diagnostic, ...]


def describe(about: About, routes: Iterable[Any], webhooks: Any = None) -> Description:
    """Return the document of some routes.

    Args:
        about: What the document says beside the routes.
        routes: The routes; of those of an application whatever is no HTTP route, or is left out of the document, is
            passed over.
        webhooks: A router, or routes, of requests that the API makes to its users.

    Raises:
        ValueError: For a version of OpenAPI that does not exist.
    """
    components = Components(separate=about.separate_input_output_schemas)
    describer = Describer(components, ErrorShapes(components, problem_details=about.problem_details))
    paths: Object = {}
    for route in routes:
        if isinstance(route, Route) and route.settings.include_in_schema and route.layer.include_in_schema:
            _add(paths, subject_of(route), describer)
    hooks: Object = {}
    for subject in subjects_of(webhooks):
        _add(hooks, subject, describer)
    described = components.finish()
    document: Object = {"openapi": "3.2.0", "info": _info(about)}
    if about.servers:
        document["servers"] = plain(about.servers)
    document["paths"] = components.resolve(paths)
    if hooks:
        document["webhooks"] = components.resolve(hooks)
    parts = {"schemas": described, "securitySchemes": plain(describer.schemes)}
    if any(parts.values()):
        document["components"] = {name: part for name, part in parts.items() if part}
    if about.tags:
        document["tags"] = plain(about.tags)
    if about.external_docs:
        document["externalDocs"] = plain(about.external_docs)
    diagnostics = (*describer.identities.diagnostics, *components.diagnostics)
    return Description(in_version(document, about.openapi_version), diagnostics)


def _add(paths: Object, subject: Subject, describer: Describer) -> None:
    item = paths.setdefault(subject.path, {})
    for method, operation in describer.path_item(subject).items():
        if method in NATIVE_METHODS:
            item[method] = operation
        else:
            item.setdefault("additionalOperations", {})[method.upper()] = operation


def _info(about: About) -> Object:
    info = {
        "title": about.title,
        "summary": about.summary,
        "description": about.description,
        "termsOfService": about.terms_of_service,
        "contact": plain(about.contact),
        "license": plain(about.license_info),
        "version": about.version,
    }
    return {name: value for name, value in info.items() if value or name in ("title", "version")}
