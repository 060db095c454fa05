"""Requests that another site makes in a visitor's name are refused."""

import hmac
import re
import secrets
from collections.abc import Awaitable, Sequence
from importlib.util import find_spec
from typing import Any

from faster_core.body import BodyStream
from faster_core.connection import HTTPConnection
from faster_core.cookie import SameSite, write_set_cookie
from faster_core.direct import direct
from faster_core.exceptions import HTTPException
from faster_core.header import encode_header, encode_name, parse_options
from faster_core.limits import Limits
from faster_core.middleware._extra import import_extra
from faster_core.middleware._pairs import Pair, add_vary, answer_json, asgi, copy_headers, find_header, with_headers
from faster_core.middleware._tape import Tape
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CSRFMiddleware"]

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "QUERY", "TRACE")
_VARY: Pair = (b"vary", b"Cookie")

# A token in a form must come within this many bytes: they are held until it is found.
_MAX_FORM = 1024 * 1024

_split_origin = re.compile(r"(https?|wss?)://([!-.0-~]+)").fullmatch
_DEFAULT_PORTS = {"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}


class CSRFMiddleware:
    """Lets requests that change something pass only when they come from our own pages.

    Two checks, both needed. First what the browser says: a request marked `Sec-Fetch-Site: cross-site` or `same-site`,
    or with an `Origin` other than this host, is refused unless its origin is trusted. Then a token, sent twice: in a
    cookie that we signed, and by the page in a header or a form field, which another site cannot read and so cannot
    send. Safe methods pass; with their answer the cookie is set if it is missing.

    The token for a page or a template is `request.state.csrf_token`; scripts may read the cookie. Requests without any
    cookie of ours, from programs with an API key, have nothing to forge: name their paths in `exempt`.

    A form field is looked for in the first mebibyte of an urlencoded or multipart body: put it before files, or use the
    header. WebSockets pass by; check their `Origin` where they are accepted.

    Args:
        app: The next application.
        secret_key: What tokens are signed with. Several, the newest last: it signs, all verify.
        cookie_name: The name of the cookie.
        header_name: The header with the token.
        form_field: The form field with the token; None to read no forms.
        exempt: Paths that are not checked, each with everything below it: `/hooks` is `/hooks` and `/hooks/a`, not
            `/hooks2`.
        trusted_origins: Other origins that may send, as browsers write them: `https://shop.example`.
        safe_methods: Methods that change nothing.
        max_age: Seconds a token is good for; None for as long as the browser runs.
        path: The path the cookie is sent to.
        same_site: Whether it is sent with requests from other sites.
        https_only: Whether it is sent over HTTPS only.
        domain: The domain it is sent to with its subdomains; None for this host alone.

    Raises:
        ImportError: At construction, without itsdangerous.
        ValueError: At construction, for an empty key, an origin or path that is none, or a bad name.

    Example:
        >>> app.add_middleware(CSRFMiddleware, secret_key=os.environ["SECRET_KEY"], exempt=["/hooks"])  # doctest: +SKIP

    Spec: RFC 6454, 7; W3C Fetch Metadata, 2.1; RFC 9110, 9.2.1
    """

    def __init__(
        self,
        app: ASGIApp,
        secret_key: str | Sequence[str],
        *,
        cookie_name: str = "csrftoken",
        header_name: str = "X-CSRF-Token",
        form_field: str | None = "csrf_token",
        exempt: Sequence[str] = (),
        trusted_origins: Sequence[str] = (),
        safe_methods: Sequence[str] = _SAFE_METHODS,
        max_age: int | None = None,
        path: str = "/",
        same_site: SameSite = "lax",
        https_only: bool = False,
        domain: str | None = None,
    ) -> None:
        self.app = app
        self._next = direct(app)
        itsdangerous = import_extra("itsdangerous", extra="sessions", user="CSRFMiddleware")
        keys = [str(key) for key in secret_key] if isinstance(secret_key, list | tuple) else [str(secret_key)]
        if not keys or not all(keys):
            raise ValueError("CSRFMiddleware: secret_key is empty. Make one with: openssl rand -hex 32")
        self._signer = itsdangerous.TimestampSigner(keys, salt="faster_core.csrf")
        self._bad_data = itsdangerous.BadData
        self._cookie = cookie_name
        self._header = encode_name(header_name)
        self._header_name = header_name
        # Without the parser the application reads no forms either, and a form is no reason for a 500.
        self._form_field = form_field if find_spec("python_multipart") is not None else None
        self._exempt = tuple(_check_path(prefix) for prefix in exempt)
        self._trusted = frozenset(_check_origin(origin) for origin in trusted_origins)
        self._safe_methods = frozenset(method.upper() for method in safe_methods)
        self._max_age = max_age
        self._attributes: dict[str, Any] = {
            "max_age": max_age,
            "path": path,
            "domain": domain,
            "secure": https_only,
            "httponly": False,
            "samesite": same_site,
        }
        write_set_cookie(cookie_name, **self._attributes)

    @asgi
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Check what may change something; call on."""
        if scope["type"] != "http" or self._is_exempt(scope["path"]):
            return self._next(scope, receive, send)
        token = self._read_cookie(scope)
        if scope["method"] not in self._safe_methods:
            return self._check(scope, receive, send, token)
        made = None if token else self._signer.sign(secrets.token_urlsafe(24)).decode("ascii")
        scope.setdefault("state", {})["csrf_token"] = token or made
        return self._next(scope, receive, send if made is None else self._send_with_cookie(send, made))

    async def _check(self, scope: Scope, receive: Receive, send: Send, token: str | None) -> None:
        tape = Tape(receive)
        problem = self._check_origin(scope) or await self._check_token(scope, token, tape)
        if problem:
            await answer_json(scope, receive, send, 403, f"CSRF check failed: {problem}")
            return
        scope.setdefault("state", {})["csrf_token"] = token
        await self._next(scope, tape.replay(), send)

    def _send_with_cookie(self, send: Send, token: str) -> Send:
        pair = encode_header("set-cookie", write_set_cookie(self._cookie, token, **self._attributes))

        def send_with_cookie(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                headers = copy_headers(message)
                add_vary(headers, _VARY)
                headers.append(pair)
                message = with_headers(message, headers)
            return send(message)

        return send_with_cookie

    def _is_exempt(self, path: str) -> bool:
        return any(path == prefix or path.startswith(f"{prefix.rstrip('/')}/") for prefix in self._exempt)

    def _read_cookie(self, scope: Scope) -> str | None:
        """Return the token of the cookie if we signed it and it is not too old."""
        token = HTTPConnection(scope).cookies.get(self._cookie)
        if not token or not token.isascii():
            return None
        try:
            self._signer.unsign(token, max_age=self._max_age)
        except self._bad_data:
            return None
        return token

    def _check_origin(self, scope: Scope) -> str | None:
        """Return what is wrong with where the request comes from, or None."""
        given = find_header(scope, b"origin")
        origin = None if given is None else _normalize(given.decode("latin-1"))
        if origin is not None and origin in self._trusted:
            return None
        site = find_header(scope, b"sec-fetch-site")
        if site is not None:
            if site in {b"same-origin", b"none"}:
                return None
            return "the request comes from another site"
        if given is None:
            return None
        host = find_header(scope, b"host")
        scheme = scope.get("scheme", "http")
        # A proxy may have ended TLS: the scheme that the browser saw is not known, its host is.
        own = host is not None and any(
            origin == _normalize(f"{seen}://{host.decode('latin-1')}") for seen in {scheme, "https"}
        )
        return None if own and origin is not None else "the Origin header names another origin"

    async def _check_token(self, scope: Scope, token: str | None, tape: Tape) -> str | None:
        """Return what is wrong with the token, or None."""
        if token is None:
            return f"the cookie {self._cookie!r} is missing or not ours"
        header = find_header(scope, self._header)
        given = header.decode("latin-1") if header is not None else await self._read_form(scope, tape)
        if given is None:
            field = f" nor in the form field {self._form_field!r}" if self._form_field else ""
            return f"there is no token in the header {self._header_name!r}{field}"
        if not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
            return "the token is not that of the cookie"
        return None

    async def _read_form(self, scope: Scope, tape: Tape) -> str | None:
        content_type = (find_header(scope, b"content-type") or b"").decode("latin-1")
        media_type = parse_options(content_type)[0]
        if self._form_field is None:
            return None
        from faster_core.forms import read_form, read_parts

        limits = Limits(max_body_size=_MAX_FORM, max_form_size=_MAX_FORM)
        stream = BodyStream(tape.record, _MAX_FORM)
        try:
            if media_type == "application/x-www-form-urlencoded":
                value = (await read_form(content_type, stream, limits)).get(self._form_field)
                return value if isinstance(value, str) else None
            if media_type == "multipart/form-data":
                parts = read_parts(content_type, stream, limits)
                try:
                    async for part in parts:
                        if part.name == self._form_field and part.filename is None:
                            return await part.text()
                finally:
                    await parts.aclose()
        except HTTPException:
            # Malformed or too long: there is no token in it. What is wrong with the form is for the handler to say.
            return None
        return None


def _normalize(origin: str) -> str | None:
    """Return an origin in lower case without its default port; None for `null` and for what is none."""
    match = _split_origin(origin.lower())
    if match is None:
        return None
    scheme, authority = match.groups()
    return f"{scheme}://{authority.removesuffix(_DEFAULT_PORTS[scheme])}"


def _check_origin(origin: str) -> str:
    normal = _normalize(origin)
    if normal is None:
        raise ValueError(f"CSRFMiddleware: trusted origin {origin!r} is none. Write it like 'https://example.org'.")
    return normal


def _check_path(path: str) -> str:
    if not path.startswith("/"):
        raise ValueError(f"CSRFMiddleware: exempt path {path!r} does not begin with '/'.")
    return path.rstrip("/") or "/"
