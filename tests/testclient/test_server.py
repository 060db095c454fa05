"""faster_testclient.server, by the clients that use it."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from faster_testclient import AsyncTestClient
from faster_testclient.body import pieces_of
from faster_testclient.server import Server
from faster_testclient.types import ASGIApp, Receive, Scope, Send
from tests.testclient.apps import Lived, recording, start


def server(app: ASGIApp, *, strict: bool = True) -> Server:
    return Server(app, strict=strict, root_path="/api", client=("10.0.0.1", 7), grace=0.01)


@pytest.mark.parametrize(("strict", "offered"), [(True, True), (False, False)])
def test_what_every_scope_has(strict: bool, offered: bool) -> None:
    seen: list[Scope] = []

    async def main() -> None:
        serving = server(recording(seen), strict=strict)
        serving.state["db"] = "pool"
        request = httpx.Request("GET", "http://t/")
        exchange = await serving.exchange(request, pieces_of(request.stream))
        await exchange.start(None)
        await serving.disconnect()

    asyncio.run(main())
    scope = seen[0]
    assert (scope["root_path"], scope["client"], scope["state"]) == ("/api", ("10.0.0.1", 7), {"db": "pool"})
    assert ("faster.raise" in scope["extensions"]) is offered


def test_start_up_and_shutdown() -> None:
    app = Lived()

    async def main() -> None:
        serving = server(app)
        await serving.startup()
        assert serving.state == {"db": "pool"}
        await serving.shutdown()
        await serving.shutdown()

    asyncio.run(main())
    assert app.log == ["startup", "shutdown"]


@pytest.mark.parametrize("error", [LookupError("shelf"), KeyboardInterrupt()])
def test_one_failure_of_an_open_connection_is_raised_as_it_is(error: BaseException) -> None:
    lived = Lived()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lived(scope, receive, send)
            return
        await receive()
        await send(start())
        await receive()
        raise error

    async def main() -> None:
        async with AsyncTestClient(app) as client:
            await client.send(client.build_request("GET", "/"), stream=True)

    with pytest.raises(type(error)) as caught:
        asyncio.run(main())
    assert caught.value is error
    # What an open connection does at the end keeps nobody from shutting down.
    assert lived.log == ["startup", "shutdown"]
