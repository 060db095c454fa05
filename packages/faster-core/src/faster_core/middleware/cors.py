"""Cross-origin requests: who may read the answers in a browser.

Spec: WHATWG Fetch, 3.2 (CORS protocol)
"""

import re
from collections.abc import Awaitable, Iterable, Sequence

from faster_core.direct import direct
from faster_core.header import RawHeaders, encode_header, is_token, split_list
from faster_core.middleware._pairs import Pair, add_vary, answer_text, asgi, find_header
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CORSMiddleware"]

_ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY")

# What a browser may send without asking. Spec: WHATWG Fetch, 2.2.2 (CORS-safelisted request-header)
_SAFE_HEADERS = ("Accept", "Accept-Language", "Content-Language", "Content-Type")

_VARY_ORIGIN: Pair = (b"vary", b"Origin")
_VARIES: RawHeaders = [_VARY_ORIGIN]
_VARY_PREFLIGHT: Pair = (
    b"vary",
    b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network",
)
_ALLOW_ORIGIN = b"access-control-allow-origin"
_ALLOW_CREDENTIALS = b"access-control-allow-credentials"
_EXPOSE_HEADERS = b"access-control-expose-headers"

# A header of none of these lengths is none that is added: what is cheaper to know than its name in lower case.
_LENGTHS = frozenset(map(len, (b"vary", _ALLOW_ORIGIN, _ALLOW_CREDENTIALS, _EXPOSE_HEADERS)))

# An origin is `null`, or scheme, "://" and authority: printable ASCII without blanks. Spec: RFC 6454, 7.1
_is_origin = re.compile(rb"[!-~]{1,512}").fullmatch

# A request names a handful of headers; what lists hundreds is refused before it is read.
_MAX_REQUESTED_HEADERS = 8192


