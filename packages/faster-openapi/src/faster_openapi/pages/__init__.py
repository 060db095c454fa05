"""Documentation pages: Swagger UI, ReDoc and Scalar, each an HTML text with the policy under which it works."""

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
