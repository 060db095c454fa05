"""What the tests of documents share."""

from collections.abc import Callable
from typing import Any

from faster_core.app import App
from faster_openapi import OpenAPI, document
from faster_openapi.model import Use
from faster_openapi.schema import Components

__all__ = ["application", "components_of", "operation", "schema_of"]

Handler = Callable[..., Any]


def application(**settings: Any) -> Any:
    """An application with a document."""
    app = App(**settings.pop("app", {}))
    app.install(OpenAPI(**settings))
    return app


def operation(
    handler: Handler, path: str = "/", method: str = "GET", *, version: str = "3.2.0", app: Any = None, **options: Any
) -> Any:
    """The operation object of one handler."""
    app = app or App()
    app.add_api_route(path, handler, methods=[method], **options)
    item = next(iter(document(app, version)["paths"].values()))
    return item[method.lower()]


def components_of(*annotations: Any, use: Use | None = None, separate: bool = True) -> tuple[list[Any], dict[str, Any]]:
    """The schemas of types, and the components that they name."""
    components = Components(separate=separate)
    found = [components.schema(annotation, use or Use()) for annotation in annotations]
    named = components.finish()
    return [components.resolve(schema) for schema in found], named


def schema_of(annotation: Any, use: Use | None = None) -> Any:
    """The schema of a type; of one with a name, what the name stands for."""
    [schema], named = components_of(annotation, use=use)
    reference = schema.get("$ref")
    return named[reference.rpartition("/")[2]] if reference else schema
