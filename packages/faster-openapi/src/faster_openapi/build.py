"""`get_openapi`: a document from its parts, under the name and arguments that FastAPI has for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from faster_openapi.describe import describe
from faster_openapi.model import About, Object

__all__ = ["get_openapi"]


def get_openapi(
    *,
    title: str,
    version: str,
    openapi_version: str = "3.1.0",
    summary: str | None = None,
    description: str | None = None,
    routes: Iterable[Any],
    webhooks: Any = None,
    tags: Sequence[Mapping[str, Any]] | None = None,
    servers: Sequence[Mapping[str, Any]] | None = None,
    terms_of_service: str | None = None,
    contact: Mapping[str, Any] | None = None,
    license_info: Mapping[str, Any] | None = None,
    separate_input_output_schemas: bool = True,
    external_docs: Mapping[str, Any] | None = None,
    problem_details: bool = False,
) -> Object:
    """Return the document of some routes.

    Args:
        title: The API's name.
        version: The API's own version.
        openapi_version: The version of OpenAPI.
        summary: A line about the API.
        description: Markdown about it.
        routes: The routes, `app.routes` as a rule.
        webhooks: A router, or routes, of requests that the API makes to its users.
        tags: The tags, with their descriptions, in order.
        servers: The servers.
        terms_of_service: A URL.
        contact: Whom to ask.
        license_info: The licence.
        separate_input_output_schemas: Whether a model that differs going in and coming out has two schemas.
        external_docs: Further documentation.
        problem_details: Whether errors are answered as problem details.

    Raises:
        ValueError: For a version of OpenAPI that does not exist.
    """
    about = About(
        title=title,
        version=version,
        openapi_version=openapi_version,
        summary=summary,
        description=description,
        tags=tags,
        servers=servers,
        terms_of_service=terms_of_service,
        contact=contact,
        license_info=license_info,
        separate_input_output_schemas=separate_input_output_schemas,
        external_docs=external_docs,
        problem_details=problem_details,
    )
    return describe(about, routes, webhooks).document
