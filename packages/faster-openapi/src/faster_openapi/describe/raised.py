"""Exceptions that handlers and dependencies say they raise: `raises=[NotFound]`."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from faster_core.exceptions import HTTPException, RequestValidationError
from faster_core.plan.model import Plan
from faster_core.routing.decorators import as_injections
from faster_openapi.describe.error import ErrorShapes, phrase_of
from faster_openapi.describe.subject import Subject
from faster_openapi.model import Object

__all__ = ["raised_responses"]

_JSON = "application/json"


class _Raised(Struct, frozen=True):
    """What is known of an exception without raising it."""

    status: str
    description: str
    detail: str | None
    headers: Mapping[str, str]


def raised_responses(subject: Subject, shapes: ErrorShapes) -> Iterator[tuple[str, Object]]:
    """Give the responses that declared exceptions become, each with its status; several of one status are joined.

    Args:
        subject: What is described.
        shapes: The shapes of error answers.
    """
    found: dict[str, list[_Raised]] = {}
    for cls in _declared(subject.plan, subject):
        raised = _known_of(cls)
        found.setdefault(raised.status, []).append(raised)
    for status, several in found.items():
        texts = dict.fromkeys(item.description for item in several)
        content = shapes.validation() if status == "422" and _is_ours(subject) else shapes.http()
        examples = {item.detail: {"value": {"detail": item.detail}} for item in several if item.detail}
        # A problem has further members that nobody knows before it happens.
        if examples and _JSON in content:
            content[_JSON]["examples"] = examples
        response: Object = {"description": " Or: ".join(texts), "content": content}
        headers = {name: {"schema": {"type": "string"}} for item in several for name in item.headers}
        yield status, {**response, "headers": headers} if headers else response


def _is_ours(subject: Subject) -> bool:
    return any(issubclass(cls, RequestValidationError) for cls in _declared(subject.plan, subject))


def _declared(plan: Plan, subject: Subject) -> list[type[Exception]]:
    found = [*(subject.settings.raises or ()), *getattr(subject.handler, "__raises__", ())]
    for injection in (*subject.layer.dependencies, *as_injections(subject.settings.dependencies)):
        found += injection.raises
    for call in (plan.handler, *plan.order):
        for argument in call.arguments:
            found += argument.raises
    for dependency in plan.order:
        found += dependency.raises
    return list(dict.fromkeys(found))


def _known_of(cls: type[Exception]) -> _Raised:
    instance = _instance_of(cls)
    status = getattr(instance, "status_code", None) or getattr(cls, "status_code", None)
    if issubclass(cls, RequestValidationError):
        status = 422
    text = str(status) if isinstance(status, int) else "default"
    detail = getattr(instance, "detail", None) or getattr(cls, "detail", None)
    own = cls.__dict__.get("__doc__")
    description = inspect.cleandoc(own).partition("\n\n")[0].replace("\n", " ") if own else ""
    return _Raised(
        status=text,
        description=description or (detail if isinstance(detail, str) else "") or phrase_of(text),
        detail=detail if isinstance(detail, str) else None,
        headers=getattr(instance, "headers", None) or {},
    )


def _instance_of(cls: type[Exception]) -> Any:
    """Return an instance of an HTTPException that needs no arguments; None for any other."""
    if not issubclass(cls, HTTPException):
        return None
    try:
        inspect.signature(cls).bind()
    except (TypeError, ValueError):
        return None
    make: Callable[[], Exception] = cls
    return make()
