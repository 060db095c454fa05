import asyncio
import sys
import time
from typing import Any

import msgspec
import pytest

from faster_core.middleware.csrf import CSRFMiddleware
from faster_core.request import Request
from faster_core.response import PlainTextResponse
from faster_core.types import Receive, Scope, Send
from tests.core.middleware.exchange import accept, fetch, get, open_websocket, respond

pytest.importorskip("itsdangerous")

KEY = "example"
FORM = "application/x-www-form-urlencoded"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(await Request(scope, receive).body())(scope, receive, send)


def wrap(app: Any = echo, **options: Any) -> Any:
    return CSRFMiddleware(app, KEY, **options)


def new_token(app: Any) -> Any:
    [value] = get(app).getlist("set-cookie")
    return value.split(";")[0].partition("=")[2]


def post(app: Any, headers: Any = None, body: Any = b"data", path: Any = "/", method: Any = "POST", **more: Any) -> Any:
    return asyncio.run(fetch(app, method, path, {"Host": "example.org", **(headers or {})}, body, **more))


def refused(answer: Any) -> Any:
    assert answer.status == 403, answer.body
    detail = msgspec.json.decode(answer.body)["detail"]
    assert detail.startswith("CSRF check failed: ")
    return detail.removeprefix("CSRF check failed: ")


def test_safe_methods_set_the_cookie_once() -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["state"]["csrf_token"])
        await respond()(scope, receive, send)

    protected = CSRFMiddleware(app, KEY)
    answer = get(protected)
    [cookie] = answer.getlist("set-cookie")
    pair, *attributes = cookie.split("; ")
    assert attributes == ["Path=/", "SameSite=lax"]
    assert answer.getlist("vary") == ["Cookie"]
    again = get(protected, "/", {"Cookie": pair})
    assert again.getlist("set-cookie") == []
    assert seen == [pair.partition("=")[2]] * 2
    assert new_token(protected) != new_token(protected)


def test_header_token() -> None:
    app = wrap()
    token = new_token(app)
    answer = post(app, {"Cookie": f"csrftoken={token}", "X-CSRF-Token": token})
    assert (answer.status, answer.body) == (200, b"data")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "post", "OTHER"])
def test_without_token(method: Any) -> None:
    app = wrap()
    assert refused(post(app, method=method)) == "the cookie 'csrftoken' is missing or not ours"
    cookie = {"Cookie": f"csrftoken={new_token(app)}"}
    assert refused(post(app, cookie, method=method)) == (
        "there is no token in the header 'X-CSRF-Token' nor in the form field 'csrf_token'"
    )


@pytest.mark.parametrize("given", ["", "x", "ä", "null"])
def test_a_wrong_token(given: Any) -> None:
    app = wrap()
    token = new_token(app)
    for wrong in (given, token[:-1], token + "x", new_token(app)):
        headers = {"Cookie": f"csrftoken={token}", "X-CSRF-Token": wrong}
        assert refused(post(app, headers)) == "the token is not that of the cookie"


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "ä", "."])
def test_a_cookie_that_is_not_ours(cookie: Any) -> None:
    app = wrap()
    foreign = new_token(CSRFMiddleware(echo, "other"))
    for value in (cookie, foreign):
        headers = {"Cookie": f"csrftoken={value}", "X-CSRF-Token": value}
        assert refused(post(app, headers)) == "the cookie 'csrftoken' is missing or not ours"


def test_a_token_that_is_too_old(monkeypatch: Any) -> None:
    app = wrap(max_age=10)
    token = new_token(app)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 20)
    assert "not ours" in refused(post(app, {"Cookie": f"csrftoken={token}", "X-CSRF-Token": token}))


def test_urlencoded_form_token_and_the_body_stays_readable() -> None:
    pytest.importorskip("python_multipart")
    app = wrap()
    token = new_token(app)
    body = f"a=1&csrf_token={token}&b=2".encode()
    answer = post(app, {"Cookie": f"csrftoken={token}", "Content-Type": FORM}, [body[:20], body[20:]])
    assert (answer.status, answer.body) == (200, body)
    wrong = {"Cookie": f"csrftoken={token}", "Content-Type": FORM}
    assert refused(post(app, wrong, b"csrf_token=x")) == "the token is not that of the cookie"
    assert "no token" in refused(post(app, wrong, b"other=x"))


