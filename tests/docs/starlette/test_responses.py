"""The page on responses: each class as an ASGI application, cookies, rendering of one's own, files."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from FasterAPI import Faster
from FasterAPI.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from FasterAPI.testclient import TestClient


def client(response: Response) -> TestClient:
    """Return a client of an ASGI function that sends one response, without following it."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await response(scope, receive, send)

    return TestClient(app, follow_redirects=False)


TEXT, HTML = "text/plain; charset=utf-8", "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("response", "status", "media_type", "body"),
    [
        (Response("Hi", media_type="text/plain"), 200, TEXT, b"Hi"),
        (Response(b"\x00\x01", media_type="application/octet-stream"), 200, "application/octet-stream", b"\x00\x01"),
        (Response("Hi", 418, {"Content-Type": "text/x-tea"}), 418, "text/x-tea", b"Hi"),
        (HTMLResponse("<b>Hi</b>"), 200, HTML, b"<b>Hi</b>"),
        (PlainTextResponse("héé"), 200, TEXT, "héé".encode()),
        (JSONResponse({"hi": ["é", None, True]}), 200, "application/json", '{"hi":["é",null,true]}'.encode()),
        (JSONResponse([], media_type="application/x+json"), 200, "application/x+json", b"[]"),
    ],
)
def test_fixed_bodies(response: Response, status: int, media_type: str, body: bytes) -> None:
    answer = client(response).get("/")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (status, media_type, body)
    assert answer.headers["content-length"] == str(len(body))
    assert client(response).head("/").content == b""


@pytest.mark.parametrize("status", [204, 304])
def test_statuses_without_a_body(status: int) -> None:
    answer = client(Response(status_code=status)).get("/")
    assert (answer.status_code, answer.content, "content-type" in answer.headers) == (status, b"", False)


def test_a_cookie_is_set() -> None:
    response = Response("ok")
    response.set_cookie(
        "basket",
        "b1",
        max_age=3600,
        expires=datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC),
        path="/shop",
        domain="example.org",
        secure=True,
        httponly=True,
        samesite="strict",
    )
    morsel = SimpleCookie(client(response).get("/").headers["set-cookie"])["basket"]
    assert (morsel.value, morsel["max-age"], morsel["path"], morsel["domain"]) == ("b1", "3600", "/shop", "example.org")
    assert morsel["expires"] == "Wed, 02 Jan 2030 03:04:05 GMT"
    assert (morsel["secure"], morsel["httponly"], morsel["samesite"].lower()) == (True, True, "strict")


def test_cookies_by_default() -> None:
    response = Response("ok")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2", samesite=None)
    first, second = client(response).get("/").headers.get_list("set-cookie")
    assert {part.lower() for part in first.split("; ")} == {"a=1", "path=/", "samesite=lax"}
    assert {part.lower() for part in second.split("; ")} == {"b=2", "path=/"}


def test_a_partitioned_cookie() -> None:
    response = Response("ok")
    response.set_cookie("a", "1", secure=True, partitioned=True)
    assert "Partitioned" in client(response).get("/").headers["set-cookie"].split("; ")


def test_a_cookie_is_deleted() -> None:
    app = Faster()

    @app.get("/in")
    async def login() -> Response:
        response = PlainTextResponse("in")
        response.set_cookie("session", "s1", path="/")
        return response

    @app.get("/out")
    async def logout() -> Response:
        response = PlainTextResponse("out")
        response.delete_cookie("session", path="/")
        return response

    browser = TestClient(app)
    browser.get("/in")
    assert browser.cookies["session"] == "s1"
    assert "Max-Age=0" in browser.get("/out").headers["set-cookie"]
    assert dict(browser.cookies) == {}


def test_a_rendering_of_ones_own() -> None:
    class IndentedJSONResponse(JSONResponse):
        def render(self, content: Any) -> bytes:
            return json.dumps(content, indent=2, sort_keys=True).encode("utf-8")

    class CSVResponse(Response):
        media_type = "text/csv"
        charset = "latin-1"

        def render(self, content: list[list[str]]) -> bytes:
            return "\n".join(map(",".join, content)).encode(self.charset)

    assert client(IndentedJSONResponse({"b": 1, "a": 2})).get("/").text == '{\n  "a": 2,\n  "b": 1\n}'
    rows = client(CSVResponse([["a", "é"], ["c", "d"]])).get("/")
    assert (rows.content, rows.headers["content-type"]) == (b"a,\xe9\nc,d", "text/csv; charset=latin-1")


