"""What a route says about itself, and what it takes over from the routers and the application around it.

The words are FastAPI's. Core records them; `faster_openapi` reads those that are for the document.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypedDict

from msgspec import Struct, field

from faster_core.limits import Limits
from faster_core.middleware.entry import Middleware
from faster_core.params import Injection, UnknownArgumentError
from faster_core.plan.result import UNSET_MODEL
from faster_core.response import JSONResponse, Response

__all__ = ["Layer", "RouteOptions", "RouteSettings", "check_names"]


class RouteOptions(TypedDict, total=False):
    """What every route decorator takes, beside the path.

    Attributes:
        response_model: The type that the result is filtered by; None for none, otherwise the return annotation.
        status_code: The status of the response; 200 unless given.
        tags: Groups in the document.
        dependencies: Dependencies whose results nobody reads.
        summary: A line for the document; None for the function's name.
        description: Markdown for the document; None for the function's docstring.
        response_description: A text for the response in the document.
        responses: Further responses in the document, by status.
        deprecated: Shown in the document.
        operation_id: The operation's name in the document.
        response_model_include: Fields that the response has, others not.
        response_model_exclude: Fields that the response has not.
        response_model_by_alias: Whether fields have their names on the wire; True unless given.
        response_model_exclude_unset: Leave out what was not set.
        response_model_exclude_defaults: Leave out what is equal to its default.
        response_model_exclude_none: Leave out what is None.
        include_in_schema: False leaves the route out of the document.
        response_class: What a result that is no response is made into.
        name: The name for `url_path_for`; None for the function's.
        callbacks: Routes whose requests this one makes, for the document.
        openapi_extra: Merged into the operation in the document.
        generate_unique_id_function: Makes the operation's name from the route.
        raises: The exceptions that the handler raises, for the document.
        middleware: Middleware around this route only, outermost first.
        max_body_size: Bytes of the body at most.
        form_limits: Changes to the limits of forms: `max_fields`, `max_files`, `max_part_size`, `max_part_headers`.
        strict_content_type: False reads a body without Content-Type as JSON.
    """

    response_model: Any
    status_code: int | None
    tags: Sequence[str] | None
    dependencies: Sequence[Any] | None
    summary: str | None
    description: str | None
    response_description: str
    # Any for int | str: the key of a Mapping is invariant, and a dict[int, …] has to fit.
    responses: Mapping[Any, Mapping[str, Any]] | None
    deprecated: bool | None
    operation_id: str | None
    response_model_include: Any
    response_model_exclude: Any
    response_model_by_alias: bool
    response_model_exclude_unset: bool
    response_model_exclude_defaults: bool
    response_model_exclude_none: bool
    include_in_schema: bool
    response_class: type[Response] | None
    name: str | None
    callbacks: Sequence[Any] | None
    openapi_extra: Mapping[str, Any] | None
    generate_unique_id_function: Callable[[Any], str] | None
    raises: Sequence[type[Exception]] | None
    middleware: Sequence[Middleware] | None
    max_body_size: int | None
    form_limits: Mapping[str, int] | None
    strict_content_type: bool | None


class RouteSettings(Struct, frozen=True, eq=False, kw_only=True):
    """The options of one route, each with its default. See `RouteOptions`."""

    response_model: Any = UNSET_MODEL
    status_code: int | None = None
    tags: Sequence[str] | None = None
    dependencies: Sequence[Any] | None = None
    summary: str | None = None
    description: str | None = None
    response_description: str = "Successful Response"
    responses: Mapping[Any, Mapping[str, Any]] | None = None
    deprecated: bool | None = None
    operation_id: str | None = None
    response_model_include: Any = None
    response_model_exclude: Any = None
    response_model_by_alias: bool = True
    response_model_exclude_unset: bool = False
    response_model_exclude_defaults: bool = False
    response_model_exclude_none: bool = False
    include_in_schema: bool = True
    response_class: type[Response] | None = None
    name: str | None = None
    callbacks: Sequence[Any] | None = None
    openapi_extra: Mapping[str, Any] | None = None
    generate_unique_id_function: Callable[[Any], str] | None = None
    raises: Sequence[type[Exception]] | None = None
    middleware: Sequence[Middleware] | None = None
    max_body_size: int | None = None
    form_limits: Mapping[str, int] | None = None
    strict_content_type: bool | None = None


class Layer(Struct, frozen=True, eq=False, kw_only=True):
    """What an application, a router or an inclusion adds to the routes inside it.

    Attributes:
        prefix: Put before their paths.
        tags: Put before their tags.
        dependencies: Called before theirs.
        responses: Further responses in the document; theirs win.
        callbacks: Put before their callbacks.
        deprecated: True marks all of them.
        include_in_schema: False leaves all of them out of the document.
        default_response_class: For those that name none; the innermost counts.
        generate_unique_id_function: For those that name none; the innermost counts.
        middleware: Around them, outermost first.
        exception_handlers: For what they raise; the innermost counts. The mapping is read at each exception.
        limits: Changes to the limits; the innermost count.
        strict_content_type: For those that say nothing; the innermost counts.
    """

    prefix: str = ""
    tags: Sequence[str] = ()
    dependencies: Sequence[Injection] = ()
    responses: Mapping[Any, Mapping[str, Any]] = field(default_factory=dict)
    callbacks: Sequence[Any] = ()
    deprecated: bool | None = None
    include_in_schema: bool = True
    default_response_class: type[Response] | None = None
    generate_unique_id_function: Callable[[Any], str] | None = None
    middleware: Sequence[Middleware] = ()
    exception_handlers: Mapping[Any, Callable[..., Any]] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    strict_content_type: bool | None = None

    def inside(self, outer: "Layer") -> "Layer":
        """Return this layer joined with the one around it."""
        return Layer(
            prefix=outer.prefix + self.prefix,
            tags=(*outer.tags, *self.tags),
            dependencies=(*outer.dependencies, *self.dependencies),
            responses={**outer.responses, **self.responses},
            callbacks=(*outer.callbacks, *self.callbacks),
            deprecated=outer.deprecated or self.deprecated,
            include_in_schema=outer.include_in_schema and self.include_in_schema,
            default_response_class=self.default_response_class or outer.default_response_class,
            generate_unique_id_function=self.generate_unique_id_function or outer.generate_unique_id_function,
            middleware=(*outer.middleware, *self.middleware),
            exception_handlers=_Chained(self.exception_handlers, outer.exception_handlers),
            limits={**outer.limits, **self.limits},
            strict_content_type=outer.strict_content_type
            if self.strict_content_type is None
            else self.strict_content_type,
        )

    def limits_inside(self, limits: Limits) -> Limits:
        """Return limits with the changes of this layer."""
        return limits.override(**self.limits)

    @property
    def response_class(self) -> type[Response]:
        """What a result is made into where a route names nothing."""
        return self.default_response_class or JSONResponse


class _Chained(Mapping[Any, Any]):
    """Two mappings as one, the first in front; both are read anew each time."""

    def __init__(self, first: Mapping[Any, Any], second: Mapping[Any, Any]) -> None:
        self._first = first
        self._second = second

    def __getitem__(self, key: Any) -> Any:
        return self._first[key] if key in self._first else self._second[key]

    def __iter__(self) -> Any:
        return iter({**self._second, **self._first})

    def __len__(self) -> int:
        return len({**self._second, **self._first})


_ROUTE_NAMES = frozenset(RouteSettings.__struct_fields__)


def check_names(function: str, given: Iterable[str], known: Iterable[str] = _ROUTE_NAMES) -> None:
    """Refuse keywords that a function does not have.

    Args:
        function: The function's name, for the message.
        given: The keywords given.
        known: The keywords that there are; those of a route unless given.

    Raises:
        UnknownArgumentError: FA140, a TypeError, with the nearest keyword that there is.
    """
    if known is _ROUTE_NAMES and _ROUTE_NAMES.issuperset(given):
        return
    known = set(known)
    for name in given:
        if name not in known:
            raise UnknownArgumentError.naming(function, name, known)
