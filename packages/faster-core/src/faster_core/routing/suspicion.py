"""What may be wrong with a route that stands in its place: warnings, each of which names the places and a fix."""

from collections.abc import Iterable, Iterator

from faster_core.diagnostic import Diagnostic
from faster_core.params import Source
from faster_core.plan.model import Group, Parameter, Plan
from faster_core.routing.route import Route, WebSocketRoute
from faster_router import Mount

__all__ = ["suspect_mount", "suspect_route"]

_WHOLE_REQUEST = ("request", "websocket", "connection")


def suspect_route(route: Route | WebSocketRoute, mounts: Iterable[Mount]) -> Iterator[Diagnostic]:
    """Give what may be wrong with a route.

    Args:
        route: The route.
        mounts: The mounts beside it.
    """
    yield from _unread_variable(route)
    if isinstance(route, Route):
        yield from _body_without_meaning(route)
        yield from (_shadowed(route, mount) for mount in mounts if _covers(route, mount))


def suspect_mount(mount: Mount, routes: Iterable[Route | WebSocketRoute]) -> Iterator[Diagnostic]:
    """Give what may be wrong with a mount.

    Args:
        mount: The mount.
        routes: The routes beside it.
    """
    return (_shadowed(route, mount) for route in routes if isinstance(route, Route) and _covers(route, mount))


def _covers(route: Route, mount: Mount) -> bool:
    """Tell whether a route with `{…:path}` at its end answers every GET below a mount, since routes come first."""
    parameters = route.template.parameters
    if "GET" not in route.methods or not parameters or parameters[-1].convertor_name != "path":
        return False
    before = route.template.text.rpartition("{")[0]
    return before.endswith("/") and f"{mount.path}/".startswith(before)


def _shadowed(route: Route, mount: Mount) -> Diagnostic:
    return Diagnostic(
        "FA102",
        f"GET {route.path} ({route.place}) answers every GET below {mount.path or '/'}, so the application mounted "
        "there is never asked: routes come before mounts.",
        "Mount what that route serves, too, since the longest prefix wins among mounts; or give it a prefix of its "
        "own.",
        (route.place,) if route.place else (),
        "warning",
    )


def _unread_variable(route: Route | WebSocketRoute) -> Iterator[Diagnostic]:
    """Give the variables of the path that nobody reads, where an argument has nearly their name."""
    plan = route.plan
    if any(special.kind in _WHOLE_REQUEST for special in plan.specials):
        return
    read = set(_names(plan, Source.PATH))
    asked = [name for name in _names(plan, Source.QUERY) if name not in route.template.names]
    for variable in route.template.names:
        near = _nearest(variable, asked) if asked and variable not in read else None
        if near is not None:
            yield _did_you_mean(route, variable, near)


def _names(plan: Plan, source: Source) -> Iterator[str]:
    for node in plan.parameters:
        if node.source is source:
            fields: tuple[Parameter, ...] = node.fields if isinstance(node, Group) else (node,)
            yield from (field.wire_name for field in fields)


def _nearest(variable: str, names: list[str]) -> str | None:
    """Return the name that was probably meant: one that is spelt nearly so, or that has a word in common."""
    import difflib

    near = difflib.get_close_matches(variable, names, n=1, cutoff=0.7)
    words = set(variable.split("_"))
    common = [name for name in names if words <= set(name.split("_")) or set(name.split("_")) <= words]
    return next(iter((*near, *common)), None)


def _did_you_mean(route: Route | WebSocketRoute, variable: str, name: str) -> Diagnostic:
    method = " ".join(route.methods) if isinstance(route, Route) else "WEBSOCKET"
    return Diagnostic(
        "FA103",
        f"{method} {route.path}: nobody reads {{{variable}}}, but {route.place} reads {name!r} from the query.",
        f'Did you mean {{{name}}} in the path, or Path(alias="{variable}") for {name!r}?',
        (route.place,) if route.place else (),
        "warning",
    )


def _body_without_meaning(route: Route) -> Iterator[Diagnostic]:
    method = next((method for method in route.methods if method in ("GET", "HEAD")), None)
    if method is None or route.plan.body is None:
        return
    yield Diagnostic(
        "FA120",
        f"{method} {route.path}: {route.place} reads a body, but the body of a {method} request has no meaning "
        "(RFC 9110, 9.3.1), and many clients cannot send one.",
        "Read it from the query, or use POST or QUERY.",
        (route.place,) if route.place else (),
        "warning",
    )
