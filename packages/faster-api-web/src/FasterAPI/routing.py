"""Routes and routers: the names of `faster_core.routing`, and those that FastAPI has for them."""

from faster_core.routing import FasterRouter, Layer, Route, RouteOptions, RouteSettings, WebSocketRoute

__all__ = [
    "APIRoute",
    "APIRouter",
    "FasterRouter",
    "Layer",
    "Route",
    "RouteOptions",
    "RouteSettings",
    "WebSocketRoute",
]

APIRoute = Route
APIRouter = FasterRouter
