"""The answers to an exception that an application gives by itself."""

from faster_core.boundary import http_exception_handler, request_validation_exception_handler

__all__ = ["http_exception_handler", "request_validation_exception_handler"]
