import asyncio
from typing import Any

import pytest

from FasterAPI import Faster, TestClient, WebSocket
from FasterAPI.pubsub import PubSub, relay


def make_app() -> tuple[Faster, PubSub, list[str]]:
    pubsub = PubSub()
    app = Faster()
    app.install(pubsub)
    log: list[str] = []

    @app.websocket("/rooms/{room}")
    async def chat(websocket: WebSocket, room: str) -> None:
        async def say(text: str) -> None:
            if text == "fail":
                raise LookupError("a mistake in the handler")
            await pubsub.publish(room, text)

        async with pubsub.subscribe(room) as stream:
            await websocket.accept()
            await relay(websocket, stream, say)
        log.append("left")

    return app, pubsub, log


def test_what_one_says_all_hear() -> None:
    app, _, _ = make_app()
    with (
        TestClient(app) as client,
        client.websocket_connect("/rooms/a") as one,
        client.websocket_connect("/rooms/a") as two,
        client.websocket_connect("/rooms/b") as other,
    ):
        one.send_text("hello")
        assert [one.receive_text(), two.receive_text()] == ["hello", "hello"]
        other.send_text("alone")
        assert other.receive_text() == "alone"


def test_client_that_goes_in_a_silence_is_noticed() -> None:
    app, pubsub, log = make_app()
    with TestClient(app) as client, client.websocket_connect("/rooms/a"):
        assert set(pubsub._streams) == {"a"}
    assert log == ["left"]
    assert pubsub._streams == {}


def test_what_the_handler_raises_comes_out() -> None:
    app, pubsub, _ = make_app()
    with (
        TestClient(app) as client,
        pytest.raises(LookupError, match="a mistake in the handler"),
        client.websocket_connect("/rooms/a") as websocket,
    ):
        websocket.send_text("fail")
        websocket.receive_text()
    assert pubsub._streams == {}


def test_values_are_sent_as_json_and_texts_as_they_are() -> None:
    pubsub = PubSub()
    app = Faster()
    app.install(pubsub)

    @app.websocket("/")
    async def listen(websocket: WebSocket) -> None:
        await websocket.accept()
        async with pubsub.subscribe("a") as stream:
            values: list[Any] = ["text", {"a": 1}, [1, 2]]
            for value in values:
                await pubsub.publish("a", value)
            await relay(websocket, stream)

    with TestClient(app) as client, client.websocket_connect("/") as websocket:
        websocket.send_bytes(b"passed over")
        assert [websocket.receive_text() for _ in range(3)] == ["text", '{"a":1}', "[1,2]"]


def test_relay_that_is_cancelled_leaves_no_task() -> None:
    class Silent:
        async def receive(self) -> Any:
            await asyncio.Event().wait()

    async def run() -> int:
        async with PubSub().opened() as pubsub, pubsub.subscribe("a") as stream:
            task = asyncio.create_task(relay(Silent(), stream))  # type: ignore[arg-type]
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            return len(asyncio.all_tasks())

    assert asyncio.run(run()) == 1
