"""Static files: a directory as an ASGI application, and nothing outside of it."""

import asyncio
import gzip
import os
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faster_core.exceptions import HTTPException
from faster_core.staticfiles import StaticFiles, accepted_encodings, is_safe_name
from tests.growth import check_growth


@pytest.fixture
def directory(tmp_path: Path) -> Any:
    """`public`, to be served, and a secret beside it."""
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "public-too").mkdir()
    (tmp_path / "public-too" / "secret.txt").write_text("secret")
    public = tmp_path / "public"
    (public / "dir" / "deep").mkdir(parents=True)
    (public / "empty").mkdir()
    (public / "a.txt").write_text("A")
    (public / "naïve file.txt").write_text("N")
    (public / "index.html").write_text("<h1>home</h1>")
    (public / "dir" / "index.html").write_text("<h1>dir</h1>")
    (public / "dir" / "b.css").write_text("B")
    (public / "..dots").write_text("D")
    (public / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (public / "inside.txt").symlink_to(public / "a.txt")
    (public / "up").symlink_to(tmp_path)
    (public / "loop").symlink_to("loop")
    os.mkfifo(public / "pipe")
    return public


async def wait_forever() -> None:
    await asyncio.sleep(3600)


def call(application: Any, path: Any = "/", method: Any = "GET", headers: Any = None, **scope: Any) -> Any:
    """Return status, headers and body of one response."""
    messages = []

    async def send(message: Any) -> None:
        messages.append(message)

    given = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()],
        **scope,
    }
    asyncio.run(application(given, wait_forever, send))
    body = b"".join(message["body"] for message in messages[1:])
    return messages[0]["status"], dict(messages[0]["headers"]), body


@pytest.mark.parametrize(
    "path, content",
    [
        ("/a.txt", b"A"),
        ("/naïve file.txt", b"N"),
        ("/dir/b.css", b"B"),
        ("/..dots", b"D"),
        ("/inside.txt", b"A"),
        ("/up/public/a.txt", b"A"),
        ("/index.html", b"<h1>home</h1>"),
    ],
)
def test_files_are_served(directory: Any, path: Any, content: Any) -> None:
    status, headers, body = call(StaticFiles(directory), path)
    assert (status, body) == (200, content)
    assert b"etag" in headers
    assert b"vary" not in headers
    assert call(StaticFiles(directory), path, "HEAD")[::2] == (200, b"")


