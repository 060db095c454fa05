"""faster_testclient.websocket and faster_testclient.conversation"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from faster_testclient import (
    AsyncTestClient,
    AsyncWebSocketSession,
    ProtocolViolation,
    TestClient,
    WebSocketDenialResponse,
    WebSocketDisconnect,
)
from faster_testclient.types import ASGIApp, Message, Receive, Scope, Send
from tests.testclient.apps import answer

ACCEPT: Message = {"type": "websocket.accept"}
CLOSE: Message = {"type": "websocket.close"}
DENIAL = "websocket.http.response"


def text(data: Any) -> Message:
    return {"type": "websocket.send", "text": data}


class Socket:
    """Accepts, sends what it is told, then answers each message with itself until the client leaves."""

    def __init__(self, *messages: Message, accept: Message = ACCEPT, echo: bool = True) -> None:
        self.messages = messages
        self.accept = accept
        self.echo = echo
        self.received: list[Message] = []
        self.scopes: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "websocket"
        self.scopes.append(scope)
        assert await receive() == {"type": "websocket.connect"}
        for message in (self.accept, *self.messages):
            await send(message)
        while self.echo:
            message = await receive()
            self.received.append(message)
            if message["type"] == "websocket.disconnect":
                return
            await send({**message, "type": "websocket.send"})


def saying(*messages: Message) -> ASGIApp:
    """Sends these messages as its answer to the handshake, and returns."""
    return Socket(*messages[1:], accept=messages[0], echo=False)


def test_text_bytes_and_json() -> None:
    app = Socket()
    with TestClient(app).websocket_connect("/") as socket:
        socket.send_text("é")
        assert socket.receive_text() == "é"
        socket.send_bytes(b"\xff")
        assert socket.receive_bytes() == b"\xff"
        socket.send_json({"a": ["é"]})
        assert socket.receive() == {"type": "websocket.send", "text": '{"a":["é"]}'}
        socket.send_json([1], mode="binary")
        assert socket.receive() == {"type": "websocket.send", "bytes": b"[1]"}
        socket.send_json(1)
        assert socket.receive_json() == 1
        socket.send_json(2, mode="binary")
        assert socket.receive_json(mode="binary") == 2
        socket.send({"type": "websocket.receive", "text": "raw"})
        assert socket.receive_text(timeout=5) == "raw"
    assert app.received[-1] == {"type": "websocket.disconnect", "code": 1000, "reason": ""}


def test_the_wrong_kind_of_message() -> None:
    with TestClient(Socket(text("a"), {"type": "websocket.send", "bytes": b"b"})).websocket_connect("/") as socket:
        with pytest.raises(AssertionError, match="sent text where the test expected bytes: 'a'"):
            socket.receive_bytes()
        with pytest.raises(AssertionError, match="sent bytes where the test expected text: b'b'"):
            socket.receive_text()


def test_the_handshake() -> None:
    accept = {**ACCEPT, "subprotocol": "b", "headers": [(b"set-cookie", b"seen=1; Path=/"), (b"x-a", b"1")]}
    app = Socket(accept=accept)
    client = TestClient(app, cookies={"have": "1"}, headers={"x-all": "1"}, base_url="https://shop/api/")
    with client.websocket_connect("chat", ["a", "b"], params={"q": "1"}, headers={"X-Own": "2"}) as socket:
        assert socket.accepted_subprotocol == "b"
        assert socket.extra_headers == accept["headers"]
        assert socket.response.status_code == 101
        assert socket.response.headers["sec-websocket-protocol"] == "b"
    assert client.cookies["seen"] == "1"
    scope = app.scopes[0]
    headers = dict(scope["headers"])
    assert (scope["scheme"], scope["path"], scope["query_string"]) == ("wss", "/api/chat", b"q=1")
    assert scope["subprotocols"] == ["a", "b"]
    assert scope["extensions"] == {"websocket.http.response": {}, "faster.raise": {}}
    assert (scope["client"], scope["server"], scope["state"]) == (("testclient", 50000), ("shop", 443), {})
    assert (headers[b"x-all"], headers[b"x-own"], headers[b"cookie"]) == (b"1", b"2", b"have=1")
    assert (headers[b"upgrade"], headers[b"connection"]) == (b"websocket", b"upgrade")
    assert headers[b"sec-websocket-version"] == b"13"


@pytest.mark.parametrize(
    ("url", "scheme", "path", "query", "server"),
    [
        ("/ws?a=1", "ws", "/ws", b"a=1", ("testserver", 80)),
        ("ws", "ws", "/ws", b"", ("testserver", 80)),
        ("ws://other/x", "ws", "/x", b"", ("other", 80)),
        ("wss://other/x", "wss", "/x", b"", ("other", 443)),
        ("http://other/", "ws", "/", b"", ("other", 80)),
        ("https://other:8443/", "wss", "/", b"", ("other", 8443)),
    ],
)
def test_addresses(url: str, scheme: str, path: str, query: bytes, server: tuple[str, int]) -> None:
    app = Socket()
    with TestClient(app).websocket_connect(url):
        pass
    scope = app.scopes[0]
    assert (scope["scheme"], scope["path"], scope["query_string"], scope["server"]) == (scheme, path, query, server)


def test_without_subprotocol_and_headers() -> None:
    with TestClient(Socket()).websocket_connect("/") as socket:
        assert socket.accepted_subprotocol is None
        assert socket.extra_headers == []


def test_authentication_works_as_for_requests() -> None:
    app = Socket()
    with TestClient(app).websocket_connect("/", auth=("a", "b")):
        pass
    assert dict(app.scopes[0]["headers"])[b"authorization"] == b"Basic YTpi"


@pytest.mark.parametrize(
    ("close", "code", "reason", "shown"),
    [
        (CLOSE, 1000, "", "1000"),
        ({**CLOSE, "code": 4004, "reason": "no route"}, 4004, "no route", "4004 no route"),
        ({**CLOSE, "code": 1008, "reason": None}, 1008, "", "1008"),
    ],
)
def test_close_and_refusal(close: Message, code: int, reason: str, shown: str) -> None:
    with TestClient(Socket(text("bye"), close)).websocket_connect("/") as socket:
        assert socket.receive_text() == "bye"
        with pytest.raises(WebSocketDisconnect) as caught:
            socket.receive_text()
        assert (caught.value.code, caught.value.reason, str(caught.value)) == (code, reason, shown)
        with pytest.raises(WebSocketDisconnect) as caught:
            socket.receive()
        assert (caught.value.code, caught.value.reason) == (code, reason)
    with pytest.raises(WebSocketDisconnect) as caught:
        with TestClient(saying(close)).websocket_connect("/"):
            raise AssertionError("entered")
    assert (caught.value.code, caught.value.reason) == (code, reason)


def test_receive_gives_the_close_as_it_is() -> None:
    with TestClient(Socket({**CLOSE, "code": 3000})).websocket_connect("/") as socket:
        assert socket.receive() == {"type": "websocket.close", "code": 3000}


def test_the_application_reads_the_answer_to_its_close() -> None:
    app = Socket({**CLOSE, "code": 3000, "reason": "r"})
    with TestClient(app).websocket_connect("/"):
        pass
    assert app.received == [{"type": "websocket.disconnect", "code": 3000, "reason": "r"}]


def test_a_denial_response() -> None:
    app = saying(
        {"type": f"{DENIAL}.start", "status": 401, "headers": [(b"x-why", b"token"), (b"set-cookie", b"a=1")]},
        {"type": f"{DENIAL}.body", "body": b'{"detail":', "more_body": True},
        {"type": f"{DENIAL}.body", "body": b'"no"}'},
    )
    client = TestClient(app)
    with pytest.raises(WebSocketDenialResponse) as caught:
        with client.websocket_connect("/"):
            raise AssertionError("entered")
    denial = caught.value
    assert isinstance(denial, WebSocketDisconnect)
    assert isinstance(denial, httpx.Response)
    assert (denial.status_code, denial.headers["x-why"], denial.json()) == (401, "token", {"detail": "no"})
    assert (denial.code, denial.reason) == (1006, "refused with HTTP 401")
    assert str(denial) == 'HTTP 401 {"detail":"no"}'
    assert denial.request.url == "ws://testserver/"
    assert client.cookies["a"] == "1"


def test_closing_from_the_clients_side() -> None:
    app = Socket()
    with TestClient(app).websocket_connect("/") as socket:
        socket.close(4000, "enough")
        with pytest.raises(RuntimeError, match="The WebSocket is closed"):
            socket.send_text("late")
        with pytest.raises(WebSocketDisconnect, match="4000 enough"):
            socket.receive()
    assert app.received == [{"type": "websocket.disconnect", "code": 4000, "reason": "enough"}]


def test_outside_of_with() -> None:
    session = TestClient(Socket()).websocket_connect("/")
    with pytest.raises(RuntimeError, match="Use the session in a 'with' statement"):
        session.send_text("a")
    with session:
        pass
    with pytest.raises(RuntimeError, match="Use the session in a 'with' statement"):
        session.receive()


def test_iteration() -> None:
    app = Socket(text("a"), {"type": "websocket.send", "bytes": b"b"}, CLOSE)
    with TestClient(app).websocket_connect("/") as socket:
        assert list(socket) == ["a", b"b"]
    with TestClient(Socket(text("a"), echo=False)).websocket_connect("/") as socket:
        assert list(socket) == ["a"]
    with TestClient(Socket({**CLOSE, "code": 1011})).websocket_connect("/") as socket:
        with pytest.raises(WebSocketDisconnect, match="1011"):
            list(socket)


def test_time_limits() -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    with TestClient(Socket()).websocket_connect("/") as socket:
        with pytest.raises(httpx.ReadTimeout, match=r"WEBSOCKET /: nothing came for 0\.01 seconds\."):
            socket.receive_text(timeout=0.01)
        socket.send_text("still open")
        assert socket.receive_text() == "still open"
    with pytest.raises(httpx.ReadTimeout):
        with TestClient(silent, disconnect_grace=0.01).websocket_connect("/", timeout=0.01):
            raise AssertionError("entered")


class Failing(Socket):
    """Raises where it is told to."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.where == "handshake":
            raise LookupError(self.where)
        await receive()
        await send(ACCEPT)
        await send(text("hello"))
        if self.where == "open":
            raise LookupError(self.where)
        await receive()
        raise LookupError(self.where)


