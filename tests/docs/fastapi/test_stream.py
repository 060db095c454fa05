"""Streams: bytes, JSON Lines, server-sent events."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Annotated, Any

import msgspec
import pytest

from FasterAPI import EventSourceResponse, Faster, Header, ServerSentEvent, StreamingResponse, TestClient


class Item(msgspec.Struct):
    name: str
    description: str | None = None


ITEMS = [Item("Plumbus", "Multi"), Item("Gun")]
LINES = '{"name":"Plumbus","description":"Multi"}\n{"name":"Gun","description":null}\n'
EVENTS = 'data: {"name":"Plumbus","description":"Multi"}\n\ndata: {"name":"Gun","description":null}\n\n'
app = Faster()


@app.get("/lines/async")
async def lines_async() -> AsyncIterable[Item]:
    for item in ITEMS:
        yield item


@app.get("/lines/sync")
def lines_sync() -> Iterable[Item]:
    yield from ITEMS


@app.get("/lines/bare")
async def lines_bare() -> Any:
    for item in ITEMS:
        yield {"name": item.name}


@app.get("/lines/filtered")
async def lines_filtered() -> AsyncIterable[Item]:
    yield {"name": "Gun", "secret": 1}  # type: ignore[misc]


@app.get("/events/async", response_class=EventSourceResponse)
async def events_async() -> AsyncIterable[Item]:
    for item in ITEMS:
        yield item


@app.get("/events/sync", response_class=EventSourceResponse)
def events_sync() -> Iterable[Item]:
    yield from ITEMS


@app.post("/events/told", response_class=EventSourceResponse, status_code=201)
async def events_told(last_event_id: Annotated[int | None, Header()] = None) -> AsyncIterable[ServerSentEvent]:
    start = 0 if last_event_id is None else last_event_id + 1
    yield ServerSentEvent(comment="begin")
    for number in range(start, 2):
        yield ServerSentEvent(data={"n": number}, event="count", id=str(number), retry=5000)
    yield ServerSentEvent(raw_data="[DONE]")


class PNGStream(StreamingResponse):
    media_type = "image/png"


@app.get("/bytes/text", response_class=StreamingResponse)
async def bytes_text() -> AsyncIterable[str]:
    yield "one "
    yield "two"


@app.get("/bytes/image", response_class=PNGStream)
def bytes_image() -> Iterable[bytes]:
    yield b"\x89PNG"
    yield b"\x00"


@pytest.mark.parametrize(
    ("path", "media_type", "expected"),
    [
        ("/lines/async", "application/jsonl", LINES),
        ("/lines/sync", "application/jsonl", LINES),
        ("/lines/bare", "application/jsonl", '{"name":"Plumbus"}\n{"name":"Gun"}\n'),
        ("/lines/filtered", "application/jsonl", '{"name":"Gun","description":null}\n'),
        ("/events/async", "text/event-stream; charset=utf-8", EVENTS),
        ("/events/sync", "text/event-stream; charset=utf-8", EVENTS),
        ("/bytes/text", None, "one two"),
        ("/bytes/image", "image/png", "\N{REPLACEMENT CHARACTER}PNG\x00"),
    ],
)
def test_streams(path: str, media_type: str | None, expected: str) -> None:
    response = TestClient(app).get(path)
    assert response.status_code == 200
    assert response.headers.get("content-type") == media_type
    assert response.content.decode(errors="replace") == expected


def test_events_with_fields() -> None:
    response = TestClient(app).post("/events/told", headers={"last-event-id": "0"})
    assert response.status_code == 201
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.text == (": begin\n\n" + 'event: count\ndata: {"n":1}\nid: 1\nretry: 5000\n\n' + "data: [DONE]\n\n")


def test_a_generator_is_closed_when_the_client_goes() -> None:
    endless = Faster()
    log: list[str] = []

    @endless.get("/", response_class=StreamingResponse)
    async def root() -> AsyncIterator[str]:
        try:
            while True:
                yield "again"
        finally:
            log.append("closed")

    with TestClient(endless) as client, client.stream("GET", "/") as response:
        assert next(response.iter_text()).startswith("again")
    assert log == ["closed"]
