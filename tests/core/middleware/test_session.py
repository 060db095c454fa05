import asyncio
import logging
import time
from base64 import b64encode
from typing import Any

import pytest

from faster_core.middleware import session as session_module
from faster_core.middleware.session import Session, SessionMiddleware
from faster_core.types import Receive, Scope, Send
from tests.core.middleware.exchange import get, open_websocket, respond

itsdangerous = pytest.importorskip("itsdangerous")

KEY = "example"


def using(change: Any) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        change(scope["session"])
        await respond()(scope, receive, send)

    return app


def wrap(change: Any, **options: Any) -> Any:
    return SessionMiddleware(using(change), **{"secret_key": KEY, **options})


def sign(content: bytes, key: Any = KEY) -> Any:
    return itsdangerous.TimestampSigner(key).sign(b64encode(content)).decode()


def cookie_of(answer: Any) -> Any:
    [value] = answer.getlist("set-cookie")
    return value.split("; ")


def carry(content: bytes, key: Any = KEY) -> Any:
    return {"Cookie": f"session={sign(content, key)}"}


def store(session: Any) -> None:
    session["user"] = 7


def read(seen: Any) -> Any:
    return lambda session: seen.append(dict(session.items()))


def test_round_trip() -> None:
    name, *attributes = cookie_of(get(wrap(store)))
    assert attributes == ["HttpOnly", "Max-Age=1209600", "Path=/", "SameSite=lax"]
    seen: list[Any] = []
    answer = get(wrap(read(seen)), "/", {"Cookie": f"other=1; {name}"})
    assert seen == [{"user": 7}]
    assert answer.headers == {"vary": "Cookie"}


def test_untouched_costs_no_header() -> None:
    assert get(wrap(lambda session: None), "/", carry(b"{}")).headers == {}


LOOKS = {
    "get": lambda session: session.get("a"),
    "in": lambda session: "a" in session,
    "len": len,
    "bool": bool,
    "list": list,
    "equal": lambda session: session == {},
    "keys": lambda session: session.keys(),
    "unpacked": lambda session: {**session},
}


@pytest.mark.parametrize("name", LOOKS)
def test_looking_varies_and_sends_no_cookie(name: Any) -> None:
    assert get(wrap(LOOKS[name]), "/", carry(b'{"a":1}')).headers == {"vary": "Cookie"}