def multipart(*parts: Any) -> Any:
    lines = [f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n" for head, content in parts]
    return ("".join(lines) + "--b--\r\n").encode()


def test_multipart_form_token_is_found_before_the_rest_arrives() -> None:
    pytest.importorskip("python_multipart")
    app = wrap()
    token = new_token(app)
    headers = {"Cookie": f"csrftoken={token}", "Content-Type": "multipart/form-data; boundary=b"}
    body = multipart(('name="csrf_token"', token), ('name="f"; filename="f"', "x" * 100))
    pieces = [body[:150], body[150:], *[b"y" * 1024 * 1024] * 3]
    answer = post(app, headers, pieces)
    assert (answer.status, answer.body) == (200, b"".join(pieces))


@pytest.mark.parametrize(
    "content_type, body",
    [
        ("multipart/form-data; boundary=b", b"nothing of the kind"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", multipart(('name="a"', "1"))),
        ("multipart/form-data; boundary=b", multipart(('name="csrf_token"; filename="x"', "1"))),
        (FORM, b"x" * (1024 * 1024 + 1)),
        (FORM, b"%ff=%fe"),
        ("application/json", b'{"csrf_token": "x"}'),
        ("", b""),
    ],
)
def test_forms_without_a_token(content_type: Any, body: Any) -> None:
    app = wrap()
    headers = {"Cookie": f"csrftoken={new_token(app)}", "Content-Type": content_type}
    assert "no token" in refused(post(app, headers, body))


@pytest.mark.parametrize(
    "headers, passes",
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://friend.net"}, True),
        ({"Origin": "http://example.org"}, True),
        ({"Origin": "https://example.org"}, True),
        ({"Origin": "HTTPS://EXAMPLE.org:443"}, True),
        ({"Origin": "https://friend.net:443"}, True),
        ({"Origin": "https://example.org.evil.net"}, False),
        ({"Origin": "https://evil.net"}, False),
        ({"Origin": "https://example.org:8443"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "https://example.org/"}, False),
        ({}, True),
    ],
)
def test_where_a_request_comes_from(headers: Any, passes: Any) -> None:
    app = wrap(trusted_origins=["https://friend.net"])
    token = new_token(app)
    answer = post(app, {"Cookie": f"csrftoken={token}", "X-CSRF-Token": token, **headers})
    if passes:
        assert answer.status == 200
    else:
        assert refused(answer) in {"the request comes from another site", "the Origin header names another origin"}


@pytest.mark.parametrize(
    "path, exempt",
    [("/hooks", True), ("/hooks/a", True), ("/hooks2", False), ("/api/hooks", False), ("/", False), ("/a/b/", True)],
)
def test_exempt_paths_are_compared_by_component(path: Any, exempt: Any) -> None:
    assert (post(wrap(exempt=["/hooks/", "/a/b"]), path=path).status == 200) is exempt


def test_everything_may_be_exempt() -> None:
    assert post(wrap(exempt=["/"]), path="/any").status == 200


def test_options() -> None:
    app = wrap(
        cookie_name="__Host-csrf",
        header_name="X-Own",
        safe_methods=["get"],
        https_only=True,
        same_site="strict",
        form_field=None,
    )
    [cookie] = get(app).getlist("set-cookie")
    pair, *attributes = cookie.split("; ")
    assert attributes == ["Path=/", "SameSite=strict", "Secure"]
    headers = {"Cookie": pair, "X-Own": pair.partition("=")[2]}
    assert post(app, headers, method="PUT").status == 200
    assert refused(post(app, {"Cookie": pair}, method="PUT")) == "there is no token in the header 'X-Own'"


@pytest.mark.parametrize(
    "options, message",
    [
        ({"trusted_origins": ["example.org"]}, "trusted origin 'example.org' is none"),
        ({"exempt": ["hooks"]}, "exempt path 'hooks' does not begin with '/'"),
        ({"cookie_name": "a b"}, "is not a token"),
        ({"header_name": "a b"}, "is not a token"),
        ({"cookie_name": "__Host-a"}, "unless secure=True"),
    ],
)
def test_options_that_are_wrong(options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrap(**options)


@pytest.mark.parametrize("key", ["", []])
def test_an_empty_key(key: Any) -> None:
    with pytest.raises(ValueError, match="secret_key is empty"):
        CSRFMiddleware(echo, key)


def test_without_itsdangerous(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "itsdangerous", None)
    with pytest.raises(ImportError, match=r"pip install 'faster-api-web\[sessions\]'"):
        wrap()


def test_websockets_pass_by() -> None:
    assert asyncio.run(open_websocket(wrap(accept))).messages[0]["type"] == "websocket.accept"


def test_any_header_value_is_answered() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    strategies = pytest.importorskip("hypothesis.strategies")
    text = strategies.text(strategies.characters(max_codepoint=255), max_size=40)
    app = wrap()

    @hypothesis.given(text, text, text, text)  # type: ignore[untyped-decorator]
    def check(cookie: Any, token: Any, origin: Any, content_type: Any) -> None:
        headers = {"Cookie": cookie, "X-CSRF-Token": token, "Origin": origin, "Content-Type": content_type}
        assert post(app, headers).status == 403
        del headers["X-CSRF-Token"], headers["Origin"]
        assert post(app, headers).status == 403

    check()
