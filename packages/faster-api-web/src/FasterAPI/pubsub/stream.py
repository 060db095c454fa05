"""The messages that one listener has not taken yet: never more than a number."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Generic, Literal, Self, TypeAlias, TypeVar

import msgspec

from FasterAPI.pubsub.exceptions import SlowConsumerError

__all__ = ["Overflow", "Stream"]

T = TypeVar("T")

Overflow: TypeAlias = Literal["drop_oldest", "drop_newest", "disconnect"]
"""What becomes of a listener who does not keep up."""

_log = logging.getLogger("FasterAPI")


class Stream(Generic[T]):
    """Messages, one after the other: `async for message in stream`, until the application stops.

    Several tasks that read one stream share its messages.

    Attributes:
        dropped: How many messages this listener has missed by being slow, or because they were not of its type.
        interruptions: How often the connection to the broker was lost; messages may have been missed each time.
    """

    def __init__(self, decode: Callable[[bytes], T], buffer: int, overflow: Overflow) -> None:
        self.dropped: int = 0
        self.interruptions: int = 0
        self._decode = decode
        self._buffer = buffer
        self._overflow = overflow
        self._waiting: deque[bytes] = deque()
        self._changed = asyncio.Event()
        self._is_cut_off = False
        self._is_closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """Return the next message, when there is one.

        Raises:
            SlowConsumerError: When the listener was cut off; what it had waiting before comes first.
        """
        while True:
            while self._waiting:
                data = self._waiting.popleft()
                try:
                    return self._decode(data)
                except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                    # Who sends what is wrong must not end everybody who listens.
                    self.dropped += 1
                    _log.warning("A message is not what its listener declares: %s", error)
            if self._is_cut_off:
                raise SlowConsumerError(self._buffer)
            if self._is_closed:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()

    def put(self, data: bytes) -> None:
        """Take in a message; at the limit, do as the overflow policy says."""
        if self._is_cut_off:
            return
        if len(self._waiting) >= self._buffer:
            if self._overflow == "disconnect":
                self._is_cut_off = True
                self._changed.set()
                return
            self.dropped += 1
            if self._overflow == "drop_newest":
                return
            self._waiting.popleft()
        self._waiting.append(data)
        self._changed.set()

    def close(self) -> None:
        """End: what is waiting can still be read."""
        self._is_closed = True
        self._changed.set()