CHANGES = {
    "set": lambda session: session.__setitem__("b", 1),
    "delete": lambda session: session.__delitem__("a"),
    "pop": lambda session: session.pop("a"),
    "popitem": lambda session: session.popitem(),
    "update": lambda session: session.update(b=1),
    "setdefault": lambda session: session.setdefault("b", 1),
    "or": lambda session: session.__ior__({"b": 1}),
    "inside": lambda session: session["list"].append(2),
    "marked": lambda session: session.mark_modified(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changing_sends_the_cookie_again(name: Any) -> None:
    answer = get(wrap(CHANGES[name]), "/", carry(b'{"list":[1],"a":1}'))
    assert len(answer.getlist("set-cookie")) == 1
    assert answer.getlist("vary") == ["Cookie"]


def test_emptying_removes_the_cookie() -> None:
    answer = get(wrap(lambda session: session.clear()), "/", carry(b'{"a":1}'))
    assert cookie_of(answer) == [
        "session=null",
        "expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "HttpOnly",
        "Max-Age=0",
        "Path=/",
        "SameSite=lax",
    ]
    assert get(wrap(lambda session: session.clear())).getlist("set-cookie") == []


@pytest.mark.parametrize(
    "value",
    [
        "",
        "null",
        "x",
        sign(b'{"a":1}', "other"),
        sign(b'{"a":1}').replace(".", ".x", 1),
        sign(b"[1]"),
        sign(b"null"),
        sign(b"not json"),
        sign(b"\xff\xfe"),
        sign(b"[" * 100_000),
        itsdangerous.TimestampSigner(KEY).sign("not base64!").decode(),
        itsdangerous.Signer(KEY).sign("e30=").decode(),
    ],
)
def test_what_is_not_ours_is_an_empty_session(value: Any) -> None:
    seen: list[Any] = []
    assert get(wrap(read(seen)), "/", {"Cookie": f"session={value}"}).status == 200
    assert seen == [{}]


def test_an_old_session_is_empty(monkeypatch: Any) -> None:
    cookie = carry(b'{"a":1}')
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100)
    for max_age, expected in ((99, {}), (101, {"a": 1}), (None, {"a": 1})):
        seen: list[Any] = []
        get(wrap(read(seen), max_age=max_age), "/", cookie)
        assert seen == [expected]


def test_attributes() -> None:
    app = wrap(
        store,
        session_cookie="s",
        max_age=None,
        path="/api",
        same_site="none",
        https_only=True,
        domain="example.org",
        partitioned=True,
    )
    name, *attributes = cookie_of(get(app))
    assert name.startswith("s=")
    assert attributes == [
        "Domain=example.org",
        "HttpOnly",
        "Partitioned",
        "Path=/api",
        "SameSite=none",
        "Secure",
    ]


def test_keys_can_be_changed() -> None:
    seen: list[Any] = []
    app = wrap(read(seen), secret_key=["old", "new"])
    get(app, "/", carry(b'{"a":1}', "old"))
    [value] = get(wrap(store, secret_key=["old", "new"])).getlist("set-cookie")
    get(wrap(read(seen), secret_key="new"), "/", {"Cookie": value.split(";")[0]})
    assert seen == [{"a": 1}, {"user": 7}]


@pytest.mark.parametrize("key", ["", [], ["a", ""]])
def test_an_empty_key(key: Any) -> None:
    with pytest.raises(ValueError, match="secret_key is empty"):
        wrap(store, secret_key=key)


def test_a_name_that_is_none() -> None:
    with pytest.raises(ValueError, match="is not a token"):
        wrap(store, session_cookie="a b")


def test_a_mapping_of_the_applications_own() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["session"] = {"user": 1}
        await respond()(scope, receive, send)

    assert len(get(SessionMiddleware(app, KEY)).getlist("set-cookie")) == 1


def test_too_much_for_a_cookie_is_logged(caplog: Any) -> None:
    with caplog.at_level(logging.ERROR, session_module.__name__):
        get(wrap(lambda session: session.update(a="x" * 4000)))
    assert "browsers drop cookies over 4096" in caplog.text


def test_websocket() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        scope["session"]["a"] = 1
        await send({"type": "websocket.accept"})

    [message] = asyncio.run(open_websocket(SessionMiddleware(app, KEY))).messages
    assert [name for name, _ in message["headers"]] == [b"vary", b"set-cookie"]


def test_without_itsdangerous(monkeypatch: Any) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "itsdangerous", None)
    with pytest.raises(ImportError) as caught:
        wrap(store)
    assert str(caught.value) == (
        "SessionMiddleware requires itsdangerous, which is not installed. Run: pip install 'faster-api-web[sessions]'"
    )


def test_session_is_a_dict() -> None:
    assert isinstance(Session({"a": 1}), dict)
    assert Session().modified is Session().accessed is False


def test_starlette_reads_and_writes_the_same_cookies() -> None:
    sessions = pytest.importorskip("starlette.middleware.sessions")
    seen: list[Any] = []
    theirs = sessions.SessionMiddleware(using(store), secret_key=KEY)
    get(wrap(read(seen)), "/", {"Cookie": cookie_of(get(theirs))[0]})
    theirs = sessions.SessionMiddleware(using(read(seen)), secret_key=KEY)
    get(theirs, "/", {"Cookie": cookie_of(get(wrap(store)))[0]})
    assert seen == [{"user": 7}, {"user": 7}]


def test_any_cookie_is_answered() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    strategies = pytest.importorskip("hypothesis.strategies")
    app = wrap(read([]))

    @hypothesis.given(strategies.text(strategies.characters(max_codepoint=255)))  # type: ignore[untyped-decorator]
    def check(value: Any) -> None:
        assert get(app, "/", {"Cookie": f"session={value}"}).status == 200

    check()


def test_lifespan_passes_by() -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    asyncio.run(SessionMiddleware(app, KEY)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == [{"type": "lifespan"}]


def test_marks_by_hand() -> None:
    session = Session()
    session.mark_accessed()
    assert (session.accessed, session.modified) == (True, False)
    session.mark_modified()
    assert session.modified


def test_another_cookie_with_the_name_in_its_value() -> None:
    assert get(wrap(lambda session: None), "/", {"Cookie": "other=session=1"}).headers == {}
