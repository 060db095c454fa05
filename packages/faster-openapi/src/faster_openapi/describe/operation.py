"""One operation: a method at a path."""

from collections.abc import Mapping
from typing import Any

from faster_openapi.describe.body import describe_body
from faster_openapi.describe.error import ErrorShapes
from faster_openapi.describe.identity import Identities
from faster_openapi.describe.parameter import describe_parameters
from faster_openapi.describe.response import describe_responses
from faster_openapi.describe.security import describe_security
from faster_openapi.describe.subject import Subject, subjects_of
from faster_openapi.describe.text import description_of, summary_of
from faster_openapi.model import Object
from faster_openapi.schema import Components, plain

__all__ = ["Describer", "merge"]


class Describer:
    """Describes operations of one document.

    Args:
        components: Takes the types in.
        shapes: The shapes of error answers.

    Attributes:
        schemes: The security schemes that were met, by name.
        identities: The names of the operations.
    """

    def __init__(self, components: Components, shapes: ErrorShapes) -> None:
        self.schemes: dict[str, Object] = {}
        self.identities: Identities = Identities()
        self._components = components
        self._shapes = shapes

    def path_item(self, subject: Subject) -> Object:
        """Return the operations of a subject by method; a method without a field of its own under its name."""
        return {method.lower(): self.operation(subject, method) for method in subject.methods}

    def operation(self, subject: Subject, method: str) -> Object:
        """Return the operation object of one method.

        Args:
            subject: What is described.
            method: The method, in upper case.
        """
        settings, plan = subject.settings, subject.plan
        operation_id = self.identities.name(subject, method)
        operation: Object = {}
        if subject.tags:
            operation["tags"] = [plain(tag) for tag in subject.tags]
        operation["summary"] = settings.summary or summary_of(subject.name)
        description = settings.description
        description = description_of(subject.handler) if description is None else description
        if description:
            operation["description"] = description
        operation["operationId"] = operation_id
        parameters = describe_parameters(subject, self._components)
        if parameters:
            operation["parameters"] = parameters
        if plan.body is not None:
            operation["requestBody"] = describe_body(plan.body, operation_id, self._components)
        operation["responses"] = describe_responses(subject, self._components, self._shapes)
        security = describe_security(plan, self.schemes)
        if security:
            operation["security"] = security
        if settings.deprecated or subject.layer.deprecated:
            operation["deprecated"] = True
        callbacks = self._callbacks(subject)
        if callbacks:
            operation["callbacks"] = callbacks
        return merge(operation, plain(settings.openapi_extra)) if settings.openapi_extra else operation

    def _callbacks(self, subject: Subject) -> Object:
        callbacks: Object = {}
        for callback in subjects_of((*subject.layer.callbacks, *(subject.settings.callbacks or ()))):
            described = callbacks.setdefault(callback.name, {}).setdefault(callback.path, {})
            described.update(self.path_item(callback))
        return callbacks


def merge(base: Object, extra: Mapping[str, Any]) -> Object:
    """Return two objects as one, all the way down; of two values the second wins, two lists are joined."""
    merged = dict(base)
    for name, value in extra.items():
        known = merged.get(name)
        if isinstance(known, dict) and isinstance(value, Mapping):
            merged[name] = merge(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            merged[name] = [*known, *value]
        else:
            merged[name] = value
    return merged
