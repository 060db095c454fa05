"""The rules a response has to keep, as a state machine over the messages of one ASGI application.

Nothing here touches a loop: messages go in, bytes come out, a broken rule is a `ProtocolViolation`.

       start ──► body … body ──► complete
                            └──► trailers … ──► complete      (only when the start announced them)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from faster_testclient.exceptions import ProtocolViolation
from faster_testclient.types import HeaderList, Message

__all__ = ["Head", "ResponseRules", "checked_headers"]

# RFC 9110, 5.6.2 and 5.5: what a server refuses to write because it would end the line.
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_FORBIDDEN = re.compile(rb"[\r\n\0]")


@dataclass
class Head:
    """Status and headers of a response; `trailers` is a list that is filled later, None when none were announced."""

    status: int
    headers: HeaderList
    trailers: HeaderList | None = None


@dataclass
class ResponseRules:
    """Where a response stands, and what the application may send next.

    Args:
        place: What messages begin with, for example `GET /items`.
        method: The request's method; HEAD allows a Content-Length without content.
        prefix: `http.response` or `websocket.http.response`.
    """

    place: str
    method: str
    prefix: str = "http.response"
    head: Head | None = None
    debug: dict[str, Any] | None = None
    complete: bool = False
    ignored: list[str] = field(default_factory=list)
    _body_complete: bool = False
    _declared: int | None = None
    _sent: int = 0

    def take(self, message: Message) -> bytes:
        """The content a message brings to the client, after the rules have been checked.

        Raises:
            ProtocolViolation: When the application may not send this message, or not now.
        """
        kind = message.get("type")
        if kind == f"{self.prefix}.start":
            self._take_start(message)
        elif kind == f"{self.prefix}.body":
            return self._take_body(message)
        elif kind == f"{self.prefix}.trailers":
            self._take_trailers(message)
        elif kind == f"{self.prefix}.debug":
            self.debug = message.get("info")
        else:
            # Early hints, server push and what comes after them: a server that does not know them drops them too.
            self.ignored.append(str(kind))
        return b""

    def nothing_sent(self) -> ProtocolViolation:
        """The violation of an application that returned without an answer."""
        ignored = f" (unknown messages were ignored: {', '.join(self.ignored)})" if self.ignored else ""
        return ProtocolViolation(
            f"{self.place}: the application returned without sending a response{ignored}. "
            f"Send '{self.prefix}.start' and '{self.prefix}.body'."
        )

    def incomplete(self) -> ProtocolViolation:
        """The violation of an application that returned in the middle of its answer."""
        missing = "trailers" if self._body_complete else "body"
        return ProtocolViolation(
            f"{self.place}: the application returned before its response was complete. "
            f"End it with a '{self.prefix}.{missing}' message without 'more_{missing}'."
        )

    def _take_start(self, message: Message) -> None:
        if self.head is not None:
            self._refuse(f"'{self.prefix}.start' was sent twice", "Send it once, before the body")
        status = message.get("status")
        if not isinstance(status, int) or not 200 <= status <= 999:
            self._refuse(f"the status of a response is {status!r}", "Send an integer from 200 to 999")
        headers = checked_headers(message.get("headers", []), self.place)
        self._declared = self._content_length(headers)
        self.head = Head(int(status), headers, [] if message.get("trailers") else None)

    def _content_length(self, headers: HeaderList) -> int | None:
        values = {value.strip() for name, value in headers if name.lower() == b"content-length"}
        if not values:
            return None
        if len(values) > 1 or not next(iter(values)).isdigit():
            shown = ", ".join(sorted(value.decode("latin-1") for value in values))
            self._refuse(f"Content-Length is {shown!r}", "Send one number, the length of the body in bytes")
        return int(values.pop())

    def _take_body(self, message: Message) -> bytes:
        if self.head is None:
            self._refuse(f"'{self.prefix}.body' was sent before '{self.prefix}.start'", "Send status and headers first")
        if self._body_complete:
            self._refuse(f"'{self.prefix}.body' was sent after the end of the body", "Set 'more_body' before the last")
        body = message.get("body", b"")
        if not isinstance(body, bytes | bytearray | memoryview):
            self._refuse(f"the body of a '{self.prefix}.body' is a {type(body).__name__}", "Send bytes; encode text")
        content = bytes(body)
        self._sent += len(content)
        last = not message.get("more_body", False)
        self._check_length(self.head.status, last)
        if last:
            self._body_complete = True
            self.complete = self.head.trailers is None
        return b"" if self._bodiless(self.head.status) else content

    def _bodiless(self, status: int) -> bool:
        """RFC 9110, 6.4.1: these have no content, whatever their headers say."""
        return self.method == "HEAD" or status in (204, 304)

    def _check_length(self, status: int, last: bool) -> None:
        if self._declared is None or (self._bodiless(status) and not self._sent):
            return
        if self._sent > self._declared or (last and self._sent < self._declared):
            ended = "and ended it" if last else "so far"
            self._refuse(
                f"Content-Length is {self._declared}, but the application sent {self._sent} bytes of body {ended}",
                "Make both agree, or leave Content-Length out",
            )

    def _take_trailers(self, message: Message) -> None:
        if self.head is None or self.head.trailers is None:
            self._refuse("trailers were sent but not announced", f"Set 'trailers' in '{self.prefix}.start'")
        if not self._body_complete or self.complete:
            when = "after the end of the response" if self.complete else "before the end of the body"
            self._refuse(f"trailers were sent {when}", "Send them after the last body message")
        self.head.trailers.extend(checked_headers(message.get("headers", []), self.place))
        self.complete = not message.get("more_trailers", False)

    def _refuse(self, wrong: str, instead: str) -> NoReturn:
        raise ProtocolViolation(f"{self.place}: {wrong}. {instead}.")


def checked_headers(headers: Iterable[Iterable[Any]], place: str) -> HeaderList:
    """Header pairs as a list of byte pairs.

    Raises:
        ProtocolViolation: When a pair is not two byte strings, a name is no token, or a value would end its line.
    """
    pairs: HeaderList = []
    for pair in headers:
        items = tuple(pair)
        if len(items) != 2 or not all(isinstance(item, bytes) for item in items):
            raise ProtocolViolation(
                f"{place}: the header {items!r} is not a pair of byte strings. Send (b'name', b'value')."
            )
        name, value = items
        if not _TOKEN.fullmatch(name):
            raise ProtocolViolation(f"{place}: the header name {name!r} is not a token. Spec: RFC 9110, 5.6.2.")
        if _FORBIDDEN.search(value):
            raise ProtocolViolation(
                f"{place}: the value of the header {name!r} contains a line break or NUL: {value!r}. "
                "It was expected to be one line. Remove these characters before you send it."
            )
        pairs.append((name, value))
    return pairs
