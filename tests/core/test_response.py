import asyncio
import contextlib
import contextvars
import threading
from typing import Any

import pytest

from faster_core.background import BackgroundTask, BackgroundTasks
from faster_core.datastructures import URL, Headers
from faster_core.response import (
    HTMLResponse,
    JSONResponse,
    ORJSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
    UJSONResponse,
    content_length,
    has_body,
    has_content_length,
)
from tests.core.asgi import Server, http_scope, websocket_scope
from tests.names import name_of


def answer(response: Any, scope: Any = None, server: Any = None) -> Any:
    """Send a response to a client that stays; return the server, and check that no task is left."""

    async def main() -> Any:
        used = server or Server()
        await response(scope or http_scope(), used.receive, used.send)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        return used

    return asyncio.run(main())


@pytest.mark.parametrize(
    "response, headers, body",
    [
        (Response(), {"content-length": "0"}, b""),
        (Response("é"), {"content-length": "2"}, "é".encode()),
        (Response(b"x", media_type="image/png"), {"content-type": "image/png", "content-length": "1"}, b"x"),
        (Response(memoryview(b"abc")), {"content-length": "3"}, b"abc"),
        (PlainTextResponse("a"), {"content-type": "text/plain; charset=utf-8", "content-length": "1"}, b"a"),
        (HTMLResponse("<p>"), {"content-type": "text/html; charset=utf-8", "content-length": "3"}, b"<p>"),
        (JSONResponse({"a": [1]}), {"content-type": "application/json", "content-length": "9"}, b'{"a":[1]}'),
        (JSONResponse(None), {"content-type": "application/json", "content-length": "4"}, b"null"),
        (ORJSONResponse("é"), {"content-type": "application/json", "content-length": "4"}, '"é"'.encode()),
        (UJSONResponse(1), {"content-type": "application/json", "content-length": "1"}, b"1"),
        (
            Response("a", media_type="text/csv; charset=latin-1"),
            {"content-type": "text/csv; charset=latin-1", "content-length": "1"},
            b"a",
        ),
        (
            Response("abc", headers={"Content-Type": "a/b", "Content-Length": "3", "X": "y"}),
            {"content-type": "a/b", "content-length": "3", "x": "y"},
            b"abc",
        ),
        (Response(b"x" * 2000), {"content-length": "2000"}, b"x" * 2000),
    ],
    ids=name_of,
)
def test_fixed_responses(response: Any, headers: Any, body: Any) -> None:
    server = answer(response)
    assert server.sent[0]["status"] == 200
    assert server.headers == headers
    assert [bytes(message["body"]) for message in server.sent[1:]] == [body]


@pytest.mark.parametrize(
    "status, body, length",
    [
        (101, False, False),
        (103, False, False),
        (200, True, True),
        (204, False, False),
        (205, False, True),
        (206, True, True),
        (304, False, False),
        (404, True, True),
    ],
)
def test_statuses_without_a_body(status: Any, body: Any, length: Any) -> None:
    assert has_body(status) is body
    assert has_content_length(status) is length
    for response in (Response("x", status), JSONResponse(None, status), PlainTextResponse("x", status)):
        server = answer(response)
        assert bool(server.body) is body
        assert ("content-length" in server.headers) is length
        if length and not body:
            assert server.headers["content-length"] == "0"


def test_a_status_set_later_counts_too() -> None:
    response = Response("x")
    response.status_code = 204
    server = answer(response)
    assert server.headers == {}
    assert server.body == b""


def test_head_has_the_headers_and_no_body() -> None:
    server = answer(PlainTextResponse("abc"), http_scope("HEAD"))
    assert server.headers["content-length"] == "3"
    assert server.body == b""


@pytest.mark.parametrize("content", [1, {"a": 1}, ["a"], object()], ids=lambda content: type(content).__name__)
def test_content_that_needs_another_class(content: Any) -> None:
    with pytest.raises(TypeError, match=r"Response takes str or bytes, not .* Use JSONResponse"):
        Response(content)


@pytest.mark.parametrize("size, field", [(0, b"0"), (1023, b"1023"), (1024, b"1024"), (10**9, b"1000000000")])
def test_content_length(size: Any, field: Any) -> None:
    assert content_length(size) == (b"content-length", field)


def test_subclasses() -> None:
    class Xml(Response):
        media_type = "application/xml"
        charset = "utf-16-le"

        def render(self, content: Any) -> Any:
            return super().render(f"<{content}/>")

    server = answer(Xml("a"))
    assert server.headers == {"content-type": "application/xml", "content-length": "8"}
    assert server.body.decode("utf-16-le") == "<a/>"


def test_headers_are_live_and_may_repeat() -> None:
    response = Response(headers=Headers([("link", "a"), ("link", "b")]))
    response.headers["X-A"] = "1"
    response.headers.append("link", "c")
    assert response.raw_headers == [
        (b"link", b"a"),
        (b"link", b"b"),
        (b"content-length", b"0"),
        (b"x-a", b"1"),
        (b"link", b"c"),
    ]


