"""The slash policy: a path that only lacks its last slash, or has one too many, is sent to its other form."""

from faster_router.answer import answer
from faster_router.encoding import encode_path, encode_query
from faster_router.host import host_of
from faster_router.types import ASGIApp, Scope

__all__ = ["other_form", "redirect"]


def other_form(path: str) -> str | None:
    """The path with its last slash taken off or put on; None for "/" alone, which has no other form."""
    if path.endswith("/"):
        return path[:-1] or None
    return path + "/"


def redirect(scope: Scope) -> ASGIApp:
    """A 307 to the other form of the request's path, with its query string.

    Scheme and host stay as they are. A `Host` that is not one shapes no URL: then only the path is sent, which means
    the same to a client. The path is encoded so that it never begins with two slashes.

    Spec: RFC 9110, 10.2.2 and 15.4.8
    """
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if root and not (path + "/").startswith(root.rstrip("/") + "/"):
        path = root + path  # the server left it out
    location = encode_path(other_form(path) or "/", errors="surrogatepass")
    query: bytes = scope.get("query_string", b"")
    if query:
        location += "?" + encode_query(query)
    host, scheme = host_of(scope), scope.get("scheme", "http")
    if host is not None and scheme in ("http", "https"):
        location = f"{scheme}://{host[1]}{location}"
    return answer(307, headers=((b"location", location.encode("ascii")),))
