"""Routers: routes declared together, and the tree that finds one."""

from faster_core.routing import FasterRouter, Route, WebSocketRoute
from faster_router import Mount, RadixRouter

__all__ = ["FasterRouter", "Mount", "RadixRouter", "Route", "WebSocketRoute"]
