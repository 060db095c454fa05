"""Requests, and what can be asked of any connection."""

from faster_core.connection import HTTPConnection
from faster_core.exceptions import ClientDisconnect
from faster_core.request import Request, get_header, get_server_host, http_version, is_http2

__all__ = [
    "ClientDisconnect",
    "HTTPConnection",
    "Request",
    "get_header",
    "get_server_host",
    "http_version",
    "is_http2",
]
