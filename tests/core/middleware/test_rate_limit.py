import asyncio
import logging
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from faster_core.middleware.rate_limit import RateLimitMiddleware
from faster_core.types import Receive, Scope, Send
from tests.core.middleware.exchange import accept, fetch, get, open_websocket, respond
from tests.growth import check_growth
from tests.port import find_port

pytest.importorskip("limits")

STRATEGIES = ["fixed-window", "moving-window", "sliding-window-counter"]


@pytest.fixture(autouse=True)
def clock(monkeypatch: Any) -> Any:
    """The time, which stands still: no minute ends in the middle of a test."""

    class Clock:
        # The middle of a minute.
        now = 1_800_000_000.0 // 60 * 60 + 30

    monkeypatch.setattr(time, "time", lambda: Clock.now)
    return Clock


def statuses(app: Any, count: Any, headers: Any = None, **more: Any) -> Any:
    return [get(app, "/", headers, **more).status for _ in range(count)]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_too_many(strategy: Any, clock: Any) -> None:
    app = RateLimitMiddleware(respond(), "2/minute", strategy=strategy)
    first = get(app)
    assert (first.status, first.body) == (200, b"hello")
    assert first.headers["ratelimit-limit"] == "2"
    assert first.headers["ratelimit-remaining"] == "1"
    assert 1 <= int(first.headers["ratelimit-reset"]) <= 60
    assert get(app).headers["ratelimit-remaining"] == "0"
    refused = get(app)
    assert (refused.status, refused.body) == (429, b'{"detail":"Too Many Requests"}')
    assert refused.headers["ratelimit-remaining"] == "0"
    assert refused.headers["retry-after"] == refused.headers["ratelimit-reset"]
    assert refused.headers["content-type"] == "application/json"
    clock.now += 121
    assert get(app).status == 200


@pytest.mark.parametrize(
    "strategy, later",
    [
        ("fixed-window", [429, 429, 200, 200]),
        ("moving-window", [429, 429, 200, 200]),
        # In the next minute of the clock, the last one counts in proportion to what is left of it.
        ("sliding-window-counter", [200, 429, 200, 429]),
    ],
)
def test_windows(strategy: Any, later: Any, clock: Any) -> None:
    """After 35 seconds, and after 61."""
    app = RateLimitMiddleware(respond(), "2/minute", strategy=strategy)
    assert statuses(app, 2) == [200, 200]
    clock.now += 35
    found = statuses(app, 2)
    clock.now += 26
    found += statuses(app, 2)
    assert found == later


def test_the_retry_after_is_true(clock: Any) -> None:
    for strategy in STRATEGIES:
        app = RateLimitMiddleware(respond(), "3/minute", strategy=strategy)  # type: ignore[arg-type]
        statuses(app, 3)
        clock.now += int(get(app).headers["retry-after"]) + 0.001
        assert get(app).status == 200


def test_requests_per_minute_and_window() -> None:
    app = RateLimitMiddleware(respond(), requests_per_minute=2, window_seconds=60.0)
    assert statuses(app, 3) == [200, 200, 429]
    assert RateLimitMiddleware(respond(), window_seconds=0.5).items[0].get_expiry() == 1


def test_several_limits_the_closest_is_told(clock: Any) -> None:
    app = RateLimitMiddleware(respond(), "5/second; 3/hour")
    assert get(app).headers["ratelimit-limit"] == "3"
    assert statuses(app, 3) == [200, 200, 429]


def test_clients_are_counted_apart() -> None:
    app = RateLimitMiddleware(respond(), "1/minute")
    for client in (("192.0.2.1", 1), ("192.0.2.2", 1), None, ("/run/socket", 0)):
        assert statuses(app, 2, client=client) == [200, 429]


def test_an_ipv6_network_is_one_client() -> None:
    app = RateLimitMiddleware(respond(), "1/minute")
    assert statuses(app, 1, client=("2001:db8::1", 1)) == [200]
    assert statuses(app, 1, client=("2001:db8::ffff", 1)) == [429]
    assert statuses(app, 1, client=("2001:db8:0:1::1", 1)) == [200]


