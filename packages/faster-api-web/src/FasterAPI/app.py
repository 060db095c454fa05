"""`Faster`: the kernel with its document, under the arguments that FastAPI's users know."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from faster_core.app import App
from faster_core.boundary import ExceptionHandler, ExceptionKey
from faster_core.limits import Limits
from faster_core.middleware import Middleware
from faster_core.response import Response
from faster_openapi import OpenAPI

__all__ = ["Faster"]


class Faster(App):
    """A web API: routes, and the OpenAPI document that describes them.

    Args:
        debug: Whether an unhandled error is answered with its traceback. Never in production.
        title: The API's name, in the document.
        summary: A line about it.
        description: Markdown about it.
        version: The API's own version.
        openapi_url: Where the document is; None for neither document nor pages.
        openapi_tags: The tags, with their descriptions, in order.
        servers: The servers of the API; None for the one that answers.
        dependencies: Called before those of every route.
        default_response_class: What a result that is no response is made into; JSON unless given.
        redirect_slashes: Whether a path that differs from a route's only in its last slash is redirected there.
        docs_url: Where Swagger UI is; None for nowhere.
        redoc_url: Where ReDoc is; None for nowhere.
        scalar_url: Where Scalar is; None for nowhere.
        swagger_ui_oauth2_redirect_url: Where Swagger UI comes back to after an OAuth2 login.
        swagger_ui_init_oauth: Swagger UI's OAuth2 settings.
        swagger_ui_parameters: Swagger UI's own settings.
        middleware: Around everything, outermost first.
        exception_handlers: Answers exceptions, by class or status.
        on_startup: Called at start-up.
        on_shutdown: Called at shut-down.
        lifespan: Entered at start-up with the application, left at shut-down.
        terms_of_service: A URL, for the document.
        contact: Whom to ask: `name`, `url`, `email`.
        license_info: The licence: `name`, and `identifier` or `url`.
        openapi_external_docs: Further documentation: `url`, `description`.
        root_path: The path under which a proxy serves the application.
        root_path_in_servers: Whether that path is the first of `servers`.
        responses: Further responses of every route in the document, by status.
        callbacks: Routes whose requests every route makes, for the document.
        webhooks: A router of requests that the API makes to its users, for the document.
        deprecated: True marks every route.
        include_in_schema: False leaves every route out of the document.
        generate_unique_id_function: Makes the operations' names in the document.
        separate_input_output_schemas: Whether a model that differs going in and coming out has two schemas.
        openapi_version: The version of the document: `3.1.0`, `3.2.0` or `3.0.3`.
        docs_assets: `vendored` serves the pages' files from the package, `cdn` takes them from the network.
        problem_details: Whether errors are answered as RFC 9457 problem details.
        strict_content_type: False reads a JSON body without Content-Type, too.
        max_body_size: Bytes of a body at most; None for the default of `Limits`.
        form_limits: Changes to the limits of forms.
        limits: All limits at once.
        threads: How many handlers and dependencies that are no coroutine functions run at once in this process.

    Attributes:
        openapi_schema: The document once it was made; assign None to have it made anew.
        webhooks: A router of requests that the API makes to its users.

    Raises:
        TypeError: For an argument that does not exist.

    Example:
        >>> app = Faster(title="Shop")
        >>> @app.get("/")
        ... async def root() -> dict[str, str]:
        ...     return {"hello": "world"}
    """

    # Given by the extension.
    openapi_extension: OpenAPI
    openapi_schema: dict[str, Any] | None
    webhooks: Any

    def __init__(
        self,
        *,
        debug: bool = False,
        title: str = "FasterAPI",
        summary: str | None = None,
        description: str = "",
        version: str = "0.1.0",
        openapi_url: str | None = "/openapi.json",
        openapi_tags: Sequence[Mapping[str, Any]] | None = None,
        servers: Sequence[Mapping[str, Any]] | None = None,
        dependencies: Sequence[Any] | None = None,
        default_response_class: type[Response] | None = None,
        redirect_slashes: bool = True,
        docs_url: str | None = "/docs",
        redoc_url: str | None = "/redoc",
        scalar_url: str | None = "/scalar",
        swagger_ui_oauth2_redirect_url: str | None = "/docs/oauth2-redirect",
        swagger_ui_init_oauth: Mapping[str, Any] | None = None,
        swagger_ui_parameters: Mapping[str, Any] | None = None,
        middleware: Sequence[Middleware] | None = None,
        exception_handlers: Mapping[ExceptionKey, ExceptionHandler] | None = None,
        on_startup: Sequence[Callable[[], Any]] | None = None,
        on_shutdown: Sequence[Callable[[], Any]] | None = None,
        lifespan: Callable[[Any], Any] | None = None,
        terms_of_service: str | None = None,
        contact: Mapping[str, Any] | None = None,
        license_info: Mapping[str, Any] | None = None,
        openapi_external_docs: Mapping[str, Any] | None = None,
        root_path: str = "",
        root_path_in_servers: bool = True,
        responses: Mapping[Any, Mapping[str, Any]] | None = None,
        callbacks: Sequence[Any] | None = None,
        webhooks: Any = None,
        deprecated: bool | None = None,
        include_in_schema: bool = True,
        generate_unique_id_function: Callable[[Any], str] | None = None,
        separate_input_output_schemas: bool = True,
        openapi_version: str = "3.1.0",
        docs_assets: str = "vendored",
        problem_details: bool = False,
        strict_content_type: bool = True,
        max_body_size: int | None = None,
        form_limits: Mapping[str, int] | None = None,
        limits: Limits | None = None,
        threads: int | None = None,
    ) -> None:
        super().__init__(
            debug=debug,
            dependencies=dependencies,
            default_response_class=default_response_class,
            redirect_slashes=redirect_slashes,
            middleware=middleware,
            exception_handlers=exception_handlers,
            on_startup=on_startup,
            on_shutdown=on_shutdown,
            lifespan=lifespan,
            root_path=root_path,
            responses=responses,
            callbacks=callbacks,
            deprecated=deprecated,
            include_in_schema=include_in_schema,
            generate_unique_id_function=generate_unique_id_function,
            problem_details=problem_details,
            strict_content_type=strict_content_type,
            max_body_size=max_body_size,
            form_limits=form_limits,
            limits=limits,
            threads=threads,
        )
        self.title = title
        self.version = version
        self.install(
            OpenAPI(
                title=title,
                summary=summary,
                description=description,
                version=version,
                openapi_url=openapi_url,
                docs_url=docs_url,
                redoc_url=redoc_url,
                scalar_url=scalar_url,
                swagger_ui_oauth2_redirect_url=swagger_ui_oauth2_redirect_url,
                swagger_ui_init_oauth=swagger_ui_init_oauth,
                swagger_ui_parameters=swagger_ui_parameters,
                openapi_tags=openapi_tags,
                servers=servers,
                terms_of_service=terms_of_service,
                contact=contact,
                license_info=license_info,
                openapi_external_docs=openapi_external_docs,
                root_path_in_servers=root_path_in_servers,
                webhooks=webhooks,
                separate_input_output_schemas=separate_input_output_schemas,
                openapi_version=openapi_version,
                docs_assets=docs_assets,
            )
        )

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document; the same object until routes come.

        A subclass may override it; a function assigned to `app.openapi` replaces it.
        """
        return self.openapi_extension.openapi()
