"""`Router`: precedence, methods, redirects, names, WebSockets."""

import asyncio
import inspect
from collections.abc import Awaitable
from typing import Any

import pytest

from faster_router import (
    ASGIApp,
    Host,
    Message,
    Miss,
    Mount,
    PathTemplate,
    Receive,
    Route,
    RouteConflict,
    Router,
    Scope,
    Send,
    WebSocketRoute,
)
from faster_router.answer import answer
from tests.router.asgi import Answer, ask, http_scope, messages, saying


def shop() -> Router:
    router = Router()
    router.add_route("/items", saying("list"))
    router.add_route("/items", saying("create"), methods=["post"])
    router.add_route("/items/{id:int}", saying("read"), methods=["GET"], name="item")
    router.add_route("/items/{id:int}", saying("query"), methods=["QUERY"])
    router.add_route("/head", saying("own head"), methods=["HEAD"])
    router.add_route("/head", saying("get"))
    router.add_route("/options", saying("own options"), methods=["OPTIONS", "DELETE"])
    router.add_route("/slash/", saying("slash"), methods=["GET", "PUT"])
    router.add_route("/files/{name}.{ext}", saying("file"))
    router.mount("/static", saying("static"))
    return router


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/items", 200, b"list {}"),
        ("POST", "/items", 200, b"create {}"),
        ("GET", "/items/7", 200, b"read {'id': 7}"),
        ("QUERY", "/items/7", 200, b"query {'id': 7}"),
        ("HEAD", "/items/7", 200, b""),
        ("HEAD", "/head", 200, b"own head {}"),
        ("OPTIONS", "/options", 200, b"own options {}"),
        ("OPTIONS", "/items/7", 200, b""),
        ("GET", "/files/a.b.c", 200, b"file {'name': 'a.b', 'ext': 'c'}"),
        ("PATCH", "/static/x", 200, b"static {} /static"),
        ("GET", "/items/x", 404, b"Not Found"),
        ("GET", "/", 404, b"Not Found"),
        ("GET", "//items", 404, b"Not Found"),
        ("GET", "", 404, b"Not Found"),
        ("OPTIONS", "/nothing", 404, b"Not Found"),
        ("HEAD", "/nothing", 404, b""),
        ("DELETE", "/items", 405, b"Method Not Allowed"),
        ("HEAD", "/options", 405, b""),
        ("get", "/items", 405, b"Method Not Allowed"),
        ("\x00", "/items", 405, b"Method Not Allowed"),
        ("POST", "/items/", 307, b""),
        ("DELETE", "/slash", 307, b""),
        ("GET", "/static", 307, b""),
    ],
)
def test_answers(method: str, path: str, status: int, body: bytes) -> None:
    found = ask(shop(), method, path)
    assert (found.status, found.body) == (status, body)
    assert found.headers["content-length"] == str(len(body)) or method == "HEAD"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/items", "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/items/7", "GET, HEAD, OPTIONS, QUERY"),
        ("OPTIONS", "/items/7", "GET, HEAD, OPTIONS, QUERY"),
        ("GET", "/options", "DELETE, OPTIONS"),
    ],
)
def test_allow_lists_what_is_answered(method: str, path: str, allow: str) -> None:
    found = ask(shop(), method, path)
    assert found.headers["allow"] == allow
    for each in allow.split(", "):
        assert ask(shop(), each, path).status == 200


def test_head_has_the_header_lines_of_get() -> None:
    get, head = ask(shop(), "GET", "/items/7"), ask(shop(), "HEAD", "/items/7")
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")
    assert head.scope["method"] == "HEAD"
    assert head.scope["route"] is get.scope["route"] or head.scope["route"].name == "item"


