"""Server-sent events: a stream of text records that a browser reads with `EventSource`.

    event  = *( comment / field ) end-of-line
    field  = ( "data" / "event" / "id" / "retry" ) ": " text end-of-line

Spec: WHATWG HTML, 9.2
"""

import asyncio
from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from faster_core.background import BackgroundTask
from faster_core.encoding import encode_json
from faster_core.response import StreamingResponse
from faster_core.types import Message, Send

__all__ = ["KEEPALIVE_COMMENT", "EventSourceResponse", "ServerSentEvent", "format_sse_event"]

KEEPALIVE_COMMENT = b": ping\n\n"
"""What is sent in silence, so that nobody on the way takes the connection for dead."""

PING_INTERVAL = 15.0
"""Seconds of silence after which it is sent."""


class ServerSentEvent(Struct, frozen=True, kw_only=True):
    r"""One event of a stream.

    Attributes:
        data: The content, any JSON value; a text too is sent as JSON, in quotes. None for no content.
        raw_data: The content as text that is sent as it is, in as many lines as it has. Not beside `data`.
        event: The type of the event, one line; a browser takes None for `message`.
        id: What a browser sends back as `Last-Event-ID` when it connects again; one line.
        retry: Milliseconds that a browser waits before it connects again.
        comment: Text that a browser passes over.

    Raises:
        ValueError: At construction, for `data` beside `raw_data`, or a field that would end its line.
        TypeError: At construction, for a field of another type.

    Example:
        >>> ServerSentEvent(data={"n": 1}, event="count", id="7").encode()
        b'event: count\ndata: {"n":1}\nid: 7\n\n'
    """

    data: Any = None
    raw_data: str | None = None
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    comment: str | None = None

    def __post_init__(self) -> None:
        if self.data is not None and self.raw_data is not None:
            raise ValueError(
                "ServerSentEvent has both data and raw_data. Use data for a value that is sent as JSON, "
                "or raw_data for text that is sent as it is."
            )
        _check_text("raw_data", self.raw_data)
        _check_text("comment", self.comment)
        _check_line("event", self.event)
        _check_line("id", self.id)
        _check_retry(self.retry)

    def encode(self) -> bytes:
        """Return the event as it is sent.

        Raises:
            TypeError: For `data` that has no meaning in JSON.
            ValueError: For text with lone surrogates.
        """
        text = self.raw_data if self.data is None else encode_json(self.data).decode()
        return _format(text, self.event, self.id, self.retry, self.comment)


def format_sse_event(
    *,
    data_str: str | None = None,
    event: str | None = None,
    id: str | None = None,
    retry: int | None = None,
    comment: str | None = None,
) -> bytes:
    r"""Return an event as it is sent.

    Args:
        data_str: The content, in as many lines as it has.
        event: The type of the event, one line.
        id: What a browser sends back when it connects again, one line.
        retry: Milliseconds that a browser waits before it connects again.
        comment: Text that a browser passes over.

    Raises:
        ValueError: For a field that would end its line, or text with lone surrogates.
        TypeError: For a field of another type.

    Example:
        >>> format_sse_event(data_str="one\ntwo", id="7")
        b'data: one\ndata: two\nid: 7\n\n'
    """
    _check_line("event", event)
    _check_line("id", id)
    _check_retry(retry)
    return _format(data_str, event, id, retry, comment)


