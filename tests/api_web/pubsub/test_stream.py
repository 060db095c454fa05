import asyncio
import logging
from typing import Any

import msgspec
import pytest

from FasterAPI.pubsub import Overflow, SlowConsumerError, Stream


def make(buffer: int = 3, overflow: Overflow = "drop_oldest", type: Any = Any) -> Stream[Any]:
    return Stream(msgspec.json.Decoder(type).decode, buffer, overflow)


def read(stream: Stream[Any]) -> list[Any]:
    """Return what is in a stream that is closed."""

    async def run() -> list[Any]:
        return [message async for message in stream]

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("overflow", "kept"), [("drop_oldest", [3, 4, 5]), ("drop_newest", [1, 2, 3])], ids=["oldest", "newest"]
)
def test_buffer_is_bounded_and_counts_what_it_drops(overflow: Overflow, kept: list[int]) -> None:
    stream = make(overflow=overflow)
    for number in range(1, 6):
        stream.put(b"%d" % number)
    stream.close()
    assert (read(stream), stream.dropped) == (kept, 2)


def test_slow_listener_is_cut_off_after_what_it_has() -> None:
    async def run() -> None:
        stream = make(overflow="disconnect")
        for number in range(1, 6):
            stream.put(b"%d" % number)
        assert [await anext(stream) for _ in range(3)] == [1, 2, 3]
        with pytest.raises(SlowConsumerError, match=r"^1013: More than 3 messages waiting$"):
            await anext(stream)
        # Nothing more comes, however much room there is now.
        stream.put(b"6")
        with pytest.raises(SlowConsumerError):
            await anext(stream)

    asyncio.run(run())


def test_reader_waits_for_what_comes() -> None:
    async def run() -> None:
        stream = make()
        reading = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        assert not reading.done()
        stream.put(b'"hello"')
        assert await reading == "hello"

    asyncio.run(run())


def test_closing_ends_those_who_wait() -> None:
    async def run() -> list[Any]:
        stream = make()

        async def follow() -> list[Any]:
            return [message async for message in stream]

        reading = [asyncio.create_task(follow()) for _ in range(3)]
        await asyncio.sleep(0)
        stream.put(b"1")
        stream.close()
        return list(await asyncio.gather(*reading))

    assert sorted(asyncio.run(run())) == [[], [], [1]]


@pytest.mark.parametrize(
    "wrong", [b'"text"', b"not JSON", b'"\xff"', b"[" * 100_000], ids=["type", "JSON", "UTF-8", "deep"]
)
def test_wrong_message_is_passed_over_and_logged(wrong: bytes, caplog: pytest.LogCaptureFixture) -> None:
    stream = make(type=int if wrong == b'"text"' else Any)
    for data in (b"1", wrong, b"2"):
        stream.put(data)
    stream.close()
    assert (read(stream), stream.dropped) == ([1, 2], 1)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "A message is not what its listener declares" in caplog.text
