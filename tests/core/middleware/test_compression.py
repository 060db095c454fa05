import asyncio
import gzip
import importlib.util
import sys
import threading
import zlib
from collections.abc import Callable
from typing import Any, Never

import pytest

from faster_core.middleware import _coding
from faster_core.middleware.compression import GZipMiddleware
from faster_core.types import Message, Receive, Scope, Send
from tests.core.middleware.exchange import accept, get, make_receive, make_scope, open_websocket, respond, stream
from tests.growth import check_growth

BODY = b"hello world, " * 100


def has(coding: Any) -> Any:
    modules = {"br": ["brotli"], "zstd": ["compression.zstd", "zstandard"], "gzip": ["zlib"]}[coding]
    if coding == "zstd" and sys.version_info < (3, 14):
        modules = ["zstandard"]
    return any(importlib.util.find_spec(module) for module in modules)


INSTALLED = [coding for coding in ("zstd", "br", "gzip") if has(coding)]


def decode(coding: Any, data: Any) -> Any:
    if coding == "gzip":
        return gzip.decompress(data)
    if coding == "br":
        import brotli

        return brotli.decompress(data)
    import zstandard

    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


def wrap(app: Any, **options: Any) -> Any:
    return GZipMiddleware(app, **{"encodings": INSTALLED, **options})


@pytest.mark.parametrize("coding", INSTALLED)
def test_a_fixed_body(coding: Any) -> None:
    app = wrap(respond(BODY, {"content-length": str(len(BODY)), "content-type": "text/plain", "etag": '"a"'}))
    answer = get(app, "/", {"Accept-Encoding": coding})
    assert answer.headers == {
        "content-encoding": coding,
        "content-length": str(len(answer.body)),
        "content-type": "text/plain",
        "etag": 'W/"a"',
        "vary": "Accept-Encoding",
    }
    assert decode(coding, answer.body) == BODY
    assert len(answer.body) < len(BODY) / 4


@pytest.mark.parametrize("coding", INSTALLED)
def test_each_piece_of_a_stream_can_be_read_when_it_is_sent(coding: Any) -> None:
    pieces = [b"first" * 10, b"second", b"", b"third"]
    read = b""
    if coding == "gzip":
        decoder = zlib.decompressobj(31).decompress
    elif coding == "br":
        import brotli

        decoder = brotli.Decompressor().process
    else:
        import zstandard

        decoder = zstandard.ZstdDecompressor().decompressobj().decompress  # type: ignore[assignment]
    answer = get(wrap(stream(pieces, {"content-length": "600"})), "/", {"Accept-Encoding": coding})
    assert answer.headers == {"content-encoding": coding, "vary": "Accept-Encoding"}
    assert len(answer.pieces) == 5
    for piece, sent in zip(pieces, answer.pieces, strict=False):
        read = decoder(sent) if sent else b""
        assert read == piece


@pytest.mark.parametrize(
    "accepted, offered, chosen",
    [
        ("gzip", ["zstd", "br", "gzip"], "gzip"),
        ("gzip, br", ["zstd", "br", "gzip"], "br"),
        ("gzip, br, zstd", ["zstd", "br", "gzip"], "zstd"),
        ("gzip, br, zstd", ["gzip", "br", "zstd"], "gzip"),
        ("gzip;q=1.0, br;q=0.9", ["br", "gzip"], "gzip"),
        ("GZIP", ["gzip"], "gzip"),
        ("x-gzip", ["gzip"], "gzip"),
        ("*", ["br", "gzip"], "br"),
        ("*;q=0.5, br;q=0", ["br", "gzip"], "gzip"),
        ("gzip;q=0", ["gzip"], None),
        ("gzip;q=0, *", ["gzip"], None),
        ("gzip;q=0.000", ["gzip"], None),
        ("*;q=0", ["gzip"], None),
        ("identity", ["gzip"], None),
        ("identity, gzip;q=0.5", ["gzip"], None),
        ("identity;q=0.5, gzip;q=0.8", ["gzip"], "gzip"),
        ("identity, gzip", ["gzip"], "gzip"),
        ("identity;q=0", ["gzip"], None),
        ("identity;q=0, *", ["gzip"], "gzip"),
        ("gzip;q=x", ["gzip"], None),
        ("gzipped", ["gzip"], None),
        ("not-gzip", ["gzip"], None),
        ("", ["gzip"], None),
        (",;,=", ["gzip"], None),
    ],
)
def test_weights(accepted: Any, offered: Any, chosen: Any) -> None:
    expected = None if chosen is None else chosen.encode()
    assert _coding.choose(accepted, [coding.encode() for coding in offered]) == expected


