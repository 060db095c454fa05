"""Routes as an application serves them: a declaration in its place, with its plan, and the endpoint built from it.

An endpoint is built, and what builds it imported, by the first request that needs it, so that a thousand routes start
fast. Until then, and after an override has changed what a route depends on, `app` builds it and hands over.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace

from faster_core.boundary import Boundary
from faster_core.codec import UnsupportedTypeError
from faster_core.diagnostic import Diagnostic, Place, describe_callable
from faster_core.exceptions import ConfigurationError, ValidationError
from faster_core.limits import DEFAULT_LIMITS, Limits
from faster_core.middleware.entry import fold
from faster_core.plan.model import Dependency, Plan
from faster_core.plan.protocol import check_protocol
from faster_core.plan.reader import PlanReader
from faster_core.plan.signature import key_of
from faster_core.readers import Readers, local_overrides
from faster_core.response import Response
from faster_core.routing.declared import DeclaredRoute, DeclaredWebSocket
from faster_core.routing.decorators import as_injections, join_limits
from faster_core.routing.mounted import Guarded
from faster_core.routing.options import Layer, RouteSettings
from faster_core.shutdown import Shutdown
from faster_core.types import ASGIApp, Receive, Scope, Send
from faster_router import PathTemplate

if TYPE_CHECKING:
    from faster_core.endpoint.answer import Answer
    from faster_core.endpoint.build import Endpoint, Setting
    from faster_core.result import Renderer

__all__ = ["Owner", "Route", "WebSocketRoute"]

Overrides = Mapping[Callable[..., Any], Callable[..., Any]]


class Owner(Protocol):
    """What a route asks of the application around it."""

    limits: Limits
    shutting_down: Shutdown

    @property
    def readers(self) -> Readers:
        """What reads plans, with and without overrides."""
        ...

    def routes_changed(self) -> None:
        """Notice that routes have come."""
        ...

    def boundary_for(self, layer: Layer) -> Boundary:
        """Return the boundary that answers what a route raises."""
        ...

    def wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return what a dependency is called by."""
        ...

    def app_known(self, dependency: Dependency, missing: Any) -> Any:
        """Return the value of a dependency that lives as long as the application, or `missing` before it is made."""
        ...

    async def app_value(self, dependency: Dependency) -> Any:
        """Return the value of a dependency that lives as long as the application, made if need be."""
        ...