def test_the_scope_says_which_route_and_only_what_is_there() -> None:
    router = shop()
    found = ask(router, "GET", "/items/7").scope
    assert found["path_params"] == {"id": 7}
    assert found["route"].template == PathTemplate("/items/{id:int}")
    assert "path_params" not in ask(router, "GET", "/items").scope
    outer = ask(router, "GET", "/items/7", path_params={"id": 0, "outer": 1}).scope
    assert outer["path_params"] == {"id": 7, "outer": 1}
    assert ask(router, "HEAD", "/items/7", path_params={"outer": 1}).scope["path_params"] == {"id": 7, "outer": 1}


def test_a_mount_answers_where_a_route_has_another_method() -> None:
    router = Router()
    router.add_route("/a/b", saying("route"), methods=["POST"])
    router.mount("/a", saying("mount"))
    assert ask(router, "POST", "/a/b").body == b"route {}"
    assert ask(router, "GET", "/a/b").body == b"mount {} /a"
    assert ask(router, "OPTIONS", "/a/b").headers["allow"] == "OPTIONS, POST"


@pytest.mark.parametrize(
    ("method", "path", "location"),
    [
        ("GET", "/slash", "http://example.org/slash/"),
        ("GET", "/items/7/", "http://example.org/items/7"),
        ("GET", "/static", "http://example.org/static/"),
        ("GET", "/items/x/", None),
        ("GET", "/items//", None),
        ("GET", "/", None),
    ],
)
def test_a_path_that_only_differs_in_its_slash_is_sent_on(method: str, path: str, location: str | None) -> None:
    assert ask(shop(), method, path).headers.get("location") == location


def test_a_wrong_method_is_sent_on_only_to_where_it_is_right() -> None:
    router = Router()
    router.add_route("/a", saying("post"), methods=["POST"])
    router.add_route("/a/", saying("get"))
    assert ask(router, "GET", "/a").headers["location"] == "http://example.org/a/"
    assert ask(router, "POST", "/a/").headers["location"] == "http://example.org/a"
    assert ask(router, "PUT", "/a").status == 405


def test_redirects_can_be_switched_off() -> None:
    router = Router(redirect_slashes=False)
    router.add_route("/a", saying("a"))
    assert ask(router, "GET", "/a/").status == 404


@pytest.mark.parametrize("path", ["/root/items/7", "/items/7"])
def test_root_path_is_understood_whether_it_is_in_the_path_or_not(path: str) -> None:
    assert ask(shop(), "GET", path, root_path="/root").body == b"read {'id': 7} /root"
    found = ask(shop(), "GET", path + "/", root_path="/root")
    assert found.headers["location"] == "http://example.org/root/items/7"


def test_the_root_itself_is_sent_to_its_slash() -> None:
    router = Router()
    router.add_route("/", saying("home"))
    assert ask(router, "GET", "/root", root_path="/root").headers["location"] == "http://example.org/root/"
    assert ask(router, "GET", "/root/", root_path="/root").body == b"home {} /root"


def test_on_miss_answers_instead() -> None:
    seen: list[Miss] = []

    def teapot(scope: Scope, miss: Miss) -> ASGIApp:
        seen.append(miss)
        return answer(418, "teapot")

    router = Router(on_miss=teapot)
    router.add_route("/a", saying("a"))
    assert [ask(router, *call).status for call in [("GET", "/b"), ("PUT", "/a"), ("OPTIONS", "/a")]] == [418, 418, 200]
    assert seen == [Miss(()), Miss(("GET", "HEAD", "OPTIONS"))]


def connect(app: ASGIApp, path: str, **more: Any) -> tuple[list[Message], Scope]:
    scope = {**http_scope("GET", path, **more), "type": "websocket", "scheme": "ws"}
    return asyncio.run(messages(app, scope, [{"type": "websocket.connect"}])), scope


