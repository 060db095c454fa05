"""Routes: how they are declared, joined and served."""

from faster_core.routing.options import Layer, RouteOptions, RouteSettings
from faster_core.routing.route import Route, WebSocketRoute
from faster_core.routing.router import FasterRouter

__all__ = ["FasterRouter", "Layer", "Route", "RouteOptions", "RouteSettings", "WebSocketRoute"]
