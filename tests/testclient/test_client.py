"""faster_testclient.client"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import json
import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest

from faster_testclient import TestClient
from faster_testclient.types import ASGIApp, Receive, Scope, Send
from tests.testclient.apps import Lived, answer, body, read, recording, sending, start

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE", default="unset")


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with what it got, as JSON."""
    assert scope["type"] == "http"
    seen = {
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode(),
        "headers": {name.decode(): value.decode() for name, value in scope["headers"]},
        "body": (await read(receive)).decode(),
    }
    await answer(send, json.dumps(seen).encode(), headers=[(b"content-type", b"application/json")])


async def shop(scope: Scope, receive: Receive, send: Send) -> None:
    """Redirects and cookies."""
    cookie = dict(scope["headers"]).get(b"cookie", b"")
    routes: dict[str, tuple[int, list[tuple[bytes, bytes]]]] = {
        "/old": (307, [(b"location", b"/new")]),
        "/away": (302, [(b"location", b"http://elsewhere/new")]),
        "/loop": (302, [(b"location", b"/loop")]),
        "/login": (303, [(b"location", b"/me"), (b"set-cookie", b"session=1; Path=/; HttpOnly")]),
    }
    status, headers = routes.get(scope["path"], (200, []))
    text = b" ".join([scope["method"].encode(), scope["path"].encode(), cookie, await read(receive)])
    await answer(send, text, status, headers)


def test_is_an_httpx_client() -> None:
    assert isinstance(TestClient(echo), httpx.Client)


def test_takes_what_httpx_takes() -> None:
    ours = set(inspect.signature(TestClient).parameters) - {"options"}
    theirs = {"auth", "params", "mounts", "event_hooks", "default_encoding", "max_redirects", "trust_env"}
    assert ours >= {"base_url", "cookies", "headers", "follow_redirects", "timeout"}
    seen: list[str] = []
    client = TestClient(
        echo,
        auth=("a", "b"),
        params={"all": "1"},
        headers={"x-all": "2"},
        cookies={"c": "3"},
        event_hooks={"request": [lambda request: seen.append(request.method)]},
        mounts={"http://mounted": httpx.MockTransport(lambda request: httpx.Response(418))},
        default_encoding="latin-1",
        max_redirects=1,
        trust_env=False,
    )
    assert theirs.isdisjoint(ours)
    got = client.get("/x", params={"own": "4"}).json()
    assert got["query"] == "all=1&own=4"
    assert (got["headers"]["x-all"], got["headers"]["cookie"]) == ("2", "c=3")
    assert got["headers"]["authorization"] == "Basic YTpi"
    assert seen == ["GET"]
    assert client.get("http://mounted/").status_code == 418


@pytest.mark.parametrize("name", ["transport", "proxy"])
def test_what_would_lead_past_the_application_is_refused(name: str) -> None:
    options: dict[str, Any] = {name: None}
    with pytest.raises(TypeError) as caught:
        TestClient(echo, **options)
    assert str(caught.value) == (
        f"A test client takes no {name!r}: its requests go to the application. "
        "Use httpx.Client for others, or 'mounts' for some addresses."
    )


def test_an_unknown_argument_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="colour"):
        TestClient(echo, colour="red")


def test_the_arguments_in_their_order() -> None:
    seen: list[Scope] = []
    client = TestClient(
        recording(seen), "https://shop", False, "/api", ("10.0.0.1", 7), {"a": "1"}, {"X-A": "2", "User-Agent": "me"}
    )
    client.get("/")
    scope = seen[0]
    headers = dict(scope["headers"])
    assert (scope["scheme"], scope["server"], scope["root_path"]) == ("https", ("shop", 443), "/api")
    assert scope["client"] == ("10.0.0.1", 7)
    assert "faster.raise" not in scope["extensions"]
    assert (headers[b"cookie"], headers[b"x-a"], headers[b"user-agent"]) == (b"a=1", b"2", b"me")


def test_no_client_address() -> None:
    seen: list[Scope] = []
    TestClient(recording(seen), client=None).get("/")
    assert seen[0]["client"] is None


@pytest.mark.parametrize("method", ["get", "options", "head", "post", "put", "patch", "delete"])
def test_methods(method: str) -> None:
    response = getattr(TestClient(echo), method)("/a?b=c")
    assert response.status_code == 200
    if method != "head":
        assert (response.json()["method"], response.json()["path"]) == (method.upper(), "/a")


def test_other_methods() -> None:
    assert TestClient(echo).request("QUERY", "/", content=b"q").json()["body"] == "q"


