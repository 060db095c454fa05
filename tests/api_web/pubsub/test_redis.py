import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from FasterAPI.pubsub import PubSub, PubSubUnavailableError
from tests.api_web.contrib.service import REDIS, REDIS_URL
from tests.core.spawned import spawned

pytest.importorskip("redis")

from redis import Redis
from redis.asyncio import Connection

pytestmark = REDIS

ROOT = Path(__file__).parents[3]

PATIENCE = 30
"""Seconds to wait for what comes at once, on a machine with much else to do."""


@pytest.fixture
def name() -> str:
    """The name under which a test's connections are known to Redis."""
    return f"test-{uuid4().hex}"


def listeners(redis: Any, name: str) -> list[str]:
    """The ids of the connections that listen."""
    return [client["id"] for client in redis.client_list() if client["name"] == name and client["sub"] != "0"]


def kill(name: str) -> int:
    """End the connections that listen, from the server's side, and return how many there were."""
    with Redis.from_url(REDIS_URL) as redis:
        ids = listeners(redis, name)
        for id in ids:
            redis.client_kill_filter(_id=id)
        return len(ids)


def test_killed_connection_is_made_again_with_its_subscriptions(name: str, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        pubsub = PubSub(f"{REDIS_URL}?client_name={name}", prefix=f"{name}:", timeout=PATIENCE)
        async with pubsub.opened(), pubsub.subscribe("a", "b") as stream:
            await pubsub.publish("a", "before")
            assert await anext(stream) == "before"
            assert kill(name) == 1
            async with asyncio.timeout(PATIENCE):
                while stream.interruptions == 0:
                    await asyncio.sleep(0.01)
                # Whoever begins to listen in between waits until somebody would hear it.
                async with pubsub.subscribe("a") as later:
                    await pubsub.publish("a", "after")
                    assert await anext(later) == "after"
                assert await anext(stream) == "after"
            assert (stream.interruptions, later.interruptions) == (1, 0)

    asyncio.run(run())
    assert [record.message for record in caplog.records] == ["The connection to Redis is lost; trying again"]


def test_listener_waits_for_redis_to_come(unused_port: int) -> None:
    async def run() -> None:
        async with PubSub(f"redis://127.0.0.1:{unused_port}", timeout=PATIENCE).opened() as pubsub:
            entering = asyncio.ensure_future(pubsub.subscribe("a").__aenter__())
            await asyncio.sleep(0.05)
            assert not entering.done()
            server = await asyncio.start_server(forward, "127.0.0.1", unused_port)
            stream = await entering
            await pubsub.publish("a", "hello")
            assert await anext(stream) == "hello"
        server.close()
        await server.wait_closed()

    asyncio.run(run())


async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Lead a connection to the real Redis."""
    there_reader, there_writer = await asyncio.open_connection("127.0.0.1", 6379)

    async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(4096):
            target.write(data)
        target.close()

    await asyncio.gather(copy(reader, there_writer), copy(there_reader, writer))


def test_connection_that_gives_no_sign_of_life_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("FasterAPI.pubsub.redis._SILENCE", 0.02)
    connected = []

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(1)
        while await reader.read(4096):
            writer.write(b"+OK\r\n+OK\r\n" if connected[-1] else b"")
            connected[-1] = 0
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer_once, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, PubSub(f"redis://127.0.0.1:{port}", timeout=PATIENCE).opened(), asyncio.timeout(PATIENCE):
            while len(connected) < 2:
                await asyncio.sleep(0.01)

    asyncio.run(run())


def test_silence_alone_is_no_loss(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("FasterAPI.pubsub.redis._SILENCE", 0.02)
    send_command = Connection.send_command
    asked = asyncio.Event()

    async def listen_in(connection: Any, *command: str, **options: Any) -> None:
        if command == ("PING",):
            # The answer has all the time that it needs.
            monkeypatch.setattr("FasterAPI.pubsub.redis._SILENCE", PATIENCE)
            asked.set()
        await send_command(connection, *command, **options)

    monkeypatch.setattr(Connection, "send_command", listen_in)

    async def run() -> None:
        async with PubSub(REDIS_URL, prefix=name, timeout=PATIENCE).opened() as pubsub, pubsub.subscribe("a") as stream:
            await asyncio.wait_for(asked.wait(), PATIENCE)
            await pubsub.publish("a", 1)
            assert (await anext(stream), stream.interruptions) == (1, 0)

    asyncio.run(run())


def test_channels_that_nobody_listens_to_are_let_go(name: str) -> None:
    async def run() -> None:
        pubsub = PubSub(f"{REDIS_URL}?client_name={name}", prefix=f"{name}:", timeout=PATIENCE)
        with Redis.from_url(REDIS_URL) as redis:
            async with pubsub.opened():
                async with pubsub.subscribe("a"):
                    assert redis.pubsub_numsub(f"{name}:a") == [(f"{name}:a".encode(), 1)]
                async with asyncio.timeout(PATIENCE):
                    while redis.pubsub_numsub(f"{name}:a") != [(f"{name}:a".encode(), 0)]:
                        await asyncio.sleep(0.01)
            # Redis reads the end of a connection some time after it was closed here.
            async with asyncio.timeout(PATIENCE):
                while any(client["name"] == name for client in redis.client_list()):
                    await asyncio.sleep(0.01)

    asyncio.run(run())


def test_memory_is_bounded_while_a_listener_sleeps(name: str) -> None:
    async def run() -> None:
        pubsub = PubSub(REDIS_URL, prefix=name, buffer=10, timeout=PATIENCE)
        async with pubsub.opened(), pubsub.subscribe("a") as slow, pubsub.subscribe("a", buffer=2000) as quick:
            for number in range(1000):
                await pubsub.publish("a", number)
            assert [await anext(quick) for _ in range(1000)] == list(range(1000))
            assert slow.dropped == 990
            assert [await anext(slow) for _ in range(10)] == list(range(990, 1000))

    asyncio.run(run())


def test_publishing_without_redis_fails_aloud(refusing_port: int) -> None:
    async def run() -> None:
        async with PubSub(f"redis://127.0.0.1:{refusing_port}").opened() as pubsub:
            with pytest.raises(PubSubUnavailableError) as caught:
                await pubsub.publish("a", 1)
            assert isinstance(caught.value, ConnectionError)

    asyncio.run(run())


@contextmanager
def worker() -> Iterator[int]:
    """A uvicorn process."""
    with spawned(["-m", "uvicorn", "tests.api_web.pubsub.served:app", "--port", "0"], ROOT) as server:
        yield server.port
        server.signal()
        server.end()


def listen(port: int) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{port}/news", open_timeout=PATIENCE)


def tell(port: int, text: str) -> None:
    assert httpx.post(f"http://127.0.0.1:{port}/news", params={"text": text}, timeout=PATIENCE).status_code == 200


def test_two_workers_hear_each_other_also_after_their_connections_were_killed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_PUBSUB_URL", f"{REDIS_URL}?client_name={name}")
    monkeypatch.setenv("TEST_PUBSUB_PREFIX", f"{name}:")
    with (
        worker() as first,
        worker() as second,
        listen(first) as one,
        listen(second) as two,
        httpx.stream("GET", f"http://127.0.0.1:{second}/events", timeout=PATIENCE) as events,
    ):
        lines = events.iter_lines()
        tell(first, "hello")
        assert [one.recv(PATIENCE), two.recv(PATIENCE), next(lines)] == ["hello", "hello", 'data: "hello"']
        tell(second, "back")
        assert [one.recv(PATIENCE), two.recv(PATIENCE)] == ["back", "back"]
        with Redis.from_url(REDIS_URL) as redis:
            former = listeners(redis, name)
            assert kill(name) == len(former) == 2
            deadline = time.monotonic() + PATIENCE
            while len(listeners(redis, name)) < 2 or set(listeners(redis, name)) & set(former):
                assert time.monotonic() < deadline
                time.sleep(0.02)
        tell(first, "again")
        assert [one.recv(PATIENCE), two.recv(PATIENCE)] == ["again", "again"]
        assert [line for line in (next(lines) for _ in range(5)) if line] == ['data: "back"', 'data: "again"']
