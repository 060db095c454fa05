"""The page of ReDoc."""

from collections.abc import Sequence

from faster_openapi.pages.page import Page, Resource

__all__ = ["redoc_page"]

SCRIPT = """
const config = JSON.parse(document.getElementById("config").textContent);
const { init } = await import(config.script);
init(config.url, config.settings, document.getElementById("app"));
"""


def redoc_page(
    *, title: str, openapi_url: str, script: Resource, connects_to: Sequence[str] = (), favicon: str | None = None
) -> Page:
    """Return the page.

    Args:
        title: Its title.
        openapi_url: Where the document is.
        script: `redoc.standalone.js`.
        connects_to: Further origins that requests may be sent to.
        favicon: The URL of an icon.
    """
    # The original shows a picture that its maker serves; in the vendored file there is none.
    images = ("https://cdn.redoc.ly",) if script.integrity else ()
    settings = {"disableTelemetry": True, "router": "hash"}
    return Page(
        title=title,
        script=SCRIPT,
        config={"script": script.url, "url": openapi_url, "settings": settings},
        scripts=(script,),
        module=True,
        connects_to=connects_to,
        images_from=images,
        favicon=favicon,
    )
