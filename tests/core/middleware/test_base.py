import asyncio
import contextvars
from contextlib import aclosing
from typing import Any, Never

import pytest

from faster_core.background import BackgroundTask
from faster_core.exceptions import ClientDisconnect
from faster_core.middleware.base import BaseHTTPMiddleware
from faster_core.middleware.timeout import TimeoutMiddleware
from faster_core.request import Request
from faster_core.response import JSONResponse, PlainTextResponse, StreamingResponse
from faster_core.types import Message, Receive, Scope, Send
from tests.core.middleware.exchange import accept, fetch, get, make_receive, make_scope, open_websocket, respond, stream

inside: contextvars.ContextVar[str] = contextvars.ContextVar("inside", default="")


async def pass_on(request: Any, call_next: Any) -> Any:
    return await call_next(request)


def wrap(app: Any, dispatch: Any = pass_on, times: Any = 1) -> Any:
    for _ in range(times):
        app = BaseHTTPMiddleware(app, dispatch)
    return app


def test_function_style_changes_headers_and_status() -> None:
    class Custom(BaseHTTPMiddleware):
        async def dispatch(self, request: Any, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["Custom-Header"] = request.url.path
            response.set_cookie("a", "1")
            response.status_code = 201
            return response

    answer = get(Custom(respond(headers={"content-length": "5"})), "/somewhere")
    assert (answer.status, answer.body) == (201, b"hello")
    assert answer.headers["custom-header"] == "/somewhere"
    assert answer.headers["set-cookie"] == "a=1; Path=/; SameSite=lax"
    assert answer.headers["content-length"] == "5"


def test_option_style_of_the_documentation() -> None:
    class CustomHeaderMiddleware(BaseHTTPMiddleware):
        def __init__(self, app: Any, header_value: Any = "Example") -> None:
            super().__init__(app)
            self.header_value = header_value

        async def dispatch(self, request: Any, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["Custom"] = self.header_value
            return response

    assert get(CustomHeaderMiddleware(respond(), header_value="Customized")).headers["custom"] == "Customized"


def test_asgi_style() -> None:
    class Raw(BaseHTTPMiddleware):
        async def dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
            scope["state"]["seen"] = True
            await self.app(scope, receive, send)

    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["state"]["seen"])
        await respond()(scope, receive, send)

    assert get(Raw(app)).body == b"hello"
    assert seen == [True]


async def takes_one(request: Any) -> Any:
    return request


@pytest.mark.parametrize(
    "dispatch, message",
    [
        (takes_one, "takes 1 arguments. Declare dispatch(request, call_next), or dispatch(scope, receive, send)."),
        (None, "BaseHTTPMiddleware has no dispatch. Write `async def dispatch(self, request, call_next)`."),
    ],
)
def test_other_shapes_are_refused_at_construction(dispatch: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        BaseHTTPMiddleware(respond(), dispatch)
    assert str(caught.value).endswith(message)


def test_a_dispatch_that_forgets_to_return() -> None:
    async def forget(request: Any, call_next: Any) -> None:
        await call_next(request)

    with pytest.raises(TypeError, match=r"returned None\. Return a response"):
        get(wrap(respond(), forget))


def test_websocket_and_lifespan_pass_by() -> None:
    async def fail(request: Any, call_next: Any) -> Never:
        raise AssertionError

    assert asyncio.run(open_websocket(wrap(accept, fail))).messages[0]["type"] == "websocket.accept"


@pytest.mark.parametrize("times", [1, 2, 5])
def test_messages_arrive_one_by_one_and_unchanged(times: Any) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"1")], "trailers": True})
        await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"1", "more_body": True})
        await send({"type": "http.response.body", "body": b"2"})
        await send({"type": "http.response.trailers", "headers": [(b"b", b"2")]})

    messages: list[Message] = []

    async def collect(message: Message) -> None:
        messages.append(message)

    asyncio.run(wrap(app, times=times)(make_scope(), make_receive(), collect))
    direct: list[Message] = []

    async def collect_direct(message: Message) -> None:
        direct.append(message)

    asyncio.run(app(make_scope(), make_receive(), collect_direct))
    assert messages == direct


