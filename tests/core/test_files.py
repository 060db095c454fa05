"""Files as responses: whole, in parts, or not at all."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from faster_core.background import BackgroundTask
from faster_core.files import FileResponse, guess_media_type, open_regular

CONTENT = bytes(range(256)) * 4
CHUNK = FileResponse.chunk_size


@pytest.fixture
def path(tmp_path: Path) -> Any:
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    os.utime(path, ns=(10**18, 10**18))
    return path


async def wait_forever() -> Any:
    await asyncio.sleep(3600)


async def ignore(message: Any) -> None:
    pass


def call(response: Any, method: Any = "GET", headers: Any = None, scope: Any = None) -> Any:
    """Return status, headers and messages of one response."""
    messages = []

    async def send(message: Any) -> None:
        messages.append(message)

    given = {
        "type": "http",
        "method": method,
        "path": "/",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()],
        **(scope or {}),
    }
    asyncio.run(response(given, wait_forever, send))
    return messages[0]["status"], dict(messages[0]["headers"]), messages[1:]


def body(messages: Any) -> Any:
    return b"".join(message["body"] for message in messages)


def test_a_file_with_all_that_is_known_about_it(path: Any) -> None:
    status, headers, messages = call(FileResponse(path))
    assert status == 200
    assert headers == {
        b"content-type": b"application/octet-stream",
        b"accept-ranges": b"bytes",
        b"content-length": b"1024",
        b"last-modified": b"Sun, 09 Sep 2001 01:46:40 GMT",
        b"etag": b'"de0b6b3a7640000-400"',
    }
    assert body(messages) == CONTENT
    assert len(messages) == 1


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_files_of_every_length(tmp_path: Path, size: Any) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(os.urandom(size))
    status, headers, messages = call(FileResponse(path))
    assert (status, headers[b"content-length"]) == (200, str(size).encode())
    assert headers[b"content-type"] == b"text/plain; charset=utf-8"
    assert body(messages) == path.read_bytes()
    assert not messages[-1].get("more_body", False)


@pytest.mark.parametrize("given", [{"method": "HEAD"}, {"scope": {"method": "HEAD"}}])
def test_head_has_the_headers_only(path: Any, given: Any) -> None:
    status, headers, messages = call(FileResponse(path), **given)
    assert (status, headers[b"content-length"], body(messages)) == (200, b"1024", b"")


def test_the_method_can_be_given(path: Any) -> None:
    assert body(call(FileResponse(path, method="HEAD"))[2]) == b""


@pytest.mark.parametrize(
    "request_headers, status",
    [
        ({"if-none-match": '"de0b6b3a7640000-400"'}, 304),
        ({"if-none-match": 'W/"de0b6b3a7640000-400"'}, 304),
        ({"if-none-match": '"x", "de0b6b3a7640000-400"'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"x"'}, 200),
        ({"if-none-match": '"x"', "if-modified-since": "Sun, 09 Sep 2001 01:46:40 GMT"}, 200),
        ({"if-modified-since": "Sun, 09 Sep 2001 01:46:40 GMT"}, 304),
        ({"if-modified-since": "Sun, 09 Sep 2001 01:46:39 GMT"}, 200),
        ({"if-modified-since": "nonsense"}, 200),
        ({"if-none-match": "*", "range": "bytes=0-1"}, 304),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditional_requests(path: Any, request_headers: Any, status: Any, method: Any) -> None:
    given = {"Cache-Control": "max-age=60", "Content-Language": "en", "Content-Security-Policy": "default-src 'self'"}
    found, headers, messages = call(FileResponse(path, headers=given, filename="a"), method, request_headers)
    assert found == status
    assert headers[b"cache-control"] == b"max-age=60"
    assert headers[b"etag"] == b'"de0b6b3a7640000-400"'
    assert headers[b"content-security-policy"] == b"default-src 'self'"
    if status == 304:
        assert body(messages) == b""
        assert not {b"content-length", b"content-type", b"content-language", b"content-disposition"} & headers.keys()


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_other_methods_get_the_whole_file(path: Any, method: Any) -> None:
    status, _, messages = call(FileResponse(path), method, {"if-none-match": "*", "range": "bytes=0-1"})
    assert (status, body(messages)) == (200, CONTENT)


def test_another_status_sends_the_whole_file(path: Any) -> None:
    status, _, messages = call(FileResponse(path, 404), "GET", {"if-none-match": "*", "range": "bytes=0-1"})
    assert (status, body(messages)) == (404, CONTENT)


@pytest.mark.parametrize(
    "asked, start, end",
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=1000-", 1000, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=0-9999", 0, 1024),
        ("bytes=0-9,5-19", 0, 20),
        ("bytes=2000-,0-9", 0, 10),
    ],
)
def test_one_part(path: Any, asked: Any, start: Any, end: Any) -> None:
    status, headers, messages = call(FileResponse(path), "GET", {"range": asked})
    assert status == 206
    assert headers[b"content-range"] == f"bytes {start}-{end - 1}/1024".encode()
    assert headers[b"content-length"] == str(end - start).encode()
    assert headers[b"content-type"] == b"application/octet-stream"
    assert body(messages) == CONTENT[start:end]


def test_several_parts(path: Any) -> None:
    status, headers, messages = call(FileResponse(path), "GET", {"range": "bytes=-4, 0-3, 100-109"})
    assert status == 206
    assert b"content-range" not in headers
    found = re.fullmatch(rb"multipart/byteranges; boundary=([0-9a-f]{32})", headers[b"content-type"])
    assert found
    boundary = found[1]
    head = b"--%b\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes %b/1024\r\n\r\n"
    assert body(messages) == b"".join(
        [
            head % (boundary, b"0-3"),
            CONTENT[:4],
            b"\r\n" + head % (boundary, b"100-109"),
            CONTENT[100:110],
            b"\r\n" + head % (boundary, b"1020-1023"),
            CONTENT[-4:],
            b"\r\n--%b--\r\n" % boundary,
        ]
    )
    assert headers[b"content-length"] == str(len(body(messages))).encode()


def test_parts_of_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "long"
    content = os.urandom(5 * CHUNK)
    path.write_bytes(content)
    _, headers, messages = call(FileResponse(path), "GET", {"range": f"bytes=10-{2 * CHUNK},{3 * CHUNK}-"})
    sent = body(messages)
    assert headers[b"content-length"] == str(len(sent)).encode()
    assert content[10 : 2 * CHUNK + 1] in sent
    assert content[3 * CHUNK :] in sent
    assert max(len(message["body"]) for message in messages) <= CHUNK


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=-0", "bytes=5000-6000"])
def test_parts_that_are_not_there(path: Any, asked: Any) -> None:
    status, headers, messages = call(FileResponse(path), "GET", {"range": asked})
    assert (status, headers[b"content-range"], body(messages)) == (416, b"bytes */1024", b"")
    assert headers[b"content-length"] == b"0"


def test_a_malformed_range_is_a_bad_request(path: Any) -> None:
    status, headers, messages = call(FileResponse(path), "GET", {"range": "bytes=a-b"})
    assert (status, body(messages)) == (400, b"Malformed range header.")
    assert headers[b"content-type"] == b"text/plain; charset=utf-8"


@pytest.mark.parametrize("asked", ["items=0-1", "bytes=" + "0-," * 1000 + "0-"])
def test_ranges_that_do_not_count(path: Any, asked: Any) -> None:
    status, _, messages = call(FileResponse(path), "GET", {"range": asked})
    assert (status, body(messages)) == (200, CONTENT)


def test_head_ignores_ranges(path: Any) -> None:
    status, headers, _ = call(FileResponse(path), "HEAD", {"range": "bytes=0-1"})
    assert (status, headers[b"content-length"]) == (200, b"1024")


@pytest.mark.parametrize(
    "if_range, status",
    [
        ('"de0b6b3a7640000-400"', 206),
        ("Sun, 09 Sep 2001 01:46:40 GMT", 206),
        ('W/"de0b6b3a7640000-400"', 200),
        ('"other"', 200),
        ("Sun, 09 Sep 2001 01:46:41 GMT", 200),
        ("nonsense", 200),
    ],
)
def test_if_range(path: Any, if_range: Any, status: Any) -> None:
    found, _, messages = call(FileResponse(path), "GET", {"range": "bytes=0-9", "if-range": if_range})
    assert found == status
    assert body(messages) == (CONTENT[:10] if status == 206 else CONTENT)


@pytest.mark.parametrize(
    "filename, kind, expected",
    [
        ("a.txt", "attachment", 'attachment; filename="a.txt"'),
        ("a b.txt", "inline", 'inline; filename="a b.txt"'),
        ("naïve.txt", "attachment", "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"),
        ('a"\r\nX: 1', "attachment", "attachment; filename=\"a___X: 1\"; filename*=UTF-8''a%22%0D%0AX%3A%201"),
    ],
)
def test_names_for_saving(path: Any, filename: Any, kind: Any, expected: Any) -> None:
    response = FileResponse(path, filename=filename, content_disposition_type=kind)
    assert response.headers["content-disposition"] == expected


def test_headers_that_are_given_win(path: Any) -> None:
    given = {
        "ETag": '"mine"',
        "Last-Modified": "Sun, 06 Nov 1994 08:49:37 GMT",
        "Content-Type": "x/y",
        "Content-Length": "7",
    }
    _, headers, _ = call(FileResponse(path, headers=given))
    assert headers[b"etag"] == b'"mine"'
    assert headers[b"last-modified"] == b"Sun, 06 Nov 1994 08:49:37 GMT"
    assert headers[b"content-type"] == b"x/y"
    assert headers[b"content-length"] == b"1024"
    assert call(FileResponse(path, headers=given), "GET", {"if-none-match": '"mine"'})[0] == 304


def test_a_status_that_is_given_makes_headers_early_but_what_is_sent_counts(path: Any) -> None:
    response = FileResponse(path, stat_result=path.stat())
    assert response.headers["content-length"] == "1024"
    assert response.headers["etag"] == '"de0b6b3a7640000-400"'
    path.write_bytes(b"new")
    _, headers, messages = call(response)
    assert (headers[b"content-length"], body(messages)) == (b"3", b"new")
    assert headers[b"etag"] != b'"de0b6b3a7640000-400"'


@pytest.mark.parametrize(
    "name, media_type",
    [
        ("a.json", "application/json"),
        ("a.woff2", "font/woff2"),
        ("A.WEBMANIFEST", "application/manifest+json"),
        ("a.js.map", "application/json"),
        ("a.tar.gz", "application/gzip"),
        ("a.css.br", "application/octet-stream"),
        ("data:text/html,x", "application/octet-stream"),
        ("LICENSE", "application/octet-stream"),
    ],
)
def test_media_types(name: Any, media_type: Any) -> None:
    assert guess_media_type(name) == media_type


def test_a_media_type_can_be_given(path: Any) -> None:
    assert FileResponse(path, media_type="image/png").headers["content-type"] == "image/png"
    assert FileResponse(path, filename="a.png").headers["content-type"] == "image/png"


def test_a_file_that_is_not_there_raises_before_anything_is_sent(tmp_path: Path) -> None:
    messages = []

    async def send(message: Any) -> None:
        messages.append(message)

    with pytest.raises(FileNotFoundError):
        asyncio.run(
            FileResponse(tmp_path / "none")({"type": "http", "method": "GET", "headers": []}, wait_forever, send)
        )
    assert messages == []


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(IsADirectoryError, match="is not a regular file"):
            open_regular(tmp_path / name)
    with pytest.raises(IsADirectoryError, match="is not a regular file"):
        open_regular(os.devnull)


def test_what_became_something_else_meanwhile_is_refused_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    regular = os.stat(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr("faster_core.files.os.stat", lambda path: regular)
    with pytest.raises(IsADirectoryError, match="is not a regular file"):
        open_regular(tmp_path / "pipe")


def test_a_file_that_gets_shorter_tears_the_response(tmp_path: Path) -> None:
    path = tmp_path / "shrinking"
    path.write_bytes(b"x" * 4 * CHUNK)
    messages = []

    async def send(message: Any) -> None:
        messages.append(message)
        os.truncate(path, CHUNK)

    with pytest.raises(RuntimeError, match="got shorter while it was sent"):
        asyncio.run(FileResponse(path)({"type": "http", "method": "GET", "headers": []}, wait_forever, send))
    assert messages[-1]["more_body"]


def test_a_file_system_that_gives_less_than_asked_is_asked_again(path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 100)) or b""

    monkeypatch.setattr("faster_core.files.open_regular", lambda path: (Slow(path), os.stat(path)))
    assert body(call(FileResponse(path))[2]) == CONTENT


def test_the_background_task_runs_afterwards(path: Any) -> None:
    calls: list[int] = []
    call(FileResponse(path, background=BackgroundTask(calls.append, 1)))
    assert calls == [1]


def test_a_disconnect_stops_and_closes(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"x" * 100 * CHUNK)
    messages = []

    async def run() -> None:
        gone = asyncio.Event()

        async def receive() -> Any:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            messages.append(message)
            if len(messages) == 3:
                gone.set()
            await asyncio.sleep(0)

        await FileResponse(path)({"type": "http", "method": "GET", "headers": []}, receive, send)

    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    asyncio.run(run())
    assert len(messages) < 20
    assert not before or len(os.listdir("/proc/self/fd")) == before


def test_a_cancellation_while_the_file_is_opened_closes_it(path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    begun, go = threading.Event(), threading.Event()

    def slow(path: Any) -> Any:
        begun.set()
        go.wait(60)
        file, info = open_regular(path)
        opened.append(file)
        return file, info

    monkeypatch.setattr("faster_core.files.open_regular", slow)
    monkeypatch.setattr(FileResponse, "chunk_size", 10)

    async def run() -> None:
        task = asyncio.create_task(
            FileResponse(path)({"type": "http", "method": "GET", "headers": []}, wait_forever, ignore)
        )
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.sleep(0)
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert [file.closed for file in opened] == [True]


def test_nothing_is_opened_or_read_on_the_event_loop(path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def watch(path: Any) -> Any:
        threads.append(threading.current_thread() is threading.main_thread())
        return open_regular(path)

    monkeypatch.setattr("faster_core.files.open_regular", watch)
    call(FileResponse(path))
    assert threads == [False]


@pytest.mark.parametrize(
    "method, headers, extensions, by_path",
    [
        ("GET", {}, {"http.response.pathsend": {}}, True),
        ("GET", {}, {}, False),
        ("GET", {}, None, False),
        ("HEAD", {}, {"http.response.pathsend": {}}, False),
        ("GET", {"range": "bytes=0-1"}, {"http.response.pathsend": {}}, False),
        ("GET", {"if-none-match": "*"}, {"http.response.pathsend": {}}, False),
        ("GET", {"range": "bytes=9-1"}, {"http.response.pathsend": {}}, False),
    ],
)
def test_the_server_may_send_the_file_itself(
    path: Any, monkeypatch: pytest.MonkeyPatch, method: Any, headers: Any, extensions: Any, by_path: Any
) -> None:
    monkeypatch.chdir(path.parent)
    status, sent, messages = call(FileResponse("data.bin"), method, headers, {"extensions": extensions})
    assert ([message["type"] for message in messages] == ["http.response.pathsend"]) is by_path
    if by_path:
        assert messages == [{"type": "http.response.pathsend", "path": str(path)}]
        assert (status, sent[b"content-length"]) == (200, b"1024")


def test_a_websocket_can_be_denied_with_a_file(path: Any) -> None:
    _, _, messages = call(FileResponse(path, 403), scope={"type": "websocket"}, headers={"range": "bytes=0-1"})
    assert [message["type"] for message in messages] == ["websocket.http.response.body"]
    assert body(messages) == CONTENT


APP = """
import asyncio, sys, uvicorn
from faster_core.files import FileResponse

