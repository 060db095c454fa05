"""The page of Swagger UI."""

from collections.abc import Mapping, Sequence
from typing import Any

from faster_openapi.pages.page import Page, Resource
from faster_openapi.schema import plain

__all__ = ["swagger_page"]

SCRIPT = """
const config = JSON.parse(document.getElementById("config").textContent);
const presets = [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset];
const settings = { presets, ...config.settings };
if (config.redirect) settings.oauth2RedirectUrl = new URL(config.redirect, window.location.href).href;
window.ui = SwaggerUIBundle(settings);
if (config.oauth) window.ui.initOAuth(config.oauth);
"""
DEFAULTS: dict[str, Any] = {
    "dom_id": "#app",
    "layout": "BaseLayout",
    "deepLinking": True,
    "showExtensions": True,
    "showCommonExtensions": True,
    # Swagger UI would ask a server of its maker whether a document elsewhere is valid.
    "validatorUrl": None,
}


def swagger_page(
    *,
    title: str,
    openapi_url: str,
    script: Resource,
    style: Resource,
    redirect_url: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    oauth: Mapping[str, Any] | None = None,
    connects_to: Sequence[str] = (),
    favicon: str | None = None,
) -> Page:
    """Return the page.

    Args:
        title: Its title.
        openapi_url: Where the document is.
        script: `swagger-ui-bundle.js`.
        style: `swagger-ui.css`.
        redirect_url: Where an OAuth2 login comes back to; None without one.
        parameters: Swagger UI's own settings, which win.
        oauth: Its OAuth2 settings.
        connects_to: Further origins that requests may be sent to.
        favicon: The URL of an icon.
    """
    config = {
        "settings": {**DEFAULTS, "url": openapi_url, **plain(parameters or {})},
        "redirect": redirect_url,
        "oauth": plain(oauth) if oauth else None,
    }
    return Page(
        title=title,
        script=SCRIPT,
        config=config,
        scripts=(script,),
        styles=(style,),
        connects_to=connects_to,
        favicon=favicon,
    )
