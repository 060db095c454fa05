"""`FasterRouter`: routes declared together, to be included in an application or in another router."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from faster_core.diagnostic import Diagnostic, place_of_caller
from faster_core.exceptions import ConfigurationError
from faster_core.middleware.entry import Middleware
from faster_core.response import Response
from faster_core.routing.declared import Declared, Inclusion
from faster_core.routing.decorators import Decorators, as_injections, check_prefix, join_limits
from faster_core.routing.hooks import Hooks
from faster_core.routing.options import Layer

__all__ = ["FasterRouter"]


class FasterRouter(Decorators, Hooks):
    """Routes declared together.

    It stays alive after it was included: routes and routers that it gets later are in every application that includes
    it.

    Args:
        prefix: Put before the paths; begins with a slash and does not end with one.
        tags: Groups in the document.
        dependencies: Called before those of the routes.
        responses: Further responses in the document, by status.
        callbacks: Routes whose requests these make, for the document.
        default_response_class: For routes that name none.
        deprecated: True marks all routes.
        include_in_schema: False leaves all routes out of the document.
        generate_unique_id_function: Makes the operations' names.
        middleware: Around these routes only, outermost first.
        exception_handlers: For what these routes raise, in front of the application's.
        on_startup: Called when the application starts.
        on_shutdown: Called when it stops.
        lifespan: Entered when the application starts, left when it stops.
        max_body_size: Bytes of a body at most.
        form_limits: Changes to the limits of forms.
        strict_content_type: False reads a body without Content-Type as JSON.

    Raises:
        ConfigurationError: FA105, for a prefix that cannot be right.

    Example:
        >>> router = FasterRouter(prefix="/users", tags=["users"])
        >>> @router.get("/{user_id}")
        ... async def read_user(user_id: int) -> dict[str, int]:
        ...     return {"user_id": user_id}
    """

    def __init__(
        self,
        *,
        prefix: str = "",
        tags: Sequence[str] | None = None,
        dependencies: Sequence[Any] | None = None,
        responses: Mapping[Any, Mapping[str, Any]] | None = None,
        callbacks: Sequence[Any] | None = None,
        default_response_class: type[Response] | None = None,
        deprecated: bool | None = None,
        include_in_schema: bool = True,
        generate_unique_id_function: Callable[[Any], str] | None = None,
        middleware: Sequence[Middleware] | None = None,
        exception_handlers: Mapping[Any, Callable[..., Any]] | None = None,
        on_startup: Sequence[Callable[[], Any]] | None = None,
        on_shutdown: Sequence[Callable[[], Any]] | None = None,
        lifespan: Callable[[Any], Any] | None = None,
        max_body_size: int | None = None,
        form_limits: Mapping[str, int] | None = None,
        strict_content_type: bool | None = None,
    ) -> None:
        check_prefix(prefix, "FasterRouter")
        self.prefix = prefix
        self.exception_handlers: dict[Any, Callable[..., Any]] = dict(exception_handlers or {})
        self.startup_hooks: list[Callable[[], Any]] = list(on_startup or ())
        self.shutdown_hooks: list[Callable[[], Any]] = list(on_shutdown or ())
        self.lifespan = lifespan
        self.layer: Layer = Layer(
            prefix=prefix,
            tags=tags or (),
            dependencies=as_injections(dependencies),
            responses=responses or {},
            callbacks=callbacks or (),
            deprecated=deprecated,
            include_in_schema=include_in_schema,
            default_response_class=default_response_class,
            generate_unique_id_function=generate_unique_id_function,
            middleware=tuple(middleware or ()),
            exception_handlers=self.exception_handlers,
            limits=join_limits(max_body_size, form_limits),
            strict_content_type=strict_content_type,
        )
        self.declared: list[Declared] = []
        self._listeners: list[Callable[[Declared], None]] = []

    @property
    def routes(self) -> list[Declared]:
        """What was declared, in order, without what is around it; `callbacks=` and `webhooks=` take it."""
        return list(self.declared)

    def declare(self, item: Declared) -> None:
        """Take a declaration in, and tell every application that includes this router.

        Raises:
            ConfigurationError: FA106 for a router inside itself; or whatever an application finds wrong.
        """
        if isinstance(item, Inclusion) and (item.router is self or item.router.includes(self)):
            place = place_of_caller()
            where = f"{place}: a" if place else "A"
            raise ConfigurationError(
                Diagnostic(
                    "FA106",
                    f"{where} router is included in itself, directly or through others, so its routes have no end.",
                    "Include another router, or take one of the inclusions out.",
                    (place,) if place else (),
                )
            )
        self.declared.append(item)
        for listener in self._listeners:
            listener(item)

    def includes(self, router: "FasterRouter") -> bool:
        """Tell whether another router is inside this one, at any depth."""
        inner = [item.router for item in self.declared if isinstance(item, Inclusion)]
        return any(item is router or item.includes(router) for item in inner)

    def listen(self, listener: Callable[[Declared], None]) -> None:
        """Call `listener` with every declaration, those already there first."""
        for item in list(self.declared):
            listener(item)
        self._listeners.append(listener)
