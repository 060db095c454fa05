"""Mounts."""

import asyncio
from typing import Any

import pytest

from faster_router import (
    Host,
    MissingSlash,
    NoMatchFound,
    ParameterError,
    Receive,
    Route,
    RouteConflict,
    Router,
    Scope,
    Send,
    TemplateError,
)
from faster_router.mount import Mount, merged_params, route_path, route_template
from tests.router.asgi import ask, http_scope, messages, saying


@pytest.mark.parametrize(
    ("path", "root_path", "inside"),
    [
        ("/a", "", "/a"),
        ("/root/a", "/root", "/a"),
        ("/root", "/root", ""),
        ("/root/", "/root", "/"),
        ("/rooted/a", "/root", "/rooted/a"),
        ("/a", "/root", "/a"),
        ("/root/root/a", "/root", "/root/a"),
        ("/root//a", "/root/", "/a"),
    ],
)
def test_root_path_is_taken_off_as_whole_segments(path: str, root_path: str, inside: str) -> None:
    assert route_path(http_scope("GET", path, root_path=root_path)) == inside


def test_parameters_are_merged_and_the_inner_ones_win() -> None:
    assert merged_params({}, {"a": 1}) == {"a": 1}
    assert merged_params({"path_params": {"a": 0, "b": 0}}, {"a": 1}) == {"a": 1, "b": 0}


@pytest.mark.parametrize(
    ("mount", "path", "root_path", "inner"),
    [
        ("/sub", "/sub/a", "", ("/sub/a", "/sub", "/a")),
        ("/sub/", "/sub/", "", ("/sub/", "/sub", "/")),
        ("", "/a", "", ("/a", "", "/a")),
        ("/", "/a/b", "/root", ("/root/a/b", "/root", "/a/b")),
        ("/sub", "/root/sub/a//b", "/root", ("/root/sub/a//b", "/root/sub", "/a//b")),
        ("/sub", "/sub/a", "/root", ("/root/sub/a", "/root/sub", "/a")),
        ("/{tenant}/x", "/ü/x/a", "", ("/ü/x/a", "/ü/x", "/a")),
    ],
)
def test_the_application_sees_the_same_path_and_a_longer_root(
    mount: str, path: str, root_path: str, inner: tuple[str, str, str]
) -> None:
    entry = Mount(mount, saying("x"))
    scope = http_scope("GET", path, root_path=root_path)
    params = entry.below.match(route_path(scope))
    assert params is not None
    child = entry.enter(scope, params)
    assert (child["path"], child["root_path"], route_path(child)) == inner
    assert (scope["path"], scope["root_path"]) == (path, root_path)
    assert child.get("path_params") == ({"tenant": "ü"} if "tenant" in mount else None)


def nested() -> Router:
    leaf = Router()
    leaf.add_route("/", saying("leaf root"), name="root")
    leaf.add_route("/item/{id:int}", saying("leaf"), name="item")
    middle = Router()
    middle.add_route("/own", saying("middle"), name="own")
    middle.mount("/leaf", leaf, "leaf")
    router = Router()
    router.add_route("/a/leaf/exact", saying("exact"))
    router.add_route("/a/post", saying("post"), methods=["POST"])
    router.mount("/{tenant}", middle, "tenant")
    router.mount("/{tenant}/leaf/deep", saying("deep"))
    router.mount("/files", saying("files"), "files")
    return router


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/a/leaf/exact", b"exact {}"),
        ("/a/own", b"middle {'tenant': 'a'} /a"),
        ("/a/leaf/", b"leaf root {'tenant': 'a'} /a/leaf"),
        ("/a/leaf/item/7", b"leaf {'tenant': 'a', 'id': 7} /a/leaf"),
        ("/a/leaf/deep/x", b"deep {'tenant': 'a'} /a/leaf/deep"),
        ("/a/leaf/deepest", b"Not Found"),
        ("/files/own", b"files {} /files"),
        ("/files/", b"files {} /files"),
        ("/a/post", b"Not Found"),
    ],
)
def test_an_exact_route_comes_first_then_the_longest_prefix(path: str, body: bytes) -> None:
    assert ask(nested(), "GET", path).body == body