async def app(scope, receive, send):
    try:
        await FileResponse(sys.argv[1])(scope, receive, send)
    finally:
        import os
        print("done", len(os.listdir("/proc/self/fd")), flush=True)

async def main():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await task

asyncio.run(main())
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    """A server that sends one long file, and the file."""
    pytest.importorskip("uvicorn")
    if sys.platform != "linux":
        pytest.skip("counts file descriptors in /proc")
    path = tmp_path / "long.bin"
    path.write_bytes(os.urandom(1024) * 20_000)
    command = [sys.executable, "-c", textwrap.dedent(APP), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline()), path, process.stdout
        process.terminate()


def exchange(port: Any, head: Any, limit: Any = None) -> Any:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        received = bytearray()
        while piece := connection.recv(65536):
            received += piece
            if limit is not None and len(received) > limit:
                break
    return bytes(received)


def test_over_a_socket(server: Any) -> None:
    port, path, log = server
    content = path.read_bytes()
    head, _, rest = exchange(port, "GET / HTTP/1.1\nHost: a\nConnection: close").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert rest == content
    open_files = log.readline()

    asked = "GET / HTTP/1.1\nHost: a\nConnection: close\nRange: bytes=1000000-9999999"
    head, _, rest = exchange(port, asked).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 206")
    assert rest == content[1_000_000:10_000_000]
    assert log.readline() == open_files

    # A client that leaves in the middle: the response ends, and its file is closed.
    exchange(port, "GET / HTTP/1.1\nHost: a", limit=100_000)
    assert log.readline() == open_files

    head, _, rest = exchange(port, "HEAD / HTTP/1.1\nHost: a\nConnection: close").partition(b"\r\n\r\n")
    assert b"content-length: 20480000" in head
    assert rest == b""
