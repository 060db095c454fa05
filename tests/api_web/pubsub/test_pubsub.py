import asyncio
from typing import Any
from uuid import uuid4

import msgspec
import pytest

import FasterAPI.pubsub as module
from faster_testclient import WebSocketDisconnect
from FasterAPI import Faster, TestClient, WebSocket
from FasterAPI.pubsub import PubSub, PubSubUnavailableError, relay
from tests.api_web.contrib.example import run_example
from tests.api_web.contrib.service import REDIS, REDIS_URL

URLS = ["memory://", pytest.param(REDIS_URL, marks=REDIS)]


class Note(msgspec.Struct):
    text: str
    stars: int = 0


@pytest.fixture(params=URLS, ids=["memory", "redis"])
def pubsub(request: pytest.FixtureRequest) -> PubSub:
    if request.param == REDIS_URL:
        pytest.importorskip("redis")
    return PubSub(request.param, prefix=f"test:{uuid4().hex}:", timeout=30)


def test_first_example_runs() -> None:
    with TestClient(run_example(module)["app"]) as client:
        with client.websocket_connect("/news") as one, client.websocket_connect("/news") as other:
            client.post("/news?text=hello")
            assert [one.receive_text(), other.receive_text()] == ["hello", "hello"]
        schema = client.get("/openapi.json").json()
    assert set(schema["paths"]["/news"]) == {"get", "post"}


def test_everybody_who_listens_is_told_in_order(pubsub: PubSub) -> None:
    async def run() -> None:
        async with pubsub.opened(), pubsub.subscribe("a") as one, pubsub.subscribe("a", "b") as two:
            for number in range(3):
                await pubsub.publish("a", number)
            await pubsub.publish("c", "nobody")
            await pubsub.publish("b", "last")
            assert [await anext(one) for _ in range(3)] == [0, 1, 2]
            assert [await anext(two) for _ in range(4)] == [0, 1, 2, "last"]

    asyncio.run(run())


def test_messages_are_values_of_the_listeners_own(pubsub: PubSub) -> None:
    async def run() -> None:
        async with (
            pubsub.opened(),
            pubsub.subscribe("notes", type=Note) as models,
            pubsub.subscribe("notes") as plain,
        ):
            note = Note("hello", 5)
            await pubsub.publish("notes", note)
            got = await anext(models)
            assert got == note
            assert got is not note
            assert await anext(plain) == {"text": "hello", "stars": 5}

    asyncio.run(run())


def test_who_has_left_is_told_nothing_and_may_come_back(pubsub: PubSub) -> None:
    async def run() -> None:
        async with pubsub.opened():
            async with pubsub.subscribe("a") as former:
                pass
            await pubsub.publish("a", "missed")
            async with pubsub.subscribe("a") as stream:
                await pubsub.publish("a", "heard")
                assert await anext(stream) == "heard"
            assert [message async for message in former] == []

    asyncio.run(run())


def test_streams_end_when_it_closes(pubsub: PubSub) -> None:
    async def run() -> list[Any]:
        entered, heard = asyncio.Event(), asyncio.Event()
        messages: list[Any] = []

        async def follow() -> None:
            async with pubsub.subscribe("a") as stream:
                entered.set()
                async for message in stream:
                    messages.append(message)
                    heard.set()

        async with pubsub.opened():
            following = asyncio.create_task(follow())
            await entered.wait()
            await pubsub.publish("a", 1)
            await heard.wait()
        await following
        return messages

    assert asyncio.run(run()) == [1]


def test_it_can_be_opened_again_on_another_loop(pubsub: PubSub) -> None:
    async def run() -> Any:
        async with pubsub.opened(), pubsub.subscribe("a") as stream:
            await pubsub.publish("a", 1)
            return await anext(stream)

    assert [asyncio.run(run()) for _ in range(2)] == [1, 1]


