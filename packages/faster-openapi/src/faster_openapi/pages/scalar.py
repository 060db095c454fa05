"""The page of Scalar."""

from collections.abc import Mapping, Sequence
from typing import Any

from faster_openapi.pages.page import Page, Resource
from faster_openapi.schema import plain

__all__ = ["scalar_page"]

SCRIPT = """
const config = JSON.parse(document.getElementById("config").textContent);
Scalar.createApiReference("#app", config);
"""
DEFAULTS: dict[str, Any] = {
    # Each of these would ask a server of its maker for something.
    "withDefaultFonts": False,
    "telemetry": False,
    "hideClientButton": True,
    "showDeveloperTools": "never",
    "agent": {"disabled": True},
    "mcp": {"disabled": True},
}


def scalar_page(
    *,
    title: str,
    openapi_url: str,
    script: Resource,
    parameters: Mapping[str, Any] | None = None,
    connects_to: Sequence[str] = (),
    favicon: str | None = None,
) -> Page:
    """Return the page.

    Args:
        title: Its title.
        openapi_url: Where the document is.
        script: `scalar.standalone.js`.
        parameters: Scalar's own settings, which win.
        connects_to: Further origins that requests may be sent to.
        favicon: The URL of an icon.
    """
    return Page(
        title=title,
        script=SCRIPT,
        config={**DEFAULTS, "url": openapi_url, **plain(parameters or {})},
        scripts=(script,),
        connects_to=connects_to,
        favicon=favicon,
    )
