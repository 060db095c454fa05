"""Routes and routers: the names of `faster_core.routing`, and those that FastAPI has for them."""

from faster_core.routing import FasterRouter, Layer, Route, RouteOptions, RouteSettings, WebSocketRoute
from faster_router import Host, Mount, NoMatchFound

__all__ = [
    "APIRoute",
    "APIRouter",
    "APIWebSocketRoute",
    "FasterRouter",
    "Host",
    "Layer",
    "Mount",
    "NoMatchFound",
    "Route",
    "RouteOptions",
    "RouteSettings",
    "WebSocketRoute",
]

APIRoute = Route
APIRouter = FasterRouter
APIWebSocketRoute = WebSocketRoute