def test_listener_that_is_cancelled_leaves_nothing(pubsub: PubSub) -> None:
    async def run() -> None:
        async with pubsub.opened():
            entered = asyncio.Event()

            async def follow() -> None:
                async with pubsub.subscribe("a") as stream:
                    entered.set()
                    await anext(stream)

            task = asyncio.create_task(follow())
            await entered.wait()
            assert set(pubsub._streams) == {"a"}
            task.cancel()
            await asyncio.wait([task])
            assert pubsub._streams == {}

    asyncio.run(run())


def test_closed_one_says_how_to_open_it(pubsub: PubSub) -> None:
    message = (
        r"^The PubSub is not open\. Write app\.install\(pubsub\) and run the application's lifespan "
        r"\(`with TestClient\(app\)` in a test\), or `async with pubsub\.opened\(\)`\.$"
    )
    with pytest.raises(RuntimeError, match=message):
        asyncio.run(pubsub.publish("a", 1))
    with pytest.raises(RuntimeError, match=message):
        pubsub.subscribe("a")


def test_message_that_is_too_large_is_refused() -> None:
    async def run() -> None:
        async with PubSub(max_message_bytes=10).opened() as pubsub:
            await pubsub.publish("a", "x" * 8)
            with pytest.raises(ValueError, match=r"^A message for 'a' has 11 bytes; 10 are allowed\. Tell where"):
                await pubsub.publish("a", "x" * 9)

    asyncio.run(run())


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "scheme": (
        {"url": "kafka://localhost"},
        "There is no broker for 'kafka'. Write memory:// or redis://….",
    ),
    "no scheme": (
        {"url": "localhost"},
        "There is no broker for 'a URL without a scheme'. Write memory:// or redis://….",
    ),
    "buffer": ({"buffer": 0}, "A buffer holds 1 message or more, not 0."),
    "overflow": (
        {"overflow": "drop_all"},
        "There is no overflow policy 'drop_all'. Write one of ['drop_oldest', 'drop_newest', 'disconnect'].",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_found_at_construction(case: str) -> None:
    options, message = MISTAKES[case]
    with pytest.raises(ValueError) as caught:
        PubSub(**options)
    assert str(caught.value) == message


def test_subscription_needs_a_channel() -> None:
    async def run() -> None:
        async with PubSub().opened() as pubsub:
            with pytest.raises(ValueError, match=r"^subscribe\(\) needs a channel\. Write pubsub\.subscribe"):
                pubsub.subscribe()
            with pytest.raises(ValueError, match=r"^A buffer holds 1 message or more, not -1\.$"):
                pubsub.subscribe("a", buffer=-1)

    asyncio.run(run())


def test_slow_websocket_is_closed_with_1013() -> None:
    pubsub = PubSub(buffer=2, overflow="disconnect")
    app = Faster()
    app.install(pubsub)

    @app.websocket("/slow")
    async def slow(websocket: WebSocket) -> None:
        await websocket.accept()
        async with pubsub.subscribe("a") as stream:
            for number in range(4):
                await pubsub.publish("a", number)
            await relay(websocket, stream)

    with TestClient(app) as client, client.websocket_connect("/slow") as websocket:
        assert [websocket.receive_json() for _ in range(2)] == [0, 1]
        with pytest.raises(WebSocketDisconnect) as caught:
            websocket.receive_json()
    assert caught.value.code == 1013


def test_unreachable_redis_is_told_to_who_tells_and_who_listens(
    refusing_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("redis")

    async def run() -> None:
        async with PubSub(f"redis://127.0.0.1:{refusing_port}", timeout=0.1).opened() as pubsub:
            with pytest.raises(PubSubUnavailableError, match=r"^Redis cannot be reached, so nobody was told\.$"):
                await pubsub.publish("a", 1)
            with pytest.raises(PubSubUnavailableError, match=r"^Redis cannot be reached, so nobody listens\.$"):
                async with pubsub.subscribe("a"):
                    pass
            assert pubsub._streams == {}

    asyncio.run(run())
    assert "The connection to Redis is lost; trying again" in caplog.text
