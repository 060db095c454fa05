"""What an HTTP request and a WebSocket handshake have in common: the scope, read when it is asked for."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from faster_core.datastructures import URL, Address, Headers, QueryParams, State
from faster_core.exceptions import HTTPException
from faster_core.limits import DEFAULT_LIMITS, Limits

__all__ = ["APP_ROOT_PATH", "HTTPConnection"]

APP_ROOT_PATH = "faster_core.app_root_path"
"""Where the scope says at which path the innermost application of ours begins.

Not `app_root_path`: Starlette reads that as the place of the outermost application, which is not the one whose routes a
Starlette below a mount of ours knows.
"""

# A router that knows says so by `protocol` of the path: a page may link to a socket, and a socket to a page.
_SCHEMES = {
    ("http", False): "http",
    ("http", True): "https",
    ("websocket", False): "ws",
    ("websocket", True): "wss",
}


class HTTPConnection(Mapping[str, Any]):
    """A connection, which is also a mapping: that of its scope.

    Each part is read at first use and kept. Two connections are equal when they are the same object.

    Args:
        scope: The ASGI scope.
        receive: Not used here; subclasses read from it.
        limits: The budgets of the connection; None for those of its application.

    Raises:
        TypeError: For a scope of another type than the class is for.
    """

    __slots__ = (
        "__weakref__",
        "_base_url",
        "_cookies",
        "_headers",
        "_limits",
        "_query_params",
        "_state",
        "_url",
        "scope",
    )

    scope: MutableMapping[str, Any]
    _base_url: URL
    _cookies: dict[str, str]
    _headers: Headers
    _query_params: QueryParams
    _state: State
    _url: URL

    _scope_types: tuple[str, ...] = ("http", "websocket")

    def __init__(self, scope: MutableMapping[str, Any], receive: Any = None, *, limits: Limits | None = None) -> None:
        if scope.get("type") not in self._scope_types:
            expected = " or ".join(map(repr, self._scope_types))
            raise TypeError(f"{type(self).__name__} needs a scope of type {expected}, not {scope.get('type')!r}.")
        self.scope = scope
        self._limits = limits

    def __getitem__(self, key: str) -> Any:
        return self.scope[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.scope)

    def __len__(self) -> int:
        return len(self.scope)

    # A mapping compares its items; a connection is one thing in the world.
    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return object.__hash__(self)

    @property
    def limits(self) -> Limits:
        """The budgets of this connection."""
        if self._limits is None:
            found = getattr(self.scope.get("app"), "limits", None)
            self._limits = found if isinstance(found, Limits) else DEFAULT_LIMITS
        return self._limits

    @property
    def app(self) -> Any:
        """The application that serves it."""
        return self.scope["app"]

    @property
    def url(self) -> URL:
        """The URL as the client sees it."""
        try:
            return self._url
        except AttributeError:
            self._url = URL(scope=self.scope)
            return self._url

    @property
    def base_url(self) -> URL:
        """The URL where the application begins, with a slash at its end."""
        try:
            return self._base_url
        except AttributeError:
            scope = self.scope
            root = scope.get(APP_ROOT_PATH, scope.get("app_root_path", scope.get("root_path", "")))
            begin = {**scope, "path": root.rstrip("/") + "/", "query_string": b""}
            self._base_url = URL(scope=begin)
            return self._base_url

    @property
    def headers(self) -> Headers:
        """The header fields."""
        try:
            return self._headers
        except AttributeError:
            self._headers = Headers(scope=self.scope)
            return self._headers

    @property
    def query_params(self) -> QueryParams:
        """The parameters of the query string.

        Raises:
            HTTPException: 400 for more of them than the limits allow.
        """
        try:
            return self._query_params
        except AttributeError:
            query: bytes = self.scope.get("query_string", b"")
            if query.count(b"&") >= max(self.limits.max_query_parameters, 1):
                raise HTTPException(400, "Too many query parameters") from None
            self._query_params = QueryParams(query)
            return self._query_params

    @property
    def path_params(self) -> dict[str, Any]:
        """The parameters of the path, converted."""
        params: dict[str, Any] = self.scope.get("path_params", {})
        return params

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        try:
            return self._cookies
        except AttributeError:
            from faster_core.cookie import parse_cookies

            # HTTP/2 may split the header in several. Spec: RFC 9113, 8.2.3
            values = [value for name, value in self.scope["headers"] if name == b"cookie"]
            self._cookies = parse_cookies(b"; ".join(values).decode("latin-1"))
            return self._cookies

    @property
    def client(self) -> Address | None:
        """The address of the client, or None where there is none."""
        address = self.scope.get("client")
        return Address(*address) if address else None

    @property
    def session(self) -> Any:
        """The session, which `SessionMiddleware` adds.

        Raises:
            RuntimeError: Without that middleware.
        """
        return self._added("session", "SessionMiddleware")

    @property
    def auth(self) -> Any:
        """What the client may do, which an authentication middleware adds.

        Raises:
            RuntimeError: Without such a middleware.
        """
        return self._added("auth", "an authentication middleware")

    @property
    def user(self) -> Any:
        """Who the client is, which an authentication middleware adds.

        Raises:
            RuntimeError: Without such a middleware.
        """
        return self._added("user", "an authentication middleware")

    def _added(self, key: str, by: str) -> Any:
        try:
            return self.scope[key]
        except KeyError:
            raise RuntimeError(
                f"{type(self).__name__}.{key} needs {by}. Add it with app.add_middleware(...)."
            ) from None

    @property
    def state(self) -> State:
        """A place for anything that belongs to this connection; it begins with what the lifespan gave."""
        try:
            return self._state
        except AttributeError:
            self._state = State(self.scope.setdefault("state", {}))
            return self._state

    def url_for(self, name: str, /, **path_params: Any) -> URL:
        """Return the absolute URL of a route.

        Args:
            name: The name of the route, the function's unless given; `mount:name` for one in a mount.
            **path_params: The values of its path parameters.

        Raises:
            RuntimeError: Outside an application.
            Exception: What the router raises when no route has that name and these parameters.
        """
        provider = self.scope.get("app")
        if not hasattr(provider, "url_path_for"):
            provider = self.scope.get("router")
        if provider is None:
            raise RuntimeError("url_for needs an application: the scope has neither 'app' nor 'router'.")
        base = self.base_url
        path = provider.url_path_for(name, **path_params)
        scheme = _SCHEMES.get((getattr(path, "protocol", ""), base.is_secure), base.scheme)
        return base.replace(scheme=scheme, path=base.path.rstrip("/") + str(path))

    def __repr__(self) -> str:
        method = self.scope.get("method", self.scope["type"])
        return f"{type(self).__name__}({method} {self.scope.get('path', '')!r})"