def test_a_response_can_be_sent_twice_whatever_middleware_did_to_its_message() -> None:
    response = Response("a")

    class Adding(Server):
        async def send(self, message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-added", b"1"))
            await super().send(message)

    assert "x-added" in answer(response, server=Adding()).headers
    assert "x-added" not in answer(response).headers


@pytest.mark.parametrize(
    "make",
    [
        lambda text: Response(headers={"x-a": text}),
        lambda text: Response(headers={text: "a"}),
        lambda text: Response(media_type=text),
        lambda text: JSONResponse({}, headers={"x-a": text}),
        lambda text: StreamingResponse([], headers={"x-a": text}),
        lambda text: StreamingResponse([], media_type=text),
        lambda text: RedirectResponse("/", headers={"x-a": text}),
        lambda text: Response().set_cookie(text, "a"),
        lambda text: Response().set_cookie("a", text),
        lambda text: Response().set_cookie("a", "b", path=text),
        lambda text: Response().set_cookie("a", "b", domain=text),
        lambda text: Response().set_cookie("a", "b", expires=text),
        lambda text: Response().set_cookie("a", "b", samesite=text),
        lambda text: Response().delete_cookie(text),
        lambda text: Response().headers.__setitem__("a", text),
    ],
    ids=[
        "value",
        "name",
        "media-type",
        "json",
        "stream",
        "stream-media-type",
        "redirect",
        "cookie-name",
        "cookie-value",
        "cookie-path",
        "cookie-domain",
        "cookie-expires",
        "cookie-samesite",
        "cookie-deleted",
        "live",
    ],
)
@pytest.mark.parametrize("text", ["a\r\nset-cookie: b", "a\nb", "a\rb", "a\0"], ids=["crlf", "lf", "cr", "nul"])
def test_no_text_begins_another_header(make: Any, text: Any) -> None:
    with pytest.raises(ValueError):
        make(text)


@pytest.mark.parametrize(
    "url, location",
    [
        ("/a?b=c#d", "/a?b=c#d"),
        ("https://[::1]:8/a%20b", "https://[::1]:8/a%20b"),
        ("/é b", "/%C3%A9%20b"),
        ("/a\r\nSet-Cookie: b", "/a%0D%0ASet-Cookie:%20b"),
        ("/\0\ud800", "/%00%ED%A0%80"),
        ('/"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        (URL("http://a/b"), "http://a/b"),
    ],
    ids=name_of,
)
def test_redirect(url: Any, location: Any) -> None:
    server = answer(RedirectResponse(url))
    assert server.sent[0]["status"] == 307
    assert server.headers == {"content-length": "0", "location": location}


def test_redirect_options() -> None:
    server = answer(RedirectResponse("/a", 303, {"X": "y"}))
    assert server.sent[0]["status"] == 303
    assert server.headers["x"] == "y"


def test_cookies() -> None:
    response = Response()
    response.set_cookie("a", "1", max_age=5, httponly=True)
    response.set_cookie("b", "2", None, None, "/x", "example.org", True)
    response.delete_cookie("c", path="/y")
    cookies = response.headers.getlist("set-cookie")
    assert cookies[:2] == [
        "a=1; HttpOnly; Max-Age=5; Path=/; SameSite=lax",
        "b=2; Domain=example.org; Path=/x; SameSite=lax; Secure",
    ]
    assert cookies[2].startswith('c=""; expires=')
    assert cookies[2].endswith("GMT; Max-Age=0; Path=/y; SameSite=lax")


def test_as_the_answer_to_a_websocket_handshake() -> None:
    server = answer(Response("no", 403), websocket_scope())
    assert [message["type"] for message in server.sent] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]


@pytest.mark.parametrize("streaming", [False, True])
def test_background_tasks_run_after_the_response_and_cannot_hurt_it(streaming: Any, caplog: Any) -> None:
    seen = []
    server = Server()

    def fail() -> None:
        raise ValueError("no")

    tasks = BackgroundTasks()
    tasks.add_task(fail)
    tasks.add_task(lambda: seen.append(len(server.sent)))
    response = StreamingResponse(["a"], background=tasks) if streaming else Response("a", background=tasks)
    answer(response, http_scope("POST", "/items"), server)
    assert seen == [len(server.sent)]
    assert "of 'POST /items' failed" in caplog.text


def test_background_may_be_any_coroutine_function() -> None:
    seen = []

    async def background() -> None:
        seen.append(1)

    answer(Response(background=background))  # type: ignore[arg-type]
    assert seen == [1]


class Source:
    """An asynchronous iterator that knows whether it was closed, and how far it came."""

    def __init__(self, *chunks: Any, wait: Any = False) -> None:
        self.chunks, self.wait, self.closed = chunks, wait, 0
        self.task: asyncio.Task[Any] | None = None
        self.steps = self._run()

    async def _run(self) -> Any:
        self.task = asyncio.current_task()
        for chunk in self.chunks:
            yield chunk
        if self.wait:
            await asyncio.Event().wait()

    def __aiter__(self) -> Any:
        return self

    async def __anext__(self) -> Any:
        return await anext(self.steps)

    async def aclose(self) -> None:
        self.closed += 1
        await self.steps.aclose()


@pytest.mark.parametrize(
    "content",
    [
        ["a", b"b", memoryview(b"c"), "", bytearray(b"d")],
        iter(["a", "b", "c", "d"]),
        (letter for letter in "abcd"),
        Source("a", b"bc", "d"),
    ],
    ids=["list", "iterator", "generator", "async"],
)
def test_streams(content: Any) -> None:
    server = answer(StreamingResponse(content, 201, media_type="text/plain"))
    assert server.sent[0] == {
        "type": "http.response.start",
        "status": 201,
        "headers": [(b"content-type", b"text/plain; charset=utf-8")],
    }
    assert server.body == b"abcd"
    assert [message["more_body"] for message in server.sent[1:]][-2:] == [True, False]


def test_a_stream_runs_in_the_task_of_its_request() -> None:
    variable = contextvars.ContextVar("variable", default=0)
    source = Source("a")

    async def main() -> None:
        variable.set(1)
        server = Server()
        await StreamingResponse(source)(http_scope(), server.receive, server.send)
        assert source.task is asyncio.current_task()

    asyncio.run(main())
    assert source.closed == 1


def test_synchronous_iterators_run_in_a_thread_and_are_closed() -> None:
    threads: list[Any] = []

    def generate() -> Any:
        try:
            threads.append(threading.current_thread())
            yield "a"
        finally:
            threads.append("closed")

    answer(StreamingResponse(generate()))
    assert threads[0] is not threading.main_thread()
    assert threads[1:] == ["closed"]


def test_a_disconnect_stops_a_stream_that_waits() -> None:
    async def main() -> None:
        source, server = Source("a", wait=True), Server()
        after: list[int] = []
        asyncio.get_running_loop().call_later(0.01, server.gone.set)
        task = BackgroundTask(after.append, 1)
        await StreamingResponse(source, background=task)(http_scope(), server.receive, server.send)
        assert source.closed == 1
        assert server.body == b"a"
        assert after == [1]
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_a_disconnect_stops_a_stream_that_never_waits() -> None:
    async def forever() -> Any:
        while True:
            yield b"x"

    async def main() -> None:
        server = Server()
        server.gone.set()
        await StreamingResponse(forever())(http_scope(), server.receive, server.send)
        assert len(server.sent) < 200

    asyncio.run(main())


@pytest.mark.parametrize("fail_at", ["http.response.start", "http.response.body"])
def test_a_server_that_says_the_client_is_gone(fail_at: Any) -> None:
    async def main() -> None:
        source, server = Source("a", "b"), Server()
        after: list[int] = []

        async def refuse(message: Any) -> None:
            if message["type"] == fail_at:
                raise OSError

        server.on_send = refuse
        background = BackgroundTask(after.append, 1)
        await StreamingResponse(source, background=background)(http_scope(), server.receive, server.send)
        assert source.closed == 1
        assert after == [1]

    asyncio.run(main())


def test_an_error_of_the_content_is_raised_and_the_rest_closed() -> None:
    closed = []

    async def generate() -> Any:
        try:
            yield "a"
            raise OSError("disk")
        finally:
            closed.append(1)

    server = Server()
    with pytest.raises(OSError, match="disk"):
        answer(StreamingResponse(generate()), server=server)
    assert closed == [1]
    assert server.sent[-1]["more_body"] is True


def test_a_piece_of_another_type() -> None:
    with pytest.raises(TypeError, match="a piece of type int; it takes str and bytes"):
        answer(StreamingResponse([1]))  # type: ignore[list-item]


@pytest.mark.usefixtures("timeless")
def test_cancellation_closes_the_stream() -> None:
    async def main() -> None:
        source, server = Source("a", wait=True), Server()
        task = asyncio.create_task(StreamingResponse(source)(http_scope(), server.receive, server.send))
        await asyncio.sleep(0.01)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()
        assert source.closed == 1
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


@pytest.mark.parametrize("status, method", [(200, "HEAD"), (204, "GET"), (304, "GET")])
def test_a_stream_without_a_body_is_closed_unread(status: Any, method: Any) -> None:
    class File:
        closed = False

        def __iter__(self) -> None:
            raise AssertionError("never read")

        def close(self) -> None:
            self.closed = True

    file, source = File(), Source("a")
    contents: list[Any] = [file, source]
    for content in contents:
        server = answer(StreamingResponse(content, status), http_scope(method))
        assert server.body == b""
        assert len(server.sent) == 2
    assert file.closed
    assert source.closed == 1
    assert source.task is None


def test_a_stream_as_the_answer_to_a_websocket_handshake() -> None:
    server = answer(StreamingResponse(["a"], 403), websocket_scope())
    assert {message["type"] for message in server.sent} == {
        "websocket.http.response.start",
        "websocket.http.response.body",
    }
    assert server.body == b"a"
