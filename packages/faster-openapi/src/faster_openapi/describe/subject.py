"""What is described: a route, a webhook or a callback, in one form."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from faster_core.diagnostic import Place
from faster_core.plan.model import Plan
from faster_core.plan.reader import PlanReader
from faster_core.response import Response
from faster_core.routing.declared import DeclaredRoute, Inclusion
from faster_core.routing.decorators import as_injections
from faster_core.routing.options import Layer, RouteSettings
from faster_core.routing.route import Route
from faster_core.routing.router import FasterRouter

__all__ = ["Subject", "subject_of", "subjects_of"]

_VARIABLE = re.compile(r"\{([^\W\d]\w*)(?::(\w+))?\}")


class Subject(Struct, frozen=True, eq=False, kw_only=True):
    """One handler at one path.

    Attributes:
        path: The path as OpenAPI writes it: `/items/{item_id}`.
        variables: The path's variables, each with the name of its convertor.
        methods: The methods, in upper case.
        name: The route's name.
        handler: The user's function.
        plan: What it does with a request.
        settings: What the route says about itself.
        layer: What is around it.
        response_class: What a result is made into.
        place: Where the handler is written.
        served: Whether the application answers it; webhooks and callbacks are answered by others.
        route: The route as the application serves it; for what is only declared, the declaration.
    """

    path: str
    variables: dict[str, str]
    methods: tuple[str, ...]
    name: str
    handler: Callable[..., Any]
    plan: Plan
    settings: RouteSettings
    layer: Layer
    response_class: type[Response]
    place: Place | None
    served: bool
    route: Any

    @property
    def path_format(self) -> str:
        """The path, by the name that FastAPI has for it."""
        return self.path

    @property
    def tags(self) -> list[str]:
        """All tags, the outermost first, each once."""
        return list(dict.fromkeys((*self.layer.tags, *(self.settings.tags or ()))))

    @property
    def endpoint(self) -> Callable[..., Any]:
        """The user's function, by the name that FastAPI has for it."""
        return self.handler

    @property
    def operation_id(self) -> str | None:
        """The operation's name, where the route says one."""
        return self.settings.operation_id


def subject_of(route: Route) -> Subject:
    """Return a route as it is described."""
    return Subject(
        path=_path_of(route.path),
        variables={item.name: item.convertor_name for item in route.template.parameters},
        methods=route.methods,
        name=route.name,
        handler=route.handler,
        plan=route.plan,
        settings=route.settings,
        layer=route.layer,
        response_class=route.answer.response_class,
        place=route.place,
        served=True,
        route=route,
    )


def subjects_of(items: Iterable[Any] | FasterRouter | None) -> list[Subject]:
    """Return webhooks or callbacks as they are described.

    Args:
        items: A router, or a sequence of routers, routes and declarations. Their paths may be names, or expressions
            such as `{$callback_url}/done`.

    Raises:
        TypeError: For anything else.
    """
    if items is None:
        return []
    return list(_walk([items] if isinstance(items, FasterRouter) else items, Layer(), PlanReader()))


def _walk(items: Iterable[Any], layer: Layer, reader: PlanReader) -> Iterator[Subject]:
    for item in items:
        if isinstance(item, FasterRouter):
            yield from _walk(item.declared, item.layer.inside(layer), reader)
        elif isinstance(item, Inclusion):
            yield from _walk([item.router], item.layer.inside(layer), reader)
        elif isinstance(item, DeclaredRoute):
            yield _declared(item, layer, reader)
        elif isinstance(item, Route):
            yield replace(subject_of(item), served=False)
        else:
            raise TypeError(
                f"callbacks and webhooks are routers and their routes, not {type(item).__name__}. "
                "Give a FasterRouter on which they are declared."
            )


def _declared(item: DeclaredRoute, layer: Layer, reader: PlanReader) -> Subject:
    path = layer.prefix + item.path
    variables = _variables(path)
    plan = reader.read(
        item.handler,
        path_names=variables,
        dependencies=(*layer.dependencies, *as_injections(item.settings.dependencies)),
        result=item.settings.response_model,
    )
    return Subject(
        path=_path_of(path),
        variables=variables,
        methods=item.methods,
        name=item.settings.name or str(getattr(item.handler, "__name__", type(item.handler).__name__)),
        handler=item.handler,
        plan=plan,
        settings=item.settings,
        layer=layer,
        response_class=item.settings.response_class or layer.response_class,
        place=item.place,
        served=False,
        route=item,
    )


def _variables(path: str) -> dict[str, str]:
    """Return the variables of a path, each with the name of its convertor; `{$request.body#/url}` is none of them."""
    return {name: convertor or "str" for name, convertor in _VARIABLE.findall(path)}


def _path_of(template: str) -> str:
    """Return a path template as OpenAPI writes it: `/items/{id:int}` is `/items/{id}`."""
    return _VARIABLE.sub(r"{\1}", template)
