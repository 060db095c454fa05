"""What a document says of itself, and the words that all modules share."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct

__all__ = ["METHODS", "NATIVE_METHODS", "About", "Object", "Use"]

Object: TypeAlias = dict[str, Any]
"""A JSON object of a document."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The methods for which every version of OpenAPI has a field."""

NATIVE_METHODS = (*METHODS, "query")
"""Those of OpenAPI 3.2."""


class Use(Struct, frozen=True):
    """How values of a type appear: its schema depends on that.

    Attributes:
        direction: `input` for what is read, `output` for what is sent.
        sparse: Whether fields are left out of what is sent, so that none is sure to be there.
        by_alias: Whether fields have their names on the wire; otherwise those in Python.
    """

    direction: Literal["input", "output"] = "input"
    sparse: bool = False
    by_alias: bool = True

    @property
    def suffix(self) -> str:
        """What is put behind a name when the uses of a type differ."""
        word = "Sparse" if self.sparse else self.direction.title()
        return f"-{word}" if self.by_alias else f"-{word}-ByName"


class About(Struct, frozen=True, kw_only=True):
    """What a document says beside the routes.

    Attributes:
        title: The API's name.
        version: The API's own version.
        summary: A line about it.
        description: Markdown about it.
        openapi_version: `3.0.3`, `3.1.0`, `3.1.1` or `3.2.0`.
        tags: The tags, with their descriptions, in order.
        servers: The servers; None for the one that answers.
        terms_of_service: A URL.
        contact: Whom to ask: `name`, `url`, `email`.
        license_info: The licence: `name`, and `identifier` or `url`.
        external_docs: Further documentation: `url`, `description`.
        separate_input_output_schemas: Whether a model that differs going in and coming out has two schemas.
        problem_details: Whether errors are problem details.
    """

    title: str = "FasterAPI"
    version: str = "0.1.0"
    summary: str | None = None
    description: str | None = None
    openapi_version: str = "3.1.0"
    tags: Sequence[Mapping[str, Any]] | None = None
    servers: Sequence[Mapping[str, Any]] | None = None
    terms_of_service: str | None = None
    contact: Mapping[str, Any] | None = None
    license_info: Mapping[str, Any] | None = None
    external_docs: Mapping[str, Any] | None = None
    separate_input_output_schemas: bool = True
    problem_details: bool = False
