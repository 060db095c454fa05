"""Answers over a real server: keep-alive, pipelines, limits, ranges, files, headers, logs."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("httptools")

from faster_core import App, BackgroundTasks, Body, HTTPException, Query, Request, Response, StreamingResponse
from faster_core.files import FileResponse
from faster_core.middleware import CORSMiddleware, RequestIDMiddleware
from faster_core.sse import EventSourceResponse
from faster_core.staticfiles import StaticFiles
from tests.core.served import Served, raw, read_answer, served
from tests.growth import check_growth


class Item(msgspec.Struct):
    name: str


class Site:
    """The application, and what it was seen doing."""

    def __init__(self, root: Path) -> None:
        self.app = App(max_body_size=100_000)
        self.left = 0
        self.read = 0
        self.root = root
        self.app.add_middleware(CORSMiddleware, allow_origins=["https://a.example", "https://b.example"])
        self.app.add_middleware(RequestIDMiddleware, generator=lambda: "the-id")
        self.declare()
        self.declare_streams()

    def declare(self) -> None:
        app = self.app

        @app.get("/items/{number}")
        async def item(number: int, size: Annotated[int, Query(le=10)] = 1) -> dict[str, int]:
            return {"number": number, "size": size}

        @app.post("/items", status_code=201)
        async def create(item: Item) -> Item:
            return item

        @app.post("/raw")
        async def take(body: Annotated[bytes, Body(media_type="application/octet-stream")]) -> int:
            self.read += 1
            return len(body)

        @app.get("/fail")
        async def fail() -> None:
            raise LookupError("no luck")

        @app.get("/teapot")
        async def teapot() -> None:
            raise HTTPException(418, headers={"X-Tea": "green"})

        @app.get("/echo-header")
        async def echo_header(value: str) -> Response:
            return Response(headers={"X-Echo": value})

        @app.get("/redirect")
        async def redirect(to: str, request: Request) -> Response:
            return Response(status_code=307, headers={"Location": to})

        @app.get("/background")
        async def background(tasks: BackgroundTasks) -> str:
            tasks.add_task(self.fail_later)
            return "done"

        @app.get("/file")
        async def file() -> FileResponse:
            return FileResponse(self.root / "data.bin")

        app.mount("/static", StaticFiles(directory=self.root / "public"))

    @staticmethod
    def fail_later() -> None:
        raise LookupError("later")

    def declare_streams(self) -> None:
        app = self.app

        async def ticks() -> AsyncIterator[str]:
            try:
                while True:
                    yield "tick"
                    await asyncio.sleep(0.01)
            finally:
                self.left += 1

        @app.get("/stream")
        async def stream() -> StreamingResponse:
            return StreamingResponse(ticks(), media_type="text/plain")

        @app.get("/events")
        async def events() -> EventSourceResponse:
            return EventSourceResponse(ticks())

        @app.get("/short")
        async def short() -> StreamingResponse:
            return StreamingResponse(iter(["a", "b"]), media_type="text/plain")

        @app.get("/torn")
        async def torn() -> StreamingResponse:
            async def pieces() -> AsyncIterator[str]:
                yield "begun"
                raise LookupError("torn")

            return StreamingResponse(pieces(), media_type="text/plain")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("site")
    (root / "data.bin").write_bytes(bytes(range(256)) * 400)
    (root / "secret.txt").write_text("secret")
    (root / "public").mkdir()
    (root / "public" / "page.txt").write_text("page")
    (root / "public" / "way-out").symlink_to(root / "secret.txt")
    (root / "public" / "up").symlink_to(root)
    return Site(root)


@pytest.fixture(scope="module")
def live(site: Site) -> Iterator[Served]:
    with served(site.app) as running:
        yield running


def json_request(body: bytes) -> bytes:
    head = b"POST /items\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    return raw(head + body)


@pytest.mark.parametrize(
    ("first", "status"),
    [
        (raw("GET /items/x"), 422),
        (raw("GET /items/1?size=11"), 422),
        (json_request(b'{"name": 1}'), 422),
        (json_request(b'{"name": '), 422),
        (json_request(b""), 422),
        (json_request(b'"' + b"x" * 99_000), 422),
        (raw("GET /fail"), 500),
        (raw("GET /teapot"), 418),
        (raw("GET /nowhere"), 404),
        (raw("PUT /items"), 405),
        (raw("GET /echo-header?value=%0d%0aSet-Cookie:%20a=b"), 500),
        (raw("OPTIONS /items"), 200),
        (raw("HEAD /items/1"), 200),
    ],
    ids=lambda value: value[:40].decode().split("\r")[0] + f" {len(value)}" if isinstance(value, bytes) else None,
)
def test_the_connection_goes_on_after(live: Served, first: bytes, status: int) -> None:
    with live.connect() as connection:
        connection.sendall(first)
        answer = read_answer(connection, head=first.startswith(b"HEAD"))
        assert answer.status == status
        assert "connection" not in answer.headers
        connection.sendall(raw("GET /items/7"))
        assert read_answer(connection).body == b'{"number":7,"size":1}'


def test_a_pipeline_goes_on_after_a_500(live: Served) -> None:
    with live.connect() as connection:
        connection.sendall(raw("GET /fail") + raw("GET /items/8") + raw("GET /items/9"))
        answers = [read_answer(connection) for _ in range(3)]
    assert [answer.status for answer in answers] == [500, 200, 200]
    assert answers[0].body == b"Internal Server Error"
    assert answers[2].body == b'{"number":9,"size":1}'


@pytest.mark.parametrize("path", ["/raw", "/items"])
def test_a_body_over_the_limit_is_refused_before_it_is_sent(site: Site, live: Served, path: str) -> None:
    before = site.read
    with live.connect() as connection:
        head = f"POST {path}\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n"
        connection.sendall(raw(head + "x" * 100))
        answer = read_answer(connection)
    assert answer.status == 413
    assert site.read == before


@pytest.mark.parametrize("path", ["/raw", "/items"])
def test_a_chunked_body_is_refused_at_the_limit(site: Site, live: Served, path: str) -> None:
    before = site.read
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    with live.connect() as connection:
        connection.sendall(raw(f"POST {path}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked"))
        for _ in range(8):  # 131,072 bytes of 100,000, and no end
            connection.sendall(chunk)
        assert read_answer(connection).status == 413
    assert site.read == before


def test_a_body_at_the_limit_is_taken(live: Served) -> None:
    head = b"POST /raw\r\ncontent-type: application/octet-stream\r\ncontent-length: 100000\r\n\r\n"
    assert live.ask(head + b"x" * 100_000).body == b"100000"


def test_the_connection_is_sane_after_a_413(live: Served) -> None:
    """What follows is either answered, or the connection is closed: the body is never read as a request."""
    with live.connect() as connection:
        body = raw("GET /items/1") * 4000
        connection.sendall(raw(b"POST /raw\r\ncontent-length: %d\r\n\r\n" % len(body)) + body[:500])
        assert read_answer(connection).status == 413
        try:
            connection.sendall(body[500:] + raw("GET /items/5"))
            following = read_answer(connection)
        except (ConnectionError, TimeoutError):
            return
        assert following.body == b'{"number":5,"size":1}'


@pytest.mark.parametrize("path", ["/stream", "/events"])
def test_an_abandoned_stream_ends_at_once_and_leaks_no_task(site: Site, live: Served, path: str) -> None:
    tasks, left = live.tasks(), site.left
    for _ in range(3):
        with live.connect() as connection:
            connection.sendall(raw(f"GET {path}"))
            assert b"tick" in connection.recv(65536) + connection.recv(65536)
    end = time.monotonic() + 30
    while (site.left < left + 3 or live.tasks() > tasks) and time.monotonic() < end:
        time.sleep(0.005)
    assert site.left == left + 3
    assert live.tasks() <= tasks


@pytest.mark.parametrize("path", ["/short", "/stream", "/events", "/file", "/static/page.txt"])
def test_head_has_the_head_only(live: Served, path: str) -> None:
    with live.connect() as connection:
        connection.sendall(raw(f"HEAD {path}"))
        assert read_answer(connection, head=True).status == 200
        connection.sendall(raw("GET /items/6"))
        assert read_answer(connection).body == b'{"number":6,"size":1}'


def test_an_error_within_a_stream_tears_it_and_is_logged_once(live: Served, caplog: Any) -> None:
    with live.connect() as connection:
        connection.sendall(raw("GET /torn"))
        with pytest.raises(ConnectionError):
            read_answer(connection)
    messages = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert messages == ["Unhandled LookupError in GET /torn [request the-id]"]


def test_an_unhandled_error_is_logged_once_with_its_id(live: Served, caplog: Any) -> None:
    with live.connect() as connection:
        connection.sendall(raw("GET /fail\r\norigin: https://a.example"))
        answer = read_answer(connection)
    assert answer.headers["x-request-id"] == "the-id"
    assert answer.headers["access-control-allow-origin"] == "https://a.example"
    errors = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in errors] == ["Unhandled LookupError in GET /fail [request the-id]"]
    assert errors[0].exc_info is not None


def test_a_failing_background_task_is_logged_once_with_its_id(live: Served, caplog: Any) -> None:
    with live.connect() as connection:
        connection.sendall(raw("GET /background"))
        assert read_answer(connection).body == b'"done"'
        end = time.monotonic() + 30
        while not caplog.records and time.monotonic() < end:
            time.sleep(0.005)
        connection.sendall(raw("GET /items/1"))
        assert read_answer(connection).status == 200
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.getMessage().startswith("Background task Site.fail_later (test_over_uvicorn.py:")
    assert record.getMessage().endswith("of 'GET /background' failed [request the-id]")


def test_a_path_cannot_forge_a_log_line(live: Served, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    assert live.ask("GET /teapot%0d%0aERROR%20forged%1b[31m").status == 404
    for record in caplog.records:
        assert "\n" not in record.getMessage().rstrip("\n")
        assert "\x1b" not in record.getMessage()


def test_a_thousand_ranges_cost_linear_time(live: Served) -> None:
    def ask(count: int) -> Callable[[], object]:
        request = raw("GET /file\r\nrange: bytes=" + ",".join(["0-"] * count))

        def once() -> None:
            answer = live.ask(request)
            assert answer.status in (200, 206, 416)
            assert len(answer.body) <= 102_400

        return once

    # The server is in this process, so that its CPU time counts.
    check_growth(ask, 250)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/..%2fsecret.txt",
        "/static/%2e%2e%2fsecret.txt",
        "/static/%252e%252e%252fsecret.txt",
        "/static/..%5csecret.txt",
        "/static//secret.txt",
        "/static/page.txt%00",
        "/static/%00",
        "/static/way-out",
        "/static/up/secret.txt",
        "/static/" + "x" * 5000,
        "/static/%ff%fe",
        "/../secret.txt",
    ],
)
def test_there_is_no_way_out_of_a_directory(live: Served, path: str) -> None:
    answer = live.ask(f"GET {path}")
    assert answer.status == 404
    assert b"secret" not in answer.body


def test_what_is_inside_is_served(live: Served) -> None:
    assert live.ask("GET /static/page.txt").body == b"page"


@pytest.mark.parametrize("value", ["a%0d%0aSet-Cookie:%20b=c", "a%0ab", "a%0db", "a%00b"])
@pytest.mark.parametrize("target", ["/echo-header?value=", "/redirect?to="])
def test_a_line_break_never_leaves_in_a_header(live: Served, target: str, value: str, caplog: Any) -> None:
    answer = live.ask(f"GET {target}{value}")
    assert answer.status == 500
    assert "set-cookie" not in answer.headers
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


def test_an_answer_for_one_origin_is_not_cached_for_another(live: Served) -> None:
    for origin in ("https://a.example", "https://b.example", "https://evil.example", None):
        for target in ("/items/1", "/fail", "/nowhere", "/items/x"):
            answer = live.ask(f"GET {target}" + (f"\r\norigin: {origin}" if origin else ""))
            varies = {name.strip().lower() for name in answer.headers.get("vary", "").split(",")}
            assert "origin" in varies, (origin, target)
            allowed = answer.headers.get("access-control-allow-origin")
            assert allowed == (origin if origin and "evil" not in origin else None)


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /items/%ff",
        "GET /items/%00",
        "GET /items/1?size=%ff",
        "GET /items/1?size=" + "9" * 5000,
        "GET /items/" + "9" * 5000,
        "GET /items/1?" + "&".join(f"a{index}=1" for index in range(3000)),
        "GET /items/1?size=NaN",
        "GET //items//1",
        "POST /items\r\ncontent-type: application/json\r\ncontent-length: 3\r\n\r\n\xff\xfe\xfd",
        "POST /items\r\ncontent-type: application/json; charset=nonsense\r\ncontent-length: 2\r\n\r\n{}",
        "POST /items\r\ncontent-type: " + "a/b;" * 2000 + "\r\ncontent-length: 2\r\n\r\n{}",
    ],
    ids=lambda line: f"{line[:50]!r} {len(line)}",
)
def test_odd_input_is_the_clients_error(live: Served, request_line: str) -> None:
    assert 200 <= live.ask(request_line).status < 500
