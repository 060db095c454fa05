"""OpenAPI documents and documentation pages for applications built on faster-core."""

from typing import TYPE_CHECKING

from faster_core.deferred import deferred
from faster_openapi._version import __version__
from faster_openapi.diff import diff
from faster_openapi.extension import OpenAPI, document

if TYPE_CHECKING:
    from faster_openapi.build import get_openapi
    from faster_openapi.diff import Change, Comparison
    from faster_openapi.pages import (
        get_redoc_html,
        get_scalar_html,
        get_swagger_ui_html,
        get_swagger_ui_oauth2_redirect_html,
    )
    from faster_openapi.version import VERSIONS, in_version
else:
    __getattr__, __dir__ = deferred(
        __name__,
        {
            "faster_openapi.diff": ("Change", "Comparison"),
            "faster_openapi.build": ("get_openapi",),
            "faster_openapi.pages": (
                "get_redoc_html",
                "get_scalar_html",
                "get_swagger_ui_html",
                "get_swagger_ui_oauth2_redirect_html",
            ),
            "faster_openapi.version": ("VERSIONS", "in_version"),
        },
    )

__all__ = [
    "VERSIONS",
    "Change",
    "Comparison",
    "OpenAPI",
    "__version__",
    "diff",
    "document",
    "get_openapi",
    "get_redoc_html",
    "get_scalar_html",
    "get_swagger_ui_html",
    "get_swagger_ui_oauth2_redirect_html",
    "in_version",
]