def test_a_stream_is_not_buffered() -> None:
    events: list[str] = []

    async def pieces() -> Any:
        for number in range(3):
            events.append(f"made {number}")
            yield str(number)

    async def send(message: Message) -> None:
        if message.get("body"):
            events.append(f"sent {message['body'].decode()}")

    app = wrap(StreamingResponse(pieces()), times=3)
    asyncio.run(app(make_scope(), make_receive(), send))
    assert events == ["made 0", "sent 0", "made 1", "sent 1", "made 2", "sent 2"]


def test_no_task_is_made() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.current_task())
        await stream([b"1", b"2"])(scope, receive, send)
        tasks.append(asyncio.current_task())
        counts.append(len(asyncio.all_tasks()))

    tasks: list[Any] = []
    counts: list[int] = []

    async def main() -> None:
        tasks.append(asyncio.current_task())
        await fetch(wrap(app, times=4))

    asyncio.run(main())
    assert len(set(tasks)) == 1
    assert counts == [1]


def test_context_variables_flow_both_ways() -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        inside.set("from outside")
        response = await call_next(request)
        assert inside.get() == "from inside"
        return response

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert inside.get() == "from outside"
        inside.set("from inside")
        await respond()(scope, receive, send)
        inside.set("after the body")

    async def main() -> Any:
        await fetch(wrap(app, outer))
        return inside.get()

    assert asyncio.run(main()) == "after the body"


@pytest.mark.parametrize("read", ["body", "json", "stream", "nothing"])
def test_body_read_outside_is_readable_inside(read: Any) -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        if read == "body":
            assert await request.body() == b"[1,2]"
        elif read == "json":
            assert await request.json() == [1, 2]
        elif read == "stream":
            assert b"".join([piece async for piece in request.stream()]) == b"[1,2]"
        return await call_next(request)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse(await Request(scope, receive).json())(scope, receive, send)

    answer = asyncio.run(fetch(wrap(app, outer, times=2), "POST", body=[b"[1", b",2]"]))
    assert answer.body == b"[1,2]"


def test_a_body_over_the_limit_that_was_streamed_outside_is_no_empty_body_inside() -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        async for _ in request.stream():
            pass
        return await call_next(request)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()

    mebibytes = [b"x" * 1024 * 1024] * 11
    with pytest.raises(RuntimeError, match="more of this request's body than is kept"):
        asyncio.run(fetch(wrap(app, outer), "POST", body=mebibytes))


def test_another_request_may_be_passed_on() -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        return await call_next(Request({**request.scope, "path": "/other"}, make_receive(b"changed")))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        await PlainTextResponse(scope["path"].encode() + body)(scope, receive, send)

    assert get(wrap(app, outer)).body == b"/otherchanged"


def test_errors_before_the_response_come_out_of_call_next() -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        try:
            return await call_next(request)
        except ValueError as error:
            return PlainTextResponse(str(error), 400)

    async def app(scope: Scope, receive: Receive, send: Send) -> Never:
        await asyncio.sleep(0)
        raise ValueError("wrong")

    answer = get(wrap(app, outer))
    assert (answer.status, answer.body) == (400, b"wrong")


def test_errors_after_the_start_tear_the_response() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> Never:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"1", "more_body": True})
        raise ValueError("late")

    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    with pytest.raises(ValueError, match="late"):
        asyncio.run(wrap(app, times=3)(make_scope(), make_receive(), send))
    assert [message.get("more_body") for message in messages] == [None, True]


def test_no_response() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        return

    with pytest.raises(RuntimeError, match=r"^No response returned\.$"):
        get(wrap(app))


def test_no_response_after_a_disconnect_is_a_disconnect() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    gone = asyncio.Event()
    gone.set()
    with pytest.raises(ClientDisconnect):
        asyncio.run(wrap(app)(make_scope(), make_receive(disconnect=gone), None))