def test_names_reach_through_mounts() -> None:
    router = nested()
    assert router.url_path_for("tenant:own", tenant="x y") == "/x%20y/own"
    assert router.url_path_for("tenant:leaf:item", tenant="x", id=7) == "/x/leaf/item/7"
    assert router.url_path_for("files", path="/css/a b.css") == "/files/css/a%20b.css"
    cases: list[tuple[str, dict[str, Any]]] = [
        ("tenant:own", {}),
        ("tenant:own", {"tenant": "x", "more": 1}),
        ("tenant:nothing", {"tenant": "x"}),
        ("tenant", {"tenant": "x"}),
        ("files:x", {}),
        ("own", {"tenant": "x"}),
    ]
    for name, params in cases:
        with pytest.raises(NoMatchFound):
            router.url_path_for(name, **params)
    with pytest.raises(ParameterError):
        router.url_path_for("tenant:leaf:item", tenant="x", id="y")


class Foreign:
    """An application of another framework, which says in its own way that a route is not there."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    def url_path_for(self, name: str, **params: Any) -> str:
        if name != "there":
            raise RuntimeError("not there")
        return "/there"


def test_a_nameless_mount_joins_its_names_to_those_outside() -> None:
    inner = Router()
    inner.add_route("/in", saying("in"), name="inside")
    router = Router()
    router.mount("/foreign", Foreign())
    router.mount("/opaque", saying("x"))
    router.mount("/m", inner)
    router.add_route("/out", saying("out"), name="outside")
    assert router.url_path_for("inside") == "/m/in"
    assert router.url_path_for("outside") == "/out"
    assert router.url_path_for("there") == "/foreign/there"
    with pytest.raises(NoMatchFound):
        router.url_path_for("nowhere")


def test_mounts_that_cannot_be() -> None:
    router = Router()
    router.mount("/a/{x}", saying("one"))
    with pytest.raises(RouteConflict) as caught:
        router.mount("/a/{y}/", saying("other"))
    assert str(caught.value).startswith("mount /a/{y}/: saying.<locals>.app (asgi.py:")
    assert caught.value.other_template == "/a/{x}/"
    with pytest.raises(MissingSlash):
        router.mount("a", saying("x"))
    with pytest.raises(TemplateError):
        router.mount("/{x:path}", saying("x"))
    app = saying("x")
    assert repr(Mount("/a/", app, name="n")) == f"Mount('/a', {app!r}, name='n')"


def tenants() -> Router:
    """An application with routes, mounts within mounts, and a host."""
    leaf = Router()
    leaf.add(Route("/leaf/{id}", saying("leaf"), methods=["GET"]))
    shop = Router()
    shop.add(Route("/", saying("shop"), methods=["GET"]))
    shop.mount("/{area}", leaf)
    root = Router()
    root.add(Route("/items/{id}", saying("item"), methods=["GET"]))
    root.mount("/{tenant}/shop", shop)
    root.mount("/files", saying("files"))
    root.add(Host("{tenant}.example.com", shop))
    return root


@pytest.mark.parametrize(
    ("path", "host", "template"),
    [
        ("/items/7", "example.org", "/items/{id}"),
        ("/acme/shop/", "example.org", "/{tenant}/shop/"),
        ("/acme/shop/north/leaf/7", "example.org", "/{tenant}/shop/{area}/leaf/{id}"),
        ("/acme/shop/north/nowhere", "example.org", "/{tenant}/shop/{area}/{path:path}"),
        ("/files/a/b", "example.org", "/files/{path:path}"),
        ("/", "acme.example.com", "/"),
        ("/north/leaf/7", "acme.example.com", "/{area}/leaf/{id}"),
        ("/nowhere", "example.org", None),
    ],
)
def test_the_template_is_known_outside_of_all_mounts(path: str, host: str, template: str | None) -> None:
    scope = ask(tenants(), "GET", path, headers=[(b"host", host.encode())]).scope
    assert route_template(scope) == template


def test_the_template_inside_is_the_one_outside() -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(route_template(scope))
        await saying("x")(scope, receive, send)

    inner = Router()
    inner.add(Route("/a/{id}", app, methods=["GET"]))
    outer = Router()
    outer.mount("/{tenant}", inner)
    scope = ask(outer, "GET", "/acme/a/1").scope
    assert [*seen, route_template(scope)] == ["/{tenant}/a/{id}"] * 2


def test_a_second_try_with_the_same_scope_forgets_the_first() -> None:
    root = tenants()
    scope = http_scope("GET", "/acme/shop/north/leaf/7")
    # What is outside may have taken a route of its own framework for one.
    scope["route"] = Mount("/outside", root)
    asyncio.run(messages(root, scope, []))
    scope["path"] = "/files/a"
    asyncio.run(messages(root, scope, []))
    assert route_template(scope) == "/files/{path:path}"