def test_failures_are_raised() -> None:
    with pytest.raises(LookupError, match="handshake"):
        with TestClient(Failing("handshake")).websocket_connect("/"):
            raise AssertionError("entered")
    with TestClient(Failing("open")).websocket_connect("/") as socket:
        assert socket.receive_text() == "hello"
        with pytest.raises(LookupError, match="open"):
            socket.receive_text()
    for where in ("open", "end"):
        with pytest.raises(LookupError, match=where):
            with TestClient(Failing(where)).websocket_connect("/"):
                pass


def test_failures_can_be_a_close_instead() -> None:
    with pytest.raises(WebSocketDenialResponse, match="HTTP 500 Internal Server Error"):
        with TestClient(Failing("handshake"), raise_server_exceptions=False).websocket_connect("/"):
            raise AssertionError("entered")
    with TestClient(Failing("open"), raise_server_exceptions=False).websocket_connect("/") as socket:
        assert list(iter_until_closed(socket.receive_text)) == ["hello", 1011]
    with TestClient(Failing("end"), raise_server_exceptions=False).websocket_connect("/"):
        pass


def iter_until_closed(receive: Callable[[], str]) -> list[str | int]:
    seen: list[str | int] = []
    while True:
        try:
            seen.append(receive())
        except WebSocketDisconnect as exc:
            return [*seen, exc.code]


