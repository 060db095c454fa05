"""A mapping for each visitor, kept in a signed cookie."""

import logging
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import msgspec

from faster_core.connection import HTTPConnection
from faster_core.cookie import SameSite, write_set_cookie
from faster_core.direct import direct
from faster_core.header import encode_header
from faster_core.middleware._extra import import_extra
from faster_core.middleware._pairs import Pair, add_vary, asgi, copy_headers, with_headers
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Session", "SessionMiddleware"]

_logger = logging.getLogger(__name__)

_STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})
_VARY: Pair = (b"vary", b"Cookie")

# What a browser keeps at least of one cookie, name and attributes included. Spec: RFC 6265, 6.1
_MAX_COOKIE = 4096


class Session(dict[str, Any]):
    """The data of one visitor: a dict of JSON values.

    Attributes:
        accessed: Something was read or changed: the answer depends on the cookie.
        modified: Something was changed through the dict itself. Changes inside its values are found by comparing.
    """

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        super().__init__(values or {})
        self.accessed: bool = False
        self.modified: bool = False

    def mark_accessed(self) -> None:
        """Note that the answer depends on the session."""
        self.accessed = True

    def mark_modified(self) -> None:
        """Have the cookie sent again."""
        self.accessed = self.modified = True


def _mark(name: str, *, modifies: bool) -> Any:
    """Return the method of dict called `name`, which leaves a mark."""
    original = getattr(dict, name)

    def method(self: Session, *args: Any, **kwargs: Any) -> Any:
        self.accessed = True
        if modifies:
            self.modified = True
        return original(self, *args, **kwargs)

    method.__name__, method.__doc__ = name, original.__doc__
    return method


for _name in ("__contains__", "__eq__", "__getitem__", "__iter__", "__len__", "copy", "get", "items", "keys", "values"):
    setattr(Session, _name, _mark(_name, modifies=False))
for _name in ("__delitem__", "__ior__", "__setitem__", "clear", "pop", "popitem", "setdefault", "update"):
    setattr(Session, _name, _mark(_name, modifies=True))


class SessionMiddleware:
    """Gives each visitor a session: `request.session`, a dict of JSON values, kept in a signed cookie.

    The visitor can read the cookie, not change it: what is not signed by us, or is too old, is an empty session. The
    cookie is sent again only when the session was changed, also deep inside its values, and removed when it was
    emptied. An answer for which the session was looked at says `Vary: Cookie`. The cookies are those of Starlette's
    middleware: sessions survive the move.

    Args:
        app: The next application.
        secret_key: What cookies are signed with. Several, the newest last: it signs, all verify.
        session_cookie: The name of the cookie.
        max_age: Seconds a session lasts after its last change; None for as long as the browser runs.
        path: The path the cookie is sent to.
        same_site: Whether it is sent with requests from other sites. `none` needs `https_only`.
        https_only: Whether it is sent over HTTPS only.
        domain: The domain it is sent to with its subdomains; None for this host alone.
        partitioned: Whether each top-level site has its own.

    Raises:
        ImportError: At construction, without itsdangerous.
        ValueError: At construction, for an empty key, or attributes that cannot stand in a cookie.

    Example:
        >>> app.add_middleware(SessionMiddleware, secret_key=os.environ["SECRET_KEY"])  # doctest: +SKIP

    Spec: RFC 6265, 4.1 and 8.5
    """

    def __init__(
        self,
        app: ASGIApp,
        secret_key: str | Sequence[str],
        session_cookie: str = "session",
        max_age: int | None = 14 * 24 * 60 * 60,
        path: str = "/",
        same_site: SameSite = "lax",
        https_only: bool = False,
        domain: str | None = None,
        partitioned: bool = False,
    ) -> None:
        self.app = app
        self._next = direct(app)
        itsdangerous = import_extra("itsdangerous", extra="sessions", user="SessionMiddleware")
        keys = [str(key) for key in secret_key] if isinstance(secret_key, list | tuple) else [str(secret_key)]
        if not keys or not all(keys):
            raise ValueError("SessionMiddleware: secret_key is empty. Make one with: openssl rand -hex 32")
        self._signer = itsdangerous.TimestampSigner(keys)
        self._unreadable = (itsdangerous.BadData, ValueError, msgspec.DecodeError, RecursionError)
        self._cookie = session_cookie
        self._marker = session_cookie.encode("latin-1", "replace") + b"="
        self._max_age = max_age
        self._attributes: dict[str, Any] = {
            "path": path,
            "domain": domain,
            "secure": https_only,
            "httponly": True,
            "samesite": same_site,
            "partitioned": partitioned,
        }
        self._removal = self._write("null", max_age=0, expires="Thu, 01 Jan 1970 00:00:00 GMT")

    @asgi
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Read the session, call on, and write it back."""
        if scope["type"] not in {"http", "websocket"}:
            return self._next(scope, receive, send)
        session, before = self._read(scope)
        scope["session"] = session

        def send_with_session(message: Message) -> Awaitable[None]:
            if message["type"] in _STARTS:
                message = self._finish(message, scope["session"], before)
            return send(message)

        return self._next(scope, receive, send_with_session)

    def _read(self, scope: Scope) -> tuple[Session, bytes | None]:
        """Return the session and the JSON it was read from, None where there was none."""
        if not any(name == b"cookie" and self._marker in value for name, value in scope["headers"]):
            return Session(), None
        value = HTTPConnection(scope).cookies.get(self._cookie)
        if value is None:
            return Session(), None
        try:
            content = b64decode(self._signer.unsign(value.encode("utf-8"), max_age=self._max_age))
            values = msgspec.json.decode(content)
        except self._unreadable:
            return Session(), None
        if not isinstance(values, dict):
            return Session(), None
        return Session(values), msgspec.json.encode(values)

    def _finish(self, message: Message, session: Any, before: bytes | None) -> Message:
        if not isinstance(session, Session):
            # The application put a mapping of its own in the place.
            session = Session(session)
            session.mark_modified()
        if not session.accessed:
            return message
        headers = copy_headers(message)
        add_vary(headers, _VARY)
        values = dict.copy(session)
        content = msgspec.json.encode(values)
        if values and (session.modified or content != before):
            headers.append(self._write_session(content))
        elif not values and before is not None:
            headers.append(self._removal)
        return with_headers(message, headers)

    def _write_session(self, content: bytes) -> Pair:
        pair = self._write(self._signer.sign(b64encode(content)).decode("ascii"), max_age=self._max_age)
        if len(pair[1]) > _MAX_COOKIE:
            _logger.error(
                "The session cookie %r has %d bytes; browsers drop cookies over %d. Keep less in the session.",
                self._cookie,
                len(pair[1]),
                _MAX_COOKIE,
            )
        return pair

    def _write(self, value: str, **lifetime: Any) -> Pair:
        return encode_header("set-cookie", write_set_cookie(self._cookie, value, **lifetime, **self._attributes))
