"""JSON Lines: a stream of JSON values."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from faster_core.background import BackgroundTask
from faster_core.jsonlines import JSONLinesResponse


class Item(msgspec.Struct):
    name: str


@dataclass
class Point:
    x: float


async def wait_forever() -> Any:
    await asyncio.sleep(3600)


def call(response: Any, method: Any = "GET") -> Any:
    messages = []

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(response({"type": "http", "method": method, "path": "/", "headers": []}, wait_forever, send))
    return messages[0]["status"], dict(messages[0]["headers"]), [message["body"] for message in messages[1:]]


async def items() -> AsyncIterator[Any]:
    yield {"a": 1}
    yield Item("x\ny")
    yield [Point(1.5), None]
    yield "text"
    yield float("nan")
    yield b'{"ready": 1}\n'


EXPECTED = [b'{"a":1}\n', b'{"name":"x\\ny"}\n', b'[{"x":1.5},null]\n', b'"text"\n', b"null\n", b'{"ready": 1}\n', b""]


def test_each_value_is_a_line_and_a_chunk() -> None:
    status, headers, chunks = call(JSONLinesResponse(items()))
    assert (status, headers) == (200, {b"content-type": b"application/jsonl"})
    assert chunks == EXPECTED
    assert all(json.loads(line) is not ... for line in b"".join(chunks).splitlines())


def test_a_synchronous_iterator_will_do() -> None:
    assert call(JSONLinesResponse(iter([1, {"b": 2}]), 201))[::2] == (201, [b"1\n", b'{"b":2}\n', b""])


def test_what_responses_have() -> None:
    calls: list[int] = []
    response = JSONLinesResponse([], 202, {"X-A": "1"}, "application/x-ndjson", BackgroundTask(calls.append, 1))
    assert call(response)[:2] == (202, {b"x-a": b"1", b"content-type": b"application/x-ndjson"})
    assert calls == [1]
    assert call(JSONLinesResponse(items()), "HEAD")[2] == [b""]


def test_a_value_that_is_no_json_tears_the_stream_and_closes_it() -> None:
    closed = []

    async def source() -> AsyncIterator[Any]:
        try:
            yield 1
            yield object
        finally:
            closed.append(True)

    with pytest.raises(TypeError, match="cannot be written as JSON"):
        call(JSONLinesResponse(source()))
    assert closed == [True]