class _BaseRoute:
    """What the two kinds of route have in common.

    Attributes:
        path: The path template as text, with every prefix.
        template: The path template.
        name: The name for `url_path_for`.
        handler: The user's function.
        place: Where it is written.
        settings: What the route says about itself.
        layer: What is around it, joined.
        limits: The budgets of a request.
        plan: What it does with a request, without overrides.
        app: The ASGI application that answers now.
    """

    def __init__(self, owner: Owner, declared: DeclaredRoute | DeclaredWebSocket, layer: Layer) -> None:
        self.path: str = layer.prefix + declared.path
        self.template: PathTemplate = PathTemplate(self.path)
        self.handler: Callable[..., Any] = declared.handler
        self.place: Place | None = declared.place
        self.settings: RouteSettings = declared.settings
        self.layer = layer
        self.name: str = declared.settings.name or _name_of(declared.handler)
        own = join_limits(declared.settings.max_body_size, declared.settings.form_limits)
        self.limits: Limits = layer.limits_inside(owner.limits).override(**own)
        self._owner = owner
        self._endpoints: dict[int, tuple[Overrides | None, ASGIApp]] = {}
        self.plan: Plan = self._read(owner.readers.declared())
        self._functions = _functions_of(self.plan)
        self.app: ASGIApp = self._build_and_serve

    @property
    def endpoint(self) -> Callable[..., Any]:
        """The user's function, by the name that FastAPI has for it."""
        return self.handler

    @property
    def dependencies(self) -> tuple[Any, ...]:
        """Every `Depends()` that is not an argument: the application's, the routers', the route's."""
        return (*self.layer.dependencies, *as_injections(self.settings.dependencies))

    def depends_on(self, functions: Mapping[Callable[..., Any], Any]) -> bool:
        """Tell whether one of these functions is a dependency of this route, at any depth."""
        return not self._functions.isdisjoint(functions)

    def reset(self, *, contextual: bool = False) -> None:
        """Forget the endpoint; the next request builds it anew.

        Args:
            contextual: Whether `with app.override(…)` is going on somewhere, so that each request has to be asked for
                its overrides.
        """
        self._endpoints.clear()
        self.app = self._serve_contextual if contextual else self._build_and_serve

    def explain(self) -> "Endpoint":
        """Return the endpoint as it is generated, with its source."""
        return self._generate(self._plan_with(local_overrides.get()))

    def _build_and_serve(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        self.app = self._build(None)
        return self.app(scope, receive, send)

    def _serve_contextual(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        overrides = local_overrides.get()
        built = self._endpoints.get(id(overrides))
        if built is None:
            # The mapping is kept beside the endpoint, so that its id stays its own.
            built = self._endpoints[id(overrides)] = (overrides, self._build(overrides))
        return built[1](scope, receive, send)

    def _build(self, overrides: Overrides | None) -> ASGIApp:
        plan = self._plan_with(overrides)
        # What an override depends on can be overridden in turn.
        self._functions |= _functions_of(plan)
        endpoint: ASGIApp = self._generate(plan).app
        middleware = (*self.layer.middleware, *(self.settings.middleware or ()))
        if not middleware:
            return endpoint
        return Guarded(fold(endpoint, middleware), lambda: self._owner.boundary_for(self.layer))

    def _plan_with(self, overrides: Overrides | None) -> Plan:
        """Return the plan with overrides in place; without any, what was read at registration."""
        readers = self._owner.readers
        reader = readers.current(overrides)
        return self.plan if reader is readers.declared() else self._read(reader)

    def _read(self, reader: PlanReader) -> Plan:
        raise NotImplementedError

    def _generate(self, plan: Plan) -> "Endpoint":
        raise NotImplementedError

    def _setting(self, title: str, *, checks_length: bool = False) -> "Setting":
        from faster_core.endpoint.build import Setting

        strict = self.settings.strict_content_type
        strict = self.layer.strict_content_type if strict is None else strict
        return Setting(
            title=title,
            limits=self.limits,
            fail=self._fail,
            fail_websocket=self._fail_websocket,
            app_known=self._owner.app_known,
            app_value=self._owner.app_value,
            wrapped=self._owner.wrapped,
            shutdown=self._owner.shutting_down,
            strict_content_type=strict is not False,
            checks_length=checks_length,
            converted=frozenset(
                parameter.name for parameter in self.template.parameters if parameter.convertor_name not in _TEXT
            ),
        )

    async def _fail(self, error: Exception, scope: Scope, receive: Receive, send: Send, sent: int) -> None:
        self._name_handler(error)
        await self._owner.boundary_for(self.layer).fail(error, scope, receive, send, sent)

    async def _fail_websocket(self, error: Exception, websocket: Any) -> None:
        self._name_handler(error)
        await self._owner.boundary_for(self.layer).fail_websocket(error, websocket)

    def _name_handler(self, error: Exception) -> None:
        """Note in an error whose data did not fit: of a traceback only the generated lines are left by now."""
        if isinstance(error, ValidationError) and error.handler is None:
            error.handler = self.handler


_TEXT = ("str", "path")
_BODILESS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))


