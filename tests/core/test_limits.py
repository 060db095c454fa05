"""Limits: their values, and that they hold whatever the framing."""

import asyncio
from typing import Annotated, Any

import pytest

from faster_core import App, Body, FasterRouter, Form, Limits, Request
from faster_core.limits import DEFAULT_LIMITS
from tests.core.client import make_scope, multipart, request

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("value", [-1, 1.5, True, "10", None])
def test_a_limit_is_a_number(value: Any) -> None:
    with pytest.raises(ValueError, match=r"max_fields must be a number of bytes or items, 0 or more, not "):
        Limits(max_fields=value)


def test_changes() -> None:
    assert DEFAULT_LIMITS.override() is DEFAULT_LIMITS
    assert DEFAULT_LIMITS.override(max_fields=None) is DEFAULT_LIMITS
    assert DEFAULT_LIMITS.override(max_fields=3).max_fields == 3
    with pytest.raises(TypeError):
        DEFAULT_LIMITS.override(max_nothing=3)


def reading(kind: str, **options: Any) -> App:
    app = App()

    async def json(value: dict[str, Any]) -> None: ...
    async def raw(value: Annotated[bytes, Body()]) -> None: ...
    async def text(value: Annotated[str, Body(media_type="text/plain")]) -> None: ...
    async def form(a: Annotated[str, Form()]) -> None: ...
    async def own(request: Request) -> None:
        await request.body()

    async def both(value: dict[str, Any], request: Request) -> None: ...
    async def stream(request: Request) -> None:
        async for _ in request.stream():
            pass

    handlers: dict[str, Any] = {
        "json": json, "raw": raw, "text": text, "form": form, "own": own, "both": both, "stream": stream,
    }  # fmt: skip
    app.post("/", **options)(handlers[kind])
    return app


BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "json": (b'{"a":"%s"}', JSON),
    "both": (b'{"a":"%s"}', JSON),
    "raw": (b"%s", {}),
    "text": (b"%s", {}),
    "own": (b"%s", {}),
    "stream": (b"%s", {}),
    "form": (b"a=%s", {"content-type": "application/x-www-form-urlencoded"}),
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("framing", ["length", "whole", "chunks", "liar"])
def test_a_body_over_the_limit(kind: str, framing: str) -> None:
    pattern, headers = BODIES[kind]
    app = reading(kind, max_body_size=64)
    content = pattern % (b"x" * 100)
    fits = pattern % (b"x" * (64 - len(pattern) + 2))
    assert len(fits) == 64
    assert request(app, "POST", "/", content=fits, headers=headers).status == 200
    sent: Any = [content[:10], content[10:]] if framing in ("chunks", "liar") else content
    if framing in ("length", "liar"):
        headers = {**headers, "content-length": str(len(content)) if framing == "length" else "3"}
    reply = request(app, "POST", "/", content=sent, headers=headers)
    assert (reply.status, reply.json()) == (413, {"detail": "Content Too Large"})


@pytest.mark.parametrize("length", ["9" * 30, "-1", "x", "1e3", "²", "1_0"])
def test_a_content_length_that_says_nothing(length: str) -> None:
    reply = request(reading("raw"), "POST", "/", content=b"x", headers={"content-length": length})
    assert reply.status in (200, 413)


def test_multipart_over_the_limit() -> None:
    app = reading("form", form_limits={"max_form_size": 100})
    assert request(app, "POST", "/", **multipart(("a", "x" * 200))).status == 413


def test_zero_allows_only_nothing() -> None:
    app = reading("own", max_body_size=0)
    assert request(app, "POST", "/").status == 200
    assert request(app, "POST", "/", content=b"x").status == 413


def test_a_body_that_nobody_reads_has_the_limit_of_its_application() -> None:
    called: list[str] = []

    async def ignore() -> None:
        called.append("ignore")

    app = App(max_body_size=5)
    app.post("/limited")(ignore)
    app.post("/wide", max_body_size=10)(ignore)
    app.api_route("/read", methods=["GET"])(ignore)
    for path, method, expected in (("/limited", "POST", 413), ("/wide", "POST", 200), ("/read", "GET", 200)):
        called.clear()
        reply = request(app, method, path, content=b"123456", headers={"content-length": "6"})
        assert (reply.status, called) == (expected, ["ignore"] if expected == 200 else [])
    assert request(app, "POST", "/limited", content=b"12345", headers={"content-length": "5"}).status == 200
    free = App()
    free.post("/")(ignore)
    assert request(free, "POST", "/", content=b"x", headers={"content-length": str(10**12)}).status == 200


@pytest.mark.parametrize("kind", BODIES)
def test_a_declared_length_over_an_own_limit_is_refused_before_a_byte_of_it(kind: str) -> None:
    app = reading(kind, max_body_size=64)
    asked: list[str] = []
    sent: list[Any] = []

    async def receive() -> Any:
        asked.append("receive")
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async def main() -> None:
        await app(make_scope("POST", "/", {**BODIES[kind][1], "content-length": "65"}), receive, send)

    asyncio.run(main())
    assert (sent[0]["status"], asked) == (413, [])


def test_form_limits_are_joined_over_the_levels() -> None:
    app = App(form_limits={"max_fields": 5, "max_files": 5})
    router = FasterRouter(form_limits={"max_files": 4})

    @router.post("/", form_limits={"max_part_size": 3})
    async def read(a: Annotated[str, Form()]) -> None: ...

    app.include_router(router)
    limits = app.routes[0].limits
    assert (limits.max_fields, limits.max_files, limits.max_part_size) == (5, 4, 3)


def test_the_levels_of_a_body_size() -> None:
    app = App(limits=Limits(max_body_size=7))
    router = FasterRouter(max_body_size=6)
    router.post("/r")(lambda: None)
    router.post("/own", max_body_size=5)(lambda: None)
    app.post("/app")(lambda: None)
    app.include_router(router)
    assert {route.path: route.limits.max_body_size for route in app.routes} == {"/app": 7, "/r": 6, "/own": 5}


def test_a_bad_limit_on_a_route() -> None:
    with pytest.raises(ValueError, match="max_body_size must be a number"):
        App().get("/", max_body_size=-1)(lambda: None)
