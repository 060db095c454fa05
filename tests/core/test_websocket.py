import asyncio
from typing import Any

import msgspec
import pytest

from faster_core.exceptions import WebSocketDisconnect, WebSocketDisconnected, WebSocketRequestValidationError
from faster_core.limits import Limits
from faster_core.response import JSONResponse, StreamingResponse
from faster_core.websocket import WebSocket, WebSocketState
from tests.core.asgi import Server, websocket_scope

CONNECT = {"type": "websocket.connect"}
SEND = {"type": "websocket.send"}
LEAVE = {"type": "websocket.disconnect", "code": 1001, "reason": "bye"}


def text(value: Any) -> Any:
    return {"type": "websocket.receive", "text": value}


def data(value: Any) -> Any:
    return {"type": "websocket.receive", "bytes": value}


def socket(*messages: Any, limits: Any = None, connect: Any = True, **more: Any) -> Any:
    server = Server([CONNECT, *messages] if connect else messages, scope_type="websocket")
    return WebSocket(websocket_scope(**more), server.receive, server.send, limits=limits), server


async def open_socket(*messages: Any, limits: Any = None) -> Any:
    ws, server = socket(*messages, limits=limits)
    await ws.accept()
    server.sent.clear()
    return ws, server


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


class Item(msgspec.Struct):
    name: str


def test_a_scope_of_another_type() -> None:
    with pytest.raises(TypeError, match="WebSocket needs a scope of type 'websocket', not 'http'"):
        WebSocket({"type": "http"}, Server().receive, Server().send)


def test_accept() -> None:
    async def main() -> None:
        ws, server = socket()
        assert (ws.client_state, ws.application_state) == (WebSocketState.CONNECTING, WebSocketState.CONNECTING)
        await ws.accept("chat", {"X-A": "1"})
        assert server.sent == [{"type": "websocket.accept", "subprotocol": "chat", "headers": [(b"x-a", b"1")]}]
        assert (ws.client_state, ws.application_state) == (WebSocketState.CONNECTED, WebSocketState.CONNECTED)

    run(main())


def test_accept_after_the_connect_message_was_received() -> None:
    async def main() -> None:
        ws, server = socket()
        assert await ws.receive() == CONNECT
        await ws.accept(headers=[("a", "1"), ("a", "2")])
        assert server.sent[0]["headers"] == [(b"a", b"1"), (b"a", b"2")]

    run(main())


@pytest.mark.parametrize(
    "arguments",
    [{"subprotocol": "a\r\nb: c"}, {"subprotocol": ""}, {"headers": {"a": "b\r\nc: d"}}, {"headers": {"a\n": "b"}}],
    ids=str,
)
def test_no_text_begins_another_header(arguments: Any) -> None:
    async def main() -> None:
        ws, server = socket()
        with pytest.raises(ValueError):
            await ws.accept(**arguments)
        assert server.sent == []
        await ws.accept()

    run(main())


def test_the_client_left_before_it_was_accepted() -> None:
    async def main() -> None:
        ws, server = socket(LEAVE, connect=False)
        with pytest.raises(WebSocketDisconnect) as caught:
            await ws.accept()
        assert caught.value.code == 1001
        assert server.sent == []

    run(main())


@pytest.mark.parametrize(
    "use",
    [
        lambda ws: ws.receive_text(),
        lambda ws: ws.receive_bytes(),
        lambda ws: ws.receive_json(),
        lambda ws: anext(ws.iter_text()),
        lambda ws: anext(ws.iter_bytes()),
        lambda ws: anext(ws.iter_json()),
        lambda ws: ws.send_text("a"),
        lambda ws: ws.send_bytes(b"a"),
        lambda ws: ws.send_json(1),
    ],
    ids=["text", "bytes", "json", "iter-text", "iter-bytes", "iter-json", "send-text", "send-bytes", "send-json"],
)
def test_using_it_before_accept_says_what_to_call(use: Any) -> None:
    async def main() -> None:
        ws, server = socket(text("a"))
        with pytest.raises(RuntimeError, match=r"before the WebSocket was accepted. Call 'await websocket.accept\(\)'"):
            await use(ws)
        assert server.sent == []
        assert len(server.messages) == 2

    run(main())


def test_accepting_twice() -> None:
    async def main() -> None:
        ws, _ = await open_socket()
        with pytest.raises(RuntimeError, match="accepted already"):
            await ws.accept()

    run(main())


