"""Everything about one route: what its plan says, in words, and the code that was generated from it."""

from collections.abc import Callable, Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec.structs import asdict

from faster_core.app import App
from faster_core.plan.model import Body, Call, Dependency, Group, Parameter
from faster_core.routing import Route, WebSocketRoute

__all__ = ["Explanation", "explain", "write"]


class Input(msgspec.Struct, frozen=True):
    """A value that is read from the request."""

    source: str
    name: str
    type: str
    required: bool
    default: str | None = None


class Function(msgspec.Struct, frozen=True):
    """The handler or a dependency, with those that it needs.

    Attributes:
        name: The function, with file and line.
        runs: `loop`, `thread`, `inline`, `loop generator` or `thread generator`.
        argument: The argument that it provides; None for the handler and for what is only called.
        scope: When the code after its `yield` runs.
        cached: Whether one request calls it once only.
        security: The scheme that it checks, with the scopes asked for.
        needs: Its own dependencies.
    """

    name: str
    runs: str
    argument: str | None = None
    scope: str | None = None
    cached: bool | None = None
    security: str | None = None
    needs: list["Function"] = []


class Explanation(msgspec.Struct, frozen=True):
    """What `--explain --json` prints.

    Attributes:
        methods: The methods.
        path: The path template.
        name: The name for `url_path_for`.
        middleware: What is around it, the outermost first.
        handler: The function that answers, with its dependencies.
        called_first: The dependencies of application, routers and route.
        inputs: What is read from the request.
        body: What its body is, and what decodes it.
        result: The response model, and what encodes it.
        responses: The statuses that are documented by hand, beside the success.
        limits: The budgets of a request.
        source: The generated function.
    """

    methods: list[str]
    path: str
    name: str
    middleware: list[str]
    handler: Function
    called_first: list[Function]
    inputs: list[Input]
    body: str | None
    result: str | None
    responses: dict[str, str]
    limits: dict[str, int]
    source: str


def explain(app: App, route: Route | WebSocketRoute) -> Explanation:
    """Return everything about a route.

    Args:
        app: The application.
        route: One of its routes.
    """
    middleware = (*app.user_middleware, *route.layer.middleware, *(route.settings.middleware or ()))
    return Explanation(
        methods=list(route.methods) if isinstance(route, Route) else ["WEBSOCKET"],
        path=route.path,
        name=route.name,
        middleware=[repr(entry) for entry in middleware],
        handler=_function(route.plan.handler, None),
        called_first=[_function(dependency, None) for dependency in route.plan.dependencies],
        inputs=list(_inputs(route.plan.parameters)),
        body=_body(route.plan.body),
        result=_result(route) if isinstance(route, Route) else None,
        responses=_responses(route),
        limits=asdict(route.limits),
        source=route.explain().source,
    )


def _function(call: Call, argument: str | None) -> Function:
    name = str(call.place) if call.place else repr(call.function)
    needs = [_function(item.node, item.name) for item in call.arguments if isinstance(item.node, Dependency)]
    if not isinstance(call, Dependency):
        return Function(name, call.run.value, argument, needs=needs)
    scheme = getattr(call.function, "scheme_name", None)
    security = " ".join([scheme, *call.scopes]) if scheme else None
    return Function(name, call.run.value, argument, call.scope, call.cached, security, needs)


def _inputs(nodes: tuple[Parameter | Group, ...]) -> Iterator[Input]:
    for node in nodes:
        if isinstance(node, Group):
            yield from _inputs(node.fields)
        else:
            unknown = node.required or node.default is ... or node.default is msgspec.NODEFAULT
            default = None if unknown else repr(node.default)
            yield Input(node.source.value, node.wire_name, type_name(node.annotation), node.required, default)


def _body(body: Body | None) -> str | None:
    if body is None:
        return None
    if body.kind == "form":
        fields = ", ".join(f"{one.name}: {one.type}" for one in _inputs(body.fields))
        return f"{body.media_type} with {fields}"
    parts = ", ".join(f"{part.name}: {type_name(part.annotation)}" for part in body.parts)
    decoder = f", decoded by {_decoder_name(body.codec.decode_json)}" if body.codec is not None else ""
    return f"{body.media_type} for {parts}{decoder}"


def _result(route: Route) -> str:
    renderer = route.answer.renderer
    if renderer.accepts_anything:
        way = "encoded as it is"
    elif renderer.exact is not None:
        way = f"encoded as it is when it is a {type_name(renderer.exact)}, otherwise filtered first"
    else:
        way = "filtered, then encoded"
    status, cls = route.answer.status_code, route.answer.response_class.__name__
    return f"{status} {cls} of {type_name(renderer.model)}, {way}"


def _responses(route: Route | WebSocketRoute) -> dict[str, str]:
    described = {**route.layer.responses, **(route.settings.responses or {})}
    return {str(status): str(described[status].get("description", "")) for status in sorted(described, key=str)}


def type_name(annotation: Any) -> str:
    """Return a type as a programmer writes it, without modules and constraints."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_name(arguments[0])
    if origin in (Union, UnionType):
        return " | ".join(map(type_name, arguments))
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, arguments))}]"
    if origin is not None:
        inner = ", ".join("…" if argument is ... else type_name(argument) for argument in arguments)
        return f"{type_name(origin)}[{inner}]"
    if annotation is None or annotation is type(None):
        return "None"
    return str(getattr(annotation, "__name__", annotation))


def _decoder_name(decode: Callable[..., Any]) -> str:
    owner = getattr(decode, "__self__", None)
    if owner is None:
        return str(getattr(decode, "__qualname__", decode))
    return f"{type(owner).__module__}.{type(owner).__name__}"


def write(explanation: Explanation) -> str:
    """Return an explanation as text."""
    lines = [f"{','.join(explanation.methods)} {explanation.path}  ({explanation.name})"]
    lines += _section("middleware, the outermost first", explanation.middleware)
    lines += _section("called first", [line for one in explanation.called_first for line in _tree(one)])
    lines += _section("handler", list(_tree(explanation.handler)))
    lines += _section("inputs", [_line(one) for one in explanation.inputs])
    lines += _section("body", [explanation.body] if explanation.body else [])
    lines += _section("result", [explanation.result] if explanation.result else [])
    lines += _section("other responses", [f"{status}  {text}" for status, text in explanation.responses.items()])
    lines += _section("limits", [f"{name} = {value:,}" for name, value in explanation.limits.items()])
    lines += _section("generated endpoint", explanation.source.rstrip().splitlines())
    return "\n".join(lines)


def _section(title: str, content: list[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in content)] if content else []


def _tree(function: Function, depth: int = 0) -> Iterator[str]:
    facts = [f"runs in {function.runs}"]
    if function.scope is not None:
        facts += [f"scope {function.scope}", "once a request" if function.cached else "each time"]
    if function.security:
        facts.append(f"security {function.security}")
    given = f"{function.argument} = " if function.argument else ""
    yield f"{'  ' * depth}{given}{function.name}: {', '.join(facts)}"
    for need in function.needs:
        yield from _tree(need, depth + 1)


def _line(one: Input) -> str:
    rest = "required" if one.required else f"default {one.default}" if one.default is not None else "optional"
    return f"{one.source} {one.name}: {one.type}, {rest}"