@pytest.mark.parametrize(
    ("options", "content_type", "sent"),
    [
        ({"json": {"a": 1}}, "application/json", '{"a":1}'),
        ({"data": {"a": "1"}}, "application/x-www-form-urlencoded", "a=1"),
        ({"content": "text"}, None, "text"),
    ],
)
def test_bodies(options: dict[str, Any], content_type: str | None, sent: str) -> None:
    got = TestClient(echo).post("/", **options).json()
    assert got["body"].replace(" ", "") == sent
    assert got["headers"].get("content-type") == content_type


@pytest.mark.parametrize(
    ("base_url", "url", "raw_path", "query"),
    [
        ("http://t", "//evil/x?a=1", b"//evil/x", b"a=1"),
        ("http://t/api", "//x#f", b"/api//x", b""),
        ("http://t/api", "/x", b"/api/x", b""),
        ("http://t/api", "http://t/x", b"/x", b""),
        ("http://t", "/a//b", b"/a//b", b""),
        ("http://t", "/%2e%2e/%2F", b"/%2e%2e/%2F", b""),
    ],
)
def test_paths_arrive_as_they_are(base_url: str, url: str, raw_path: bytes, query: bytes) -> None:
    seen: list[Scope] = []
    TestClient(recording(seen), base_url=base_url).get(url)
    assert (seen[0]["raw_path"], seen[0]["query_string"]) == (raw_path, query)
    assert seen[0]["server"] == ("t", 80)


def test_redirects_and_cookies() -> None:
    client = TestClient(shop)
    response = client.post("/old", content=b"kept")
    assert (response.text, [hop.status_code for hop in response.history]) == ("POST /new  kept", [307])
    assert client.post("/login").text == "GET /me session=1 "
    assert client.cookies["session"] == "1"
    assert client.get("/away").url == "http://elsewhere/new"
    assert client.get("/old", follow_redirects=False).status_code == 307
    assert TestClient(shop, follow_redirects=False).get("/old").headers["location"] == "/new"
    with pytest.raises(httpx.TooManyRedirects):
        client.get("/loop")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_no_body_where_there_is_none(method: str, status: int) -> None:
    app = sending(start(status, (b"content-length", b"5")), body(b"12345"))
    response = TestClient(app).request(method, "/")
    assert (response.status_code, response.content) == (status, b"")


def test_repeated_and_binary_headers() -> None:
    app = sending(start(200, (b"x-a", b"1"), (b"X-A", b"2"), (b"x-b", b"\xe9")), body())
    response = TestClient(app).get("/")
    assert response.headers.get_list("x-a") == ["1", "2"]
    assert response.headers["x-b"] == "é"
    assert response.http_version == "HTTP/1.1"


def test_trailers() -> None:
    trailers = {"type": "http.response.trailers", "headers": [(b"x-sum", b"1")]}
    app = sending(start(trailers=True), body(b"a"), trailers)
    assert TestClient(app).get("/").extensions["http.response.trailers"] == [(b"x-sum", b"1")]
    plain = TestClient(sending(start(), body())).get("/")
    assert "http.response.trailers" not in plain.extensions


def test_debug_information() -> None:
    info = {"template": "page.html", "context": {"a": 1}}
    app = sending({"type": "http.response.debug", "info": info}, start(), body())
    response = TestClient(app).get("/")
    assert response.extensions["http.response.debug"] == info
    assert response.template == "page.html"  # type: ignore[attr-defined]
    assert response.context == {"a": 1}  # type: ignore[attr-defined]


def test_early_hints_are_ignored() -> None:
    app = sending({"type": "http.response.early_hint", "links": [b"</a.css>"]}, start(), body(b"ok"))
    assert TestClient(app).get("/").text == "ok"