BROKEN: list[tuple[list[Message], str]] = [
    ([text("a")], "'websocket.send' was sent before the socket was accepted. Send 'websocket.accept' first."),
    ([{"type": "http.response.start"}], "'http.response.start' was sent before the socket was accepted. "),
    ([ACCEPT, ACCEPT], "'websocket.accept' was sent to an open socket. Send 'websocket.send' or 'websocket.close'."),
    ([ACCEPT, CLOSE, text("a")], "'websocket.send' was sent after the socket was closed. Send nothing after that."),
    ([ACCEPT, CLOSE, CLOSE], "'websocket.close' was sent after the socket was closed. Send nothing after that."),
    ([ACCEPT, {"type": "websocket.send"}], "'websocket.send' needs 'text' or 'bytes', not both, not none."),
    ([ACCEPT, {**text("a"), "bytes": b""}], "'websocket.send' needs 'text' or 'bytes', not both, not none."),
    ([ACCEPT, text(b"a")], "'websocket.send' carries a bytes. Give a str as 'text' or bytes as 'bytes'."),
    ([ACCEPT, {**CLOSE, "code": "1000"}], "the close code is '1000'. Send an integer."),
    ([{**ACCEPT, "headers": [("a", "b")]}], "the header ('a', 'b') is not a pair of byte strings."),
    ([{**ACCEPT, "subprotocol": "c"}], "the subprotocol 'c' was accepted, but the client offers []. Choose one of"),
    ([{"type": f"{DENIAL}.body"}], f"'{DENIAL}.body' was sent before '{DENIAL}.start'."),
    ([{"type": f"{DENIAL}.start", "status": 403}, ACCEPT], "'websocket.accept' was sent in the middle of a denial."),
    (
        [{"type": f"{DENIAL}.start", "status": 403}, {"type": f"{DENIAL}.body"}, CLOSE],
        "'websocket.close' was sent after the socket was closed.",
    ),
]