@pytest.mark.parametrize("size, compressed", [(499, False), (500, True)])
@pytest.mark.parametrize("declared", [True, False])
def test_small_bodies_are_left(size: Any, compressed: Any, declared: Any) -> None:
    headers = {"content-length": str(size)} if declared else {}
    answer = get(wrap(respond(b"x" * size, headers)), "/", {"Accept-Encoding": "gzip"})
    if compressed:
        assert answer.headers["content-encoding"] == "gzip"
    else:
        assert (answer.headers, answer.body) == (headers, b"x" * size)


@pytest.mark.parametrize("size, minimum", [(5, 500), (2000, 5000)])
def test_a_small_answer_passes_as_it_is(size: int, minimum: int) -> None:
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]}
    body = {"type": "http.response.body", "body": b"x" * size}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send(body)

    first, second = get(wrap(app, minimum_size=minimum), "/", {"Accept-Encoding": "gzip"}).messages
    assert first is start
    assert second is body


def test_headers_that_can_be_read_once() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = (pair for pair in [(b"x-a", b"1"), (b"content-length", b"%d" % len(BODY))])
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY})

    answer = get(wrap(app), "/", {"Accept-Encoding": "gzip"})
    assert (answer.headers["x-a"], gzip.decompress(answer.body)) == ("1", BODY)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_no_part_of_the_answer_does_not_end_its_compression(place: int) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = [
            {"type": "http.response.start", "status": 200, "headers": []},
            {"type": "http.response.body", "body": BODY, "more_body": True},
            {"type": "http.response.body", "body": BODY},
        ]
        messages.insert(place, {"type": "http.response.push", "path": "/style.css", "headers": []})
        for message in messages:
            await send(message)

    answer = get(wrap(app), "/", {"Accept-Encoding": "gzip"})
    # A start that was held is sent before what comes after it, as it is.
    expected = answer.body if place == 1 else gzip.decompress(answer.body)
    assert (expected, ("content-encoding" in answer.headers)) == (BODY + BODY, place != 1)


def test_what_the_client_takes_is_not_changed_further_inside() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["headers"].append((b"accept-encoding", b"gzip"))
        await respond(BODY)(scope, receive, send)

    assert get(wrap(app)).body == BODY


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip;q=0"}, {"Accept-Encoding": "identity"}])
def test_what_the_client_does_not_take_still_varies(headers: Any) -> None:
    answer = get(wrap(respond(BODY, {"vary": "Origin"})), "/", headers)
    assert (answer.headers, answer.body) == ({"vary": "Origin, Accept-Encoding"}, BODY)


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"content-encoding": "br"}, 200),
        ({"Content-Encoding": "identity"}, 200),
        ({"content-range": "bytes 0-1/2"}, 206),
        ({}, 206),
        ({}, 204),
        ({"cache-control": "public, no-transform"}, 200),
        ({"content-digest": "sha-256=:x:"}, 200),
        ({"content-type": "text/event-stream; charset=utf-8"}, 200),
        ({"content-type": "Image/PNG"}, 200),
        ({"content-type": "video/mp4"}, 200),
        ({"content-type": "application/grpc+proto"}, 200),
        ({"content-type": "application/zip"}, 200),
    ],
)
def test_left_untouched(headers: Any, status: Any) -> None:
    answer = get(wrap(respond(BODY, headers, status)), "/", {"Accept-Encoding": "gzip"})
    assert answer.pairs == list(headers.items())
    assert answer.body == BODY


