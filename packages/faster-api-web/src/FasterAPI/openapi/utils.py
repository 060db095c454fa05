"""The function that makes a document of routes, where FastAPI has it."""

from faster_openapi import get_openapi

__all__ = ["get_openapi"]
