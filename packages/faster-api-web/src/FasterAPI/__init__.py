"""FasterAPI: the developer experience of FastAPI, on msgspec.

Everything that an application needs can be imported from here. What many a worker does without is imported when
it is first named: middleware, security schemes, files, and whatever needs an extra.
"""

from typing import TYPE_CHECKING, Any

from faster_core import ConfigurationError, Limits
from faster_core.background import BackgroundTask, BackgroundTasks
from faster_core.concurrency import run_in_executor, run_in_threadpool
from faster_core.connection import HTTPConnection
from faster_core.datastructures import URL, FormData, Headers, QueryParams, State
from faster_core.exceptions import (
    HTTPException,
    RequestValidationError,
    ResponseValidationError,
    WebSocketDisconnect,
    WebSocketException,
    WebSocketRequestValidationError,
)
from faster_core.middleware import Middleware
from faster_core.params import Body, Cookie, Depends, File, Form, Header, Path, Query, Security
from faster_core.request import Request, get_header, get_server_host, http_version, is_http2
from faster_core.response import (
    HTMLResponse,
    JSONResponse,
    ORJSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
    UJSONResponse,
)
from faster_core.routing import FasterRouter
from faster_core.websocket import WebSocket, WebSocketState
from faster_router import RadixRouter
from FasterAPI._lazy import LAZY, find
from FasterAPI._version import __version__
from FasterAPI.app import Faster

if TYPE_CHECKING:
    from faster_core.files import FileResponse
    from faster_core.forms import UploadFile
    from faster_core.interpreters import SubInterpreterPool, run_in_subinterpreter
    from faster_core.jsonlines import JSONLinesResponse
    from faster_core.middleware import (
        BaseHTTPMiddleware,
        CORSMiddleware,
        CSRFMiddleware,
        DatabasePoolMiddleware,
        GZipMiddleware,
        HTTPSRedirectMiddleware,
        RateLimitMiddleware,
        RequestIDMiddleware,
        SecureHeadersMiddleware,
        SessionMiddleware,
        TimeoutMiddleware,
        TrustedHostMiddleware,
    )
    from faster_core.partial import Partial, apply, changes
    from faster_core.security import (
        APIKeyCookie,
        APIKeyHeader,
        APIKeyQuery,
        HTTPAuthorizationCredentials,
        HTTPBasic,
        HTTPBasicCredentials,
        HTTPBearer,
        HTTPDigest,
        OAuth2,
        OAuth2AuthorizationCodeBearer,
        OAuth2PasswordBearer,
        OAuth2PasswordRequestForm,
        OAuth2PasswordRequestFormStrict,
        OpenIdConnect,
        SecurityScopes,
    )
    from faster_core.sse import EventSourceResponse, ServerSentEvent
    from faster_core.staticfiles import StaticFiles
    from FasterAPI import status
    from FasterAPI._testclient import AsyncTestClient, TestClient
    from FasterAPI.contrib.jwt import (
        JWTBearer,
        create_access_token,
        oauth2_access_token_json,
        oauth2_password_token_response,
    )
    from FasterAPI.contrib.redis import RedisCacheMiddleware
    from FasterAPI.contrib.sqlalchemy import async_engine_from_url_optional, sqlalchemy_session_dependency
    from FasterAPI.contrib.structlog import configure_structlog
    from FasterAPI.server import run
    from FasterAPI.templating import Jinja2Templates

__all__ = [
    "URL",
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "AsyncTestClient",
    "BackgroundTask",
    "BackgroundTasks",
    "BaseHTTPMiddleware",
    "Body",
    "CORSMiddleware",
    "CSRFMiddleware",
    "ConfigurationError",
    "Cookie",
    "DatabasePoolMiddleware",
    "Depends",
    "EventSourceResponse",
    "Faster",
    "FasterRouter",
    "File",
    "FileResponse",
    "Form",
    "FormData",
    "GZipMiddleware",
    "HTMLResponse",
    "HTTPAuthorizationCredentials",
    "HTTPBasic",
    "HTTPBasicCredentials",
    "HTTPBearer",
    "HTTPConnection",
    "HTTPDigest",
    "HTTPException",
    "HTTPSRedirectMiddleware",
    "Header",
    "Headers",
    "JSONLinesResponse",
    "JSONResponse",
    "JWTBearer",
    "Jinja2Templates",
    "Limits",
    "Middleware",
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "ORJSONResponse",
    "OpenIdConnect",
    "Partial",
    "Path",
    "PlainTextResponse",
    "Query",
    "QueryParams",
    "RadixRouter",
    "RateLimitMiddleware",
    "RedirectResponse",
    "RedisCacheMiddleware",
    "Request",
    "RequestIDMiddleware",
    "RequestValidationError",
    "Response",
    "ResponseValidationError",
    "SecureHeadersMiddleware",
    "Security",
    "SecurityScopes",
    "ServerSentEvent",
    "SessionMiddleware",
    "State",
    "StaticFiles",
    "StreamingResponse",
    "SubInterpreterPool",
    "TestClient",
    "TimeoutMiddleware",
    "TrustedHostMiddleware",
    "UJSONResponse",
    "UploadFile",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketException",
    "WebSocketRequestValidationError",
    "WebSocketState",
    "__version__",
    "apply",
    "async_engine_from_url_optional",
    "changes",
    "configure_structlog",
    "create_access_token",
    "get_header",
    "get_server_host",
    "http_version",
    "is_http2",
    "oauth2_access_token_json",
    "oauth2_password_token_response",
    "run",
    "run_in_executor",
    "run_in_subinterpreter",
    "run_in_threadpool",
    "sqlalchemy_session_dependency",
    "status",
]


def __getattr__(name: str) -> Any:
    value = find(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *LAZY})
