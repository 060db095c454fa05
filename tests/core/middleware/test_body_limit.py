import asyncio
from typing import Any, Never

import pytest

from faster_core.exceptions import HTTPException
from faster_core.middleware.body_limit import BodyLimitMiddleware
from faster_core.request import Request
from faster_core.response import PlainTextResponse
from faster_core.types import Message, Receive, Scope, Send
from tests.core.middleware.exchange import accept, fetch, make_receive, make_scope, open_websocket, respond

TOO_LARGE = b'{"detail":"Content Too Large"}'


async def measure(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def post(app: Any, body: Any, headers: Any = None) -> Any:
    return asyncio.run(fetch(app, "POST", "/", headers, body))


@pytest.mark.parametrize("pieces", [[b"x" * 10], [b"x"] * 10, [b"", b"x" * 10, b""]])
def test_within_the_limit(pieces: Any) -> None:
    assert post(BodyLimitMiddleware(measure, 10), pieces).body == b"10"


@pytest.mark.parametrize("pieces", [[b"x" * 11], [b"x"] * 11, [b"x" * 10, b"", b"x"]])
@pytest.mark.parametrize("length", [None, "5", "abc", "-1", "1_0", "٣"])
def test_received_bytes_count_whatever_is_declared(pieces: Any, length: Any) -> None:
    headers = {"content-length": length} if length and length.isascii() else None
    answer = post(BodyLimitMiddleware(measure, 10), pieces, headers)
    assert (answer.status, answer.body) == (413, TOO_LARGE)


@pytest.mark.parametrize("length", ["11", "9" * 5000])
def test_a_declared_length_is_refused_before_the_application_runs(length: Any) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> Never:
        raise AssertionError

    answer = post(BodyLimitMiddleware(app, 10), b"", {"content-length": length})
    assert (answer.status, answer.body) == (413, TOO_LARGE)


def test_the_applications_own_413_is_sent() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await receive()
        except HTTPException as error:
            await PlainTextResponse("own", error.status_code)(scope, receive, send)

    answer = post(BodyLimitMiddleware(app, 10), b"x" * 11)
    assert (answer.status, answer.body) == (413, b"own")


def test_any_other_answer_is_replaced_once() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await receive()
        except HTTPException:
            await respond(status=500)(scope, receive, send)
            raise

    answer = post(BodyLimitMiddleware(app, 10), b"x" * 11)
    assert (answer.status, answer.body) == (413, TOO_LARGE)


def test_a_second_receive_is_refused_too() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(2):
            with pytest.raises(HTTPException):
                await receive()
        await respond(status=413)(scope, receive, send)

    assert post(BodyLimitMiddleware(app, 10), b"x" * 11).status == 413


def test_over_the_limit_after_the_start_tears_the_response() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await receive()

    messages = []

    async def send(message: Message) -> None:
        messages.append(message)

    with pytest.raises(HTTPException):
        asyncio.run(BodyLimitMiddleware(app, 10)(make_scope("POST"), make_receive(b"x" * 11), send))
    assert len(messages) == 1


def test_other_errors_come_out() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> Never:
        raise HTTPException(418)

    with pytest.raises(HTTPException, match="418"):
        post(BodyLimitMiddleware(app, 10), b"")


def test_starlette_inside() -> None:
    applications = pytest.importorskip("starlette.applications")
    routing = pytest.importorskip("starlette.routing")

    async def endpoint(request: Any) -> Never:
        await request.body()
        raise AssertionError

    app = BodyLimitMiddleware(applications.Starlette(routes=[routing.Route("/", endpoint, methods=["POST"])]), 10)
    answer = post(app, [b"x"] * 11)
    assert (answer.status, answer.body) == (413, TOO_LARGE)


@pytest.mark.parametrize("size", [-1, True, 1.5, "10", None])
def test_a_size_that_is_none(size: Any) -> None:
    with pytest.raises(ValueError, match="max_body_size must be a number of bytes, 0 or more"):
        BodyLimitMiddleware(respond(), size)


def test_websockets_pass_by() -> None:
    assert asyncio.run(open_websocket(BodyLimitMiddleware(accept, 1))).messages[0]["type"] == "websocket.accept"