@pytest.mark.parametrize(
    "peer, trusted, forwarded, client",
    [
        ("192.0.2.1", [], "198.51.100.1", "192.0.2.1"),
        ("192.0.2.1", ["10.0.0.0/8"], "198.51.100.1", "192.0.2.1"),
        ("10.0.0.1", ["10.0.0.0/8"], "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.0/8"], "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.0/8"], "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.0/8"], "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", ["10.0.0.0/8"], "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.0/8"], "[2001:db8::1]:4711", "2001:db8::/64"),
        ("10.0.0.1", ["10.0.0.0/8"], "::ffff:198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.0/8"], "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.0/8"], "198.51.100.1, unknown, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", ["10.0.0.0/8"], "", "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.0/8"], None, "10.0.0.1"),
        ("::ffff:10.0.0.1", ["10.0.0.0/8"], "198.51.100.1", "198.51.100.1"),
        ("2001:db8::1", ["2001:db8::/32"], "198.51.100.1", "198.51.100.1"),
        ("192.0.2.1", ["*"], "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("", ["*"], "198.51.100.1", "198.51.100.1"),
        ("192.0.2.1", "*", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_forwarded_addresses_are_believed_from_trusted_proxies_only(
    peer: Any, trusted: Any, forwarded: Any, client: Any
) -> None:
    app = RateLimitMiddleware(respond(), trusted_proxies=trusted)
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    assert app._key({"type": "http", "headers": headers, "client": (peer, 1)}) == client


def test_several_header_lines_are_one_list() -> None:
    app = RateLimitMiddleware(respond(), trusted_proxies=["10.0.0.0/8"], forwarded_for_header="X-Own")
    headers = [(b"x-own", b"203.0.113.9"), (b"x-own", b"198.51.100.1, 10.0.0.2")]
    assert app._key({"type": "http", "headers": headers, "client": ("10.0.0.1", 1)}) == "198.51.100.1"


def test_own_key() -> None:
    app = RateLimitMiddleware(respond(), "1/minute", key=lambda scope: scope["path"].strip("/") or None)
    assert [get(app, path).status for path in ("/a", "/a", "/b", "/", "/")] == [200, 429, 200, 200, 200]


@pytest.mark.parametrize("key", ["x" * 100_000, "\ud800", "ä", "\n"])
def test_any_key(key: Any) -> None:
    app = RateLimitMiddleware(respond(), "1/minute", key=lambda scope: key)
    assert statuses(app, 2) == [200, 429]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_memory_is_bounded(strategy: Any) -> None:
    app = RateLimitMiddleware(respond(), "1/minute", strategy=strategy, max_keys=10)

    async def main() -> None:
        for number in range(100):
            assert (await fetch(app, client=(f"192.0.2.{number}", 1))).status == 200
            # A client that keeps coming is not forgotten.
            assert (await fetch(app, client=("198.51.100.1", 1))).status == (200 if number == 0 else 429)

    asyncio.run(main())
    assert len(app._limiter.storage) == 10


def test_websockets_count() -> None:
    app = RateLimitMiddleware(accept, "1/minute")
    extensions = {"websocket.http.response": {}}  # type: ignore[var-annotated]
    assert asyncio.run(open_websocket(app)).messages[0]["type"] == "websocket.accept"
    assert asyncio.run(open_websocket(app, extensions=extensions)).status == 429
    assert asyncio.run(open_websocket(app)).messages == [{"type": "websocket.close", "code": 1008, "reason": ""}]


def test_lifespan_passes_by() -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    asyncio.run(RateLimitMiddleware(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]


@pytest.mark.parametrize("fail_open, status", [(False, 503), (True, 200)])
def test_a_storage_that_cannot_be_reached(fail_open: Any, status: Any, caplog: Any) -> None:
    pytest.importorskip("redis")
    app = RateLimitMiddleware(respond(), storage_url="redis://127.0.0.1:1/0", fail_open=fail_open)
    with caplog.at_level(logging.ERROR):
        assert get(app).status == status
    assert "The rate limit's storage cannot be reached" in caplog.text


@pytest.mark.parametrize(
    "options, message",
    [
        ({"limit": "many"}, "limit 'many' is none. Write it like '100/minute; 1000/day'."),
        ({"limit": ""}, "limit '' is none."),
        ({"limit": "0/minute"}, "limit '0/minute' is none."),
        ({"requests_per_minute": 0}, "requests_per_minute must be 1 or more, not 0."),
        ({"window_seconds": 0}, "window_seconds must be above 0, not 0."),
        ({"max_keys": 0}, "max_keys must be 1 or more, not 0."),
        ({"strategy": "bucket"}, "strategy 'bucket' is unknown."),
        ({"storage_url": "nowhere://"}, "storage 'nowhere' cannot be used"),
        ({"trusted_proxies": ["proxy"]}, "'proxy' does not appear to be an IPv4 or IPv6 network"),
    ],
)
def test_options_that_are_wrong(options: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        RateLimitMiddleware(respond(), **options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "module, options, message",
    [
        ("limits", {}, "requires limits, which is not installed. Run: pip install 'faster-api-web[ratelimit]'"),
        (
            "redis",
            {"storage_url": "redis://localhost"},
            "with redis:// requires redis, which is not installed. Run: pip install 'faster-api-web[redis]'",
        ),
    ],
)
def test_missing_packages(module: Any, options: Any, message: str, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError) as caught:
        RateLimitMiddleware(respond(), **options)
    assert str(caught.value).endswith(message)


def test_any_forwarded_header_is_answered() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    strategies = pytest.importorskip("hypothesis.strategies")
    app = RateLimitMiddleware(respond(), "1000000/minute", trusted_proxies=["192.0.2.0/24"])
    text = strategies.text(strategies.characters(max_codepoint=255)) | strategies.text(alphabet="0123.:[], a%")

    @hypothesis.given(text)  # type: ignore[untyped-decorator]
    def check(value: Any) -> None:
        assert get(app, "/", {"X-Forwarded-For": value}).status == 200

    check()


@pytest.mark.parametrize("unit", ["192.0.2.1,", ",", "1", ":"])
def test_a_long_forwarded_header_costs_linear_time(unit: str) -> None:
    app = RateLimitMiddleware(respond(), "1000000000/day", trusted_proxies=["192.0.2.0/24"])

    def ask(count: int) -> Callable[[], object]:
        return lambda: get(app, "/", {"X-Forwarded-For": unit * count})

    check_growth(ask, 10_000)


@pytest.fixture
def redis_url(tmp_path: Any) -> Any:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server on this machine")
    port = find_port()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(6000):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.01)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()


@pytest.mark.redis
def test_processes_count_together_in_redis(redis_url: Any) -> None:
    pytest.importorskip("redis")

    async def main(strategy: Any) -> Any:
        apps = [
            RateLimitMiddleware(respond(), "2/day", strategy=strategy, storage_url=redis_url, namespace=strategy)
            for _ in range(3)
        ]
        found = [(await fetch(app)).status for app in apps]
        for app in apps:
            await app._limiter.storage.bridge.storage.aclose()
        return found

    for strategy in STRATEGIES:
        assert asyncio.run(main(strategy)) == [200, 200, 429]
