"""`OpenAPI`: the document of an application and its pages, as an extension.

The document is written when it is first asked for, and again when routes have come since. It is `app.openapi()`, which
may be replaced by assignment; what is served is what that returns.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from faster_core.app import App
from faster_core.routing.router import FasterRouter
from faster_openapi.model import About, Object
from faster_openapi.site import Site
from faster_openapi.version import exact_version, in_version

if TYPE_CHECKING:
    from faster_openapi.describe import Description

__all__ = ["OpenAPI", "document"]

_NAMES = (
    "title",
    "version",
    "summary",
    "description",
    "openapi_version",
    "servers",
    "terms_of_service",
    "contact",
    "license_info",
    "separate_input_output_schemas",
)
"""What the application knows under the same name; FastAPI's users read and change it there."""


class OpenAPI:
    """The document of an application and its pages.

    Args:
        title: The API's name.
        summary: A line about it.
        description: Markdown about it.
        version: The API's own version.
        openapi_url: Where the document is; None for neither document nor pages.
        docs_url: Where Swagger UI is; None for nowhere.
        redoc_url: Where ReDoc is; None for nowhere.
        scalar_url: Where Scalar is; None for nowhere.
        swagger_ui_oauth2_redirect_url: Where an OAuth2 login comes back to; None for nowhere.
        swagger_ui_init_oauth: Swagger UI's OAuth2 settings.
        swagger_ui_parameters: Swagger UI's own settings.
        openapi_tags: The tags, with their descriptions, in order.
        servers: The servers of the API; None for the one that answers.
        terms_of_service: A URL.
        contact: Whom to ask: `name`, `url`, `email`.
        license_info: The licence: `name`, and `identifier` or `url`.
        root_path_in_servers: Whether the path that a proxy serves the application under is the first of the servers.
        webhooks: A router of requests that the API makes to its users.
        separate_input_output_schemas: Whether a model that differs going in and coming out has two schemas.
        openapi_version: The version of the document: `3.1.0`, `3.2.0` or `3.0.3`.
        docs_assets: `vendored` serves the pages' files from this package, `cdn` takes them from the network.
        openapi_external_docs: Further documentation: `url`, `description`.

    Raises:
        ValueError: For a version or a place of files that does not exist.

    Example:
        >>> app = App()
        >>> app.install(OpenAPI(title="Shop"))
    """

    def __init__(
        self,
        *,
        title: str = "FasterAPI",
        summary: str | None = None,
        description: str = "",
        version: str = "0.1.0",
        openapi_url: str | None = "/openapi.json",
        docs_url: str | None = "/docs",
        redoc_url: str | None = "/redoc",
        scalar_url: str | None = "/scalar",
        swagger_ui_oauth2_redirect_url: str | None = "/docs/oauth2-redirect",
        swagger_ui_init_oauth: Mapping[str, Any] | None = None,
        swagger_ui_parameters: Mapping[str, Any] | None = None,
        openapi_tags: Sequence[Mapping[str, Any]] | None = None,
        servers: Sequence[Mapping[str, Any]] | None = None,
        terms_of_service: str | None = None,
        contact: Mapping[str, Any] | None = None,
        license_info: Mapping[str, Any] | None = None,
        root_path_in_servers: bool = True,
        webhooks: Any = None,
        separate_input_output_schemas: bool = True,
        openapi_version: str = "3.1.0",
        docs_assets: str = "vendored",
        openapi_external_docs: Mapping[str, Any] | None = None,
    ) -> None:
        if docs_assets not in ("vendored", "cdn"):
            raise ValueError(f"docs_assets is 'vendored' or 'cdn', not {docs_assets!r}.")
        self.webhooks: FasterRouter | Any = FasterRouter() if webhooks is None else webhooks
        self.about: About = About(
            title=title,
            version=version,
            summary=summary,
            description=description,
            openapi_version=exact_version(openapi_version),
            tags=openapi_tags,
            servers=servers,
            terms_of_service=terms_of_service,
            contact=contact,
            license_info=license_info,
            external_docs=openapi_external_docs,
            separate_input_output_schemas=separate_input_output_schemas,
        )
        self.site: Site = Site(
            openapi_url=openapi_url,
            docs_url=docs_url,
            redoc_url=redoc_url,
            scalar_url=scalar_url,
            redirect_url=swagger_ui_oauth2_redirect_url,
            oauth=swagger_ui_init_oauth,
            parameters=swagger_ui_parameters,
            vendored=docs_assets == "vendored",
            root_path_in_servers=root_path_in_servers,
        )
        self._app: Any = None
        self._described: list[Any] | None = None
        self._reported: set[str] = set()

    def install(self, app: App) -> None:
        """Add the document and its pages to an application.

        The application gets what FastAPI's has: `openapi()`, `openapi_schema`, `webhooks`, and the settings under their
        names.
        """
        # An application of the kernel knows nothing of documents; what is set here, it gains.
        target: Any = app
        self._app = target
        for name in _NAMES:
            setattr(target, name, getattr(self.about, name))
        target.openapi_tags = self.about.tags
        target.openapi_external_docs = self.about.external_docs
        target.openapi_url = self.site.openapi_url
        target.docs_url = self.site.docs_url
        target.redoc_url = self.site.redoc_url
        target.scalar_url = self.site.scalar_url
        target.swagger_ui_oauth2_redirect_url = self.site.redirect_url
        target.root_path_in_servers = self.site.root_path_in_servers
        target.webhooks = self.webhooks
        if not hasattr(type(target), "openapi"):
            # A class that has the method may call this one, and its subclasses may override it.
            target.openapi = self.openapi
        target.openapi_schema = None
        target.openapi_extension = self
        app.attach(self.site.router(target))

    def openapi(self) -> Object:
        """Return the document of the application; the same object until routes come."""
        app = self._app
        routes = app.routes
        if app.openapi_schema is None or (self._described is not None and self._described != routes):
            description = self.describe()
            self._described = routes
            app.openapi_schema = description.document
            self._report(description)
        schema: Object = app.openapi_schema
        return schema

    def document(self, version: str | None = None) -> Object:
        """Return what `openapi()` of the application gives, in another version of OpenAPI.

        Args:
            version: The version; None for that of the settings.

        Raises:
            ValueError: For a version that does not exist.
        """
        app = self._app
        wanted = exact_version(version or app.openapi_version)
        kept = app.openapi_version, app.openapi_schema, self._described
        # Written anew: what is served may have been read, and must not be changed by this.
        app.openapi_version, app.openapi_schema = wanted, None
        try:
            return in_version(app.openapi(), wanted)
        finally:
            app.openapi_version, app.openapi_schema, self._described = kept

    def describe(self, version: str | None = None) -> "Description":
        """Return the document, written anew, with what was found wrong.

        Args:
            version: The version of OpenAPI; None for that of the settings.

        Raises:
            ValueError: For a version that does not exist.
        """
        from faster_openapi.describe import describe

        app = self._app
        about = About(
            **{name: getattr(app, name) for name in _NAMES if name != "openapi_version"},
            openapi_version=version or app.openapi_version,
            tags=app.openapi_tags,
            external_docs=app.openapi_external_docs,
            problem_details=app.problem_details,
        )
        return describe(about, app.routes, app.webhooks)

    def _report(self, description: "Description") -> None:
        """Report what was found wrong, each once."""
        for diagnostic in description.diagnostics:
            if str(diagnostic) not in self._reported:
                self._reported.add(str(diagnostic))
                self._app.report(diagnostic)


def document(app: App, version: str | None = None) -> Object:
    """Return the document of an application, as `app.openapi()` gives it, also where that was replaced.

    Args:
        app: The application; it stays as it is.
        version: The version of OpenAPI; None for that of its settings.

    Raises:
        ValueError: For a version that does not exist.

    Example:
        >>> document(App(), "3.2.0")["openapi"]
        '3.2.0'
    """
    extension: OpenAPI | None = getattr(app, "openapi_extension", None)
    if extension is not None:
        return extension.document(version)
    from faster_openapi.describe import describe

    about = About(openapi_version=version or About().openapi_version, problem_details=app.problem_details)
    return describe(about, app.routes).document