@pytest.mark.parametrize(
    ("response", "status", "location"),
    [
        (RedirectResponse("/there"), 307, "/there"),
        (RedirectResponse("https://example.org/?a=b", 301), 301, "https://example.org/?a=b"),
        (RedirectResponse(url="/é", status_code=303), 303, "/%C3%A9"),
    ],
)
def test_redirects(response: Response, status: int, location: str) -> None:
    answer = client(response).get("/")
    assert (answer.status_code, answer.headers["location"], answer.content) == (status, location, b"")


async def slow_numbers(first: int, last: int) -> AsyncIterator[str]:
    yield "<ul>"
    for number in range(first, last + 1):
        yield f"<li>{number}</li>"
        await asyncio.sleep(0.005)
    yield "</ul>"


def test_slow_numbers() -> None:
    response = StreamingResponse(slow_numbers(1, 3), media_type="text/html")
    with client(response).stream("GET", "/") as answer:
        chunks = [chunk for chunk in answer.iter_text() if chunk]
    assert chunks == ["<ul>", "<li>1</li>", "<li>2</li>", "<li>3</li>", "</ul>"]
    assert answer.headers["content-type"] == HTML
    assert "content-length" not in answer.headers


def test_a_stream_of_a_plain_generator() -> None:
    def lines() -> Iterator[bytes]:
        for number in range(3):
            yield f"{number}\n".encode()

    answer = client(StreamingResponse(lines(), 201, {"x-kind": "lines"})).get("/")
    assert (answer.status_code, answer.headers["x-kind"], answer.text) == (201, "lines", "0\n1\n2\n")


def test_a_stream_of_an_open_file(tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    path.write_bytes(bytes(range(256)) * 1024)

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            yield from iter(lambda: file.read(10_000), b"")

    answer = client(StreamingResponse(chunks(), media_type="video/mp4")).get("/")
    assert (answer.content, answer.headers["content-type"]) == (path.read_bytes(), "video/mp4")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"0123456789")
    return path


def test_a_file(notes: Path) -> None:
    answer = client(FileResponse(str(notes), headers={"x-a": "b"})).get("/")
    assert (answer.text, answer.headers["content-type"], answer.headers["x-a"]) == ("0123456789", TEXT, "b")
    assert {"content-length", "last-modified", "etag"} <= set(answer.headers)
    assert "content-disposition" not in answer.headers
    assert client(FileResponse(notes)).head("/").headers["content-length"] == "10"


@pytest.mark.parametrize(
    ("how", "disposition"),
    [
        ({"filename": "a.txt"}, 'attachment; filename="a.txt"'),
        ({"filename": "a.txt", "content_disposition_type": "inline"}, 'inline; filename="a.txt"'),
    ],
)
def test_the_name_of_a_file(notes: Path, how: dict[str, str], disposition: str) -> None:
    answer = client(FileResponse(notes, media_type="text/markdown", **how)).get("/")  # type: ignore[arg-type]
    assert answer.headers["content-disposition"] == disposition
    assert answer.headers["content-type"].startswith("text/markdown")


@pytest.mark.parametrize(
    ("asked", "status", "content_range", "text"),
    [
        ("bytes=0-2", 206, "bytes 0-2/10", "012"),
        ("bytes=7-", 206, "bytes 7-9/10", "789"),
        ("bytes=-4", 206, "bytes 6-9/10", "6789"),
        ("bytes=50-", 416, "bytes */10", None),
    ],
)
def test_parts_of_a_file(notes: Path, asked: str, status: int, content_range: str, text: str | None) -> None:
    answer = client(FileResponse(notes)).get("/", headers={"range": asked})
    assert (answer.status_code, answer.headers["content-range"]) == (status, content_range)
    assert text is None or answer.text == text


def test_several_parts_of_a_file(notes: Path) -> None:
    answer = client(FileResponse(notes)).get("/", headers={"range": "bytes=0-1,8-9"})
    assert answer.status_code == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert b"01" in answer.content
    assert b"89" in answer.content


def test_a_part_if_nothing_changed(notes: Path) -> None:
    browser = client(FileResponse(notes))
    tag = browser.get("/").headers["etag"]
    assert browser.get("/", headers={"range": "bytes=0-1", "if-range": tag}).status_code == 206
    assert browser.get("/", headers={"range": "bytes=0-1", "if-range": '"other"'}).status_code == 200
