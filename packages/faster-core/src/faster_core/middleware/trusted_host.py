"""Only requests for hosts that are ours.

Spec: RFC 9110, 7.2; RFC 9112, 3.2
"""

from collections.abc import Awaitable, Sequence

from faster_core.datastructures import URL
from faster_core.datastructures.url import is_authority
from faster_core.direct import direct
from faster_core.middleware._pairs import answer_text, asgi, encode_location
from faster_core.types import ASGIApp, Receive, Scope, Send

__all__ = ["TrustedHostMiddleware"]


class TrustedHostMiddleware:
    """Answers 400 to requests and WebSockets whose `Host` is none of those allowed, malformed, absent or sent twice.

    Hosts are compared whole and without case; a port is passed over. `*.example.org` matches every host below
    `example.org`, not `example.org` itself, and not `evilexample.org`.

    Args:
        app: The next application.
        allowed_hosts: Names, IP addresses and patterns; None or `*` for every host.
        www_redirect: Whether a request for `example.org` is sent on to `www.example.org` (307) where only that is
            allowed.

    Raises:
        ValueError: At construction, for a `*` anywhere but in `*` and `*.example.org`, or a host with a port.

    Example:
        >>> app.add_middleware(TrustedHostMiddleware, allowed_hosts=["example.org", "*.example.org"])  # doctest: +SKIP
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Sequence[str] | None = None, www_redirect: bool = True) -> None:
        self.app = app
        self._next = direct(app)
        given = [allowed_hosts] if isinstance(allowed_hosts, str) else ["*"] if allowed_hosts is None else allowed_hosts
        hosts = [_check(host) for host in given]
        self._allows_any = "*" in hosts
        self._hosts = frozenset(host for host in hosts if "*" not in host)
        self._suffixes = tuple(host[1:] for host in hosts if host.startswith("*."))
        self._www_redirect = www_redirect

    @asgi
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Call on, if the host is one of those allowed."""
        if self._allows_any or scope["type"] not in {"http", "websocket"}:
            return self._next(scope, receive, send)
        authority = read_authority(scope)
        host = _host_of(authority)
        if host and (host in self._hosts or host.endswith(self._suffixes)):
            return self._next(scope, receive, send)
        if host and self._www_redirect and f"www.{host}" in self._hosts and scope["type"] == "http":
            url = URL(scope=scope).replace(netloc=f"www.{authority}")
            return answer_text(scope, receive, send, 307, "", [encode_location(url)])
        return answer_text(scope, receive, send, 400, "Invalid host header")


def read_authority(scope: Scope) -> str:
    """Return the Host header of a request, or an empty text where there is not exactly one that is well-formed."""
    values = [value for name, value in scope["headers"] if name == b"host"]
    text = values[0].decode("latin-1") if len(values) == 1 else ""
    return text if is_authority(text) else ""


def _host_of(authority: str) -> str:
    if authority.startswith("["):
        return authority[: authority.index("]") + 1].lower()
    return authority.partition(":")[0].lower()


def _check(pattern: str) -> str:
    host = pattern.lower()
    if host == "*":
        return host
    name = host.removeprefix("*.")
    if "*" in name:
        raise ValueError(f"TrustedHostMiddleware: allowed host {pattern!r}: write wildcards like '*.example.org'.")
    if name.count(":") > 1 and not name.startswith("["):
        name = host = f"[{name}]"
    if not is_authority(name) or _host_of(name) != name:
        raise ValueError(
            f"TrustedHostMiddleware: allowed host {pattern!r} is no host. Write it without scheme, port and path, "
            "international names in punycode."
        )
    return host