class CORSMiddleware:
    """Lets browsers on other origins read the answers, and answers their preflight requests.

    Every header pair is made at construction. A request pays one scan for `Origin`, and every answer says
    `Vary: Origin`, so that what a cache keeps for one origin is never given to another. Errors get the headers as any
    answer does. WebSockets are left alone: browsers do not apply CORS to them.

    With `allow_credentials` the origin is named in the answer, never `*`; together with `allow_origins=["*"]` that
    lets **every** site act with the cookies of its visitors. Name your origins instead.

    Args:
        app: The next application.
        allow_origins: Origins, as browsers write them: `https://example.org`, scheme and host, no path; or `*`.
        allow_methods: Methods, or `*`.
        allow_headers: Names of request headers, or `*`.
        allow_credentials: Whether cookies and HTTP authentication are allowed.
        allow_origin_regex: A pattern that the whole origin must match.
        allow_private_network: Whether public sites may call a server on a private network.
        expose_headers: Names of response headers that scripts may read.
        max_age: Seconds for which a browser may remember the answer to a preflight.

    Raises:
        ValueError: At construction, for an origin with a path or a blank, which no browser sends; for a bad name.
        re.error: At construction, for a pattern that is none.

    Example:
        >>> app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])  # doctest: +SKIP

    Spec: WHATWG Fetch, 3.2; Private Network Access, 3
    """

    def __init__(
        self,
        app: ASGIApp,
        allow_origins: Sequence[str] = (),
        allow_methods: Sequence[str] = ("GET",),
        allow_headers: Sequence[str] = (),
        allow_credentials: bool = False,
        allow_origin_regex: str | None = None,
        allow_private_network: bool = False,
        expose_headers: Sequence[str] = (),
        max_age: int = 600,
    ) -> None:
        self.app = app
        self._next = direct(app)
        origins, methods, names = _listed(allow_origins), _listed(allow_methods), _listed(allow_headers)
        self._any_origin = "*" in origins
        self._origins = frozenset(map(_encode_origin, origins))
        self._match_origin = re.compile(allow_origin_regex).fullmatch if allow_origin_regex is not None else None
        self._names_origin = allow_credentials or not self._any_origin
        listed = _ALL_METHODS if "*" in methods else methods
        self._methods = frozenset(method.encode("latin-1") for method in listed)
        self._any_header = "*" in names
        self._headers = frozenset(name.lower() for name in (*_SAFE_HEADERS, *names))
        self._private_network = allow_private_network

        credentials = [encode_header(_ALLOW_CREDENTIALS, "true")] if allow_credentials else []
        self._simple: RawHeaders = list(credentials)
        exposed = _listed(expose_headers)
        if exposed:
            self._simple.append(encode_header(_EXPOSE_HEADERS, ", ".join(exposed)))
        self._known: dict[bytes, RawHeaders] = {origin: self._pairs_for(origin) for origin in self._origins}
        self._preflight: RawHeaders = [
            _VARY_PREFLIGHT,
            *credentials,
            encode_header("access-control-allow-methods", ", ".join(listed)),
            encode_header("access-control-max-age", str(max_age)),
        ]
        if not self._any_header:
            allowed = ", ".join(sorted({*_SAFE_HEADERS, *names}))
            self._preflight.append(encode_header("access-control-allow-headers", allowed))

    @asgi
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer a preflight request; otherwise call on, and add headers to the answer."""
        if scope["type"] != "http":
            return self._next(scope, receive, send)
        added = _VARIES
        for name, origin in scope["headers"]:
            if name == b"origin":
                if scope["method"] == "OPTIONS":
                    method = find_header(scope, b"access-control-request-method")
                    if method is not None:
                        return self._answer_preflight(scope, receive, send, origin, method)
                added = self._known.get(origin) or self._pairs_for(origin)
                break

        def send_with_headers(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _join(message.get("headers"), added)}
            return send(message)

        return self._next(scope, receive, send_with_headers)

    def is_allowed_origin(self, origin: str) -> bool:
        """Return whether a script on `origin` may read answers."""
        return self._allows(origin.encode("latin-1", "replace"))

    def _allows(self, origin: bytes) -> bool:
        if _is_origin(origin) is None:
            return False
        if self._any_origin or origin in self._origins:
            return True
        return self._match_origin is not None and self._match_origin(origin.decode("ascii")) is not None

    def _pairs_for(self, origin: bytes) -> RawHeaders:
        """Return what an answer to a script on `origin` gets; nothing but `Vary` when it is not allowed."""
        if not self._allows(origin):
            return _VARIES
        return [(_ALLOW_ORIGIN, origin if self._names_origin else b"*"), *self._simple, _VARY_ORIGIN]

    def _answer_preflight(
        self, scope: Scope, receive: Receive, send: Send, origin: bytes, method: bytes
    ) -> Awaitable[None]:
        headers = list(self._preflight)
        failures = []
        if self._allows(origin):
            headers.append((_ALLOW_ORIGIN, origin if self._names_origin else b"*"))
        else:
            failures.append("origin")
        if method not in self._methods:
            failures.append("method")
        requested = find_header(scope, b"access-control-request-headers")
        if requested is not None:
            allowed = self._allowed_headers(requested)
            if allowed is None:
                failures.append("headers")
            elif self._any_header:
                headers.append((b"access-control-allow-headers", allowed))
        if find_header(scope, b"access-control-request-private-network") is not None:
            if self._private_network:
                headers.append((b"access-control-allow-private-network", b"true"))
            else:
                failures.append("private-network")
        if failures:
            return answer_text(scope, receive, send, 400, f"Disallowed CORS {', '.join(failures)}", headers)
        return answer_text(scope, receive, send, 200, "OK", headers)

    def _allowed_headers(self, requested: bytes) -> bytes | None:
        """Return the names to allow, or None when one of them is not allowed, or no name."""
        if len(requested) > _MAX_REQUESTED_HEADERS:
            return None
        names = split_list(requested.decode("latin-1"))
        if not all(is_token(name) and (self._any_header or name.lower() in self._headers) for name in names):
            return None
        return ", ".join(names).encode("ascii")


def _join(headers: Iterable[Pair] | None, added: RawHeaders) -> RawHeaders:
    """Return the headers of an answer with others added, the last of which is `Vary`.

    There is one value for each name: a browser refuses an answer that allows two origins.
    """
    joined = [*headers] if headers else []
    for name, _ in joined:
        if len(name) in _LENGTHS:
            replaced = {name for name, _ in added[:-1]}
            joined = [pair for pair in joined if pair[0].lower() not in replaced]
            joined += added[:-1]
            add_vary(joined, added[-1])
            return joined
    joined += added
    return joined


def _listed(values: Sequence[str]) -> Sequence[str]:
    """Take a text for a list of one; its characters are nobody's intention."""
    return (values,) if isinstance(values, str) else values


def _encode_origin(origin: str) -> bytes:
    scheme, separator, authority = origin.partition("://")
    if origin not in {"*", "null"} and (not scheme or not separator or not authority or "/" in authority):
        raise ValueError(
            f"CORSMiddleware: allow_origins has {origin!r}, which no browser sends. "
            "An origin is a scheme and a host, without a path: write 'https://example.org'."
        )
    encoded = origin.encode("latin-1", "replace")
    if _is_origin(encoded) is None or ("*" in origin and origin != "*"):
        raise ValueError(
            f"CORSMiddleware: allow_origins has {origin!r}, which no browser sends. "
            "Write patterns as allow_origin_regex, hosts in lower-case ASCII (punycode)."
        )
    return encoded
