"""Mounts: everything below a path, handed to another ASGI application."""

from typing import Any

from faster_router.exceptions import MissingSlash, NoMatchFound, RouterError
from faster_router.path import PathTemplate
from faster_router.types import ASGIApp, Scope

__all__ = ["Mount", "merged_params", "note_inner", "route_path", "route_template"]

# The name of what is left of the path. Nobody would choose it, so it meets no parameter of the prefix.
_BELOW = "__below__"

_INNER = "faster_router.inner"
_PREFIX = "faster_router.prefix"


class Mount:
    """An application for every path below a prefix.

    Of several mounts that fit, the longest prefix wins; text in a prefix comes before a parameter, as in routes.

    The application sees the same `path`, and a `root_path` that has grown by the prefix.

    Args:
        path: The prefix, a path template; "" or "/" for everything.
        app: Any ASGI application.
        name: The name for `url_path_for`, as in `name:inner`; None joins the names of the application to those outside.

    Raises:
        TemplateError: The path is not a template.

    Attributes:
        path: The prefix without a slash at its end.
        template: The prefix with a slash at its end.
        below: The template of all the paths it answers.
    """

    def __init__(self, path: str, app: ASGIApp, *, name: str | None = None) -> None:
        self.path: str = path.rstrip("/")
        if self.path and not self.path.startswith("/"):
            raise MissingSlash(path)
        self.template: PathTemplate = PathTemplate(self.path + "/")
        self.below: PathTemplate = PathTemplate(f"{self.path}/{{{_BELOW}:path}}")
        self.app = app
        self.name = name

    def enter(self, scope: Scope, params: dict[str, Any]) -> Scope:
        """The scope for the application: a copy with `root_path` and `path_params` grown.

        Args:
            scope: The scope outside.
            params: What `below` found in the path; changed.
        """
        below: str = params.pop(_BELOW)
        path, root_path, inside = scope["path"], scope.get("root_path", ""), route_path(scope)
        child = dict(scope)
        child["root_path"] = root_path + inside[: len(inside) - len(below) - 1]
        if root_path and len(inside) == len(path):
            # A server that left the outer root_path out of the path: with the grown one, the path could no longer be
            # told.
            child["path"] = root_path + path
        if params:
            child["path_params"] = merged_params(scope, params)
        # A route outside, as another framework's mount may be, is not the one that answers.
        child.pop("route", None)
        child[_PREFIX] = scope.get(_PREFIX, "") + self.path
        note_inner(scope, child)
        return child

    def url_path_for(self, name: str, params: dict[str, Any]) -> str:
        """The path of a route of the application, or with `path=` of anything below the mount.

        Raises:
            NoMatchFound: The application has no such route, or cannot be asked.
        """
        own = {key: params[key] for key in self.template.names if key in params}
        others = {key: value for key, value in params.items() if key not in own}
        if len(own) < len(self.template.names):
            raise NoMatchFound(name, params, ())
        if self.name is not None and name == self.name and list(others) == ["path"]:
            return self.below.format(**own, **{_BELOW: str(others["path"]).lstrip("/")})
        return self.template.format(**own)[:-1] + inner_path(self, name, others)

    def __repr__(self) -> str:
        return f"Mount({self.path!r}, {self.app!r}, name={self.name!r})"


def inner_path(entry: Any, name: str, params: dict[str, Any]) -> str:
    """The path that the application of a mount or a host gives for a name.

    Raises:
        NoMatchFound: The name is not below the entry's own, or the application has no `url_path_for`.
    """
    inner = name
    if entry.name is not None:
        outer, _, inner = name.partition(":")
        if outer != entry.name or not inner:
            raise NoMatchFound(name, params, ())
    build = getattr(entry.app, "url_path_for", None)
    if build is None:
        raise NoMatchFound(name, params, ())
    try:
        return str(build(inner, **params))
    except RouterError:
        raise
    except Exception as error:
        # Another framework's application says in its own way that it has no such route; the next mount may have one.
        raise NoMatchFound(name, params, ()) from error


def route_path(scope: Scope) -> str:
    """The path a router matches: `path` without `root_path`, where that stands before it as whole segments.

    By the specification `path` contains `root_path`; servers and tests that leave it out are understood too.

    Spec: ASGI 3.0, "HTTP Connection Scope"
    """
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if root and path.startswith(root):
        rest = path[len(root) :]
        if not rest or rest[0] == "/":
            return rest
    return path


def note_inner(scope: Scope, child: Scope) -> None:
    """Let whoever has the scope outside find the one that goes on inside, and with it the route."""
    child.pop(_INNER, None)
    scope[_INNER] = child


def route_template(scope: Scope) -> str | None:
    """The template of the route that answers a request, with the prefixes of all mounts that lead there.

    What is answered below a mount by something that names no route is `/prefix/{path:path}`. There are as many
    templates as routes and mounts: a name for metrics and traces, where that of each path would never stop growing.

    Args:
        scope: A scope that a router has seen, of this application or of one around it.

    Returns:
        The template, or None when no route was found.
    """
    while _INNER in scope:
        scope = scope[_INNER]
    route = scope.get("route")
    # Routes of other frameworks have a `path`; an entry of a router may have no more than its template.
    path = getattr(route, "path", None) or getattr(getattr(route, "template", None), "text", None)
    prefix: str | None = scope.get(_PREFIX)
    if path is None:
        return None if prefix is None else f"{prefix}/{{path:path}}"
    return f"{prefix or ''}{path}"


def merged_params(scope: Scope, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of outer mounts and hosts together with these; these win."""
    outer = scope.get("path_params")
    return {**outer, **params} if outer else params
