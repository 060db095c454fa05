"""The route that a workload asks, and what its endpoint names."""

from types import FunctionType
from typing import Any

from faster_core import App
from faster_core.routing.route import Route
from faster_router import Match, RadixRouter
from tests.benchmarks.workload import Workload

__all__ = ["constants_of", "route_of"]


def route_of(app: App, workload: Workload) -> Route:
    """Return the route of an application that answers a workload."""
    tree: RadixRouter[Route] = RadixRouter()
    for route in app.routes:
        if isinstance(route, Route):
            for method in route.methods:
                tree.add(method, route.template, route)
    found = tree.find(workload.request.method, workload.request.path)
    assert isinstance(found, Match)
    return found.target


def constants_of(route: Route) -> dict[str, Any]:
    """Return what the generated endpoint of a route names beside its local variables."""
    function = route.explain().app
    assert isinstance(function, FunctionType)
    return function.__globals__