@pytest.mark.parametrize("media_type", ["image/svg+xml", "application/json", "text/event-streams", "videos/x", ""])
def test_other_types_are_compressed(media_type: Any) -> None:
    answer = get(wrap(respond(BODY, {"content-type": media_type})), "/", {"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


def test_own_exclusions() -> None:
    app = wrap(respond(BODY, {"content-type": "text/csv"}), exclude_content_types=["Text/*"])
    assert "content-encoding" not in get(app, "/", {"Accept-Encoding": "gzip"}).headers


def test_a_body_that_does_not_get_smaller_is_sent_as_it_is() -> None:
    import os

    body = os.urandom(1000)
    answer = get(wrap(respond(body, {"content-length": "1000", "etag": '"a"'})), "/", {"Accept-Encoding": "gzip"})
    assert answer.headers == {"content-length": "1000", "etag": '"a"', "vary": "Accept-Encoding"}
    assert answer.body == body


def test_the_start_of_an_event_stream_is_not_held() -> None:
    messages: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        assert len(messages) == 1
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        assert messages[1]["body"] == b"data: 1\n\n"

    async def send(message: Message) -> None:
        messages.append(message)

    asyncio.run(wrap(app)(make_scope(headers={"Accept-Encoding": "gzip"}), make_receive(), send))
    assert len(messages) == 2


def test_head_says_what_get_would() -> None:
    headers = {"content-length": str(len(BODY)), "etag": '"a"'}
    answer = get(wrap(respond(b"", headers)), "/", {"Accept-Encoding": "gzip"}, method="HEAD")
    assert answer.headers == {"content-encoding": "gzip", "etag": 'W/"a"', "vary": "Accept-Encoding"}
    assert answer.body == b""
    small = get(wrap(respond(b"", {"content-length": "5"})), "/", {"Accept-Encoding": "gzip"}, method="HEAD")
    assert small.headers == {"content-length": "5"}


def test_not_modified_stays_empty() -> None:
    answer = get(wrap(respond(b"", {"etag": '"a"'}, 304)), "/", {"Accept-Encoding": "gzip"})
    assert (answer.headers, answer.body) == ({"etag": '"a"'}, b"")


def test_a_file_sent_by_the_server_and_unknown_messages_pass() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.pathsend", "path": "/x"})

    assert [message["type"] for message in get(wrap(app), "/", {"Accept-Encoding": "gzip"}).messages] == [
        "http.response.start",
        "http.response.pathsend",
    ]


def test_an_error_before_the_first_piece_leaves_the_response_to_others() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> Never:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError

    messages = []

    async def send(message: Message) -> None:
        messages.append(message)

    with pytest.raises(ValueError):
        asyncio.run(wrap(app)(make_scope(headers={"Accept-Encoding": "gzip"}), make_receive(), send))
    assert messages == []


@pytest.mark.parametrize("size, in_thread", [(1000, False), (2000, True)])
def test_large_pieces_are_compressed_in_a_thread(size: Any, in_thread: Any, monkeypatch: Any) -> None:
    threads = []
    original = _coding._GzipCoder.end

    def end(self: Any, data: Any) -> Any:
        threads.append(threading.current_thread() is not threading.main_thread())
        return original(self, data)

    monkeypatch.setattr(_coding._GzipCoder, "end", end)
    app = wrap(respond(b"x" * size), thread_minimum_size=2000, encodings=["gzip"])
    assert gzip.decompress(get(app, "/", {"Accept-Encoding": "gzip"}).body) == b"x" * size
    assert threads == [in_thread]


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_a_missing_package(coding: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(_coding, "find_spec", lambda name: None)
    with pytest.raises(ImportError) as caught:
        GZipMiddleware(respond(), encodings=[coding])
    assert str(caught.value) == (
        f"GZipMiddleware: encoding {coding!r} needs a package that is missing. "
        "Run: pip install 'faster-api-web[compression]'"
    )
    assert get(GZipMiddleware(respond(BODY)), "/", {"Accept-Encoding": coding}).body == BODY


@pytest.mark.parametrize(
    "encodings, message", [(["deflate"], "encoding 'deflate' is unknown"), ([], "encodings is empty")]
)
def test_encodings_that_are_none(encodings: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GZipMiddleware(respond(), encodings=encodings)


def test_websockets_pass_by() -> None:
    assert asyncio.run(open_websocket(wrap(accept))).messages[0]["type"] == "websocket.accept"


def test_choices_are_remembered_within_a_bound() -> None:
    app = wrap(respond(BODY))
    for number in range(200):
        get(app, "/", {"Accept-Encoding": f"gzip;q=0.{number}"})
    assert len(app._remembered) == 64


def test_any_header_value_is_answered() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    strategies = pytest.importorskip("hypothesis.strategies")
    app = wrap(respond(BODY))

    @hypothesis.given(  # type: ignore[untyped-decorator]
        strategies.text(strategies.characters(max_codepoint=255)) | strategies.text(alphabet='gzip;q=0.1,*"\\ ')
    )
    def check(value: Any) -> None:
        answer = get(app, "/", {"Accept-Encoding": value})
        assert decode(answer.headers["content-encoding"], answer.body) == BODY if answer.body != BODY else True

    check()


@pytest.mark.parametrize("value", ["gzip,", "a;q=1,", ";", '"', "q=", "gzip;q=0." + "1"])
def test_a_long_header_costs_linear_time(value: Any) -> None:
    def choose(count: int) -> Callable[[], object]:
        header = value * count
        return lambda: _coding.choose(header, [b"gzip"])

    check_growth(choose, 2_500)


def test_starlette_inside() -> None:
    applications = pytest.importorskip("starlette.applications")
    responses = pytest.importorskip("starlette.responses")
    routing = pytest.importorskip("starlette.routing")

    async def endpoint(request: Any) -> Any:
        return responses.StreamingResponse(iter([b"a" * 400, b"b" * 400]))

    app = wrap(applications.Starlette(routes=[routing.Route("/", endpoint)]))
    answer = get(app, "/", {"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.body) == b"a" * 400 + b"b" * 400
