"""The page that an OAuth2 login comes back to: it hands what is in its URL to Swagger UI's window, and closes."""

from functools import cache

from faster_openapi.assets import find_asset
from faster_openapi.pages.page import Page

__all__ = ["redirect_page"]


@cache
def redirect_page() -> Page:
    """Return the page.

    Raises:
        MissingAssetsError: When this installation is without Swagger UI's file for it.
    """
    script = find_asset("swagger-ui-oauth2-redirect.js").content.decode()
    return Page(title="OAuth2 redirect", script=script)
