"""URLs: read from text or from an ASGI scope, changed piece by piece."""

import re
from collections.abc import Iterable, MutableMapping
from ipaddress import IPv6Address
from typing import Any, NamedTuple, Self
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from faster_core.datastructures.multidict import MultiDict
from faster_core.datastructures.query import parse_query

__all__ = ["URL", "Address", "URLPath", "is_authority"]

_HIDDEN = "********"
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}

# uri-host [ ":" port ], uri-host = IP-literal / IPv4address / reg-name, without user information.
# Spec: RFC 9110, 7.2; RFC 3986, 3.2.2
_match_authority = re.compile(
    r"(?:\[(?P<literal>[0-9A-Fa-f:.]{2,45})\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::(?P<port>[0-9]{0,5}))?"
).fullmatch

# pchar / "/" without "%". Spec: RFC 3986, 3.3
_PATH_CHARACTERS = "/!$&'()*+,;=:@~"
_is_plain_path = re.compile(r"[A-Za-z0-9\-._/!$&'()*+,;=:@~]*").fullmatch
# Everything printable but what ends a query or cannot stand in a URL. Spec: RFC 3986, 3.4
_QUERY_CHARACTERS = "/?!$&'()*+,;=:@~%[]|^`{}"


class Address(NamedTuple):
    """One end of a connection.

    Attributes:
        host: The IP address, or the path of a Unix socket.
        port: The port.
    """

    host: str
    port: int


def is_authority(text: str) -> bool:
    """Return whether `text`, a Host header, may stand as host and port in a URL.

    Spec: RFC 9112, 3.2; RFC 3986, 3.2.2
    """
    match = _match_authority(text)
    if match is None or (match["port"] and int(match["port"]) > 65535):
        return False
    return match["literal"] is None or _is_ipv6(match["literal"])


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


class URL:
    """A URL, which cannot be changed; the methods return others.

    Args:
        url: The text.
        scope: An ASGI scope to read it from. A Host header that is no authority is passed over for `server`.
        **components: Pieces to build it from: scheme, netloc, username, password, hostname, port, path, query,
            fragment.

    Raises:
        TypeError: For more than one source.
        ValueError: When a piece of text that is no URL is read, a port above 65535 for example.

    Example:
        >>> str(URL("https://example.org/a?b=1").include_query_params(c=2))
        'https://example.org/a?b=1&c=2'

    Spec: RFC 3986
    """

    __slots__ = ("__weakref__", "_components", "_url")

    _components: SplitResult

    def __init__(self, url: str = "", scope: MutableMapping[str, Any] | None = None, **components: Any) -> None:
        if bool(url) + (scope is not None) + bool(components) > 1:
            raise TypeError("URL takes one of url, scope and components.")
        if scope is not None:
            url = _read_scope(scope)
        elif components:
            url = str(URL("").replace(**components))
        self._url = str(url)

    @property
    def components(self) -> SplitResult:
        """The pieces, split once."""
        try:
            return self._components
        except AttributeError:
            self._components = urlsplit(self._url)
            return self._components

    @property
    def scheme(self) -> str:
        """`http`, `https`, `ws` or `wss` as a rule."""
        return self.components.scheme

    @property
    def netloc(self) -> str:
        """Host and port, with user and password if there are any."""
        return self.components.netloc

    @property
    def path(self) -> str:
        """The path, percent-encoded."""
        return self.components.path

    @property
    def query(self) -> str:
        """What follows `?`, percent-encoded."""
        return self.components.query

    @property
    def fragment(self) -> str:
        """What follows `#`."""
        return self.components.fragment

    @property
    def username(self) -> str | None:
        """The user, or None."""
        return self.components.username

    @property
    def password(self) -> str | None:
        """The password, or None."""
        return self.components.password

    @property
    def hostname(self) -> str | None:
        """The host in lower case, an IPv6 address without brackets, or None."""
        return self.components.hostname

    @property
    def port(self) -> int | None:
        """The port if the URL names one."""
        return self.components.port

    @property
    def is_secure(self) -> bool:
        """Whether the scheme is `https` or `wss`."""
        return self.scheme in {"https", "wss"}

    def replace(self, **components: Any) -> "URL":
        """Return the URL with pieces replaced.

        Args:
            **components: scheme, netloc, username, password, hostname, port, path, query, fragment; None for
                username, password or port removes it.

        Raises:
            TypeError: For a piece that a URL does not have.
        """
        if not components.keys().isdisjoint(("username", "password", "hostname", "port")):
            components["netloc"] = self._netloc_with(components)
        unknown = components.keys() - set(SplitResult._fields)
        if unknown:
            raise TypeError(f"A URL has no {min(unknown)!r}.")
        return type(self)(self.components._replace(**components).geturl())

    def _netloc_with(self, changes: dict[str, Any]) -> str:
        """Take the pieces of an authority out of `changes` and return the authority they make."""
        user_information, _, place = self.netloc.rpartition("@")
        host = changes.pop("hostname", None)
        if host is None:
            host = place[: place.find("]") + 1] if place.startswith("[") else place.partition(":")[0]
        elif ":" in host and not host.startswith("["):
            host = f"[{host}]"
        old_user, colon, old_password = user_information.partition(":")
        port = changes.pop("port", self.port)
        user = changes.pop("username", old_user or None)
        password = changes.pop("password", old_password if colon else None)
        netloc = host if port is None else f"{host}:{port}"
        if user is None and password is None:
            return str(netloc)
        secret = "" if password is None else f":{password}"
        return f"{user or ''}{secret}@{netloc}"

    def include_query_params(self, **params: Any) -> "URL":
        """Return the URL with query parameters set, in the place of those of the same name."""
        query: MultiDict[str, str] = MultiDict(parse_query(self.query))
        query.update({name: str(value) for name, value in params.items()})
        return self._with_query(query.multi_items())

    def replace_query_params(self, **params: Any) -> "URL":
        """Return the URL with these query parameters and no others."""
        return self._with_query([(name, str(value)) for name, value in params.items()])

    def remove_query_params(self, keys: str | Iterable[str]) -> "URL":
        """Return the URL without query parameters of these names."""
        removed = {keys} if isinstance(keys, str) else set(keys)
        return self._with_query([pair for pair in parse_query(self.query) if pair[0] not in removed])

    def _with_query(self, pairs: list[tuple[str, str]]) -> "URL":
        return self.replace(query=urlencode(pairs, errors="replace"))

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, URL | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._url)

    def __str__(self) -> str:
        return self._url

    def __repr__(self) -> str:
        try:
            shown = self.replace(password=_HIDDEN) if self.password else self
        except ValueError:
            shown = self
        return f"{type(self).__name__}({str(shown)!r})"