def test_receiving() -> None:
    async def main() -> None:
        ws, _ = await open_socket(text("a"), data(b"b"), text('{"name": "x"}'), data(b"[1]"), text(""), LEAVE)
        assert await ws.receive_text() == "a"
        assert await ws.receive_bytes() == b"b"
        assert await ws.receive_json(type=Item) == Item("x")
        assert await ws.receive_json("binary") == [1]
        assert await ws.receive_text() == ""
        with pytest.raises(WebSocketDisconnect) as caught:
            await ws.receive_text()
        assert (caught.value.code, caught.value.reason) == (1001, "bye")
        assert ws.client_state is WebSocketState.DISCONNECTED

    run(main())


def test_a_message_may_name_both_kinds() -> None:
    async def main() -> None:
        ws, _ = await open_socket({**text("a"), "bytes": None}, {**data(b"b"), "text": None})
        assert await ws.receive_text() == "a"
        assert await ws.receive_bytes() == b"b"

    run(main())


@pytest.mark.parametrize(
    "message, receive, expected, got",
    [
        (data(b"a"), lambda ws: ws.receive_text(), "str", "bytes"),
        (text("a"), lambda ws: ws.receive_bytes(), "bytes", "str"),
        (text("1"), lambda ws: ws.receive_json("binary"), "bytes", "str"),
    ],
    ids=["text", "bytes", "json"],
)
def test_a_message_of_the_other_kind(message: Any, receive: Any, expected: Any, got: Any) -> None:
    async def main() -> None:
        ws, _ = await open_socket(message)
        with pytest.raises(WebSocketRequestValidationError) as caught:
            await receive(ws)
        assert caught.value.errors[0]["msg"] == f"Expected `{expected}`, got `{got}`"

    run(main())


@pytest.mark.parametrize(
    "message, kind",
    [
        ("", "value_error.jsondecode"),
        ("{", "value_error.jsondecode"),
        ('{"a":' * 100_000, "value_error.jsondecode"),
        ('{"name": 1}', "value_error.msgspec"),
    ],
    ids=["empty", "open", "deep", "wrong"],
)
def test_json_that_does_not_fit(message: Any, kind: Any) -> None:
    async def main() -> None:
        ws, _ = await open_socket(text(message))
        with pytest.raises(WebSocketRequestValidationError) as caught:
            await ws.receive_json(type=Item)
        assert [(e["loc"], e["type"]) for e in caught.value.errors] == [(["body"], kind)]
        assert caught.value.body == message

    run(main())


def test_lone_surrogates_are_not_json() -> None:
    async def main() -> None:
        ws, _ = await open_socket(text('"\ud800"'))
        with pytest.raises(WebSocketRequestValidationError):
            await ws.receive_json()

    run(main())


@pytest.mark.parametrize("mode", ["", "bytes"], ids=repr)
def test_another_mode(mode: Any) -> None:
    async def main() -> None:
        ws, _ = await open_socket(text("1"))
        for use in (ws.receive_json(mode), ws.send_json(1, mode)):
            with pytest.raises(ValueError, match="Write 'text' or 'binary'"):
                await use

    run(main())


def test_iterating_ends_with_the_client() -> None:
    async def main() -> None:
        ws, _ = await open_socket(text("a"), text("b"), LEAVE)
        assert [message async for message in ws.iter_text()] == ["a", "b"]
        ws, _ = await open_socket(data(b"a"), LEAVE)
        assert [message async for message in ws.iter_bytes()] == [b"a"]
        ws, _ = await open_socket(data(b'{"name": "x"}'), LEAVE)
        assert [message async for message in ws.iter_json("binary", type=Item)] == [Item("x")]

    run(main())


def test_sending() -> None:
    async def main() -> None:
        ws, server = await open_socket()
        await ws.send_text("a")
        await ws.send_bytes(b"b")
        await ws.send_json({"é": 1})
        await ws.send_json(Item("x"), "binary")
        await ws.send({"type": "websocket.send", "text": "c"})
        await ws.close(3000, "done")
        assert server.sent == [
            {"type": "websocket.send", "text": "a"},
            {"type": "websocket.send", "bytes": b"b"},
            {"type": "websocket.send", "text": '{"é":1}'},
            {"type": "websocket.send", "bytes": b'{"name":"x"}'},
            {"type": "websocket.send", "text": "c"},
            {"type": "websocket.close", "code": 3000, "reason": "done"},
        ]
        assert ws.application_state is WebSocketState.DISCONNECTED

    run(main())


@pytest.mark.parametrize("reason, size", [(None, 0), ("a" * 200, 123), ("é" * 100, 122), ("\ud800", 1)], ids=ascii)
def test_a_reason_fits_its_frame(reason: Any, size: Any) -> None:
    async def main() -> None:
        ws, server = await open_socket()
        await ws.close(reason=reason)
        assert len(server.sent[0]["reason"].encode()) == size

    run(main())