def test_an_error_of_send_is_raised_where_the_message_was_sent() -> None:
    caught = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            await send({"type": "http.response.body", "body": b"1", "more_body": True})
        except OSError as error:
            caught.append(error)

    failure = OSError("gone")

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise failure

    asyncio.run(wrap(app, times=3)(make_scope(), make_receive(), send))
    assert caught == [failure]


def test_background_tasks_run_after_the_response_in_order() -> None:
    events = []

    async def send(message: str) -> None:
        events.append(message["type"])  # type: ignore[index]

    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        response.background = BackgroundTask(lambda: events.append("outer task"))
        return response

    app = PlainTextResponse("x", background=BackgroundTask(lambda: events.append("task")))
    asyncio.run(wrap(app, outer)(make_scope(), make_receive(), send))
    assert events == ["http.response.start", "http.response.body", "task", "outer task"]


@pytest.mark.usefixtures("timeless")
def test_disconnect_reaches_the_stream() -> None:
    closed = []

    async def endless() -> Any:
        try:
            while True:
                yield b"x"
                await asyncio.sleep(0.001)
        finally:
            closed.append(True)

    async def main() -> None:
        gone = asyncio.Event()
        count = 0

        async def send(message: Message) -> None:
            nonlocal count
            count += 1
            if count == 5:
                gone.set()

        app = wrap(StreamingResponse(endless()), times=3)
        await asyncio.wait_for(app(make_scope(), make_receive(disconnect=gone), send), 2)
        assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]

    asyncio.run(main())
    assert closed == [True]


@pytest.mark.usefixtures("timeless")
def test_disconnect_while_dispatch_waits_between_start_and_body() -> None:
    closed = []
    leaving: list[asyncio.Event] = []

    async def pieces() -> Any:
        try:
            yield b"x"
        finally:
            closed.append(True)

    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        leaving[0].set()
        await asyncio.sleep(10)
        return response

    async def main() -> None:
        leaving.append(asyncio.Event())

        async def send(message: Message) -> Never:
            raise AssertionError(message)

        source = pieces()
        await anext(source)
        app = wrap(StreamingResponse(source), outer)
        await asyncio.wait_for(app(make_scope(), make_receive(disconnect=leaving[0]), send), 2)

    asyncio.run(main())
    assert closed == [True]


@pytest.mark.usefixtures("timeless")
def test_cancellation_reaches_the_application_and_comes_out() -> None:
    events = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            events.append("cancelled")
            raise

    async def main() -> None:
        task = asyncio.create_task(wrap(app, times=3)(make_scope(), make_receive(), None))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert events == ["cancelled"]


@pytest.mark.usefixtures("timeless")
def test_cancellation_while_the_server_is_slow() -> None:
    events = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await respond()(scope, receive, send)
        finally:
            await asyncio.sleep(0)
            events.append("left")

    async def slow(message: Message) -> None:
        await asyncio.sleep(10)

    async def main() -> None:
        task = asyncio.create_task(wrap(app, times=2)(make_scope(), make_receive(), slow))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert events == ["left"]


@pytest.mark.usefixtures("timeless")
def test_a_time_limit_outside_and_inside() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(10)

    async def limit(request: Any, call_next: Any) -> Any:
        try:
            async with asyncio.timeout(0.01):
                return await call_next(request)
        except TimeoutError:
            return PlainTextResponse("late", 504)

    assert get(wrap(slow, limit)).status == 504
    assert get(wrap(TimeoutMiddleware(slow, 0.01))).status == 504
    assert get(TimeoutMiddleware(wrap(slow), 0.01)).status == 504


@pytest.mark.usefixtures("timeless")
def test_an_inner_time_limit_that_ends_while_dispatch_waits() -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        await asyncio.sleep(10)
        return response

    app = TimeoutMiddleware(stream([b"1"]), 0.02)
    with pytest.raises(TimeoutError):
        get(wrap(app, outer))


