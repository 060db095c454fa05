"""Documentation pages: Swagger UI, ReDoc and Scalar, each an HTML text with the policy under which it works."""

from typing import TYPE_CHECKING

from faster_core.deferred import deferred

if TYPE_CHECKING:
    from faster_openapi.pages.html import (
        get_redoc_html,
        get_scalar_html,
        get_swagger_ui_html,
        get_swagger_ui_oauth2_redirect_html,
    )
    from faster_openapi.pages.page import Page, Resource
    from faster_openapi.pages.redirect import redirect_page
    from faster_openapi.pages.redoc import redoc_page
    from faster_openapi.pages.scalar import scalar_page
    from faster_openapi.pages.swagger import swagger_page
else:
    __getattr__, __dir__ = deferred(
        __name__,
        {
            "faster_openapi.pages.html": (
                "get_redoc_html",
                "get_scalar_html",
                "get_swagger_ui_html",
                "get_swagger_ui_oauth2_redirect_html",
            ),
            "faster_openapi.pages.page": ("Page", "Resource"),
            "faster_openapi.pages.redirect": ("redirect_page",),
            "faster_openapi.pages.redoc": ("redoc_page",),
            "faster_openapi.pages.scalar": ("scalar_page",),
            "faster_openapi.pages.swagger": ("swagger_page",),
        },
    )

__all__ = [
    "Page",
    "Resource",
    "get_redoc_html",
    "get_scalar_html",
    "get_swagger_ui_html",
    "get_swagger_ui_oauth2_redirect_html",
    "redirect_page",
    "redoc_page",
    "scalar_page",
    "swagger_page",
]
