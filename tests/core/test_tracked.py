"""How far a response is."""

import asyncio
from typing import Any

import pytest

from faster_core.tracked import Tracked
from faster_core.types import Message

START: Message = {"type": "http.response.start", "status": 200}
MORE: Message = {"type": "http.response.body", "body": b"x", "more_body": True}
LAST: Message = {"type": "http.response.body", "body": b"x"}


@pytest.mark.parametrize(
    ("messages", "stage"),
    [
        ([], 0),
        ([{"type": "http.response.debug"}], 0),
        ([START], 1),
        ([START, MORE], 1),
        ([START, MORE, LAST], 2),
        ([START, {"type": "http.response.pathsend", "path": "/x"}], 2),
        ([START, LAST, {"type": "http.response.trailers"}], 2),
    ],
    ids=["nothing", "debug", "start", "more", "last", "path", "trailers"],
)
def test_stages(messages: list[Message], stage: int) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> int:
        tracked = Tracked(send)
        for message in messages:
            await tracked(message)
        return tracked.stage

    assert asyncio.run(run()) == stage
    assert sent == messages


def test_a_message_counts_also_when_it_did_not_arrive() -> None:
    async def send(message: Any) -> None:
        raise OSError("gone")

    async def run() -> int:
        tracked = Tracked(send)
        with pytest.raises(OSError, match="gone"):
            await tracked(START)
        return tracked.stage

    assert asyncio.run(run()) == 1