def test_another_response_drops_a_fixed_one_but_runs_its_background_tasks() -> None:
    events = []

    async def outer(request: Any, call_next: Any) -> Any:
        await call_next(request)
        return PlainTextResponse("instead")

    app = PlainTextResponse("dropped", background=BackgroundTask(lambda: events.append("task")))
    answer = get(wrap(app, outer))
    assert (answer.body, events) == (b"instead", ["task"])


def test_another_response_cancels_a_stream() -> None:
    events = []

    async def endless() -> Any:
        try:
            while True:
                yield b"x"
        finally:
            await asyncio.sleep(0)
            events.append("closed")

    async def outer(request: Any, call_next: Any) -> Any:
        await call_next(request)
        return PlainTextResponse("instead")

    assert get(wrap(StreamingResponse(endless()), outer, times=2)).body == b"instead"
    assert events == ["closed"]


def test_an_error_in_dispatch_after_call_next_cancels_the_application() -> None:
    events = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await respond()(scope, receive, send)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            events.append("cancelled")
            raise

    async def outer(request: Any, call_next: Any) -> Never:
        await call_next(request)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        get(wrap(app, outer))
    assert events == ["cancelled"]


def test_call_next_may_be_called_again() -> None:
    statuses = iter([503, 503, 200])
    bodies = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        bodies.append(await Request(scope, receive).body())
        await respond(status=next(statuses))(scope, receive, send)

    async def retry(request: Any, call_next: Any) -> Any:
        await request.body()
        response = await call_next(request)
        while response.status_code == 503:
            response = await call_next(request)
        return response

    assert asyncio.run(fetch(wrap(app, retry), "POST", body=b"abc")).status == 200
    assert bodies == [b"abc"] * 3


def test_body_read_and_answered_anew() -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        body = b"".join([piece async for piece in response.body_iterator])
        return PlainTextResponse(body.upper(), response.status_code, dict(response.headers.items()))

    events = []
    app = StreamingResponse(iter([b"a", b"b"]), background=BackgroundTask(lambda: events.append("task")))
    answer = get(wrap(app, outer))
    assert (answer.body, events) == (b"AB", ["task"])


def test_body_iterator_replaced() -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        inner = response.body_iterator

        async def upper() -> Any:
            async for piece in inner:
                yield piece.decode().upper()

        response.body_iterator = upper()
        return response

    answer = get(wrap(respond(b"abc", {"content-length": "3", "x-a": "1"}), outer, times=2))
    assert (answer.body, answer.headers) == (b"ABC", {"x-a": "1"})


def test_streaming_response_around_the_inner_body() -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        return StreamingResponse(response.body_iterator, headers={"x-b": "2"})

    answer = get(wrap(StreamingResponse(iter([b"a", b"b"])), outer))
    assert (answer.body, answer.headers) == (b"ab", {"x-b": "2"})


def test_a_body_that_was_read_is_not_sent_as_an_empty_one() -> None:
    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        async with aclosing(response.body_iterator) as pieces:
            async for _ in pieces:
                pass
        return response

    with pytest.raises(RuntimeError, match="was read in the middleware"):
        get(wrap(respond(), outer))


def test_a_file_sent_by_the_server_can_be_read(tmp_path: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100_000)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.pathsend", "path": str(path)})

    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        body = b"".join([piece async for piece in response.body_iterator])
        return PlainTextResponse(str(len(body)))

    assert get(wrap(app, outer)).body == b"100000"
    assert get(wrap(app)).messages[1] == {"type": "http.response.pathsend", "path": str(path)}


def test_early_hints_pass_before_the_response() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.early_hint", "links": [b"</a>"]})
        await respond()(scope, receive, send)

    assert [message["type"] for message in get(wrap(app, times=2)).messages] == [
        "http.response.early_hint",
        "http.response.start",
        "http.response.body",
    ]


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.usefixtures("timeless")
def test_tasks_of_the_application_may_send(times: Any, debug: Any) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def child() -> None:
            await respond(b"1")(scope, receive, send)
            await asyncio.sleep(0.001)

        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0.003))
            group.create_task(child())

    assert asyncio.run(fetch(wrap(app, times=times)), debug=debug).body == b"1"