async def accept(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept", "subprotocol": str(scope.get("path_params"))})


def test_websockets_have_a_tree_of_their_own() -> None:
    inner = Router()
    inner.add_websocket_route("/in/{y}", accept)
    router = Router()
    router.add_route("/chat/{room}", saying("http"))
    router.add_websocket_route("/chat/{room:int}", accept, name="chat")
    router.mount("/m/{x}", inner)
    sent, scope = connect(router, "/chat/7")
    assert sent == [{"type": "websocket.accept", "subprotocol": "{'room': 7}"}]
    assert scope["route"].name == "chat"
    assert connect(router, "/m/1/in/2")[0][0]["subprotocol"] == "{'x': '1', 'y': '2'}"
    for path in ("/chat/x", "/chat/7/", "/m/1/out", "/"):
        assert connect(router, path)[0] == [{"type": "websocket.close", "code": 4004, "reason": ""}]
    assert ask(router, "GET", "/chat/7").body == b"http {'room': '7'}"
    assert router.url_path_for("chat", room=7) == "/chat/7"
    with pytest.raises(RouteConflict):
        router.add_websocket_route("/chat/{n:int}", accept)


def test_websocket_hosts_and_root_path() -> None:
    inner = Router()
    inner.add_websocket_route("/a", accept)
    router = Router()
    router.host("ws.example.org", inner)
    assert connect(router, "/root/a", root_path="/root", headers=[(b"host", b"ws.example.org")])[0][0]["type"] == (
        "websocket.accept"
    )


def test_entries_of_all_kinds_and_own_ones() -> None:
    class Own:
        """As the kernel's routes are: the application comes later."""

        template = PathTemplate("/own/{x}")
        name = "own"
        methods = ("GET",)

        def __init__(self) -> None:
            self.app: ASGIApp = saying("first")

    own = Own()
    entries: list[Any] = [
        own,
        Route("/r", saying("r")),
        WebSocketRoute("/w", accept),
        Mount("/m", saying("m")),
        Host("h", saying("h")),
    ]
    router = Router(routes=entries)
    assert router.entries == entries
    assert ask(router, "GET", "/own/1").body == b"first {'x': '1'}"
    own.app = saying("second")
    found = ask(router, "GET", "/own/1")
    assert (found.body, found.scope["route"]) == (b"second {'x': '1'}", own)
    assert ask(router, "GET", "/x", headers=[(b"host", b"h")]).body == b"h {}"


def test_the_decorator_returns_what_it_decorates() -> None:
    router = Router()

    @router.route("/a/{b}", methods=["PUT"], name="named")
    async def handler(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(201)(scope, receive, send)

    assert inspect.iscoroutinefunction(handler)
    assert ask(router, "PUT", "/a/1").status == 201
    assert router.url_path_for("named", b=1) == "/a/1"


def test_a_name_may_be_shared_and_the_parameters_tell_which() -> None:
    router = Router()
    router.add_route("/a", saying("a"), name="same")
    router.add_route("/a/{name}", saying("b"), name="same")
    assert router.url_path_for("same") == "/a"
    assert router.url_path_for("same", name="x") == "/a/x"


def test_a_request_costs_no_coroutine_of_the_routers_own() -> None:
    router = Router()
    made: list[Awaitable[None]] = []

    def app(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        made.append(answer(200)(scope, receive, send))
        return made[-1]

    async def never() -> Message:
        raise AssertionError

    async def nowhere(message: Message) -> None:
        assert message["type"].startswith("http.response.")

    async def run() -> None:
        awaitable = router.serve(http_scope("GET", "/a"), never, nowhere)
        assert awaitable is made[-1]
        await awaitable

    router.add_route("/a", app)
    asyncio.run(run())
    # Servers ask this before they call an application with three arguments.
    assert inspect.iscoroutinefunction(router.__call__)


def test_answers_share_nothing_that_a_server_or_middleware_could_change() -> None:
    router = shop()

    def spoil(found: Answer) -> None:
        found.headers.clear()

    spoil(ask(router, "GET", "/nothing"))
    assert ask(router, "GET", "/nothing").headers["content-length"] == "9"