class EventSourceResponse(StreamingResponse):
    """A response of server-sent events, sent as they are made.

    Proxies are told neither to keep nor to collect them; in silence a comment is sent. The stream stops as soon as the
    client goes away, and the iterator is closed on every path.

    Args:
        content: An asynchronous iterable of events, or a synchronous one, which runs in a thread. An item is a
            `ServerSentEvent`, or a value, which is sent as the JSON data of one; bytes are sent as they are.
        status_code: The status.
        headers: Header fields.
        media_type: The media type, `text/event-stream` if None.
        background: What to call after the response is sent.
        ping: Seconds of silence after which a comment is sent; None for never.

    Raises:
        ValueError: For a `ping` that is not above 0.

    Spec: WHATWG HTML, 9.2.5 to 9.2.7
    """

    media_type: str | None = "text/event-stream"

    def __init__(
        self,
        content: AsyncIterable[Any] | Iterable[Any],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
        ping: float | None = PING_INTERVAL,
    ) -> None:
        if ping is not None and not ping > 0:
            raise ValueError(f"EventSourceResponse: ping is a number of seconds above 0, or None, not {ping!r}.")
        super().__init__(content, status_code, headers, media_type, background)
        self.ping = ping
        self.headers.setdefault("cache-control", "no-cache")
        self.headers.setdefault("x-accel-buffering", "no")

    async def _stream(self, send: Send, prefix: str) -> None:
        if self.ping is None:
            await super()._stream(send, prefix)
            return
        line = _Line(send, f"{prefix}http.response.body", self.ping)
        try:
            await super()._stream(line.send, prefix)
        finally:
            await line.close()

    def _encode(self, chunk: Any) -> bytes:
        if isinstance(chunk, ServerSentEvent):
            return chunk.encode()
        return b"data: " + encode_json(chunk) + b"\n\n"


class _Line:
    """The way to one client: what is sent, and a comment now and then.

    There is one timer, which looks when something was sent last, and no task beside it: one that sends a comment lives
    as long as that takes. Whoever sends something else waits for it, so that two messages never mix.
    """

    __slots__ = ("_body", "_last", "_loop", "_ping", "_pinging", "_send", "_timer")

    def __init__(self, send: Send, body: str, ping: float) -> None:
        self._send = send
        self._body = body
        self._ping = ping
        self._loop = asyncio.get_running_loop()
        self._last = float("inf")
        self._pinging: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def send(self, message: Message) -> None:
        """Send a message, after the comment that is being sent."""
        if self._pinging is not None:
            await self._end_ping(self._pinging)
        # Until it is sent, the line is not silent: a client that reads slowly gets no comment in the middle.
        self._last = float("inf")
        await self._send(message)
        self._last = self._loop.time()
        if self._timer is None:
            # Before the head there is no line that could be silent.
            self._timer = self._loop.call_later(self._ping, self._look)

    async def close(self) -> None:
        """Stop the timer, and the comment that is being sent."""
        if self._timer is not None:
            self._timer.cancel()
        if self._pinging is not None:
            self._pinging.cancel()
            await asyncio.wait([self._pinging])
            if not self._pinging.cancelled():
                self._pinging.result()

    def _look(self) -> None:
        silence = self._loop.time() - self._last
        if silence >= self._ping and self._pinging is None:
            self._pinging = self._loop.create_task(self._send_ping())
        left = self._ping - silence
        self._timer = self._loop.call_later(left if 0 < left < self._ping else self._ping, self._look)

    async def _send_ping(self) -> None:
        try:
            await self._send({"type": self._body, "body": KEEPALIVE_COMMENT, "more_body": True})
        except OSError:
            # The client is gone, which the response will hear of by itself.
            return
        self._last = self._loop.time()
        self._pinging = None

    async def _end_ping(self, pinging: asyncio.Task[None]) -> None:
        await asyncio.wait([pinging])
        self._pinging = None
        pinging.result()


def _format(data: str | None, event: str | None, id: str | None, retry: int | None, comment: str | None) -> bytes:
    lines = [] if comment is None else [f": {line}" for line in _split_lines(comment)]
    if event is not None:
        lines.append(f"event: {event}")
    if data is not None:
        lines += [f"data: {line}" for line in _split_lines(data)]
    if id is not None:
        lines.append(f"id: {id}")
    if retry is not None:
        lines.append(f"retry: {retry}")
    return "\n".join([*lines, "", ""]).encode()


def _split_lines(text: str) -> list[str]:
    """Split where a browser does; `str.splitlines` knows more line ends, and drops the last."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _check_text(name: str, value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"ServerSentEvent {name} is text, not {type(value).__name__}: {value!r:.100}")


def _check_line(name: str, value: str | None) -> None:
    _check_text(name, value)
    if value is not None and ("\n" in value or "\r" in value or "\0" in value):
        raise ValueError(f"ServerSentEvent {name} is a single line without NUL, not {value!r:.100}")


def _check_retry(value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"ServerSentEvent retry is a whole number of milliseconds, not {value!r:.100}")
    if value < 0:
        raise ValueError(f"ServerSentEvent retry is 0 or more, not {value!r}")
