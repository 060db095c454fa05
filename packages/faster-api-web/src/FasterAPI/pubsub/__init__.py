"""Messages from any worker to everybody who listens: for WebSockets and server-sent events.

    pubsub = PubSub("memory://")
    app = Faster()
    app.install(pubsub)

    @app.post("/news")
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

`memory://` reaches the listeners of one process; `redis://…` (extra `redis`) those of all workers on all machines.

A message reaches a listener once or not at all: whoever is not connected misses it, and nothing is kept. What must
not be lost belongs into a database; a message then says where to look.
"""

from FasterAPI.pubsub.exceptions import PubSubUnavailableError, SlowConsumerError
from FasterAPI.pubsub.pubsub import PubSub
from FasterAPI.pubsub.relay import relay
from FasterAPI.pubsub.stream import Overflow, Stream

__all__ = ["Overflow", "PubSub", "PubSubUnavailableError", "SlowConsumerError", "Stream", "relay"]
