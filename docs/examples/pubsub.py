from collections.abc import AsyncIterator

from FasterAPI import EventSourceResponse, Faster, WebSocket
from FasterAPI.pubsub import PubSub, relay

pubsub = PubSub("memory://")
app = Faster()
app.install(pubsub)


@app.post("/news", status_code=202)
async def tell(text: str) -> None:
    await pubsub.publish("news", text)


@app.websocket("/news")
async def listen(websocket: WebSocket) -> None:
    async with pubsub.subscribe("news") as stream:
        await websocket.accept()
        await relay(websocket, stream)


@app.get("/news", response_class=EventSourceResponse)
async def follow() -> AsyncIterator[str]:
    async with pubsub.subscribe("news") as stream:
        async for text in stream:
            yield text
