import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from faster_core.middleware.cors import CORSMiddleware
from faster_core.types import Receive, Scope, Send
from tests.core.middleware.exchange import accept, get, open_websocket, respond
from tests.growth import check_growth

ORIGIN = "https://example.org"


def preflight(app: Any, origin: Any = ORIGIN, method: Any = "GET", **headers: Any) -> Any:
    pairs = {"Origin": origin, "Access-Control-Request-Method": method}
    pairs |= {f"Access-Control-Request-{name.replace('_', '-')}": value for name, value in headers.items()}
    return get(app, "/", pairs, method="OPTIONS")


def test_allow_all() -> None:
    app = CORSMiddleware(
        respond(),
        allow_origins=["*"],
        allow_headers=["*"],
        allow_methods=["*"],
        expose_headers=["X-Status"],
    )
    answer = preflight(app, headers="X-Example, x-other")
    assert (answer.status, answer.body) == (200, b"OK")
    assert answer.headers == {
        "access-control-allow-origin": "*",
        "access-control-allow-headers": "X-Example, x-other",
        "access-control-allow-methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, QUERY",
        "access-control-max-age": "600",
        "content-length": "2",
        "content-type": "text/plain; charset=utf-8",
        "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, "
        "Access-Control-Request-Private-Network",
    }
    assert get(app, "/", {"Origin": ORIGIN}).headers == {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "X-Status",
        "vary": "Origin",
    }
    assert get(app).headers == {"vary": "Origin"}


def test_any_origin_with_credentials_is_named_and_varies() -> None:
    app = CORSMiddleware(respond(), allow_origins=["*"], allow_credentials=True)
    assert get(app, "/", {"Origin": ORIGIN}).headers == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-credentials": "true",
        "vary": "Origin",
    }
    answer = preflight(app)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"].startswith("Origin, ")


def test_named_origins() -> None:
    app = CORSMiddleware(respond(), allow_origins=[ORIGIN, "null"], allow_headers=["X-A", "content-type"])
    assert get(app, "/", {"Origin": ORIGIN}).headers == {"access-control-allow-origin": ORIGIN, "vary": "Origin"}
    assert get(app, "/", {"Origin": "null"}).headers["access-control-allow-origin"] == "null"
    assert get(app, "/", {"Origin": "https://other.org"}).headers == {"vary": "Origin"}
    assert preflight(app, headers="x-a,Content-Type").status == 200


@pytest.mark.parametrize(
    "headers, text",
    [
        ({"origin": "https://other.org"}, "Disallowed CORS origin"),
        ({"origin": f"{ORIGIN}.evil.net"}, "Disallowed CORS origin"),
        ({"origin": "https://EXAMPLE.org"}, "Disallowed CORS origin"),
        ({"method": "PUT"}, "Disallowed CORS method"),
        ({"method": "get"}, "Disallowed CORS method"),
        ({"headers": "X-B"}, "Disallowed CORS headers"),
        ({"headers": "X A"}, "Disallowed CORS headers"),
        ({"private_network": "true"}, "Disallowed CORS private-network"),
        (
            {"origin": "x", "method": "PUT", "headers": "b", "private_network": "true"},
            "Disallowed CORS origin, method, headers, private-network",
        ),
    ],
)
def test_refused_preflight_says_why(headers: Any, text: Any) -> None:
    answer = preflight(CORSMiddleware(respond(), allow_origins=[ORIGIN]), **headers)
    assert (answer.status, answer.body.decode()) == (400, text)
    assert ("access-control-allow-origin" in answer.headers) == (headers.get("origin", ORIGIN) == ORIGIN)


@pytest.mark.parametrize(
    "origin, allowed",
    [
        ("https://a.example.org", True),
        ("https://a.example.org.evil.net", False),
        ("xhttps://a.example.org", False),
        ("https://aXexample.org", False),
        ("https://a.example.org\n", False),
    ],
)
def test_regex_is_anchored(origin: Any, allowed: Any) -> None:
    app = CORSMiddleware(respond(), allow_origin_regex=r"https://.*\.example\.org")
    headers = get(app, "/", {"Origin": origin}).headers
    assert headers.get("access-control-allow-origin") == (origin if allowed else None)
    assert app.is_allowed_origin(origin) is allowed


def test_private_network() -> None:
    app = CORSMiddleware(respond(), allow_origins=[ORIGIN], allow_private_network=True)
    answer = preflight(app, private_network="true")
    assert (answer.status, answer.headers["access-control-allow-private-network"]) == (200, "true")
    assert "access-control-allow-private-network" not in preflight(app).headers


