"""What an operation answers when a request does not fit, in the shape that is really sent."""

import uuid
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from faster_core.codec.annotation import is_none, is_union, members, unwrap
from faster_core.codec.bounds import bounds_of
from faster_core.params import Source
from faster_core.plan.model import Group, Parameter
from faster_openapi.describe.security import has_query_scheme, refusing_schemes
from faster_openapi.describe.subject import Subject
from faster_openapi.model import Object
from faster_openapi.schema import Components

__all__ = ["ErrorShapes", "default_errors", "phrase_of"]

_JSON = "application/json"
_PROBLEM = "application/problem+json"
_CONVERTED = {"int": int, "float": float, "uuid": uuid.UUID}
_TAKES_ALL = ("str", "path")
_FREE_TEXT = (str, Any, object, msgspec.Raw)


def phrase_of(status: str) -> str:
    """Return what a status means: `Not Found` for `404`."""
    if status.isdigit():
        try:
            return HTTPStatus(int(status)).phrase
        except ValueError:
            return "Response"
    families = {"1": "Information", "2": "Success", "3": "Redirection", "4": "Client Error", "5": "Server Error"}
    return families.get(status[:1], "Default Response")


class ErrorShapes:
    """The shapes of error answers; each is named in the document when it is first used.

    Args:
        components: Takes the shapes in.
        problem_details: Whether errors are problem details.
    """

    def __init__(self, components: Components, *, problem_details: bool) -> None:
        self._components = components
        self._problems = problem_details

    def http(self) -> Object:
        """Return the content of an `HTTPException`'s answer."""
        if self._problems:
            return {_PROBLEM: {"schema": self._components.add("Problem", _PROBLEM_SCHEMA)}}
        return {_JSON: {"schema": self._components.add("HTTPError", _HTTP_ERROR)}}

    def validation(self) -> Object:
        """Return the content of a 422."""
        self._components.add("ValidationError", _VALIDATION_ERROR)
        if self._problems:
            return {_PROBLEM: {"schema": self._components.add("ValidationProblem", _VALIDATION_PROBLEM)}}
        return {_JSON: {"schema": self._components.add("HTTPValidationError", _HTTP_VALIDATION_ERROR)}}


def default_errors(subject: Subject, shapes: ErrorShapes) -> Iterator[tuple[str, Object]]:
    """Give the responses that the framework itself may send, each with its status.

    Args:
        subject: What is described.
        shapes: The shapes of error answers.
    """
    plan = subject.plan
    sources = {node.source for node in plan.parameters}
    reads_query = Source.QUERY in sources or has_query_scheme(plan)
    if reads_query or (plan.body is not None and plan.body.kind == "form"):
        yield "400", {"description": "Malformed, or more fields than are taken.", "content": shapes.http()}
    schemes = refusing_schemes(plan)
    if schemes:
        challenge = {"description": "The scheme to authenticate with.", "schema": {"type": "string"}}
        yield (
            "401",
            {
                "description": "Not authenticated.",
                "headers": {"WWW-Authenticate": challenge},
                "content": shapes.http(),
            },
        )
    if any(name not in _TAKES_ALL for name in subject.variables.values()):
        # To the router this is no path of the route; to who reads the document it is one.
        yield "404", {"description": "The path does not fit.", "content": shapes.http()}
    if plan.body is not None or (subject.served and subject.route.checks_length):
        yield "413", {"description": "The body is too large.", "content": shapes.http()}
    if can_misfit(subject):
        yield "422", {"description": "Validation Error", "content": shapes.validation()}


def can_misfit(subject: Subject) -> bool:
    """Return whether there is a request that finds its route, and yet does not fit the plan."""
    body = subject.plan.body
    if body is not None and (body.kind != "raw" or body.required):
        return True
    return any(_node_can_misfit(node, subject.variables) for node in subject.plan.parameters)


def _node_can_misfit(node: Parameter | Group, variables: Mapping[str, str]) -> bool:
    if isinstance(node, Group):
        return True
    if node.source is Source.QUERY:
        # What is percent-encoded in a query may be no UTF-8.
        return True
    if node.source is Source.PATH and _CONVERTED.get(variables.get(node.wire_name, "")) is node.annotation:
        # What the router cannot convert is no path of this route.
        return False
    if node.required and node.source is not Source.PATH:
        return True
    return not _takes_any_text(node.annotation)


def _takes_any_text(annotation: Any) -> bool:
    bare, metadata = unwrap(annotation)
    if bounds_of(metadata):
        return False
    if is_union(bare):
        return any(_takes_any_text(item) for item in members(bare) if not is_none(unwrap(item)[0]))
    return bare in _FREE_TEXT or bare in (list[str], set[str], tuple[str, ...], list, set)


_HTTP_ERROR: Object = {
    "title": "HTTPError",
    "type": "object",
    "properties": {"detail": {"description": "What went wrong: a text, or any JSON value."}},
    "required": ["detail"],
}
_VALIDATION_ERROR: Object = {
    "title": "ValidationError",
    "type": "object",
    "properties": {
        "loc": {
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            "description": "Where it is: the part of the request, then the name.",
        },
        "msg": {"type": "string", "description": "What does not fit."},
        "type": {"type": "string", "description": "The kind of error."},
    },
    "required": ["loc", "msg", "type"],
}
_VALIDATION_ERRORS: Object = {"type": "array", "items": {"$ref": "#/components/schemas/ValidationError"}}
_HTTP_VALIDATION_ERROR: Object = {
    "title": "HTTPValidationError",
    "type": "object",
    "properties": {"detail": _VALIDATION_ERRORS},
    "required": ["detail"],
}
_PROBLEM_PROPERTIES: Object = {
    "type": {"type": "string", "format": "uri-reference", "default": "about:blank"},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "instance": {"type": "string", "format": "uri-reference"},
    "detail": {"description": "What went wrong: a text, or any JSON value."},
}
_PROBLEM_SCHEMA: Object = {
    "title": "Problem",
    "description": "An error as RFC 9457 has it.",
    "type": "object",
    "properties": _PROBLEM_PROPERTIES,
    "required": ["type", "title", "status", "instance"],
}
_VALIDATION_PROBLEM: Object = {
    "title": "ValidationProblem",
    "description": "A request that does not fit, as RFC 9457 has it.",
    "type": "object",
    "properties": {**_PROBLEM_PROPERTIES, "errors": _VALIDATION_ERRORS},
    "required": ["type", "title", "status", "instance", "errors"],
}
