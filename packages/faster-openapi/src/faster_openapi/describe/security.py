"""What an operation asks of its caller: the security schemes among its dependencies, with their scopes."""

from collections.abc import Iterator
from typing import Any

from faster_core.plan.model import Dependency, Plan
from faster_openapi.model import Object

__all__ = ["describe_security", "has_query_scheme", "is_scheme", "refusing_schemes"]


def is_scheme(dependency: Any) -> bool:
    """Return whether a callable is a security scheme: it has a `scheme_name`, and a `model` for the document."""
    return isinstance(getattr(dependency, "scheme_name", None), str) and isinstance(
        getattr(dependency, "model", None), dict
    )


def describe_security(plan: Plan, schemes: dict[str, Object]) -> list[Object]:
    """Return the security requirements of an operation: the alternatives, each with its schemes and their scopes.

    Args:
        plan: What the route does.
        schemes: The security schemes of the document; those that are met here are added.
    """
    required: dict[str, list[str]] = {}
    optional: dict[str, list[str]] = {}
    for dependency in _schemes(plan):
        scheme: Any = dependency.function
        schemes.setdefault(scheme.scheme_name, scheme.model)
        wanted = required if getattr(scheme, "auto_error", True) else optional
        scopes = wanted.setdefault(scheme.scheme_name, [])
        scopes += [scope for scope in dependency.scopes if scope not in scopes]
    # Schemes that may be missing are alternatives, beside what has to be there.
    alternatives = [{**required, name: scopes} for name, scopes in optional.items()]
    return [required, *alternatives] if required else alternatives


def refusing_schemes(plan: Plan) -> list[Any]:
    """Return the schemes that answer missing credentials with 401."""
    return [item.function for item in _schemes(plan) if getattr(item.function, "auto_error", True)]


def has_query_scheme(plan: Plan) -> bool:
    """Return whether a scheme takes its credentials from the query string."""
    schemes: Iterator[Any] = (item.function for item in _schemes(plan))
    return any(scheme.model.get("in") == "query" for scheme in schemes)


def _schemes(plan: Plan) -> Iterator[Dependency]:
    return (dependency for dependency in plan.order if is_scheme(dependency.function))
