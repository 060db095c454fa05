"""An application for worker processes, which find their broker in the environment."""

import os
from collections.abc import AsyncIterator

from FasterAPI import EventSourceResponse, Faster, WebSocket
from FasterAPI.pubsub import PubSub, relay

pubsub = PubSub(os.environ["TEST_PUBSUB_URL"], prefix=os.environ["TEST_PUBSUB_PREFIX"], timeout=30)
app = Faster()
app.install(pubsub)


@app.get("/")
async def ready() -> str:
    return "ready"


@app.post("/news")
async def tell(text: str) -> None:
    await pubsub.publish("news", text)


@app.websocket("/news")
async def listen(websocket: WebSocket) -> None:
    async with pubsub.subscribe("news") as stream:
        await websocket.accept()
        await relay(websocket, stream)


@app.get("/events", response_class=EventSourceResponse)
async def follow() -> AsyncIterator[str]:
    async with pubsub.subscribe("news") as stream:
        async for text in stream:
            yield text
