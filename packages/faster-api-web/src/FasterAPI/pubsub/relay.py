"""A stream told to a WebSocket for as long as somebody is there to hear it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from faster_core.websocket import WebSocket
from FasterAPI.pubsub.stream import Stream

__all__ = ["relay"]


async def relay(
    websocket: WebSocket, stream: Stream[Any], on_text: Callable[[str], Awaitable[object]] | None = None
) -> None:
    """Send every message of a stream, until the client goes or the stream ends.

    It reads the WebSocket, too: a client that goes in a silence is noticed only so.

    Args:
        websocket: An accepted WebSocket.
        stream: The stream. Texts are sent as they are, everything else as JSON.
        on_text: Called with each text that the client sends; None to pass over what it sends.

    Raises:
        SlowConsumerError: When the listener was cut off.
        Exception: What `on_text` raises.
    """
    tasks = [
        asyncio.create_task(_send(websocket, stream)),
        asyncio.create_task(_receive(websocket, on_text)),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in done:
        task.result()


async def _send(websocket: WebSocket, stream: Stream[Any]) -> None:
    async for message in stream:
        if isinstance(message, str):
            await websocket.send_text(message)
        else:
            await websocket.send_json(message)


async def _receive(websocket: WebSocket, on_text: Callable[[str], Awaitable[object]] | None) -> None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if on_text is not None and text is not None:
            await on_text(text)
