"""faster_testclient.transport: the transports below any httpx client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from faster_testclient.portal import Portal
from faster_testclient.server import Server
from faster_testclient.transport import CONVERSATION, AsyncTransport, SyncTransport
from faster_testclient.types import ASGIApp, Receive, Scope, Send
from tests.testclient.apps import body, sending, start

STREAM = sending(start(200, (b"x-a", b"1")), body(b"a", more_body=True), body(b"b"))


def server(app: ASGIApp) -> Server:
    return Server(app, strict=True, root_path="", client=None, grace=0.01)


@pytest.fixture
def portal() -> Iterator[Portal]:
    made = Portal()
    yield made
    made.close()


def test_below_an_ordinary_client(portal: Portal) -> None:
    with httpx.Client(transport=SyncTransport(server(STREAM), lambda: portal), base_url="http://t") as client:
        assert client.get("/").text == "ab"
        with client.stream("GET", "/") as response:
            assert response.headers["x-a"] == "1"
            assert list(response.iter_raw()) == [b"a", b"b"]


def test_below_an_ordinary_asynchronous_client() -> None:
    async def main() -> None:
        async with httpx.AsyncClient(transport=AsyncTransport(server(STREAM)), base_url="http://t") as client:
            assert (await client.get("/")).text == "ab"
            async with client.stream("GET", "/") as response:
                assert [chunk async for chunk in response.aiter_raw()] == [b"a", b"b"]

    asyncio.run(main())


def test_a_small_response_takes_one_call(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    call = portal.call

    def counted(function: Any, *args: Any) -> Any:
        calls.append(function.__name__)
        return call(function, *args)

    monkeypatch.setattr(portal, "call", counted)
    with httpx.Client(transport=SyncTransport(server(sending(start(), body(b"ok"))), lambda: portal)) as client:
        assert client.get("http://t/").text == "ok"
    assert calls == ["_begin"]


def test_a_response_that_outlives_its_portal(portal: Portal) -> None:
    client = httpx.Client(transport=SyncTransport(server(STREAM), lambda: portal))
    response = client.send(client.build_request("GET", "http://t/"), stream=True)
    portal.close()
    response.close()
    assert response.is_closed


def test_an_accepted_handshake_carries_its_conversation() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept", "headers": [(b"x-a", b"1")]})
        await receive()
        await receive()

    async def main() -> None:
        async with httpx.AsyncClient(transport=AsyncTransport(server(app))) as client:
            response = await client.get("ws://t/")
            assert (response.status_code, response.headers["x-a"]) == (101, "1")
            conversation, handshake = response.extensions[CONVERSATION]
            assert handshake.subprotocol is None
            await conversation.close()

    asyncio.run(main())