def test_one_loop_for_lifespan_requests_sockets_and_run() -> None:
    loops: set[int] = set()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        loops.add(id(asyncio.get_running_loop()))
        if scope["type"] == "lifespan":
            await Lived()(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        else:
            await answer(send)

    async def add(number: int) -> int:
        loops.add(id(asyncio.get_running_loop()))
        return number + 1

    with TestClient(app) as client:
        client.get("/")
        client.get("/")
        with client.websocket_connect("/"):
            pass
        assert client.run(add, 1) == 2
    assert len(loops) == 1


def test_one_loop_without_with() -> None:
    client = TestClient(echo)
    first = client.portal
    client.get("/")
    assert client.portal is first
    client.close()
    assert first.closed


def test_run_raises_what_the_function_raises() -> None:
    async def fail() -> None:
        raise LookupError("shelf")

    with pytest.raises(LookupError, match="shelf"):
        TestClient(echo).run(fail)


def test_context_variables_of_the_caller_are_seen_by_the_application() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        value = VARIABLE.get()
        VARIABLE.set("changed")
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": value})
        else:
            await answer(send, value.encode())

    VARIABLE.set("mine")
    client = TestClient(app)
    assert client.get("/").text == "mine"
    with client.websocket_connect("/") as socket:
        assert socket.receive_text() == "mine"
    assert VARIABLE.get() == "mine"


def test_a_client_may_be_entered_again_and_after_a_request() -> None:
    app = Lived()
    client = TestClient(app)
    client.get("/before")
    for _ in range(2):
        with client as entered:
            assert entered is client
            client.get("/in")
    client.get("/after")
    between = ["startup", "request /in", "shutdown"]
    assert app.log == ["request /before", *between, *between, "request /after"]


def test_a_client_is_entered_once_at_a_time() -> None:
    with TestClient(Lived()) as client:
        with pytest.raises(RuntimeError, match="already entered: a lifespan runs once at a time"):
            client.__enter__()
        assert client.get("/").status_code == 200


def test_a_failed_start_up_leaves_a_client_that_can_be_used() -> None:
    client = TestClient(Lived(startup="raise"))
    with pytest.raises(LookupError):
        client.__enter__()
    assert client.get("/").status_code == 200


def test_a_closed_client_says_so() -> None:
    client = TestClient(echo)
    client.close()
    client.close()
    assert client.is_closed
    with pytest.raises(RuntimeError, match="closed"):
        client.get("/")
    with pytest.raises(RuntimeError, match="The test client is closed"):
        client.run(asyncio.sleep, 0)


def test_closing_an_entered_client_shuts_the_application_down() -> None:
    app = Lived()
    client = TestClient(app).__enter__()
    client.close()
    assert app.log == ["startup", "shutdown"]


def test_threads_share_a_client() -> None:
    arrived: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise TypeError
        arrived.append(scope)
        while len(arrived) < 2:
            await asyncio.sleep(0)
        await answer(send, scope["path"].encode())

    texts: list[str] = []
    with TestClient(app) as client:
        threads = [threading.Thread(target=lambda path=path: texts.append(client.get(path).text)) for path in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(texts) == ["/a", "/b"]


def test_several_failures_at_the_end_are_raised_together() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise TypeError
        await receive()
        await send(start())
        await receive()
        raise LookupError(scope["path"])

    with pytest.raises(BaseExceptionGroup) as caught:
        with TestClient(app) as client:
            for path in "ab":
                client.send(client.build_request("GET", path), stream=True)
    assert sorted(str(error) for error in caught.value.exceptions) == ["/a", "/b"]


def test_attributes() -> None:
    client = TestClient(echo)
    assert client.app is echo
    assert client.app_state == {}


def test_pytest_does_not_take_it_for_a_test() -> None:
    assert TestClient.__test__ is False


def test_only_httpx_is_needed() -> None:
    program = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("starlette", "fastapi", "pytest", "faster_core", "faster_router", "msgspec"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Refuse())
from faster_testclient import *
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"ok"})
assert TestClient(app).get("/").text == "ok"
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.fixture
def starlette() -> ASGIApp:
    pytest.importorskip("starlette")
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
    from starlette.routing import Route

    async def info(request: Request) -> JSONResponse:
        assert request.client is not None
        return JSONResponse(
            {"url": str(request.url), "client": request.client.host, "body": (await request.body()).decode()}
        )

    def threaded(request: Request) -> PlainTextResponse:
        return PlainTextResponse(VARIABLE.get())

    async def login(request: Request) -> RedirectResponse:
        response = RedirectResponse("/cookies", 303)
        response.set_cookie("session", "1")
        return response

    async def cookies(request: Request) -> JSONResponse:
        return JSONResponse(request.cookies)

    async def fail(request: Request) -> None:
        raise LookupError("shelf")

    routes = [
        Route("/info", info, methods=["GET", "POST"]),
        Route("/threaded", threaded),
        Route("/login", login, methods=["POST"]),
        Route("/cookies", cookies),
        Route("/fail", fail),
    ]
    return Starlette(routes=routes)


def test_starlette(starlette: ASGIApp) -> None:
    VARIABLE.set("mine")
    with TestClient(starlette) as client:
        expected = {"url": "http://testserver/info?a=b", "client": "testclient", "body": "text"}
        assert client.post("/info?a=b", content="text").json() == expected
        assert client.get("/threaded").text == "mine"
        assert client.post("/login").json() == {"session": "1"}
        assert client.get("/nowhere").status_code == 404
        assert client.delete("/info").status_code == 405
        with pytest.raises(LookupError, match="shelf"):
            client.get("/fail")
    with TestClient(starlette, raise_server_exceptions=False) as client:
        assert client.get("/fail").status_code == 500