def test_after_close() -> None:
    async def main() -> None:
        ws, _ = await open_socket(LEAVE)
        await ws.close()
        for use in (ws.send_text("a"), ws.close(), ws.accept()):
            with pytest.raises(WebSocketDisconnected, match="after the WebSocket was closed"):
                await use
        with pytest.raises(WebSocketDisconnect):
            await ws.receive_text()

    run(main())


def test_after_the_client_left() -> None:
    async def main() -> None:
        ws, server = await open_socket(LEAVE)
        assert await ws.receive() == LEAVE
        with pytest.raises(
            WebSocketDisconnected, match=r"after the client had disconnected\. Stop at WebSocketDisconnect"
        ):
            await ws.receive()
        with pytest.raises(
            WebSocketDisconnected, match=r"after the client had disconnected\. Stop at WebSocketDisconnect"
        ):
            await ws.send_text("a")
        await ws.close()
        assert server.sent == []
        assert ws.application_state is WebSocketState.DISCONNECTED

    run(main())


def test_close_before_accept_refuses() -> None:
    async def main() -> None:
        ws, server = socket()
        await ws.close(1008)
        assert server.sent == [{"type": "websocket.close", "code": 1008, "reason": ""}]

    run(main())


@pytest.mark.parametrize("error", [OSError("gone"), ConnectionResetError(), RuntimeError("server")], ids=repr)
def test_a_send_that_finds_the_client_gone(error: Any) -> None:
    async def main() -> None:
        ws, server = await open_socket()

        async def fail(message: Any) -> None:
            raise error

        server.on_send = fail
        with pytest.raises(WebSocketDisconnect) as caught:
            await ws.send_text("a")
        assert caught.value.code == 1006
        assert caught.value.__cause__ is error
        with pytest.raises(RuntimeError):
            await ws.send_text("b")

    run(main())


@pytest.mark.parametrize("error", [TypeError("x"), ValueError("x")], ids=repr)
def test_a_mistake_in_a_message_is_not_the_clients(error: Any) -> None:
    async def main() -> None:
        ws, server = await open_socket()

        async def fail(message: Any) -> None:
            raise error

        server.on_send = fail
        with pytest.raises(type(error)):
            await ws.send_text("a")

    run(main())


@pytest.mark.parametrize(
    "message, fits",
    [
        (text("12345678"), True),
        (text("123456789"), False),
        (text("éééé"), True),
        (text("ééééé"), False),
        (text("日日"), True),
        (text("日日日"), False),
        (data(b"12345678"), True),
        (data(b"123456789"), False),
        (text("\ud800" * 8), True),
    ],
    ids=["text", "text-over", "2", "2-over", "3", "3-over", "bytes", "bytes-over", "surrogates"],
)
def test_the_size_of_a_message_is_in_bytes(message: Any, fits: Any) -> None:
    async def main() -> None:
        ws, server = await open_socket(message, limits=Limits(max_message_size=8))
        if fits:
            assert await ws.receive() is message
            return
        with pytest.raises(WebSocketDisconnect) as caught:
            await ws.receive()
        assert caught.value.code == 1009
        assert server.sent == [{"type": "websocket.close", "code": 1009, "reason": "Message Too Big"}]

    run(main())


@pytest.mark.parametrize(
    "receive, small, large",
    [
        (lambda ws: ws.receive_text(), text("ok"), text("éé€")),
        (lambda ws: ws.receive_bytes(), data(b"ok"), data(b"1234567")),
        (lambda ws: anext(ws.iter_text()), text("ok"), text("1234567")),
        (lambda ws: anext(ws.iter_bytes()), data(b"ok"), data(b"1234567")),
    ],
    ids=["text", "bytes", "iter-text", "iter-bytes"],
)
def test_the_limit_holds_for_every_way_to_receive(receive: Any, small: Any, large: Any) -> None:
    async def main() -> None:
        ws, server = await open_socket(small, small, large, limits=Limits(max_message_size=6))
        for _ in range(2):
            assert await receive(ws) in {"ok", b"ok"}
        with pytest.raises((WebSocketDisconnect, StopAsyncIteration)):
            await receive(ws)
        assert server.sent == [{"type": "websocket.close", "code": 1009, "reason": "Message Too Big"}]

    run(main())


