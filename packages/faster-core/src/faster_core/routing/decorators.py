"""The decorators that an application and a router have in common."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack

from faster_core.diagnostic import Diagnostic, place_of, place_of_caller
from faster_core.exceptions import ConfigurationError
from faster_core.params import Injection
from faster_core.response import Response
from faster_core.routing.declared import (
    Declared,
    DeclaredFrontend,
    DeclaredHost,
    DeclaredMount,
    DeclaredRoute,
    DeclaredWebSocket,
    Inclusion,
)
from faster_core.routing.options import Layer, RouteOptions, RouteSettings, check_names
from faster_core.types import ASGIApp

if TYPE_CHECKING:
    from faster_core.routing.router import FasterRouter

__all__ = ["Decorators"]

H = TypeVar("H", bound=Callable[..., Any])


class Decorators:
    """Declares routes, WebSockets, mounts and inclusions. What becomes of a declaration is `declare`'s affair."""

    def declare(self, item: Declared) -> None:
        """Take a declaration in."""
        raise NotImplementedError

    def add_api_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: Iterable[str] = ("GET",),
        **options: Unpack[RouteOptions],
    ) -> None:
        """Answer some methods at a path with a handler.

        Args:
            path: The path template, `/items/{item_id}` for example.
            endpoint: The handler: any callable; one that is no coroutine function runs in a thread.
            methods: The methods, `GET` unless given. GET brings HEAD with it, all bring OPTIONS.
            **options: See `RouteOptions`.

        Raises:
            ConfigurationError: For whatever cannot be right, with code and places.
        """
        check_names("add_api_route", options)
        self.declare(
            DeclaredRoute(
                path=path,
                methods=tuple(dict.fromkeys(method.upper() for method in methods)),
                handler=endpoint,
                settings=RouteSettings(**options),
                place=place_of(endpoint),
            )
        )

    def api_route(
        self, path: str, *, methods: Iterable[str] = ("GET",), **options: Unpack[RouteOptions]
    ) -> Callable[[H], H]:
        """Decorate the handler of some methods at a path. See `add_api_route`."""
        check_names("api_route", options)

        def register(handler: H) -> H:
            self.add_api_route(path, handler, methods=methods, **options)
            return handler

        return register

    def get(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
        """Decorate the handler of GET at a path; HEAD is answered, too. See `add_api_route`."""
        check_names("get", options)
        return self.api_route(path, methods=("GET",), **options)

    def post(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
        """Decorate the handler of POST at a path. See `add_api_route`."""
        check_names("post", options)
        return self.api_route(path, methods=("POST",), **options)

    def put(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
        """Decorate the handler of PUT at a path. See `add_api_route`."""
        check_names("put", options)
        return self.api_route(path, methods=("PUT",), **options)

    def patch(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
        """Decorate the handler of PATCH at a path. See `add_api_route`."""
        check_names("patch", options)
        return self.api_route(path, methods=("PATCH",), **options)

    def delete(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
        """Decorate the handler of DELETE at a path. See `add_api_route`."""
        check_names("delete", options)
        return self.api_route(path, methods=("DELETE",), **options)

    def options(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
        """Decorate the handler of OPTIONS at a path, in place of the automatic answer. See `add_api_route`."""
        check_names("options", options)
        return self.api_route(path, methods=("OPTIONS",), **options)

    def head(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
        """Decorate the handler of HEAD at a path, in place of that of GET. See `add_api_route`."""
        check_names("head", options)
        return self.api_route(path, methods=("HEAD",), **options)

    def trace(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
        """Decorate the handler of TRACE at a path. See `add_api_route`."""
        check_names("trace", options)
        return self.api_route(path, methods=("TRACE",), **options)

    def query(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
        """Decorate the handler of QUERY, a safe request with a body, at a path (RFC 10008). See `add_api_route`."""
        check_names("query", options)
        return self.api_route(path, methods=("QUERY",), **options)

    def add_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        methods: Iterable[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = True,
    ) -> None:
        """Answer some methods at a path with a plain function from request to response, as Starlette does."""
        self.add_api_route(
            path, endpoint, methods=methods or ("GET",), name=name, include_in_schema=include_in_schema,
            response_model=None,
        )  # fmt: skip

    def route(
        self,
        path: str,
        methods: Iterable[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = True,
    ) -> Callable[[H], H]:
        """Decorate a plain function from request to response. See `add_route`."""

        def register(handler: H) -> H:
            self.add_route(path, handler, methods, name, include_in_schema)
            return handler

        return register

    def add_api_websocket_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        name: str | None = None,
        *,
        dependencies: Sequence[Any] | None = None,
    ) -> None:
        """Answer WebSockets at a path with a handler.

        Args:
            path: The path template.
            endpoint: The handler; the argument annotated `WebSocket` is the connection.
            name: The name for `url_path_for`; None for the handler's.
            dependencies: Dependencies whose results nobody reads.
        """
        self.declare(
            DeclaredWebSocket(
                path=path,
                handler=endpoint,
                settings=RouteSettings(name=name, dependencies=dependencies),
                place=place_of(endpoint),
            )
        )

    add_websocket_route = add_api_websocket_route

    def websocket(
        self, path: str, name: str | None = None, *, dependencies: Sequence[Any] | None = None
    ) -> Callable[[H], H]:
        """Decorate the handler of WebSockets at a path. See `add_api_websocket_route`."""

        def register(handler: H) -> H:
            self.add_api_websocket_route(path, handler, name, dependencies=dependencies)
            return handler

        return register

    def mount(self, path: str, app: ASGIApp, name: str | None = None) -> None:
        """Hand everything below a path to an ASGI application: HTTP, WebSockets, and its lifespan with ours.

        Args:
            path: The prefix, `/static` for example.
            app: The application.
            name: The name for `url_path_for`, as in `name:route`.
        """
        self.declare(DeclaredMount(path=path, app=app, name=name))

    def frontend(
        self,
        path: str,
        directory: str | os.PathLike[str],
        name: str | None = None,
        *,
        fallback: Literal["auto", "index.html", "404.html"] | None = "auto",
        check_dir: bool | Literal["auto"] = "auto",
    ) -> None:
        """Serve a built single-page application below a path, for whatever no route claims.

        The dependencies of application, routers and inclusion are called before a file is sent.

        Args:
            path: The path, `/` for example.
            directory: Where the build is, `dist` for example.
            name: The name for `url_path_for`.
            fallback: The page for paths that are no file: `404.html`, `index.html`, `auto` for whichever is there (404
                first), None for none.
            check_dir: Whether a missing directory is an error at start-up; `auto` warns only while developing.

        Raises:
            RuntimeError: For a directory or a fallback that does not exist.
        """
        from faster_core.frontend import Frontend

        self.declare(DeclaredFrontend(path=path, app=Frontend(directory, fallback, check_dir), name=name))

    def host(self, host: str, app: ASGIApp, name: str | None = None) -> None:
        """Hand everything that is asked of a host to an ASGI application.

        Args:
            host: The host, `api.example.org` or `{tenant}.example.org` for example.
            app: The application.
            name: The name for `url_path_for`, as in `name:route`.
        """
        self.declare(DeclaredHost(pattern=host, app=app, name=name))

    def include_router(
        self,
        router: "FasterRouter",
        *,
        prefix: str = "",
        tags: Sequence[str] | None = None,
        dependencies: Sequence[Any] | None = None,
        responses: Mapping[Any, Mapping[str, Any]] | None = None,
        deprecated: bool | None = None,
        include_in_schema: bool = True,
        default_response_class: type[Response] | None = None,
        callbacks: Sequence[Any] | None = None,
        generate_unique_id_function: Callable[[Any], str] | None = None,
        max_body_size: int | None = None,
        form_limits: Mapping[str, int] | None = None,
        strict_content_type: bool | None = None,
    ) -> None:
        """Add the routes of a router, those that it gets later, too.

        Args:
            router: The router.
            prefix: Put before its own prefix; begins with a slash and does not end with one.
            tags: Put before its tags.
            dependencies: Called before its own.
            responses: Further responses in the document.
            deprecated: True marks its routes.
            include_in_schema: False leaves its routes out of the document.
            default_response_class: For its routes that name none.
            callbacks: Put before its callbacks.
            generate_unique_id_function: For its routes that name none.
            max_body_size: Bytes of a body at most.
            form_limits: Changes to the limits of forms.
            strict_content_type: False reads a body without Content-Type as JSON.

        Raises:
            ConfigurationError: FA105 for a prefix that cannot be right, FA106 for a router inside itself; and for
                whatever is wrong with a route in this place.
        """
        check_prefix(prefix, "include_router")
        layer = Layer(
            prefix=prefix,
            tags=tags or (),
            dependencies=as_injections(dependencies),
            responses=responses or {},
            callbacks=callbacks or (),
            deprecated=deprecated,
            include_in_schema=include_in_schema,
            default_response_class=default_response_class,
            generate_unique_id_function=generate_unique_id_function,
            limits=join_limits(max_body_size, form_limits),
            strict_content_type=strict_content_type,
        )
        self.declare(Inclusion(router=router, layer=layer))


def check_prefix(prefix: str, function: str) -> None:
    """Refuse a prefix that makes no path.

    Raises:
        ConfigurationError: FA105.
    """
    if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
        right, place = f"/{prefix.strip('/')}", place_of_caller()
        where = f"{place}: " if place else ""
        raise ConfigurationError(
            Diagnostic(
                "FA105",
                f"{where}the prefix {prefix!r} of {function}() must begin with a slash and must not end with one.",
                f"Write prefix={right!r}." if right != "/" else "Leave the prefix out.",
                (place,) if place else (),
            )
        )


def as_injections(dependencies: Sequence[Any] | None) -> tuple[Injection, ...]:
    """Return a list of `Depends(…)` as it is declared.

    Raises:
        ConfigurationError: FA112 for anything else in it.
    """
    for item in dependencies or ():
        if not isinstance(item, Injection) or item.dependency is None:
            place = place_of_caller()
            where = f"{place}: " if place else ""
            raise ConfigurationError(
                Diagnostic(
                    "FA112",
                    f"{where}dependencies=[…] holds a value of type {type(item).__name__}, which is not a Depends(…) "
                    "with a function.",
                    "Write dependencies=[Depends(function)].",
                    (place,) if place else (),
                )
            )
    return tuple(dependencies or ())


def join_limits(max_body_size: int | None, form_limits: Mapping[str, int] | None) -> dict[str, Any]:
    """Return the limits given at one level as changes.

    A body size holds for streams and forms as well; `form_limits` may say otherwise of these.

    Raises:
        UnknownArgumentError: FA140, for a form limit that does not exist.
    """
    names = ("max_fields", "max_files", "max_part_size", "max_part_headers", "max_form_size")
    check_names("form_limits", form_limits or (), names)
    changes: dict[str, Any] = {}
    if max_body_size is not None:
        changes = dict.fromkeys(("max_body_size", "max_form_size", "max_stream_size"), max_body_size)
    return {**changes, **(form_limits or {})}
