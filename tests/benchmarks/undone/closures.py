"""Undone: the generated endpoint. Each step is a closure of its own, made from the plan at start-up, as in frameworks
that generate nothing; what a step does is what its lines in the endpoint do.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from faster_core import App, Response
from faster_core.endpoint.lifetime import Entered, leave
from faster_core.plan.model import Call, Dependency, Run
from faster_core.response import content_length
from faster_core.result import Renderer
from faster_core.tracked import Tracked
from tests.benchmarks.exchange import Application
from tests.benchmarks.undone.route import constants_of, route_of
from tests.benchmarks.workload import Workload

__all__ = ["closures"]

_JSON_TYPE = (b"content-type", b"application/json")

Solve = Callable[[list[Entered]], Awaitable[Any]]


def closures(app: App, workload: Workload) -> Application:
    """Let closures answer a workload whose handler takes nothing but dependencies."""
    route = route_of(app, workload)
    solve, body_of, status = _calling(route.plan.handler), _encoding(route.answer.renderer), route.answer.status_code
    fail = constants_of(route)["fail"]

    async def endpoint(scope: Any, receive: Any, send: Any) -> None:
        sent = 0
        entered: list[Entered] = []
        try:
            try:
                result = await solve(entered)
                if isinstance(result, Response):
                    tracked = Tracked(send)
                    try:
                        await result(scope, receive, tracked)
                    finally:
                        sent = tracked.stage
                else:
                    body = body_of(result)
                    sent = 1
                    await _send(send, status, body)
                    sent = 2
                if entered:
                    await leave(entered)
            except BaseException as error:
                await leave(entered, error)
                raise
        except Exception as error:  # noqa: BLE001 - the boundary answers everything
            await fail(error, scope, receive, send, sent)

    route.app = endpoint
    return app


def _calling(call: Call) -> Solve:
    """Return what calls a function with the values of its arguments."""
    function = call.function
    arguments = [(argument.name, _calling(_dependency(argument.node))) for argument in call.arguments]
    if call.run is Run.LOOP and not arguments:

        async def solve(entered: list[Entered]) -> Any:
            return await function()

    elif call.run is Run.LOOP:

        async def solve(entered: list[Entered]) -> Any:
            return await function(**{name: await value(entered) for name, value in arguments})

    else:
        assert call.run is Run.LOOP_GENERATOR

        async def solve(entered: list[Entered]) -> Any:
            generator = function(**{name: await value(entered) for name, value in arguments})
            entered.append(generator)
            return await anext(generator)

    return solve


def _dependency(node: Any) -> Dependency:
    assert isinstance(node, Dependency), f"{node} is no dependency"
    return node


def _encoding(renderer: Renderer) -> Callable[[Any], bytes]:
    """Return what encodes results, those of the declared class as they are."""
    encode, render, exact, values = renderer.encode, renderer.render, renderer.exact, renderer.exact_values

    def encode_one(result: Any) -> bytes:
        return encode(result) if type(result) is exact else render(result)

    def encode_values(result: Any) -> bytes:
        if type(result) is not dict:
            return render(result)
        for key, value in result.items():
            if type(key) is not str or type(value) is not values:
                return render(result)
        return encode(result)

    return encode_one if values is None else encode_values


async def _send(send: Any, status: int, body: bytes) -> None:
    head = [_JSON_TYPE, content_length(len(body))]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
