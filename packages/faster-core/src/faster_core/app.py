"""The kernel: an ASGI application made of routes, and what is around them.

A request goes one way through it:

    1 door       `Door.serve`: HTTP, WebSocket and lifespan
    2 stack      the middleware, folded once; without any, nothing
    3 tree       `faster_router.Router`: the route, or 404 and 405
    4 plan       ┐
    5 handler    │ the endpoint that was generated for the route
    6 render     │
    7 send       ┘
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from importlib import import_module
from typing import Any, Protocol, Self

from faster_core.app_scope import AppScope
from faster_core.asyncgens import spare_loop
from faster_core.boundary import Boundary, ExceptionHandler, ExceptionKey
from faster_core.concurrency import set_thread_limit
from faster_core.datastructures import State, URLPath
from faster_core.diagnostic import Diagnostic
from faster_core.door import Door
from faster_core.lifespan import enter_mounted, enter_source, run_lifespan
from faster_core.limits import DEFAULT_LIMITS, Limits
from faster_core.middleware.entry import Middleware, MiddlewareFactory
from faster_core.overrides import Overrides
from faster_core.plan.model import Dependency
from faster_core.problem import problem_handlers, server_problem
from faster_core.readers import Readers, local_overrides
from faster_core.response import Response
from faster_core.routing.declared import Declared
from faster_core.routing.decorators import Decorators, as_injections, join_limits
from faster_core.routing.hooks import Hooks
from faster_core.routing.options import Layer
from faster_core.routing.router import FasterRouter
from faster_core.routing.table import RouteTable
from faster_core.server_error import server_error_handler
from faster_core.shutdown import Shutdown
from faster_core.types import Scope

__all__ = ["App", "Extension"]


class Extension(Protocol):
    """Something that adds itself to an application: routes, middleware, hooks."""

    def install(self, app: "App") -> None:
        """Add itself."""
        ...


class App(Door, Decorators, Hooks):
    """An ASGI application.

    Args:
        debug: Whether an unhandled error is answered with its traceback. Never in production.
        dependencies: Called before those of every route.
        default_response_class: What a result that is no response is made into; JSON unless given.
        redirect_slashes: Whether a path that differs from a route's only in its last slash is redirected there.
        middleware: Around everything, outermost first.
        exception_handlers: Answers exceptions, by class or status.
        on_startup: Called at start-up.
        on_shutdown: Called at shut-down.
        lifespan: Entered at start-up with the application, left at shut-down; the mapping that it yields is the state
            of every request.
        root_path: The path under which a proxy serves the application.
        responses: Further responses of every route in the document, by status.
        callbacks: Routes whose requests every route makes, for the document.
        deprecated: True marks every route.
        include_in_schema: False leaves every route out of the document.
        generate_unique_id_function: Makes the operations' names in the document.
        problem_details: Whether errors are answered as RFC 9457 problem details.
        strict_content_type: False reads a JSON body without Content-Type, too.
        max_body_size: Bytes of a body at most; None for the default of `Limits`.
        form_limits: Changes to the limits of forms: `max_fields`, `max_files`, `max_part_size`, `max_part_headers`.
        limits: All limits at once.
        threads: How many handlers and dependencies that are no coroutine functions run at once in this process.

    Attributes:
        state: For whatever the application wants to keep.
        dependency_overrides: Functions that stand in for dependencies, in tests above all.
        extensions: What was installed.
        shutting_down: Whether the server is about to stop; `await app.shutting_down.wait()` waits for it.

    Example:
        >>> app = App()
        >>> @app.get("/hello/{name}")
        ... async def hello(name: str) -> dict[str, str]:
        ...     return {"hello": name}
    """

    def __init__(
        self,
        *,
        debug: bool = False,
        dependencies: Sequence[Any] | None = None,
        default_response_class: type[Response] | None = None,
        redirect_slashes: bool = True,
        middleware: Sequence[Middleware] | None = None,
        exception_handlers: Mapping[ExceptionKey, ExceptionHandler] | None = None,
        on_startup: Sequence[Callable[[], Any]] | None = None,
        on_shutdown: Sequence[Callable[[], Any]] | None = None,
        lifespan: Callable[[Any], Any] | None = None,
        root_path: str = "",
        responses: Mapping[Any, Mapping[str, Any]] | None = None,
        callbacks: Sequence[Any] | None = None,
        deprecated: bool | None = None,
        include_in_schema: bool = True,
        generate_unique_id_function: Callable[[Any], str] | None = None,
        problem_details: bool = False,
        strict_content_type: bool = True,
        max_body_size: int | None = None,
        form_limits: Mapping[str, int] | None = None,
        limits: Limits | None = None,
        threads: int | None = None,
    ) -> None:
        if threads is not None:
            set_thread_limit(threads)
        super().__init__(redirect_slashes=redirect_slashes, on_lifespan=partial(run_lifespan, self._enter))
        self.debug = debug
        self.root_path: str = root_path.rstrip("/")
        self.state: State = State()
        self.problem_details = problem_details
        self.exception_handlers: dict[ExceptionKey, ExceptionHandler] = dict(exception_handlers or {})
        self.limits: Limits = (limits or DEFAULT_LIMITS).override(**join_limits(max_body_size, form_limits))
        self._overrides = Overrides(self._overrides_changed)
        self.extensions: list[Extension] = []
        self.router: FasterRouter = FasterRouter(on_startup=on_startup, on_shutdown=on_shutdown, lifespan=lifespan)
        self.startup_hooks: list[Callable[[], Any]] = self.router.startup_hooks
        self.shutdown_hooks: list[Callable[[], Any]] = self.router.shutdown_hooks
        self.user_middleware: list[Middleware] = list(middleware or ())
        self._layer = Layer(
            dependencies=as_injections(dependencies),
            responses=responses or {},
            callbacks=callbacks or (),
            deprecated=deprecated,
            include_in_schema=include_in_schema,
            default_response_class=default_response_class,
            generate_unique_id_function=generate_unique_id_function,
            exception_handlers=self.exception_handlers,
            strict_content_type=strict_content_type,
        )
        self._table = RouteTable(self, self._tree)
        self._readers = Readers(self._overrides)
        self.shutting_down: Shutdown = Shutdown()
        self._app_scope: AppScope | None = None
        self._app_lock = asyncio.Lock()
        self._local_overrides = 0
        self._wrap_dependency: Callable[[Callable[..., Any]], Callable[..., Any]] | None = None
        self._table.take(self.router, self._layer)

    # Declaring

    def declare(self, item: Declared) -> None:
        """Take a declaration in and serve it."""
        self.router.declare(item)

    def install(self, extension: Extension) -> None:
        """Add an extension."""
        extension.install(self)
        self.extensions.append(extension)

    def attach(self, router: FasterRouter) -> None:
        """Serve the routes of an extension: none of the application's dependencies, responses … applies to them."""
        self._table.take(router, Layer(exception_handlers=self.exception_handlers))

    def report(self, diagnostic: Diagnostic) -> None:
        """Take down what may be wrong, and warn of it where it is written."""
        self._table.warn(diagnostic)

    def add_middleware(self, middleware_class: MiddlewareFactory, /, *args: Any, **options: Any) -> None:
        """Put a middleware around the application, outside those added before: the last added runs first.

        Args:
            middleware_class: The class, or any callable that takes an application and gives one.
            *args: Its positional arguments after the application.
            **options: Its options.

        Raises:
            TypeError: For options that it does not take.
            RuntimeError: When the application has started.
        """
        if self._stack is not None:
            raise RuntimeError("Middleware cannot be added after the first request. Add it where the app is made.")
        self.user_middleware.insert(0, Middleware(middleware_class, *args, **options))

    def middleware(self, middleware_type: str) -> Callable[[Any], Any]:
        """Decorate a function `(request, call_next)` as middleware.

        Args:
            middleware_type: `"http"`.

        Raises:
            ValueError: For another type.
        """
        if middleware_type != "http":
            raise ValueError(f"There is no middleware type {middleware_type!r}. Write 'http'.")

        def register(dispatch: Any) -> Any:
            from faster_core.middleware.base import BaseHTTPMiddleware

            self.add_middleware(BaseHTTPMiddleware, dispatch=dispatch)
            return dispatch

        return register

    # Reading

    @property
    def routes(self) -> list[Any]:
        """The routes, mounts and hosts that are served, in the order in which they were added."""
        return list(self._tree.entries)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The warnings of start-up."""
        return self._table.diagnostics

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """Return the path of a route, percent-encoded.

        Args:
            name: The route's name; below a mount `mount:route`.
            **path_params: The variables of its template.

        Raises:
            NoMatchFound: When there is no such route.
        """
        return URLPath(self._tree.url_path_for(name, **path_params))

    @property
    def ready(self) -> bool:
        """Whether requests are welcome: from the end of start-up until the server is about to stop.

        Example:
            >>> app = App()
            >>> @app.get("/ready")
            ... async def ready() -> dict[str, bool]:
            ...     if not app.ready:
            ...         raise HTTPException(503)
            ...     return {"ready": True}
        """
        return self._app_scope is not None and not self.shutting_down

    def begin_shutdown(self) -> None:
        """Let readiness fail and `shutting_down` be true, ahead of the server's signal."""
        self.shutting_down.begin()

    # Overrides

    @property
    def dependency_overrides(self) -> dict[Callable[..., Any], Callable[..., Any]]:
        """Functions that stand in for dependencies: change it, or assign another mapping (None for an empty one)."""
        return self._overrides

    @dependency_overrides.setter
    def dependency_overrides(self, overrides: Mapping[Callable[..., Any], Callable[..., Any]] | None) -> None:
        self._overrides.replace(dict(overrides or {}))

    @contextmanager
    def override(self, overrides: Mapping[Callable[..., Any], Callable[..., Any]]) -> Iterator[None]:
        """Put functions in the place of dependencies, in this context only: other tasks and threads see nothing of it.

        Args:
            overrides: What stands in, by what is declared.
        """
        token = local_overrides.set({**(local_overrides.get() or {}), **overrides})
        self._local_overrides += 1
        self._overrides_changed(dict(overrides))
        try:
            yield
        finally:
            local_overrides.reset(token)
            self._local_overrides -= 1
            self._overrides_changed(dict(overrides))

    def _overrides_changed(self, functions: dict[Callable[..., Any], Any]) -> None:
        self._readers.forget()
        for route in self._table.routes():
            if route.depends_on(functions):
                route.reset(contextual=self._local_overrides > 0)

    def wrap_dependencies(self, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        """Let routes call their dependencies through what `wrap` makes of them: what traces or times each.

        It is asked when a route's endpoint is generated, once for each dependency, so that nothing is looked up by a
        request. A later wrapper is around the earlier ones. Dependencies of scope `app` are made once, and not wrapped.

        Args:
            wrap: Takes a dependency's function and returns one of the same kind (a coroutine function for a coroutine
                function, and so on), which takes the same arguments.

        Example:
            >>> app = App()
            >>> def told(function: Callable[..., Any]) -> Callable[..., Any]:
            ...     @functools.wraps(function)
            ...     async def call(*args: Any, **kwargs: Any) -> Any:
            ...         print(function.__name__)
            ...         return await function(*args, **kwargs)
            ...
            ...     return call if inspect.iscoroutinefunction(function) else function
            >>> app.wrap_dependencies(told)
        """
        inner = self._wrap_dependency
        self._wrap_dependency = wrap if inner is None else lambda function: wrap(inner(function))
        for route in self._table.routes():
            route.reset(contextual=self._local_overrides > 0)

    def wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return what a dependency is called by."""
        return function if self._wrap_dependency is None else self._wrap_dependency(function)

    @property
    def readers(self) -> Readers:
        """What reads plans, with and without overrides."""
        return self._readers

    def boundary_for(self, layer: Layer) -> Boundary:
        """Return the boundary that answers what is raised within a layer."""
        return Boundary(
            layer.exception_handlers,
            defaults=problem_handlers if self.problem_details else None,
            server_error=self._server_error(),
        )

    def _boundary(self) -> Boundary:
        return self.boundary_for(self._layer)

    def _server_error(self) -> ExceptionHandler:
        if self.problem_details and not self.debug:
            return server_problem
        return server_error_handler(debug=self.debug)

    def scope(self) -> AppScope:
        """Return a scope that gives dependencies outside a request: `async with app.scope() as scope: …`."""
        return AppScope(self, local_overrides.get())

    def app_known(self, dependency: Dependency, missing: Any) -> Any:
        """Return the value of a dependency of scope `app`, or `missing` as long as it is not made."""
        return missing if self._app_scope is None else self._app_scope.known(dependency, missing)

    async def app_value(self, dependency: Dependency) -> Any:
        """Return the value of a dependency of scope `app`; one that came after start-up, an override say, is made now.

        Raises:
            RuntimeError: Before start-up.
        """
        if self._app_scope is None:
            raise RuntimeError(
                f"{dependency.place} lives as long as the application (scope='app'), which has not started. "
                "Run its lifespan: `with TestClient(app)` in a test."
            )
        async with self._app_lock:
            return await self._app_scope.value_of(dependency)

    # Living

    async def _enter(self, stack: AsyncExitStack, scope: Scope) -> None:
        """Enter everything that lives as long as the application."""
        # What generates endpoints, which the first request would have to wait for.
        import_module("faster_core.endpoint.build")
        stack.enter_context(self.shutting_down.live())
        for source in self._table.sources:
            await enter_source(stack, source, self, scope)
        app_scope = await stack.enter_async_context(AppScope(self, for_app=True))
        for route in self._table.routes():
            for dependency in route.plan.order:
                if dependency.scope == "app":
                    await app_scope.get(dependency.original)
        stack.enter_context(spare_loop())
        self._app_scope, self._app_lock = app_scope, asyncio.Lock()
        stack.callback(self._forget_app_scope)
        await stack.enter_async_context(enter_mounted(self._tree.mounts, scope))

    def _forget_app_scope(self) -> None:
        self._app_scope = None

    def __repr__(self) -> Any:
        return f"{type(self).__name__}({len(self._tree.entries)} routes)"

    def __copy__(self) -> Self:
        raise TypeError("An application cannot be copied. Make another.")
