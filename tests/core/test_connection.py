from typing import Any

import pytest

from faster_core.connection import HTTPConnection
from faster_core.datastructures import URL, Address
from faster_core.exceptions import HTTPException
from faster_core.limits import DEFAULT_LIMITS, Limits
from tests.core.asgi import http_scope, websocket_scope


class Application:
    limits = Limits(max_query_parameters=2)

    def url_path_for(self, name: Any, /, **params: Any) -> Any:
        if name != "item":
            raise LookupError(name)
        return f"/items/{params['id']}"


class Socket(str):
    protocol = "websocket"


def test_it_is_the_mapping_of_its_scope() -> None:
    scope = http_scope(path="/x")
    connection = HTTPConnection(scope)
    assert connection["path"] == connection.get("path") == "/x"
    assert dict(connection) == scope
    assert len(connection) == len(scope)
    assert connection.scope is scope
    assert repr(connection) == "HTTPConnection(GET '/x')"
    assert repr(HTTPConnection(websocket_scope("/x"))) == "HTTPConnection(websocket '/x')"


def test_equality_is_identity() -> None:
    scope = http_scope()
    first, second = HTTPConnection(scope), HTTPConnection(scope)
    assert first == first
    assert first != second
    assert len({first, second}) == 2


def test_a_scope_of_another_type() -> None:
    with pytest.raises(TypeError, match="needs a scope of type 'http' or 'websocket', not 'lifespan'"):
        HTTPConnection({"type": "lifespan"})


def test_parts_are_read_once() -> None:
    scope = http_scope(
        headers={"Host": "shop.example", "X-A": "1", "Cookie": "a=1; b=2"},
        query_string=b"q=1&q=2",
        client=["1.2.3.4", 5],
    )
    scope["headers"].append((b"cookie", b"c=3"))
    connection = HTTPConnection(scope)
    assert connection.headers["x-a"] == "1"
    assert connection.headers is connection.headers
    assert connection.query_params.getlist("q") == ["1", "2"]
    assert connection.query_params is connection.query_params
    assert connection.cookies == {"a": "1", "b": "2", "c": "3"}
    assert connection.cookies is connection.cookies
    assert connection.url == URL("http://shop.example/?q=1&q=2")
    assert connection.url is connection.url
    assert connection.client == Address("1.2.3.4", 5)
    assert connection.path_params == {}


def test_no_client() -> None:
    assert HTTPConnection(http_scope(client=None)).client is None
    assert HTTPConnection(http_scope()).client is None


def test_state_is_that_of_the_scope() -> None:
    scope = http_scope(state={"pool": 1})
    connection = HTTPConnection(scope)
    assert connection.state.pool == 1
    connection.state.user = "ada"
    assert scope["state"] == {"pool": 1, "user": "ada"}
    assert HTTPConnection(scope).state.user == "ada"
    bare = http_scope()
    HTTPConnection(bare).state.a = 1
    assert bare["state"] == {"a": 1}


@pytest.mark.parametrize("name, by", [("session", "SessionMiddleware"), ("user", "an auth"), ("auth", "an auth")])
def test_what_middleware_adds(name: Any, by: Any) -> None:
    assert getattr(HTTPConnection(http_scope(**{name: "x"})), name) == "x"
    with pytest.raises(RuntimeError, match=f"{name} needs {by}.*app.add_middleware"):
        getattr(HTTPConnection(http_scope()), name)


def test_limits_are_given_or_those_of_the_application() -> None:
    assert HTTPConnection(http_scope()).limits is DEFAULT_LIMITS
    assert HTTPConnection(http_scope(app=object())).limits is DEFAULT_LIMITS
    assert HTTPConnection(http_scope(app=Application())).limits is Application.limits
    mine = Limits()
    assert HTTPConnection(http_scope(app=Application()), limits=mine).limits is mine


@pytest.mark.parametrize("query, allowed", [(b"", True), (b"a=1&b=2", True), (b"a&b&c", False), (b"&" * 1000, False)])
def test_too_many_query_parameters(query: Any, allowed: Any) -> None:
    connection = HTTPConnection(http_scope(query_string=query, app=Application()))
    if allowed:
        assert len(connection.query_params) <= 2
        return
    with pytest.raises(HTTPException) as caught:
        connection.query_params  # noqa: B018
    assert caught.value.status_code == 400


@pytest.mark.parametrize(
    "changes, base, item",
    [
        ({}, "http://a/", "http://a/items/7"),
        ({"root_path": "/api"}, "http://a/api/", "http://a/api/items/7"),
        ({"root_path": "/api/"}, "http://a/api/", "http://a/api/items/7"),
        ({"root_path": "/api/sub", "app_root_path": "/api"}, "http://a/api/", "http://a/api/items/7"),
        ({"scheme": "https", "query_string": b"x=1"}, "https://a/", "https://a/items/7"),
        ({"root_path": "/é"}, "http://a/%C3%A9/", "http://a/%C3%A9/items/7"),
    ],
    ids=str,
)
def test_urls_of_routes(changes: Any, base: Any, item: Any) -> None:
    connection = HTTPConnection(http_scope(headers={"host": "a"}, path="/here", app=Application(), **changes))
    assert str(connection.base_url) == base
    assert connection.base_url is connection.base_url
    assert str(connection.url_for("item", id=7)) == item


def test_url_for_takes_the_router_where_the_application_cannot() -> None:
    connection = HTTPConnection(http_scope(headers={"host": "a"}, app=object(), router=Application()))
    assert str(connection.url_for("item", id=7)) == "http://a/items/7"


def test_url_for_a_socket_has_its_scheme() -> None:
    class Sockets:
        def url_path_for(self, name: Any, /) -> Any:
            return Socket("/ws")

    assert str(HTTPConnection(http_scope(headers={"host": "a"}, app=Sockets())).url_for("x")) == "ws://a/ws"


def test_url_for_without_a_route_or_an_application() -> None:
    with pytest.raises(LookupError):
        HTTPConnection(http_scope(app=Application())).url_for("absent")
    with pytest.raises(RuntimeError, match="url_for needs an application"):
        HTTPConnection(http_scope()).url_for("item")


def test_app_and_path_params() -> None:
    app = Application()
    connection = HTTPConnection(http_scope(app=app, path_params={"id": 1}))
    assert connection.app is app
    assert connection.path_params == {"id": 1}


def test_subclasses_may_have_attributes() -> None:
    class Mine(HTTPConnection):
        pass

    mine = Mine(http_scope())
    mine.extra = 1  # type: ignore[attr-defined]
    assert mine.extra == 1  # type: ignore[attr-defined]