class URLPath(str):
    """The path of a route, percent-encoded: a text that can become a whole URL.

    Args:
        path: The path.
        protocol: `http` or `websocket`, where the route is only for one of them.
        host: The host, where the route is only for one.

    Example:
        >>> URLPath("/items/1").make_absolute_url("https://example.org/v1/")
        URL('https://example.org/v1/items/1')
    """

    __slots__ = ("host", "protocol")

    protocol: str
    host: str

    def __new__(cls, path: str, protocol: str = "", host: str = "") -> Self:
        """Return the text."""
        self = super().__new__(cls, path)
        self.protocol, self.host = protocol, host
        return self

    def make_absolute_url(self, base_url: str | URL) -> URL:
        """Return the URL below another.

        Args:
            base_url: Scheme, host and the path that comes first; that of a request is `request.base_url`.
        """
        base = URL(str(base_url))
        kind = {"http": ("http", "https"), "websocket": ("ws", "wss")}.get(self.protocol)
        scheme = kind[base.is_secure] if kind else base.scheme
        return URL(scheme=scheme, netloc=self.host or base.netloc, path=base.path.rstrip("/") + self)


def _read_scope(scope: MutableMapping[str, Any]) -> str:
    scheme = scope.get("scheme", "ws" if scope.get("type") == "websocket" else "http")
    path = scope.get("path", "")
    if not _is_plain_path(path):
        path = quote(path, safe=_PATH_CHARACTERS, errors="replace")
    query = scope.get("query_string", b"")
    query = "?" + quote(query, safe=_QUERY_CHARACTERS) if query else ""
    netloc = _host_of(scope) or _server_of(scope, scheme)
    if not netloc and path.startswith("//"):
        # Without a host in front, `//` would begin one.
        path = "/%2F" + path[2:]
    if not netloc:
        return f"{path}{query}"
    slash = "" if path.startswith("/") or not path + query else "/"
    return f"{scheme}://{netloc}{slash}{path}{query}"


def _host_of(scope: MutableMapping[str, Any]) -> str:
    """Return the Host header if it is one authority, else an empty text."""
    hosts = [value for name, value in scope.get("headers", ()) if name == b"host"]
    # Two Host headers are a bad request; neither is believed. Spec: RFC 9112, 3.2
    host = hosts[0].decode("latin-1") if len(hosts) == 1 else ""
    return host if is_authority(host) else ""


def _server_of(scope: MutableMapping[str, Any], scheme: str) -> str:
    server = scope.get("server")
    if not server or server[0] is None:
        return ""
    host, port = server
    if port is None:
        # The path of a Unix socket is no host.
        return ""
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return host if port == _DEFAULT_PORTS.get(scheme) else f"{host}:{port}"
