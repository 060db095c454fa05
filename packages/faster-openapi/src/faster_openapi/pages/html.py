"""Pages under the names that FastAPI has for them, for routes of one's own.

Unless they are told where the files are, the pages take them from a content delivery network, held to their hashes.
"""

from collections.abc import Mapping
from typing import Any

from faster_core.response import HTMLResponse
from faster_openapi.assets import find_asset
from faster_openapi.pages.page import Resource
from faster_openapi.pages.redirect import redirect_page
from faster_openapi.pages.redoc import redoc_page
from faster_openapi.pages.scalar import scalar_page
from faster_openapi.pages.swagger import swagger_page

__all__ = ["get_redoc_html", "get_scalar_html", "get_swagger_ui_html", "get_swagger_ui_oauth2_redirect_html"]

_ANYWHERE = ("https:", "http:")
"""Whose document it is, and which servers it names, is the caller's affair."""


def get_swagger_ui_html(
    *,
    openapi_url: str,
    title: str,
    swagger_js_url: str | None = None,
    swagger_css_url: str | None = None,
    swagger_favicon_url: str | None = None,
    oauth2_redirect_url: str | None = None,
    init_oauth: Mapping[str, Any] | None = None,
    swagger_ui_parameters: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    """Return a page with Swagger UI.

    Args:
        openapi_url: Where the document is.
        title: The page's title.
        swagger_js_url: Where `swagger-ui-bundle.js` is.
        swagger_css_url: Where `swagger-ui.css` is.
        swagger_favicon_url: Where an icon is.
        oauth2_redirect_url: Where an OAuth2 login comes back to.
        init_oauth: Swagger UI's OAuth2 settings.
        swagger_ui_parameters: Swagger UI's own settings, which win.
    """
    return swagger_page(
        title=title,
        openapi_url=openapi_url,
        script=_resource(swagger_js_url, "swagger-ui-bundle.js"),
        style=_resource(swagger_css_url, "swagger-ui.css"),
        redirect_url=oauth2_redirect_url,
        parameters=swagger_ui_parameters,
        oauth=init_oauth,
        connects_to=_ANYWHERE,
        favicon=swagger_favicon_url,
    ).response()


def get_redoc_html(
    *, openapi_url: str, title: str, redoc_js_url: str | None = None, redoc_favicon_url: str | None = None
) -> HTMLResponse:
    """Return a page with ReDoc.

    Args:
        openapi_url: Where the document is.
        title: The page's title.
        redoc_js_url: Where `redoc.standalone.js` is, version 3 or newer.
        redoc_favicon_url: Where an icon is.
    """
    script = _resource(redoc_js_url, "redoc.standalone.js")
    return redoc_page(
        title=title, openapi_url=openapi_url, script=script, connects_to=_ANYWHERE, favicon=redoc_favicon_url
    ).response()


def get_scalar_html(
    *,
    openapi_url: str,
    title: str,
    scalar_js_url: str | None = None,
    scalar_favicon_url: str | None = None,
    scalar_parameters: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    """Return a page with Scalar.

    Args:
        openapi_url: Where the document is.
        title: The page's title.
        scalar_js_url: Where `standalone.js` of `@scalar/api-reference` is.
        scalar_favicon_url: Where an icon is.
        scalar_parameters: Scalar's own settings, which win.
    """
    return scalar_page(
        title=title,
        openapi_url=openapi_url,
        script=_resource(scalar_js_url, "scalar.standalone.js"),
        parameters=scalar_parameters,
        connects_to=_ANYWHERE,
        favicon=scalar_favicon_url,
    ).response()


def get_swagger_ui_oauth2_redirect_html() -> HTMLResponse:
    """Return the page that an OAuth2 login comes back to."""
    return redirect_page().response()


def _resource(url: str | None, name: str) -> Resource:
    return Resource(url) if url is not None else Resource.of(find_asset(name), None)