@pytest.mark.parametrize(
    "vary, merged",
    [
        ("Accept-Encoding", "Accept-Encoding, Origin"),
        ("origin", "origin"),
        ("*", "*"),
        ("Accept, Cookie", "Accept, Cookie, Origin"),
    ],
)
def test_vary_is_merged(vary: Any, merged: Any) -> None:
    app = CORSMiddleware(respond(headers={"Vary": vary}), allow_origins=["*"])
    assert [value for name, value in get(app).pairs if name.lower() == "vary"] == [merged]


@pytest.mark.parametrize("origin, count", [(ORIGIN, 4), ("https://other.org", 1)])
def test_headers_that_can_be_read_once(origin: str, count: int) -> None:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        headers = (pair for pair in [(b"Vary", b"Accept")])
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    app = CORSMiddleware(inner, allow_origins=[ORIGIN], allow_credentials=True, expose_headers=["x-a"])
    pairs = get(app, "/", {"Origin": origin}).pairs
    assert ("vary", "Accept, Origin") in pairs
    assert len(pairs) == count


def test_an_answer_without_headers() -> None:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    answer = get(CORSMiddleware(inner, allow_origins=["*"]), "/", {"Origin": ORIGIN})
    assert answer.headers == {"access-control-allow-origin": "*", "vary": "Origin"}


def test_errors_get_the_headers_and_the_applications_own_are_replaced() -> None:
    inner = respond(b"", {"Access-Control-Allow-Origin": "https://other.org", "x-a": "1"}, status=500)
    answer = get(CORSMiddleware(inner, allow_origins=[ORIGIN]), "/", {"Origin": ORIGIN})
    assert (answer.status, answer.getlist("access-control-allow-origin")) == (500, [ORIGIN])
    assert answer.headers["x-a"] == "1"


def test_the_message_of_the_application_is_not_changed() -> None:
    inner = respond(headers={"x-a": "1"})
    app = CORSMiddleware(inner, allow_origins=["*"])
    assert get(app, "/", {"Origin": ORIGIN}).pairs == get(app, "/", {"Origin": ORIGIN}).pairs


@pytest.mark.parametrize("headers", [{"Origin": ORIGIN}, {"Access-Control-Request-Method": "GET"}])
def test_options_that_is_no_preflight_goes_on(headers: Any) -> None:
    assert get(CORSMiddleware(respond(), allow_origins=["*"]), "/", headers, method="OPTIONS").body == b"hello"


def test_websockets_are_left_alone() -> None:
    answer = asyncio.run(open_websocket(CORSMiddleware(accept, allow_origins=[]), {"Origin": "https://other.org"}))
    assert answer.messages == [{"type": "websocket.accept", "headers": []}]


@pytest.mark.parametrize(
    "origin", ["https://example.org/", "example.org", "https://", "https://*.example.org", "ä://b"]
)
def test_origins_that_no_browser_sends_are_refused_at_construction(origin: Any) -> None:
    with pytest.raises(ValueError, match=f"allow_origins has {re.escape(repr(origin))}, which no browser sends"):
        CORSMiddleware(respond(), allow_origins=[origin])


def test_one_text_is_one_origin() -> None:
    app = CORSMiddleware(respond(), allow_origins=ORIGIN)
    assert get(app, "/", {"Origin": ORIGIN}).headers["access-control-allow-origin"] == ORIGIN


def test_any_header_value_is_answered() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    strategies = pytest.importorskip("hypothesis.strategies")
    text = strategies.text(strategies.characters(max_codepoint=255), max_size=30)
    app = CORSMiddleware(respond(), allow_origins=["*"], allow_headers=["*"], allow_credentials=True)

    @hypothesis.given(text, text, text)  # type: ignore[untyped-decorator]
    def check(origin: Any, method: Any, names: Any) -> None:
        for answer in (preflight(app, origin, method, headers=names), get(app, "/", {"Origin": origin})):
            assert answer.status in {200, 400}
            assert not any(re.search(r"[\r\n\0]", value) for _, value in answer.pairs)

    check()


def test_a_long_list_of_headers_costs_linear_time() -> None:
    app = CORSMiddleware(respond(), allow_origins=["*"], allow_headers=["*"])
    assert preflight(app, headers="x-a," * 200_000).status == 400
    assert preflight(app, headers="x-a," * 2_000).status == 200

    def ask(count: int) -> Callable[[], object]:
        return lambda: preflight(app, headers="x-a," * count)

    check_growth(ask, 125)
    check_growth(ask, 12_500)


def test_starlette_inside() -> None:
    applications = pytest.importorskip("starlette.applications")
    app = CORSMiddleware(applications.Starlette(), allow_origins=["*"])
    answer = get(app, "/", {"Origin": ORIGIN})
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (404, "*")


def test_servers_take_it_for_asgi_3() -> None:
    import inspect

    assert inspect.iscoroutinefunction(CORSMiddleware(respond()).__call__)
