"""What only one of the two protocols has, wanted by a route of the other."""

from typing import Any

from faster_core.diagnostic import Diagnostic, describe_callable
from faster_core.exceptions import ConfigurationError
from faster_core.plan.model import Call, Plan, Special

__all__ = ["check_protocol"]


def check_protocol(plan: Plan, *, websocket: bool) -> None:
    """Refuse a plan that wants what its protocol does not have.

    Args:
        plan: The plan.
        websocket: Whether it is for WebSockets.

    Raises:
        ConfigurationError: FA129, for a `WebSocket` in an HTTP route, a `Request` or a body in a WebSocket route.
    """
    unknown = "request" if websocket else "websocket"
    for call in (plan.handler, *plan.order):
        for argument in call.arguments:
            node = argument.node
            if isinstance(node, Special) and node.kind == unknown:
                raise _no_such_thing(call, argument.name, node.type, websocket=websocket)
    if websocket and plan.body is not None:
        raise _no_body(plan)


def _no_such_thing(call: Call, name: str, wanted: Any, *, websocket: bool) -> ConfigurationError:
    kind = "WebSocket" if websocket else "HTTP"
    return ConfigurationError(
        Diagnostic(
            "FA129",
            f"Argument {name!r} of {describe_callable(call.function)} is a {wanted.__name__}, which a route for {kind} "
            "does not have.",
            "Annotate it as HTTPConnection, which both kinds of route have.",
            (call.place,) if call.place else (),
        )
    )


def _no_body(plan: Plan) -> ConfigurationError:
    body = plan.body
    assert body is not None, "asked for only when there is one"
    node = (*body.parts, *body.fields)[0]
    place = node.place
    return ConfigurationError(
        Diagnostic(
            "FA129",
            f"{place}: argument {node.name!r} reads a body, which a WebSocket does not have.",
            "Read it from the query, or receive it with `await websocket.receive_json()`.",
            (place,) if place else (),
        )
    )
