"""`PubSub`: channels, who listens to them, and the broker that brings their messages."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import Any, TypeVar, overload
from urllib.parse import urlsplit

import msgspec

from faster_core.app import App
from FasterAPI.contrib._lifespan import wrap_lifespan
from FasterAPI.pubsub.broker import Broker, MemoryBroker
from FasterAPI.pubsub.stream import Overflow, Stream

__all__ = ["PubSub"]

T = TypeVar("T")

_OVERFLOWS = ("drop_oldest", "drop_newest", "disconnect")


class PubSub:
    """Tells messages to everybody who listens to a channel.

    A message is any value that is JSON; each listener gets a value of its own. Between two processes, and on one
    channel, messages arrive in the order in which they were told.

    A listener who does not keep up holds nobody else up. At most `buffer` messages wait for it; then `overflow` says
    what happens: `drop_oldest` forgets what has waited longest (the default, right for states and feeds), `drop_newest`
    what has just come, and `disconnect` raises `SlowConsumerError` in the listener, which closes a WebSocket with 1013.

    When the connection to Redis is lost, it is made again, with all subscriptions; messages told meanwhile are missed,
    and `stream.interruptions` says so.

    Args:
        url: `memory://`, or where Redis is: `redis://…`, `rediss://…`, `unix://…`.
        buffer: Messages that wait for one listener, at most.
        overflow: What happens then.
        prefix: What the names of channels in Redis begin with: another for each application.
        max_message_bytes: Bytes of a message, at most.
        timeout: Seconds that the broker may take to answer.

    Raises:
        ImportError: For Redis, without its extra.
        ValueError: For another URL, an unknown policy, or a limit below 1.
    """

    def __init__(
        self,
        url: str = "memory://",
        *,
        buffer: int = 256,
        overflow: Overflow = "drop_oldest",
        prefix: str = "fasterapi:",
        max_message_bytes: int = 1_048_576,
        timeout: float = 5.0,
    ) -> None:
        _check(buffer, overflow)
        self._broker = _make_broker(url, prefix, timeout)
        self._buffer = buffer
        self._overflow: Overflow = overflow
        self._max_message = max_message_bytes
        self._streams: dict[str, set[Stream[Any]]] = {}
        self._is_open = False

    def install(self, app: App) -> None:
        """Open with the application, and close after it."""
        wrap_lifespan(app, self.opened)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["PubSub"]:
        """Be open within the block: for programs without an application.

        At its end, all streams end.
        """
        await self._broker.open(self)
        self._is_open = True
        try:
            yield self
        finally:
            self._is_open = False
            for stream in {stream for streams in self._streams.values() for stream in streams}:
                stream.close()
            await self._broker.close()

    async def publish(self, channel: str, message: Any) -> None:
        """Tell a message to everybody who listens to a channel now.

        Args:
            channel: The channel.
            message: Any value that is JSON: text, numbers, lists, models.

        Raises:
            PubSubUnavailableError: When the broker cannot be reached.
            ValueError: For a message that is too large.
            TypeError: For one that is not JSON.
        """
        self._require_open()
        data = msgspec.json.encode(message)
        if len(data) > self._max_message:
            raise ValueError(
                f"A message for {channel!r} has {len(data)} bytes; {self._max_message} are allowed. "
                "Tell where to find the data, or raise max_message_bytes."
            )
        await self._broker.publish(channel, data)

    @overload
    def subscribe(
        self, *channels: str, type: type[T], buffer: int | None = None, overflow: Overflow | None = None
    ) -> "_Subscription[T]": ...

    @overload
    def subscribe(
        self, *channels: str, buffer: int | None = None, overflow: Overflow | None = None
    ) -> "_Subscription[Any]": ...

    def subscribe(
        self, *channels: str, type: Any = Any, buffer: int | None = None, overflow: Overflow | None = None
    ) -> "_Subscription[Any]":
        """Listen: `async with pubsub.subscribe("news") as stream`. What is told from then on is in the stream.

        Args:
            *channels: The channels, at least one.
            type: What messages are decoded to; those that do not fit are logged and passed over.
            buffer: Messages that wait, at most; None for that of the `PubSub`.
            overflow: What happens then; None for that of the `PubSub`.

        Raises:
            PubSubUnavailableError: On entering, when the broker cannot be reached.
            ValueError: Without a channel.
        """
        if not channels:
            raise ValueError('subscribe() needs a channel. Write pubsub.subscribe("news").')
        size = self._buffer if buffer is None else buffer
        policy = overflow or self._overflow
        _check(size, policy)
        self._require_open()
        stream: Stream[Any] = Stream(msgspec.json.Decoder(type).decode, size, policy)
        return _Subscription(self, tuple(dict.fromkeys(channels)), stream)

    # What a broker brings.

    def deliver(self, channel: str, data: bytes) -> None:
        """Hand a message to everybody who listens here."""
        for stream in self._streams.get(channel, ()):
            stream.put(data)

    def interrupted(self) -> None:
        """Let everybody know that messages may have been missed."""
        for stream in {stream for streams in self._streams.values() for stream in streams}:
            stream.interruptions += 1

    # Who listens.

    async def add(self, channel: str, stream: Stream[Any]) -> None:
        """Let a stream listen to a channel."""
        self._streams.setdefault(channel, set()).add(stream)
        await self._broker.subscribe(channel)

    def remove(self, channel: str, stream: Stream[Any]) -> None:
        """Let a stream listen no more."""
        streams = self._streams.get(channel)
        if streams is None or stream not in streams:
            return
        streams.discard(stream)
        if not streams:
            del self._streams[channel]
            self._broker.unsubscribe(channel)

    def _require_open(self) -> None:
        if not self._is_open:
            raise RuntimeError(
                "The PubSub is not open. Write app.install(pubsub) and run the application's lifespan "
                "(`with TestClient(app)` in a test), or `async with pubsub.opened()`."
            )


class _Subscription(AbstractAsyncContextManager[Stream[T]]):
    """A stream that listens within a block."""

    def __init__(self, pubsub: PubSub, channels: tuple[str, ...], stream: Stream[T]) -> None:
        self._pubsub = pubsub
        self._channels = channels
        self._stream = stream

    async def __aenter__(self) -> Stream[T]:
        try:
            for channel in self._channels:
                await self._pubsub.add(channel, self._stream)
        except BaseException:
            self._leave()
            raise
        return self._stream

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        for channel in self._channels:
            self._pubsub.remove(channel, self._stream)
        self._stream.close()


def _check(buffer: int, overflow: str) -> None:
    if buffer < 1:
        raise ValueError(f"A buffer holds 1 message or more, not {buffer!r}.")
    if overflow not in _OVERFLOWS:
        raise ValueError(f"There is no overflow policy {overflow!r}. Write one of {list(_OVERFLOWS)}.")


def _make_broker(url: str, prefix: str, timeout: float) -> Broker:
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return MemoryBroker()
    if scheme in {"redis", "rediss", "unix"}:
        from FasterAPI.pubsub.redis import RedisBroker

        return RedisBroker(url, prefix, timeout)
    raise ValueError(f"There is no broker for {scheme or 'a URL without a scheme'!r}. Write memory:// or redis://….")