@pytest.mark.parametrize("step", range(12))
@pytest.mark.usefixtures("timeless")
def test_cancelled_at_any_turn_of_the_loop_the_application_is_left(step: Any) -> None:
    left = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(stream([b"1", b"2"])(scope, receive, send))  # type: ignore[arg-type]
        finally:
            left.append(True)

    async def main() -> None:
        task = asyncio.create_task(fetch(wrap(app, times=2)))
        for _ in range(step):
            await asyncio.sleep(0)
        started = len(asyncio.all_tasks()) > 2 or bool(left)
        task.cancel()
        await asyncio.wait([task], timeout=2)
        assert task.done()
        assert bool(left) or not started
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_starlette_inside() -> None:
    applications = pytest.importorskip("starlette.applications")
    responses = pytest.importorskip("starlette.responses")
    routing = pytest.importorskip("starlette.routing")
    bases = pytest.importorskip("starlette.middleware.base")
    events = []

    async def endpoint(request: Any) -> Any:
        async def pieces() -> Any:
            for number in range(3):
                yield str(number)
                await asyncio.sleep(0)

        from starlette.background import BackgroundTask as Task

        return responses.StreamingResponse(pieces(), background=Task(lambda: events.append("task")))

    app = applications.Starlette(routes=[routing.Route("/", endpoint)])
    app.add_middleware(bases.BaseHTTPMiddleware, dispatch=pass_on)
    app.add_middleware(BaseHTTPMiddleware, dispatch=pass_on)
    old = {"version": "3.0", "spec_version": "2.0"}
    for asgi in ({"version": "3.0", "spec_version": "2.4"}, old):
        answer = get(wrap(app), asgi=asgi)
        assert (answer.status, answer.body) == (200, b"012")
    assert events == ["task", "task"]


def test_starlette_outside() -> None:
    bases = pytest.importorskip("starlette.middleware.base")
    app = bases.BaseHTTPMiddleware(wrap(stream([b"1", b"2"])), dispatch=pass_on)
    assert get(app).body == b"12"


@pytest.mark.usefixtures("timeless")
def test_cancelled_while_a_dropped_stream_is_ended() -> None:
    events = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            await send({"type": "http.response.body", "body": b"1", "more_body": True})
        finally:
            await asyncio.sleep(0.02)
            events.append("left")

    async def instead(request: Any, call_next: Any) -> Any:
        await call_next(request)
        return PlainTextResponse("instead")

    async def main() -> None:
        task = asyncio.create_task(fetch(wrap(app, instead)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert events == []


def test_an_application_that_goes_on_sending_after_a_cancellation() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(3):
            try:
                await send({"type": "http.response.body", "body": b"1", "more_body": True})
            except asyncio.CancelledError:
                continue

    async def instead(request: Any, call_next: Any) -> Any:
        await call_next(request)
        return PlainTextResponse("instead")

    assert get(wrap(app, instead)).body == b"instead"


def test_trailers_are_no_part_of_a_body_that_is_read() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.zerocopysend", "file": 1})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        await send({"type": "http.response.body", "body": b"1", "more_body": True})

    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        return PlainTextResponse(b"".join([piece async for piece in response.body_iterator]))

    assert get(wrap(app, outer)).body == b"1"


def test_a_replaced_body_may_be_a_class_of_its_own() -> None:
    class Once:
        def __init__(self) -> None:
            self.left = ["a", b"b", memoryview(b"c")]

        def __aiter__(self) -> Any:
            return self

        async def __anext__(self) -> Any:
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop(0)

    async def outer(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        response.body_iterator = Once()
        return response

    assert get(wrap(respond(), outer)).body == b"abc"