class Route(_BaseRoute):
    """A handler for some methods at a path.

    Attributes:
        methods: The methods, in upper case.
        response_class: What a result that is no response is made into.
    """

    def __init__(self, owner: Owner, declared: DeclaredRoute, layer: Layer) -> None:
        self.methods: tuple[str, ...] = declared.methods
        super().__init__(owner, declared, layer)
        response_class: Any = self.settings.response_class or layer.response_class
        self.response_class: type[Response] = response_class
        self._status_code = int(self.settings.status_code or _own_status(response_class))
        # Made at once, since a result that cannot be written is a mistake of the program.
        self._rendering: Renderer = self._renderer()

    @cached_property
    def answer(self) -> "Answer":
        """How the result becomes a response."""
        from faster_core.endpoint.answer import Answer

        return Answer(
            status_code=self._status_code,
            response_class=self.response_class,
            renderer=self._rendering,
        )

    @property
    def path_format(self) -> str:
        """The path without convertors: `/items/{item_id}`."""
        return re.sub(r":\w+\}", "}", self.path)

    @property
    def tags(self) -> list[Any]:
        """All tags, the outermost first, each once."""
        return list(dict.fromkeys((*self.layer.tags, *(self.settings.tags or ()))))

    @property
    def summary(self) -> str | None:
        """The line for the document; None for the function's name."""
        return self.settings.summary

    @property
    def include_in_schema(self) -> bool:
        """Whether the route is in the document."""
        return self.settings.include_in_schema and self.layer.include_in_schema

    @property
    def operation_id(self) -> str | None:
        """The operation's name in the document; None for a name that is made. May be set before the first document."""
        return self.settings.operation_id

    @operation_id.setter
    def operation_id(self, operation_id: str | None) -> None:
        # The settings are shared with the declaration, which another application may include, too.
        self.settings: RouteSettings = replace(self.settings, operation_id=operation_id)

    @property
    def checks_length(self) -> bool:
        """Whether a body is refused by its Content-Length, whoever reads it: where a limit of one's own is set."""
        limited = self.limits.max_stream_size < DEFAULT_LIMITS.max_stream_size
        return limited and not _BODILESS.issuperset(self.methods)

    def _renderer(self) -> "Renderer":
        # Imported with the first route: whoever only names things of this package has no results.
        from faster_core.result import renderer

        settings = self.settings
        try:
            return renderer(
                self.plan.result,
                include=settings.response_model_include,
                exclude=settings.response_model_exclude,
                exclude_unset=settings.response_model_exclude_unset,
                exclude_defaults=settings.response_model_exclude_defaults,
                exclude_none=settings.response_model_exclude_none,
                by_alias=settings.response_model_by_alias,
            )
        except UnsupportedTypeError as error:
            why, _, fix = str(error).partition(". ")
            message = (
                f"the result of {describe_callable(self.handler)} has a type that nothing can be converted to: {why}"
            )
            places = (self.place,) if self.place else ()
            raise ConfigurationError(Diagnostic("FA124", f"{message.rstrip('.')}.", fix, places)) from error

    def _read(self, reader: PlanReader) -> Plan:
        plan = reader.read(
            self.handler,
            path_names=self.template.names,
            dependencies=self.dependencies,
            result=self.settings.response_model,
        )
        check_protocol(plan, websocket=False)
        return plan

    def _generate(self, plan: Plan) -> "Endpoint":
        title = f"{' '.join(self.methods)} {self.path}"
        from faster_core.endpoint.build import build_endpoint

        return build_endpoint(plan, self.answer, self._setting(title, checks_length=self.checks_length))

    def __repr__(self) -> str:
        return f"Route({' '.join(self.methods)} {self.path} → {self.name})"


class WebSocketRoute(_BaseRoute):
    """A handler for WebSockets at a path."""

    def _read(self, reader: PlanReader) -> Plan:
        plan = reader.read(
            self.handler,
            path_names=self.template.names,
            dependencies=self.dependencies,
            result=None,
        )
        check_protocol(plan, websocket=True)
        return plan

    def _generate(self, plan: Plan) -> "Endpoint":
        from faster_core.endpoint.build import build_websocket_endpoint

        return build_websocket_endpoint(plan, self._setting(f"WEBSOCKET {self.path}"))

    def __repr__(self) -> str:
        return f"WebSocketRoute({self.path} → {self.name})"


def _functions_of(plan: Plan) -> frozenset[Any]:
    return frozenset(key_of(dependency.original) for dependency in plan.order)


@lru_cache(maxsize=256)
def _own_status(response_class: type[Response]) -> int:
    """Return the status that a response class has of itself: 307 for a redirect, 200 for most."""
    status = inspect.signature(response_class).parameters.get("status_code")
    return status.default if status is not None and isinstance(status.default, int) else 200


def _name_of(handler: Callable[..., Any]) -> str:
    return str(getattr(handler, "__name__", None) or type(handler).__name__)