@pytest.mark.parametrize("message", [CONNECT, {"type": "http.request", "text": "a"}], ids=["connect", "http"])
def test_a_message_out_of_order_while_text_is_awaited(message: Any) -> None:
    async def main() -> None:
        ws, _ = await open_socket(text("a"), message)
        assert await ws.receive_text() == "a"
        with pytest.raises(RuntimeError, match=r"where 'websocket.receive' was due"):
            await ws.receive_text()

    run(main())


class Counting(WebSocket):
    """Whatever it does in its own methods, messages go through them."""

    async def receive(self) -> Any:
        message = await super().receive()
        seen.append(message["type"])
        return message

    async def send(self, message: Any) -> None:
        seen.append(message["type"])
        await super().send(message)


class Shouting(WebSocket):
    async def receive_text(self) -> str:
        return (await super().receive_text()).upper()


seen: list[str] = []


def test_a_subclass_with_its_own_receive_and_send() -> None:
    async def main() -> None:
        seen.clear()
        server = Server([CONNECT, text("a"), data(b"b"), text("c"), LEAVE], scope_type="websocket")
        ws = Counting(websocket_scope(), server.receive, server.send)
        await ws.accept()
        await ws.send_text(await ws.receive_text())
        await ws.send_bytes(await ws.receive_bytes())
        assert [message async for message in ws.iter_text()] == ["c"]
        assert [kind.removeprefix("websocket.") for kind in seen] == (
            ["connect", "accept", "receive", "send", "receive", "send", "receive", "disconnect"]
        )

    run(main())


def test_a_subclass_with_its_own_receive_text() -> None:
    async def main() -> None:
        server = Server([CONNECT, text("a"), text('"b"'), text("c"), LEAVE], scope_type="websocket")
        ws = Shouting(websocket_scope(), server.receive, server.send)
        await ws.accept()
        assert await ws.receive_text() == "A"
        assert await ws.receive_json() == "B"
        assert [message async for message in ws.iter_text()] == ["C"]

    run(main())


def test_closed_while_a_message_is_on_its_way() -> None:
    async def main() -> None:
        ws, server = await open_socket()
        sending, release = asyncio.Event(), asyncio.Event()

        async def wait(message: Any) -> None:
            if message["type"] == "websocket.send":
                sending.set()
                await release.wait()

        server.on_send = wait
        tasks = [asyncio.create_task(ws.send_text("a")), asyncio.create_task(ws.send(text("b") | SEND))]
        await sending.wait()
        await ws.close()
        release.set()
        await asyncio.gather(*tasks)
        assert ws.application_state is WebSocketState.DISCONNECTED
        with pytest.raises(RuntimeError, match="after the WebSocket was closed"):
            await ws.send_text("c")

    run(main())


@pytest.mark.parametrize("first", [text("a"), {"type": "http.request"}], ids=["receive", "http"])
def test_a_server_out_of_order(first: Any) -> None:
    async def main() -> None:
        ws, _ = socket(first, connect=False)
        with pytest.raises(RuntimeError, match=r"where 'websocket.connect' was due"):
            await ws.receive()
        ws, _ = await open_socket(CONNECT)
        with pytest.raises(RuntimeError, match=r"'websocket.connect' where 'websocket.receive' was due"):
            await ws.receive()

    run(main())


@pytest.mark.parametrize("streaming", [False, True], ids=["fixed", "stream"])
def test_denial_response(streaming: Any) -> None:
    async def main() -> None:
        ws, server = socket(extensions={"websocket.http.response": {}})
        await ws.receive()
        await ws.send_denial_response(StreamingResponse(["1"], 403) if streaming else JSONResponse(1, 403))
        assert server.sent[0]["type"] == "websocket.http.response.start"
        assert server.sent[0]["status"] == 403
        assert server.body == b"1"
        assert ws.application_state is WebSocketState.DISCONNECTED
        with pytest.raises(RuntimeError, match="after the WebSocket was closed"):
            await ws.close()

    run(main())


def test_denial_response_where_it_cannot_be() -> None:
    async def main() -> None:
        ws, _ = socket()
        with pytest.raises(RuntimeError, match=r"Call close\(\) instead"):
            await ws.send_denial_response(JSONResponse(1, 403))
        ws, _ = socket(extensions={"websocket.http.response": {}})
        await ws.accept()
        with pytest.raises(RuntimeError, match="accepted already"):
            await ws.send_denial_response(JSONResponse(1, 403))
        ws, _ = socket(extensions={"websocket.http.response": {}})
        await ws.send({"type": "websocket.http.response.start", "status": 403, "headers": []})
        assert ws.application_state is WebSocketState.RESPONSE
        with pytest.raises(RuntimeError, match="being denied with a response"):
            await ws.accept()

    run(main())