@pytest.mark.parametrize(("messages", "message"), BROKEN)
@pytest.mark.parametrize("survive", [True, False])
@pytest.mark.parametrize("strict", [True, False])
def test_broken_rules(messages: list[Message], message: str, survive: bool, strict: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(*((ProtocolViolation,) if survive else ())):
            await saying(*messages)(scope, receive, send)

    with pytest.raises(ProtocolViolation) as caught:
        with TestClient(app, raise_server_exceptions=strict).websocket_connect("/") as socket:
            list(socket)
    assert str(caught.value).startswith(f"WEBSOCKET /: {message}")


def test_no_answer_to_the_handshake() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()

    with pytest.raises(ProtocolViolation, match="returned without answering the handshake"):
        with TestClient(app).websocket_connect("/"):
            raise AssertionError("entered")


def test_send_after_the_client_has_gone_raises_oserror_in_the_application() -> None:
    log: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        await receive()
        try:
            await send(text("late"))
        except OSError as exc:
            log.append(str(exc))
            raise

    with TestClient(app).websocket_connect("/"):
        pass
    assert log == ["WEBSOCKET /: the client has closed the WebSocket."]


def test_an_endless_sender_waits_and_is_stopped() -> None:
    sent = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal sent
        await receive()
        await send(ACCEPT)
        while True:
            await send(text(str(sent)))
            sent += 1

    client = TestClient(app)
    with client.websocket_connect("/") as socket:
        assert [socket.receive_text() for _ in range(2000)] == [str(number) for number in range(2000)]
        client.run(asyncio.sleep, 0.05)
        assert sent < 4000


def test_an_application_that_does_not_listen_is_cancelled() -> None:
    log: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(ACCEPT)
        try:
            await asyncio.Event().wait()
        finally:
            log.append("cancelled")

    with TestClient(app, disconnect_grace=0.01).websocket_connect("/"):
        pass
    assert log == ["cancelled"]


def test_leaving_the_client_closes_open_sockets() -> None:
    app = Socket()
    with TestClient(app_with_lifespan(app)) as client:
        socket = client.websocket_connect("/")
        socket.__enter__()
    assert app.received == [{"type": "websocket.disconnect", "code": 1000, "reason": ""}]
    socket.__exit__(None, None, None)


def app_with_lifespan(app: ASGIApp) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise TypeError
        await app(scope, receive, send)

    return wrapped


def test_requests_beside_an_open_socket() -> None:
    rooms: list[Send] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await rooms[0](text("from a request"))
            await answer(send)
            return
        await receive()
        await send(ACCEPT)
        rooms.append(send)
        await receive()

    client = TestClient(app)
    with client.websocket_connect("/") as socket:
        client.get("/")
        assert socket.receive_text() == "from a request"


def asynchronously(app: ASGIApp, use: Callable[[AsyncTestClient], Any]) -> Any:
    return asyncio.run(use(AsyncTestClient(app, disconnect_grace=0.01)))


def test_asynchronous_sessions() -> None:
    async def use(client: AsyncTestClient) -> None:
        async with client.websocket_connect("/", ["a"], params={"q": "1"}) as socket:
            assert isinstance(socket, AsyncWebSocketSession)
            assert socket.accepted_subprotocol == "a"
            await socket.send_text("t")
            assert await socket.receive_text() == "t"
            await socket.send_bytes(b"b")
            assert await socket.receive_bytes() == b"b"
            for mode in ("text", "binary"):
                await socket.send_json({"a": 1}, mode)
                assert await socket.receive_json(mode) == {"a": 1}
            with pytest.raises(httpx.ReadTimeout):
                await socket.receive(timeout=0.01)
            await socket.close(4000, "enough")
        assert app.received[-1] == {"type": "websocket.disconnect", "code": 4000, "reason": "enough"}
        assert len(asyncio.all_tasks()) == 1

    app = Socket(accept={**ACCEPT, "subprotocol": "a"})
    asynchronously(app, use)


def test_asynchronous_ends() -> None:
    async def refused(client: AsyncTestClient) -> None:
        async with client.websocket_connect("/"):
            raise AssertionError("entered")

    async def iterated(client: AsyncTestClient) -> list[str | bytes]:
        async with client.websocket_connect("/") as socket:
            return [message async for message in socket]

    with pytest.raises(WebSocketDisconnect, match="4001"):
        asynchronously(saying({**CLOSE, "code": 4001}), refused)
    denial = saying({"type": f"{DENIAL}.start", "status": 403}, {"type": f"{DENIAL}.body", "body": b"no"})
    with pytest.raises(WebSocketDenialResponse, match="HTTP 403 no"):
        asynchronously(denial, refused)
    with pytest.raises(LookupError, match="handshake"):
        asynchronously(Failing("handshake"), refused)
    with pytest.raises(LookupError, match="open"):
        asynchronously(Failing("open"), iterated)
    with pytest.raises(WebSocketDisconnect, match="1011"):
        asynchronously(Socket({**CLOSE, "code": 1011}), iterated)
    assert asynchronously(Socket(text("a"), CLOSE), iterated) == ["a"]


def test_starlette() -> None:
    pytest.importorskip("starlette")
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import WebSocketRoute
    from starlette.websockets import WebSocket

    async def echo(socket: WebSocket) -> None:
        await socket.accept(subprotocol="a", headers=[(b"x-a", b"1")])
        await socket.send_json({"query": dict(socket.query_params)})
        while True:
            await socket.send_text(await socket.receive_text())

    async def deny(socket: WebSocket) -> None:
        await socket.send_denial_response(JSONResponse({"detail": "no"}, 401))

    async def refuse(socket: WebSocket) -> None:
        await socket.close(4003, "no")

    routes = [WebSocketRoute("/echo", echo), WebSocketRoute("/deny", deny), WebSocketRoute("/refuse", refuse)]
    with TestClient(Starlette(routes=routes)) as client:
        with client.websocket_connect("/echo?q=1", ["a"]) as socket:
            assert socket.receive_json() == {"query": {"q": "1"}}
            socket.send_text("hello")
            assert socket.receive_text() == "hello"
            assert socket.extra_headers == [(b"x-a", b"1")]
        with pytest.raises(WebSocketDenialResponse) as caught:
            client.websocket_connect("/deny").__enter__()
        assert caught.value.json() == {"detail": "no"}
        with pytest.raises(WebSocketDisconnect, match="4003 no"):
            client.websocket_connect("/refuse").__enter__()
        with pytest.raises(WebSocketDisconnect, match="1000"):
            client.websocket_connect("/nowhere").__enter__()


class OwnDisconnect(WebSocketDisconnect):
    """What a framework's own test client raises."""


class OwnDenial(WebSocketDenialResponse):
    """What a framework's own test client raises for a denial."""


class OwnClient(TestClient):
    disconnect_class = OwnDisconnect
    denial_class = OwnDenial


class OwnAsyncClient(AsyncTestClient):
    disconnect_class = OwnDisconnect
    denial_class = OwnDenial


def test_a_client_may_name_the_classes_of_its_exceptions() -> None:
    with OwnClient(saying(ACCEPT, CLOSE)).websocket_connect("/") as session:
        with pytest.raises(OwnDisconnect):
            session.receive_text()
        with pytest.raises(OwnDisconnect):
            session.receive()
    with pytest.raises(OwnDisconnect), OwnClient(saying(CLOSE)).websocket_connect("/"):
        pass
    denial = saying({"type": f"{DENIAL}.start", "status": 403}, {"type": f"{DENIAL}.body", "body": b"no"})
    with pytest.raises(OwnDenial, match="HTTP 403 no"), OwnClient(denial).websocket_connect("/"):
        pass


def test_an_asynchronous_client_may_name_the_classes_of_its_exceptions() -> None:
    async def main() -> None:
        async with OwnAsyncClient(saying(ACCEPT, CLOSE)).websocket_connect("/") as session:
            with pytest.raises(OwnDisconnect):
                await session.receive_text()
        with pytest.raises(OwnDisconnect):
            await OwnAsyncClient(saying(CLOSE)).websocket_connect("/").__aenter__()
        denial = saying({"type": f"{DENIAL}.start", "status": 403}, {"type": f"{DENIAL}.body", "body": b"no"})
        with pytest.raises(OwnDenial, match="HTTP 403 no"):
            await OwnAsyncClient(denial).websocket_connect("/").__aenter__()

    asyncio.run(main())
