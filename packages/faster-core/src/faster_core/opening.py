"""The head of a stream, held back until there is something to send, but not for long.

A generator that raises before its first item has begun no stream that would have to be torn: the error is answered like
any other, with a status of its own. So the first item is asked for before the head is sent. But a client may wait for
the head alone (a browser's `EventSource` is open then, a program goes on), so that the head does not wait long for it:

    the first item comes at once      head, item ...
    an error comes at once            the answer to the error
    neither, for a moment             head ....... item ... ; an error tears the stream from here on

Spec: RFC 9112, 8
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any, Final

from faster_core.types import Message, Send

__all__ = ["END", "PATIENCE", "Opening"]

PATIENCE: Final = 0.25
"""Seconds that a head waits for the first item."""

END: Final[Any] = object()
"""What stands for the item after the last."""


class Opening:
    """The way from the call of a generator to the head of its stream.

    Args:
        send: The application's side of the request.
        start: The message with the head.
    """

    __slots__ = ("_send", "_sending", "_start", "_timer")

    def __init__(self, send: Send, start: Message) -> None:
        self._send = send
        self._start = start
        self._timer: asyncio.TimerHandle | None = None
        self._sending: asyncio.Task[bool] | None = None

    async def first(self, items: AsyncIterator[Any]) -> Any:
        """Return the first item, or `END`. Meanwhile the head is sent, if that takes long.

        Raises:
            Exception: What the iterator raises.
        """
        try:
            return await _Noticed(items.__anext__(), self._be_patient)
        except StopAsyncIteration:
            return END
        except asyncio.CancelledError:
            if self._sending is not None:
                self._sending.cancel()
            raise
        finally:
            if self._timer is not None:
                self._timer.cancel()
            if self._sending is not None:
                # A message that is on its way is not overtaken, not even by the end of the request.
                await asyncio.wait([self._sending])

    async def head(self) -> bool:
        """Send the head, unless that has happened, and return whether the client is there."""
        if self._sending is not None:
            return self._sending.result()
        return await self._deliver()

    def _be_patient(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._send_alone)

    def _send_alone(self) -> None:
        self._sending = asyncio.ensure_future(self._deliver())

    async def _deliver(self) -> bool:
        try:
            await self._send(self._start)
        except OSError:
            return False
        return True


class _Noticed:
    """An awaitable, and the news that it has to wait, which it tells once."""

    __slots__ = ("_awaitable", "_notice")

    def __init__(self, awaitable: Awaitable[Any], notice: Callable[[], None]) -> None:
        self._awaitable = awaitable
        self._notice = notice

    def __await__(self) -> Generator[Any, Any, Any]:
        inner: Any = self._awaitable.__await__()
        try:
            waiting = next(inner)
        except StopIteration as end:
            return end.value
        self._notice()
        # As `yield from` has it (PEP 380), from the first thing that is waited for on.
        while True:
            try:
                yield waiting
            except GeneratorExit:
                inner.close()
                raise
            except BaseException as error:  # noqa: BLE001 - a cancellation belongs further inside
                step = inner.throw, error
            else:
                step = next, inner
            try:
                waiting = step[0](step[1])
            except StopIteration as end:
                return end.value
