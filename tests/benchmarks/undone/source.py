"""Undone in the generated endpoint: its source is read, one step in it is written in another way, and it is compiled.

Steps are found by what they do. One that is not found any more is an error: there would be nothing to compare.
"""

import ast
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec

from faster_core import App, Request
from faster_core.routing.route import Route
from faster_core.tracked import Tracked
from tests.benchmarks.exchange import Application
from tests.benchmarks.peers.ours import Item
from tests.benchmarks.undone.route import constants_of, route_of
from tests.benchmarks.workload import Workload

__all__ = ["ContextManagers", "Converted", "Encoded", "Everything", "Framed", "InTwoSteps", "Lenient"]


class Edit(ast.NodeTransformer):
    """Writes one step of an endpoint in another way.

    Attributes:
        constants: What the new lines name beside what the old ones do.
    """

    constants: Mapping[str, Any] = {}

    def __call__(self, app: App, workload: Workload) -> Application:
        """Serve the workload's route with an endpoint that is written in another way.

        Raises:
            LookupError: When the step is not in the endpoint.
        """
        route = route_of(app, workload)
        endpoint = route.explain()
        module = ast.parse(endpoint.source)
        before = ast.dump(module)
        self.visit(module)
        if ast.dump(module) == before:
            raise LookupError(f"{type(self).__name__} finds nothing to undo in:\n{endpoint.source}")
        namespace = {**constants_of(route), **self.constants}
        exec(compile(ast.fix_missing_locations(module), f"<{type(self).__name__}>", "exec"), namespace)
        route.app = self.around(namespace["endpoint"], route)
        return app

    def around(self, endpoint: Application, route: Route) -> Application:
        """Return the endpoint, or what it is called by."""
        return endpoint


def _statements(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


class InTwoSteps(Edit):
    """A JSON body is parsed into dicts, and those are converted to the model."""

    constants = {"loads": json.loads, "to_struct": msgspec.convert, "Struct": Item}

    def visit_Assign(self, node: ast.Assign) -> Any:
        match node:
            case ast.Assign(targets=[ast.Name(id="in_body")], value=ast.Call(func=decoder, args=[body])):
                # The look-up of the decoder stays: it is what refuses other content types.
                converted = f"in_body = to_struct(loads({ast.unparse(body)}), Struct)"
                return [ast.Expr(decoder), *_statements(converted)]
        return node


class Encoded(Edit):
    """The head's pairs are made of texts for each answer."""

    def visit_Dict(self, node: ast.Dict) -> Any:
        made = (
            '[("content-type".encode("latin-1"), "application/json".encode("latin-1")),'
            ' ("content-length".encode("latin-1"), str(len(body)).encode("latin-1"))]'
        )
        for number, key in enumerate(node.keys):
            match key, node.values[number]:
                case ast.Constant(value="headers"), ast.List(elts=[_, _]):
                    node.values[number] = _expression(made)
        return node


class Converted(Edit):
    """Results of the declared class are converted like any others."""

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        if ast.unparse(node.test).startswith("type(result)"):
            return node.orelse
        return node


class Lenient(Edit):
    """Texts of digits go through msgspec's lenient conversion like any others."""

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        return node.orelse if ast.unparse(node.test).endswith(".isdecimal()") else node


class Everything(Edit):
    """Each request is made into a `Request`, and its headers, query and cookies are parsed."""

    constants = {"Connection": Request}

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        made = "connection = Connection(scope, receive, send)"
        node.body[:0] = _statements(f"{made}; dict(connection.headers); connection.query_params; connection.cookies")
        return node


class Framed(Edit):
    """Errors are caught in a frame around the endpoint, which has to look how far the answer is."""

    def visit_Try(self, node: ast.Try) -> Any:
        match node:
            case ast.Try(handlers=[ast.ExceptHandler(type=ast.Name(id="Exception"), name="error")]):
                if "fail(" in ast.unparse(node.handlers[0]):
                    return node.body
        return node

    def around(self, endpoint: Application, route: Route) -> Application:
        fail = constants_of(route)["fail"]

        async def boundary(scope: Any, receive: Any, send: Any) -> None:
            tracked = Tracked(send)
            try:
                await endpoint(scope, receive, tracked)
            except Exception as error:  # noqa: BLE001 - the boundary answers everything
                await fail(error, scope, receive, send, tracked.stage)

        return boundary


def _itself(generator: AsyncGenerator[Any, None]) -> AsyncGenerator[Any, None]:
    return generator


class ContextManagers(Edit):
    """Dependencies with `yield` become context managers on an `AsyncExitStack`."""

    constants = {"Stack": AsyncExitStack, "as_manager": asynccontextmanager(_itself)}

    def visit_AsyncFor(self, node: ast.AsyncFor) -> Any:
        if not isinstance(node.body[0], ast.Break):
            # The stack leaves them.
            return None
        target, generator = ast.unparse(node.target), ast.unparse(node.iter)
        return _statements(f"{target} = await stack.enter_async_context(as_manager({generator}))")

    def visit_Try(self, node: ast.Try) -> Any:
        self.generic_visit(node)
        match node:
            case ast.Try(handlers=[ast.ExceptHandler(type=ast.Name(id="BaseException"))]):
                return ast.AsyncWith([ast.withitem(_expression("Stack()"), ast.Name("stack", ast.Store()))], node.body)
        return node