HOSTILE = [
    "/../secret.txt",
    "/dir/../a.txt",
    "/dir/../../secret.txt",
    "/./a.txt",
    "//a.txt",
    "/dir//b.css",
    "//etc/passwd",
    "/..",
    "/../public-too/secret.txt",
    "/a.txt/",
    "/a.txt/x",
    "/a.txt\0",
    "/\0",
    "/" + "a" * 5000,
    "/" + "a/" * 5000,
    "/outside.txt",
    "/up/secret.txt",
    "/loop",
    "/pipe",
    "/\udcff",
    "/\ud800",
    "/none",
    "/dir",
    "/dir/",
    "/",
    "",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/..\\secret.txt",
    "/C:/windows/win.ini",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_the_rest_is_not_found(directory: Any, path: Any) -> None:
    status, headers, body = call(StaticFiles(directory), path)
    assert (status, body) == (404, b"Not Found")
    assert headers[b"content-type"].startswith(b"text/plain")


def test_files_that_may_not_be_read_are_not_found(directory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app = StaticFiles(directory)

    def refuse(path: Any) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("faster_core.files.open_regular", refuse)
    assert call(app, "/a.txt")[0] == 404


def test_a_file_that_goes_between_looking_and_opening_is_not_found(directory: Any) -> None:
    class Racing(StaticFiles):
        def lookup_path(self, path: Any) -> Any:
            found = super().lookup_path(path)
            os.unlink(found[0])
            return found

    assert call(Racing(directory), "/a.txt")[0] == 404


def test_a_broken_file_system_is_an_error(directory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Any) -> None:
        raise OSError(5, "Input/output error", path)

    app = StaticFiles(directory, follow_symlink=True)
    monkeypatch.setattr("faster_core.staticfiles.os.stat", fail)
    with pytest.raises(OSError, match="Input/output error"):
        app.lookup_path("a.txt")


def test_symlinks_are_followed_on_demand(directory: Any) -> None:
    app = StaticFiles(directory, follow_symlink=True)
    assert call(app, "/outside.txt")[::2] == (200, b"secret")
    assert call(app, "/up/secret.txt")[::2] == (200, b"secret")
    assert call(app, "/../secret.txt")[0] == 404


def test_the_directory_may_be_a_symlink_that_moves(directory: Any, tmp_path: Path) -> None:
    current = tmp_path / "current"
    current.symlink_to(directory)
    app = StaticFiles(current)
    assert call(app, "/a.txt")[2] == b"A"
    current.unlink()
    current.symlink_to(tmp_path / "public-too")
    assert call(app, "/secret.txt")[2] == b"secret"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_not_allowed(directory: Any, method: Any) -> None:
    status, headers, body = call(StaticFiles(directory), "/a.txt", method)
    assert (status, headers[b"allow"], body) == (405, b"GET, HEAD", b"Method Not Allowed")


@pytest.mark.parametrize(
    "scope",
    [
        {"path": "/static/a.txt", "root_path": "/static"},
        {"path": "/x/static/a.txt", "root_path": "/x/static"},
        {"path": "/a.txt", "root_path": "/static"},
    ],
)
def test_the_path_below_a_mount(directory: Any, scope: Any) -> None:
    assert call(StaticFiles(directory), **scope)[2] == b"A"


@pytest.mark.parametrize("path", ["/static/../secret.txt", "/static//etc/passwd", "/static", "/staticx/a.txt"])
def test_the_path_below_a_mount_cannot_leave(directory: Any, path: Any) -> None:
    assert call(StaticFiles(directory), path, root_path="/static")[0] == 404


@pytest.mark.parametrize(
    "path, status, content",
    [
        ("/", 200, b"<h1>home</h1>"),
        ("/dir/", 200, b"<h1>dir</h1>"),
        ("/dir/index.html", 200, b"<h1>dir</h1>"),
        ("/empty/", 404, b"Not Found"),
        ("/empty", 404, b"Not Found"),
        ("/none", 404, b"Not Found"),
        ("/dir/deep/", 404, b"Not Found"),
    ],
)
def test_html_mode(directory: Any, path: Any, status: Any, content: Any) -> None:
    assert call(StaticFiles(directory, html=True), path)[::2] == (status, content)


@pytest.mark.parametrize(
    "scope, location",
    [
        ({"path": "/dir"}, b"/dir/"),
        ({"path": "/dir", "query_string": b"a=1&b=%20"}, b"/dir/?a=1&b=%20"),
        ({"path": "/s/dir", "root_path": "/s"}, b"/s/dir/"),
        ({"path": "/dir", "root_path": "/s"}, b"/s/dir/"),
        ({"path": "/dir", "query_string": b"\r\nX: 1"}, b"/dir/?%0D%0AX:%201"),
    ],
)
def test_a_directory_without_its_slash_is_redirected(directory: Any, scope: Any, location: Any) -> None:
    status, headers, _ = call(StaticFiles(directory, html=True), **scope)
    assert (status, headers[b"location"]) == (307, location)


def test_a_redirection_stays_on_the_host(directory: Any) -> None:
    (directory / "evil.example").mkdir()
    (directory / "evil.example" / "index.html").write_text("x")
    app = StaticFiles(directory, html=True)
    assert call(app, "//evil.example")[0] == 404
    status, headers, _ = call(app, "//evil.example/dir", root_path="//evil.example")
    assert (status, headers[b"location"]) == (307, b"/%2Fevil.example/dir/")


def test_a_page_for_what_is_not_there(directory: Any) -> None:
    (directory / "404.html").write_text("nothing here")
    app = StaticFiles(directory, html=True)
    status, headers, body = call(app, "/none", headers={"if-none-match": "*", "range": "bytes=0-1"})
    assert (status, body) == (404, b"nothing here")
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    assert call(app, "/../secret.txt")[2] == b"nothing here"
    assert call(StaticFiles(directory), "/none")[2] == b"Not Found"


def test_conditional_and_partial_requests(directory: Any) -> None:
    app = StaticFiles(directory)
    etag = call(app, "/a.txt")[1][b"etag"].decode()
    assert call(app, "/a.txt", headers={"if-none-match": etag})[0] == 304
    assert call(app, "/dir/b.css", headers={"range": "bytes=-1"})[::2] == (206, b"B")


@pytest.mark.parametrize(
    "accept_encoding, encoding",
    [
        ("", None),
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0.5, gzip;q=0.6", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0", None),
        ("identity;q=0, *", "br"),
        ("deflate", None),
        ("GZIP", "gzip"),
        ("gzip;q=x", None),
    ],
)
def test_compressed_forms(directory: Any, accept_encoding: Any, encoding: Any) -> None:
    for ending in ("br", "gz", "zst"):
        (directory / f"a.txt.{ending}").write_bytes(gzip.compress(ending.encode()))
    status, headers, body = call(StaticFiles(directory), "/a.txt", headers={"accept-encoding": accept_encoding})
    assert status == 200
    assert headers[b"vary"] == b"Accept-Encoding"
    assert headers[b"content-type"] == b"text/plain; charset=utf-8"
    assert headers.get(b"content-encoding", b"").decode() == (encoding or "")
    assert headers[b"etag"].endswith(f'-{encoding}"'.encode()) is (encoding is not None)
    assert headers[b"content-length"] == str(len(body)).encode()
    if encoding is not None:
        assert gzip.decompress(body) == {"gzip": b"gz", "br": b"br", "zstd": b"zst"}[encoding]


def test_a_compressed_form_has_its_own_304(directory: Any) -> None:
    (directory / "a.txt.gz").write_bytes(gzip.compress(b"A"))
    app = StaticFiles(directory)
    gzipped = {"accept-encoding": "gzip"}
    etag = call(app, "/a.txt", headers=gzipped)[1][b"etag"].decode()
    status, headers, _ = call(app, "/a.txt", headers={**gzipped, "if-none-match": etag})
    assert (status, headers[b"vary"]) == (304, b"Accept-Encoding")
    assert b"content-encoding" not in headers
    assert call(app, "/a.txt", headers={"if-none-match": etag})[0] == 200


def test_a_compressed_form_is_no_way_out(directory: Any, tmp_path: Path) -> None:
    (directory / "a.txt.gz").symlink_to(tmp_path / "secret.txt")
    (directory / "a.txt.br").mkdir()
    accepting = {"accept-encoding": "gzip, br"}
    assert call(StaticFiles(directory), "/a.txt", headers=accepting)[2] == b"A"
    assert call(StaticFiles(directory, follow_symlink=True), "/a.txt", headers=accepting)[2] == b"secret"


def test_the_best_encoding_comes_first() -> None:
    assert accepted_encodings("gzip;q=0.5, br;q=0.5, zstd") == [(".zst", "zstd"), (".br", "br"), (".gz", "gzip")]


@pytest.mark.parametrize(
    "name, posix, windows",
    [
        ("a.txt", True, True),
        (".hidden", True, True),
        ("...", True, False),
        ("a.", True, False),
        ("a ", True, False),
        ("a\\b", True, False),
        ("C:", True, False),
        ("a.txt::$DATA", True, False),
        ("con", True, False),
        ("NUL.txt", True, False),
        ("aux .txt", True, False),
        ("com1", True, False),
        ("console", True, True),
        ("", False, False),
        (".", False, False),
        ("..", False, False),
        ("a\0", False, False),
        ("a/b", False, False),
    ],
)
def test_names_that_mean_what_they_say(name: Any, posix: Any, windows: Any) -> None:
    assert is_safe_name(name, windows=False) is posix
    assert is_safe_name(name, windows=True) is windows


def test_a_directory_has_to_exist(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("none", "file"):
        with pytest.raises(RuntimeError) as caught:
            StaticFiles(tmp_path / name)
        path = str(tmp_path / name)
        assert str(caught.value) == (
            f"StaticFiles directory {path!r} does not exist, or is no directory: looked for {path}."
        )


def test_a_directory_may_come_later(tmp_path: Path) -> None:
    app = StaticFiles(tmp_path / "later", check_dir=False)
    with pytest.raises(RuntimeError, match="does not exist"):
        call(app, "/a.txt")
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a.txt").write_text("A")
    assert call(app, "/a.txt")[2] == b"A"


def test_files_of_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, directory: Any) -> None:
    package = tmp_path / "brings_files"
    for folder in ("statics", "assets"):
        (package / folder).mkdir(parents=True)
        (package / folder / f"{folder}.txt").write_text(folder)
    (package / "statics" / "a.txt").write_text("hidden by the directory")
    (package / "__init__.py").write_text("")
    (tmp_path / "single_module.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    app = StaticFiles(directory, packages=["brings_files", ("brings_files", "assets")])
    assert [call(app, path)[2] for path in ("/a.txt", "/statics.txt", "/assets.txt")] == [b"A", b"statics", b"assets"]
    assert call(StaticFiles(packages=["brings_files"]), "/statics.txt")[0] == 200
    for name in ("no_such_package", "no_such.package", "single_module"):
        with pytest.raises(RuntimeError, match=f"StaticFiles package '{name}' is not installed, or is no package"):
            StaticFiles(packages=[name])
    with pytest.raises(RuntimeError, match="StaticFiles package 'brings_files' has no directory 'none'"):
        StaticFiles(packages=[("brings_files", "none")])


def test_inside_an_application_of_ours_errors_go_to_its_handlers(directory: Any) -> None:
    ours = type("App", (), {"__module__": "faster_core.app"})
    product = type("Faster", (ours,), {"__module__": "FasterAPI.app"})
    with pytest.raises(HTTPException) as caught:
        call(StaticFiles(directory), "/none", app=product())
    assert caught.value.status_code == 404
    with pytest.raises(HTTPException) as caught:
        call(StaticFiles(directory), "/a.txt", "POST", app=ours())
    assert caught.value.headers == {"Allow": "GET, HEAD"}
    assert call(StaticFiles(directory), "/none", app=object())[0] == 404


def test_a_subclass_may_answer_what_is_not_there(directory: Any) -> None:
    class SinglePage(StaticFiles):
        async def get_response(self, path: Any, scope: Any) -> Any:
            try:
                response = await super().get_response(path, scope)
            except HTTPException as error:
                if error.status_code != 404:
                    raise
                response = await super().get_response("index.html", scope)
            response.headers["Cache-Control"] = "no-cache"
            return response

    status, headers, body = call(SinglePage(directory), "/some/page")
    assert (status, body, headers[b"cache-control"]) == (200, b"<h1>home</h1>", b"no-cache")
    assert call(SinglePage(directory), "/a.txt", "POST")[0] == 405


def test_nothing_is_looked_up_on_the_event_loop(directory: Any) -> None:
    threads = []

    class Watching(StaticFiles):
        def lookup_path(self, path: Any) -> Any:
            threads.append(threading.current_thread() is threading.main_thread())
            return super().lookup_path(path)

    assert call(Watching(directory, html=True), "/dir/")[0] == 200
    assert call(Watching(directory, html=True), "/none")[0] == 404
    assert set(threads) == {False}


def converse(app: Any, scope: Any, received: Any) -> Any:
    sent = []
    messages = iter(received)

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def test_a_websocket_is_closed(directory: Any) -> None:
    sent = converse(StaticFiles(directory), {"type": "websocket", "path": "/a.txt"}, [{"type": "websocket.connect"}])
    assert sent == [{"type": "websocket.close", "code": 4004, "reason": ""}]


def test_a_lifespan_is_followed(directory: Any) -> None:
    received = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = converse(StaticFiles(directory), {"type": "lifespan"}, received)
    assert sent == [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]


def test_long_accept_encoding_headers_take_linear_time() -> None:
    def read(count: int) -> Callable[[], object]:
        value = "gzip;q=0.5," * count
        return lambda: accepted_encodings(value)

    check_growth(read, 250)


APP = """
import asyncio, sys, uvicorn
from faster_core.staticfiles import StaticFiles
from tests.growth import check_growth

async def main():
    server = uvicorn.Server(uvicorn.Config(StaticFiles(sys.argv[1], html=True), port=0, log_level="warning"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await task

asyncio.run(main())
"""


def test_over_a_socket_nothing_outside_is_reached(directory: Any) -> None:
    pytest.importorskip("uvicorn")

    def ask(path: Any) -> Any:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET %b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % path)
            received = b""
            while piece := connection.recv(65536):
                received += piece
        return int(received.split(b" ", 2)[1]), received

    command = [sys.executable, "-c", textwrap.dedent(APP), str(directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        try:
            assert ask(b"/a.txt")[0] == 200
            assert ask(b"/na%C3%AFve%20file.txt")[0] == 200
            for path in (
                b"/../secret.txt",
                b"/%2e%2e/secret.txt",
                b"/%2e%2e%2fsecret.txt",
                b"/dir/..%2f..%2fsecret.txt",
                b"/..%5csecret.txt",
                b"/%252e%252e/secret.txt",
                b"//etc/passwd",
                b"/%2fetc/passwd",
                b"/%00",
                b"/a.txt%00.html",
                b"/%ff%fe",
                b"/" + b"a" * 3000,
                b"/outside.txt",
                b"/up/secret.txt",
                b"/pipe",
            ):
                status, received = ask(path)
                assert status == 404, path
                assert b"secret" not in received
        finally:
            process.terminate()
