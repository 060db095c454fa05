"""The kernel of FasterAPI: requests in, responses out, and the plan between them."""

from faster_core._version import __version__
from faster_core.app import App, Extension
from faster_core.background import BackgroundTask, BackgroundTasks
from faster_core.exceptions import (
    ConfigurationError,
    HTTPException,
    RequestValidationError,
    ResponseValidationError,
    WebSocketDisconnect,
    WebSocketException,
    WebSocketRequestValidationError,
)
from faster_core.limits import Limits
from faster_core.params import Body, Cookie, Depends, File, Form, Header, Path, Query, Security
from faster_core.request import Request
from faster_core.response import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from faster_core.routing import FasterRouter, Route, WebSocketRoute
from faster_core.websocket import WebSocket

__all__ = [
    "App",
    "BackgroundTask",
    "BackgroundTasks",
    "Body",
    "ConfigurationError",
    "Cookie",
    "Depends",
    "Extension",
    "FasterRouter",
    "File",
    "Form",
    "HTMLResponse",
    "HTTPException",
    "Header",
    "JSONResponse",
    "Limits",
    "Path",
    "PlainTextResponse",
    "Query",
    "RedirectResponse",
    "Request",
    "RequestValidationError",
    "Response",
    "ResponseValidationError",
    "Route",
    "Security",
    "StreamingResponse",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketException",
    "WebSocketRequestValidationError",
    "WebSocketRoute",
    "__version__",
]
