from typing import Any

import pytest

from faster_core.middleware import (
    BodyLimitMiddleware,
    CORSMiddleware,
    Middleware,
    SecureHeadersMiddleware,
    check_options,
    fold,
)
from faster_core.types import Receive, Scope, Send
from tests.core.middleware.exchange import get, respond


def tag(app: Any, name: Any, *, times: Any = 1) -> Any:
    async def tagged(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"].setdefault("order", []).append(name * times)
        await app(scope, receive, send)

    return tagged


def test_a_record_unpacks_and_shows_itself() -> None:
    record = Middleware(tag, "a", times=2)
    assert tuple(record) == (tag, ("a",), {"times": 2})
    assert repr(record) == "Middleware(tag, 'a', times=2)"


def test_fold_puts_the_first_entry_outermost() -> None:
    order: list[str] = []
    app = fold(respond(), [Middleware(tag, "a"), (tag, ("b",), {"times": 2}), Middleware(tag, "c")])
    assert get(app, state={"order": order}).body == b"hello"
    assert order == ["a", "bb", "c"]


def test_fold_without_entries_is_the_application_itself() -> None:
    app = respond()
    assert fold(app, []) is app


def test_starlettes_record_is_taken() -> None:
    starlette = pytest.importorskip("starlette.middleware")
    order: list[str] = []
    get(fold(respond(), [starlette.Middleware(tag, "a")]), state={"order": order})
    assert order == ["a"]


@pytest.mark.parametrize(
    "cls, options, message",
    [
        (
            BodyLimitMiddleware,
            {"max_size": 1},
            "Middleware BodyLimitMiddleware: missing a required argument: 'max_body_size'",
        ),
        (
            BodyLimitMiddleware,
            {"max_body_size": 1, "unit": "kB"},
            "Middleware BodyLimitMiddleware: got an unexpected keyword argument 'unit'",
        ),
        (tag, {"name": "a", "color": 1}, "Middleware tag: got an unexpected keyword argument 'color'"),
        (tag, {}, "Middleware tag: missing a required argument: 'name'"),
    ],
)
def test_options_are_checked_where_they_are_written(cls: Any, options: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        Middleware(cls, **options)
    assert str(caught.value).startswith(message)
    assert f"It is declared as {cls.__name__}(app" in str(caught.value)


def test_what_is_not_callable() -> None:
    with pytest.raises(TypeError, match=r"is not callable\. Pass the class itself"):
        Middleware("cors")  # type: ignore[arg-type]


def test_what_has_no_signature_is_left_to_its_call() -> None:
    check_options(dict, (), {"anything": 1})  # type: ignore[arg-type]


def test_starlettes_middleware_works_unchanged() -> None:
    cors = pytest.importorskip("starlette.middleware.cors").CORSMiddleware
    compression = pytest.importorskip("starlette.middleware.gzip").GZipMiddleware
    hosts = pytest.importorskip("starlette.middleware.trustedhost").TrustedHostMiddleware
    app = fold(
        respond(b"x" * 1000),
        [
            Middleware(hosts, allowed_hosts=["example.org"]),
            Middleware(cors, allow_origins=["*"]),
            Middleware(compression, minimum_size=500),
        ],
    )
    headers = {"Host": "example.org", "Origin": "https://a.net", "Accept-Encoding": "gzip"}
    answer = get(app, "/", headers)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert get(app, "/", {"Host": "evil.net"}).status == 400


def test_ours_work_in_starlette() -> None:
    applications = pytest.importorskip("starlette.applications")
    starlette = pytest.importorskip("starlette.middleware")
    middleware = [starlette.Middleware(SecureHeadersMiddleware), Middleware(CORSMiddleware, allow_origins=["*"])]
    answer = get(applications.Starlette(middleware=middleware), "/", {"Origin": "https://a.net"})
    assert answer.status == 404
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["access-control-allow-origin"] == "*"
