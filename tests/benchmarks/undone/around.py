"""Undone around the endpoint: the door, the tree, the stack, the lifespan."""

from typing import Any

from faster_core import App
from faster_router.tree import RadixRouter
from tests.benchmarks.exchange import Application
from tests.benchmarks.workload import Workload

__all__ = ["awaited_door", "idle_middleware", "unchanged", "without_endings", "without_statics"]


def unchanged(app: App, workload: Workload) -> Application:
    """Leave the application as it is: what differs is how it is run."""
    return app


def awaited_door(app: App, workload: Workload) -> Application:
    """Let the door be a coroutine of its own, which awaits the endpoint's."""

    async def door(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    return door


def without_statics(app: App, workload: Workload) -> Application:
    """Find paths without parameters by walking the tree, too."""
    for branch in _tree(app)._branches.values():
        for leaf in branch.leaves.values():
            branch.root.place(leaf)
        branch.statics.clear()
    return app


def without_endings(app: App, workload: Workload) -> Application:
    """Find paths with one parameter at the end by walking the tree, too."""
    for branch in _tree(app)._branches.values():
        branch.endings.clear()
    return app


def _tree(app: App) -> RadixRouter[Any]:
    tree: RadixRouter[Any] = app._tree.tree
    return tree


class _Idle:
    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


def idle_middleware(app: App, workload: Workload) -> Application:
    """Put a middleware around the routes that does nothing."""
    app.add_middleware(_Idle)
    return app
