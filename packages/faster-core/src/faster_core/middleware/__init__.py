"""Middleware: pure ASGI, one class per module. Packages that one needs are imported when it is made."""

from typing import TYPE_CHECKING

from faster_core.deferred import deferred
from faster_core.middleware.entry import Middleware, MiddlewareFactory, check_options, fold

if TYPE_CHECKING:
    from faster_core.middleware.base import BaseHTTPMiddleware, CallNext, DispatchFunction, RequestResponseEndpoint
    from faster_core.middleware.body_limit import BodyLimitMiddleware
    from faster_core.middleware.compression import GZipMiddleware
    from faster_core.middleware.cors import CORSMiddleware
    from faster_core.middleware.csrf import CSRFMiddleware
    from faster_core.middleware.database_pool import ConnectionLease, DatabasePoolMiddleware
    from faster_core.middleware.https_redirect import HTTPSRedirectMiddleware
    from faster_core.middleware.rate_limit import RateLimitMiddleware
    from faster_core.middleware.request_id import RequestIDFilter, RequestIDMiddleware, request_id_var
    from faster_core.middleware.secure_headers import SecureHeadersMiddleware
    from faster_core.middleware.session import Session, SessionMiddleware
    from faster_core.middleware.timeout import TimeoutMiddleware
    from faster_core.middleware.trusted_host import TrustedHostMiddleware
else:
    __getattr__, __dir__ = deferred(
        __name__,
        {
            "faster_core.middleware.base": (
                "BaseHTTPMiddleware",
                "CallNext",
                "DispatchFunction",
                "RequestResponseEndpoint",
            ),
            "faster_core.middleware.body_limit": ("BodyLimitMiddleware",),
            "faster_core.middleware.compression": ("GZipMiddleware",),
            "faster_core.middleware.cors": ("CORSMiddleware",),
            "faster_core.middleware.csrf": ("CSRFMiddleware",),
            "faster_core.middleware.database_pool": ("ConnectionLease", "DatabasePoolMiddleware"),
            "faster_core.middleware.https_redirect": ("HTTPSRedirectMiddleware",),
            "faster_core.middleware.rate_limit": ("RateLimitMiddleware",),
            "faster_core.middleware.request_id": ("RequestIDFilter", "RequestIDMiddleware", "request_id_var"),
            "faster_core.middleware.secure_headers": ("SecureHeadersMiddleware",),
            "faster_core.middleware.session": ("Session", "SessionMiddleware"),
            "faster_core.middleware.timeout": ("TimeoutMiddleware",),
            "faster_core.middleware.trusted_host": ("TrustedHostMiddleware",),
        },
    )

__all__ = [
    "BaseHTTPMiddleware",
    "BodyLimitMiddleware",
    "CORSMiddleware",
    "CSRFMiddleware",
    "CallNext",
    "ConnectionLease",
    "DatabasePoolMiddleware",
    "DispatchFunction",
    "GZipMiddleware",
    "HTTPSRedirectMiddleware",
    "Middleware",
    "MiddlewareFactory",
    "RateLimitMiddleware",
    "RequestIDFilter",
    "RequestIDMiddleware",
    "RequestResponseEndpoint",
    "SecureHeadersMiddleware",
    "Session",
    "SessionMiddleware",
    "TimeoutMiddleware",
    "TrustedHostMiddleware",
    "check_options",
    "fold",
    "request_id_var",
]
