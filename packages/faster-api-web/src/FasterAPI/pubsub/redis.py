"""Messages over Redis: one connection of each process listens for all its listeners.

    subscribe, unsubscribe ─► outbox ─► writer ─┐
                                                ├─ one connection, made again when it is lost
    deliver, interrupted ◄──────────── reader ◄─┘

The reader takes messages as fast as they come and hands them to bounded streams, so that Redis never has to keep any
for this process. In silence it asks for a sign of life: a connection that a firewall has forgotten gives none.

Spec: Redis, "Redis Pub/Sub"
"""

import asyncio
import contextlib
import logging
import random
import time
from typing import Any

from FasterAPI.contrib._extra import needs
from FasterAPI.pubsub.broker import Receiver
from FasterAPI.pubsub.exceptions import PubSubUnavailableError

with needs("redis", extra="redis", user="FasterAPI.pubsub"):
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError

__all__ = ["RedisBroker"]

_log = logging.getLogger("FasterAPI")

_FIRST_DELAY = 0.05
_LAST_DELAY = 5.0
"""Seconds before the first and between later attempts to connect again; with up to as much again by chance, so that a
thousand workers do not come back at once."""

_SILENCE = 15.0
"""Seconds without a word after which a sign of life is asked for."""


class RedisBroker:
    """Carries messages over Redis.

    Args:
        url: Where it is.
        prefix: What the names of channels begin with there.
        timeout: Seconds that it may take to answer.
    """

    def __init__(self, url: str, prefix: str, timeout: float) -> None:
        self._url = url
        self._prefix = prefix
        self._timeout = timeout
        self._wanted: dict[str, asyncio.Event] = {}
        self._outbox: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._client: Redis | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self, receiver: Receiver) -> None:
        """Begin to bring messages. Redis need not be there yet."""
        # Retries and the protocol are set, since subscriptions are restored here and replies are read here.
        self._client = Redis.from_url(
            self._url,
            protocol=2,
            decode_responses=False,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=self._timeout,
            socket_connect_timeout=self._timeout,
        )
        self._wanted = {}
        self._task = asyncio.create_task(self._run(self._client, receiver))

    async def close(self) -> None:
        """Bring no more, and close all connections."""
        task, client, self._task, self._client = self._task, self._client, None, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        if client is not None:
            await client.aclose()
        if task is not None and not task.cancelled():
            # It ends by being cancelled only; whatever else it was, it is told here.
            task.result()

    async def publish(self, channel: str, data: bytes) -> None:
        """Bring a message to all who listen.

        Raises:
            PubSubUnavailableError: When Redis cannot be reached.
        """
        assert self._client is not None, "PubSub asks an open broker only"
        try:
            await self._client.publish(self._prefix + channel, data)
        except (RedisError, OSError, TimeoutError) as error:
            raise PubSubUnavailableError("Redis cannot be reached, so nobody was told.") from error

    async def subscribe(self, channel: str) -> None:
        """Bring the messages of a channel, from when this returns.

        Raises:
            PubSubUnavailableError: When Redis does not confirm it in time.
        """
        name = self._prefix + channel
        confirmed = self._wanted.get(name)
        if confirmed is None:
            confirmed = self._wanted[name] = asyncio.Event()
            self._outbox.put_nowait(("SUBSCRIBE", name))
        try:
            async with asyncio.timeout(self._timeout):
                await confirmed.wait()
        except TimeoutError as error:
            raise PubSubUnavailableError("Redis cannot be reached, so nobody listens.") from error

    def unsubscribe(self, channel: str) -> None:
        """Bring the messages of a channel no more."""
        name = self._prefix + channel
        self._wanted.pop(name, None)
        self._outbox.put_nowait(("UNSUBSCRIBE", name))

    async def _run(self, client: "Redis", receiver: Receiver) -> None:
        delay = _FIRST_DELAY
        while self._client is client:
            began = time.monotonic()
            connection: Any = client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                await connection.connect()
                await self._talk(connection, receiver)
            except* (RedisError, OSError, TimeoutError) as errors:
                _log.warning("The connection to Redis is lost; trying again", exc_info=errors.exceptions[0])
                if time.monotonic() - began > _LAST_DELAY:
                    delay = _FIRST_DELAY
            finally:
                await connection.disconnect(nowait=True)
            for confirmed in self._wanted.values():
                confirmed.clear()
            receiver.interrupted()
            await asyncio.sleep(delay * (1 + random.random()))  # noqa: S311 - nobody gains by guessing it
            delay = min(_LAST_DELAY, delay * 2)

    async def _talk(self, connection: Any, receiver: Receiver) -> None:
        """Read and write until the connection is lost."""
        self._outbox = asyncio.Queue()
        if self._wanted:
            await connection.send_command("SUBSCRIBE", *self._wanted)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write(connection))
            tasks.create_task(self._read(connection, receiver))

    async def _write(self, connection: Any) -> None:
        while True:
            await connection.send_command(*await self._outbox.get())
            _end_if_cancelled()

    async def _read(self, connection: Any, receiver: Receiver) -> None:
        asked = False
        while True:
            reply = await connection.read_response(timeout=_SILENCE, disconnect_on_error=False)
            if reply is None:
                if asked:
                    raise TimeoutError("Redis gives no sign of life")
                asked = True
                await connection.send_command("PING")
                _end_if_cancelled()
                continue
            asked = False
            self._take(reply, receiver)

    def _take(self, reply: Any, receiver: Receiver) -> None:
        if not isinstance(reply, list) or len(reply) != 3:
            return
        kind, name, data = reply[0], reply[1].decode(), reply[2]
        if kind == b"message":
            receiver.deliver(name.removeprefix(self._prefix), data)
        elif kind == b"subscribe":
            with contextlib.suppress(KeyError):
                self._wanted[name].set()


def _end_if_cancelled() -> None:
    """End a task whose cancellation was lost: on Python 3.11 `asyncio.wait_for`, which redis uses, can swallow one."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
