"""faster_testclient.async_client"""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

import httpx
import pytest

from faster_testclient import AsyncTestClient
from faster_testclient.types import Receive, Scope, Send
from tests.testclient.apps import Lived, answer, body, read, recording, sending, start

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE")


def test_requests_on_the_tests_own_loop() -> None:
    loops: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        loops.append(asyncio.get_running_loop())
        await answer(send, VARIABLE.get().encode() + await read(receive))

    async def main() -> None:
        VARIABLE.set("mine ")
        client = AsyncTestClient(app)
        assert isinstance(client, httpx.AsyncClient)
        assert (await client.post("/", content=b"body")).text == "mine body"
        assert loops == [asyncio.get_running_loop()]
        await client.aclose()

    asyncio.run(main())


def test_the_arguments_in_their_order() -> None:
    seen: list[Scope] = []

    async def main() -> None:
        client = AsyncTestClient(
            recording(seen), "https://shop", False, "/api", ("10.0.0.1", 7), {"a": "1"}, {"X-A": "2"}, params={"p": "3"}
        )
        await client.get("//x")

    asyncio.run(main())
    scope = seen[0]
    headers = dict(scope["headers"])
    assert (scope["scheme"], scope["server"], scope["root_path"]) == ("https", ("shop", 443), "/api")
    assert (scope["client"], scope["raw_path"], scope["query_string"]) == (("10.0.0.1", 7), b"//x", b"p=3")
    assert (headers[b"cookie"], headers[b"x-a"], headers[b"user-agent"]) == (b"a=1", b"2", b"testclient")


@pytest.mark.parametrize("name", ["transport", "proxy"])
def test_what_would_lead_past_the_application_is_refused(name: str) -> None:
    options: dict[str, Any] = {name: None}
    with pytest.raises(TypeError, match=f"A test client takes no {name!r}"):
        AsyncTestClient(sending(), **options)


def test_redirects_and_chunks() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/old":
            await answer(send, b"", 307, [(b"location", b"/new")])
        else:
            await sending(start(), body(b"a", more_body=True), body(b"b"))(scope, receive, send)

    async def main() -> None:
        response = await AsyncTestClient(app).get("/old")
        assert (response.text, response.url.path) == ("ab", "/new")

    asyncio.run(main())


def test_entering_again() -> None:
    app = Lived()

    async def main() -> None:
        client = AsyncTestClient(app)
        assert client.app is app
        await client.get("/before")
        for _ in range(2):
            async with client as entered:
                assert entered is client
                assert client.app_state == {"db": "pool"}
                with pytest.raises(RuntimeError, match="already entered"):
                    await client.__aenter__()

    asyncio.run(main())
    assert app.log == ["request /before", "startup", "shutdown", "startup", "shutdown"]


def test_closing_ends_open_streams_and_the_lifespan() -> None:
    log: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lived(scope, receive, send)
            return
        await receive()
        await send(start())
        log.append((await receive())["type"])

    async def main() -> None:
        client = await AsyncTestClient(app).__aenter__()
        await client.send(client.build_request("GET", "/"), stream=True)
        await client.aclose()
        await client.aclose()
        assert client.is_closed
        assert len(asyncio.all_tasks()) == 1

    lived = Lived()
    asyncio.run(main())
    assert log == ["http.disconnect"]
    assert lived.log == ["startup", "shutdown"]


def test_concurrent_requests() -> None:
    arrived: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        arrived.append(scope)
        while len(arrived) < 2:
            await asyncio.sleep(0)
        await answer(send, scope["path"].encode())

    async def main() -> list[str]:
        client = AsyncTestClient(app)
        return [response.text for response in await asyncio.gather(client.get("/a"), client.get("/b"))]

    assert asyncio.run(main()) == ["/a", "/b"]
