import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any
from uuid import uuid4

import pytest

from FasterAPI import Body, Faster, Header, HTTPException, Request, Response, StreamingResponse, TestClient
from tests.api_web.contrib.example import run_example
from tests.api_web.contrib.service import REDIS, REDIS_URL

pytest.importorskip("redis")

from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from FasterAPI.contrib import redis as module
from FasterAPI.contrib.redis import RedisCacheMiddleware

pytestmark = REDIS


@pytest.fixture
def prefix() -> Iterator[str]:
    prefix = f"test:{uuid4().hex}:"
    yield prefix
    with BlockingRedis.from_url(REDIS_URL) as client:
        for key in client.scan_iter(f"{prefix}*"):
            client.delete(key)


PATIENT: dict[str, Any] = {"timeout": 30.0, "patience": 60.0}
"""For tests in which Redis answers and the first request ends, however busy the machine is."""


class Counted:
    """An application that counts what it is asked, behind a cache."""

    def __init__(self, prefix: str, **options: Any) -> None:
        self.calls = 0
        self.headers: dict[str, str] = {}
        self.status = 200
        self.body = b"answer"
        self.app = Faster()
        self.app.add_middleware(
            RedisCacheMiddleware, **{"url": REDIS_URL, "key_prefix": prefix, "ttl": 60, **PATIENT, **options}
        )

        @self.app.api_route("/answer", methods=["GET", "POST", "DELETE"])
        async def answer(request: Request) -> Response:
            self.calls += 1
            return Response(self.body, self.status, {**self.headers, "X-Call": str(self.calls)})


def test_first_example_runs(prefix: str) -> None:
    asked = []

    async def ask_the_slow_database() -> dict[str, int]:
        asked.append(1)
        return {"tea": len(asked)}

    replace = {'url="redis://localhost:6379/0"': f'url="{REDIS_URL}", key_prefix="{prefix}", timeout=30'}
    example = run_example(module, replace=replace, ask_the_slow_database=ask_the_slow_database)
    with TestClient(example["app"]) as client:
        assert [client.get("/prices").json() for _ in range(3)] == [{"tea": 1}] * 3


def test_second_request_is_answered_from_redis(prefix: str) -> None:
    counted = Counted(prefix)
    with TestClient(counted.app) as client:
        first, second = client.get("/answer"), client.get("/answer")
    assert counted.calls == 1
    assert first.headers["cache-status"] == "FasterAPI; fwd=miss"
    assert second.headers["cache-status"].startswith("FasterAPI; hit; ttl=")
    assert 0 <= int(second.headers["age"]) < 60
    assert (second.status_code, second.content, second.headers["x-call"]) == (200, b"answer", "1")
    # Another process finds it there, too.
    other = Counted(prefix)
    with TestClient(other.app) as client:
        assert client.get("/answer").headers["x-call"] == "1"
    assert other.calls == 0


def test_without_a_default_only_what_says_so_is_kept(prefix: str) -> None:
    counted = Counted(prefix, ttl=0)
    with TestClient(counted.app) as client:
        client.get("/answer"), client.get("/answer")
        assert counted.calls == 2
        counted.headers = {"Cache-Control": "max-age=60"}
        client.get("/answer"), client.get("/answer")
        assert counted.calls == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Set-Cookie": "session=secret"},
        {"Cache-Control": "private"},
        {"Cache-Control": "no-store"},
        {"Cache-Control": "max-age=60, no-cache"},
        {"Vary": "*"},
    ],
    ids=str,
)
def test_answer_that_is_not_for_all_is_not_kept(prefix: str, headers: dict[str, str]) -> None:
    counted = Counted(prefix)
    counted.headers = headers
    with TestClient(counted.app, cookies={}) as client:
        for _ in range(2):
            client.cookies.clear()
            client.get("/answer")
    assert counted.calls == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer x"},
        {"Cookie": "session=1"},
        {"X-API-Key": "k"},
        {"Range": "bytes=0-1"},
        {"Cache-Control": "no-store"},
    ],
    ids=str,
)
def test_request_of_ones_own_passes_by_in_both_directions(prefix: str, headers: dict[str, str]) -> None:
    counted = Counted(prefix)
    with TestClient(counted.app) as client:
        assert client.get("/answer", headers=headers).headers["x-call"] == "1"
        assert client.get("/answer").headers["x-call"] == "2"
        assert client.get("/answer", headers=headers).headers["x-call"] == "3"
        assert client.get("/answer").headers["x-call"] == "2"


def test_credentials_of_your_own_pass_by(prefix: str) -> None:
    counted = Counted(prefix, credential_headers=["X-Tenant"])
    with TestClient(counted.app) as client:
        client.get("/answer", headers={"X-Tenant": "a"}), client.get("/answer", headers={"X-Tenant": "b"})
    assert counted.calls == 2


def test_no_cache_is_answered_anew_and_kept(prefix: str) -> None:
    counted = Counted(prefix)
    with TestClient(counted.app) as client:
        client.get("/answer")
        assert client.get("/answer", headers={"Cache-Control": "no-cache"}).headers["x-call"] == "2"
        assert client.get("/answer").headers["x-call"] == "2"


def test_only_if_cached_is_504_where_nothing_is(prefix: str) -> None:
    counted = Counted(prefix)
    with TestClient(counted.app) as client:
        headers = {"Cache-Control": "only-if-cached"}
        assert client.get("/answer", headers=headers).status_code == 504
        client.get("/answer")
        assert client.get("/answer", headers=headers).headers["x-call"] == "1"


def test_answers_are_told_apart_by_vary(prefix: str) -> None:
    app = Faster()
    app.add_middleware(RedisCacheMiddleware, url=REDIS_URL, key_prefix=prefix, ttl=60, **PATIENT)
    calls = []

    @app.get("/hello")
    async def hello(response: Response, accept_language: str = Header("en")) -> str:
        calls.append(accept_language)
        response.headers["Vary"] = "Accept-Language"
        return accept_language

    with TestClient(app) as client:
        for language in ("de", "fr", "de", "fr"):
            assert client.get("/hello", headers={"Accept-Language": language}).json() == language
        assert client.get("/hello").json() == "en"
    assert calls == ["de", "fr", "en"]


def test_vary_that_is_said_only_at_times_holds(prefix: str) -> None:
    counted = Counted(prefix)
    with TestClient(counted.app) as client:
        counted.headers = {"Vary": "Origin"}
        client.get("/answer", headers={"Origin": "https://a.example"})
        counted.headers = {}
        assert client.get("/answer").headers["x-call"] == "2"
        assert client.get("/answer", headers={"Origin": "https://a.example"}).headers["x-call"] == "1"
        assert client.get("/answer", headers={"Origin": "https://b.example"}).headers["x-call"] == "3"
        assert client.get("/answer").headers["x-call"] == "2"


def test_host_scheme_and_query_are_part_of_the_url(prefix: str) -> None:
    counted = Counted(prefix)
    with TestClient(counted.app) as client:
        for url in ("/answer", "/answer?a=1", "http://other.example/answer", "https://other.example/answer"):
            client.get(url)
            client.get(url)
    assert counted.calls == 4


@pytest.mark.parametrize(("method", "status", "calls"), [("POST", 200, 3), ("DELETE", 303, 3), ("POST", 422, 2)])
def test_change_forgets_every_variant_unless_it_fails(prefix: str, method: str, status: int, calls: int) -> None:
    counted = Counted(prefix)
    counted.headers = {"Vary": "Accept"}
    with TestClient(counted.app, follow_redirects=False) as client:
        client.get("/answer")
        counted.status = status
        client.request(method, "/answer")
        counted.status = 200
        client.get("/answer")
    assert counted.calls == calls


def test_condition_is_answered_with_304(prefix: str) -> None:
    counted = Counted(prefix)
    counted.headers = {"ETag": '"v1"'}
    with TestClient(counted.app) as client:
        client.get("/answer")
        response = client.get("/answer", headers={"If-None-Match": '"v1"'})
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", '"v1"')
        assert "content-length" not in response.headers
        assert client.get("/answer", headers={"If-None-Match": '"v2"'}).status_code == 200
    assert counted.calls == 1


def test_condition_that_misses_is_not_kept(prefix: str) -> None:
    counted = Counted(prefix)
    with TestClient(counted.app) as client:
        client.get("/answer", headers={"If-None-Match": '"v1"'})
        assert client.get("/answer").headers["x-call"] == "2"


@pytest.mark.parametrize("status", [201, 404, 500])
def test_other_statuses_are_not_kept(prefix: str, status: int) -> None:
    counted = Counted(prefix)
    counted.status = status
    with TestClient(counted.app) as client:
        client.get("/answer"), client.get("/answer")
    assert counted.calls == 2


def test_statuses_can_be_chosen(prefix: str) -> None:
    counted = Counted(prefix, cacheable_statuses=[404])
    counted.status = 404
    with TestClient(counted.app) as client:
        assert [client.get("/answer").status_code for _ in range(2)] == [404, 404]
    assert counted.calls == 1


def test_answer_ends_after_its_time(prefix: str) -> None:
    counted = Counted(prefix, ttl=0.02)
    with TestClient(counted.app) as client:
        client.get("/answer")
        time.sleep(0.05)
        client.get("/answer")
    assert counted.calls == 2


@pytest.mark.parametrize(("size", "calls"), [(100, 1), (101, 2)])
def test_body_is_kept_up_to_a_size(prefix: str, size: int, calls: int) -> None:
    counted = Counted(prefix, max_body_bytes=100)
    counted.body = b"x" * size
    with TestClient(counted.app) as client:
        assert [len(client.get("/answer").content) for _ in range(2)] == [size, size]
    assert counted.calls == calls


@pytest.mark.parametrize(("pieces", "calls"), [(10, 1), (11, 2)])
def test_stream_is_kept_up_to_a_size(prefix: str, pieces: int, calls: int) -> None:
    app = Faster()
    app.add_middleware(RedisCacheMiddleware, url=REDIS_URL, key_prefix=prefix, ttl=60, max_body_bytes=100, **PATIENT)
    seen = []

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def write() -> AsyncIterator[bytes]:
            seen.append(1)
            for _ in range(pieces):
                yield b"0123456789"

        return StreamingResponse(write())

    with TestClient(app) as client:
        assert [client.get("/stream").content for _ in range(2)] == [b"0123456789" * pieces] * 2
    assert len(seen) == calls


def test_stream_that_breaks_is_not_kept(prefix: str) -> None:
    app = Faster()
    app.add_middleware(RedisCacheMiddleware, url=REDIS_URL, key_prefix=prefix, ttl=60, **PATIENT)
    seen = []

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def write() -> AsyncIterator[bytes]:
            seen.append(1)
            yield b"half"
            if len(seen) == 1:
                raise RuntimeError("broken")

        return StreamingResponse(write())

    with TestClient(app) as client:
        with pytest.raises(RuntimeError, match="broken"):
            client.get("/stream")
        assert client.get("/stream").content == b"half"
    assert len(seen) == 2


async def ask(
    app: Any, path: str = "/", headers: list[tuple[bytes, bytes]] | None = None, body: bytes = b""
) -> list[Any]:
    """Return what an ASGI application sends."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "headers": headers or [],
    }
    await app(scope, receive, send)
    return sent


class Slow:
    """An application that takes its time, and knows how many requests it had at once.

    Args:
        headers: The headers of its answers.
        fails: How many requests fail, of the first ones.
        together: How many requests it wants to have inside before it answers one.
        alone: How many of the first ones it answers without that.
    """

    def __init__(
        self,
        headers: list[tuple[bytes, bytes]] | None = None,
        *,
        fails: int = 0,
        together: int = 0,
        alone: int = 0,
    ) -> None:
        self.headers = headers or []
        self.fails = fails
        self.together = together
        self.alone = alone
        self.calls = self.inside = self.most = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            waits = self.calls > self.alone
            await asyncio.sleep(0.05)
            async with asyncio.timeout(30):
                while waits and self.most < self.together:
                    await asyncio.sleep(0.005)
            if self.calls <= self.fails:
                raise HTTPException(503)
        finally:
            self.inside -= 1
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"slow"})


def race(prefix: str, slow: Slow, requests: list[Any], **options: Any) -> list[Any]:
    async def run() -> list[Any]:
        async with Redis.from_url(REDIS_URL) as client:
            given = options.pop("client", client)
            cached = RedisCacheMiddleware(slow, given, key_prefix=prefix, ttl=60, **{**PATIENT, **options})
            answers = [ask(cached, "/", headers) for headers in requests]
            found = await asyncio.gather(*answers, return_exceptions=True)
            if given is not client:
                await given.aclose()
            return list(found)

    return asyncio.run(run())


def test_one_request_asks_for_all_that_miss(prefix: str) -> None:
    slow = Slow()
    answers = race(prefix, slow, [None] * 20)
    assert [answer[1]["body"] for answer in answers] == [b"slow"] * 20
    assert slow.calls == 1


def test_one_request_asks_for_each_variant(prefix: str) -> None:
    slow = Slow([(b"vary", b"accept")])
    requests = [[(b"accept", b"text/a")]] * 5 + [[(b"accept", b"text/b")]] * 5
    race(prefix, slow, requests)
    assert slow.calls == 2


def test_requests_for_what_is_not_for_all_do_not_queue(prefix: str) -> None:
    slow = Slow([(b"set-cookie", b"a=b")], together=9, alone=1)
    race(prefix, slow, [None] * 10)
    assert slow.calls == 10
    assert slow.most >= 9


def test_answer_to_a_body_is_for_nobody_else(prefix: str) -> None:
    """Such as over HTTP/2, where no header says that a body comes."""

    async def echo(scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def run() -> list[bytes]:
        async with Redis.from_url(REDIS_URL) as client:
            cached = RedisCacheMiddleware(echo, client, key_prefix=prefix, ttl=60, **PATIENT)
            answers = [await ask(cached, body=body) for body in (b"poison", b"", b"", b"poison")]
            return [answer[1]["body"] for answer in answers]

    # What was kept is the answer to the URL alone, also for who sends a body without saying so.
    assert asyncio.run(run()) == [b"poison", b"", b"", b""]


@pytest.mark.filterwarnings("ignore::faster_core.diagnostic.FasterWarning")
def test_request_with_a_body_passes_by(prefix: str) -> None:
    app = Faster()
    app.add_middleware(RedisCacheMiddleware, url=REDIS_URL, key_prefix=prefix, ttl=60, **PATIENT)

    @app.get("/search")
    async def search(words: Annotated[str, Body()] = "nothing") -> str:
        return words

    with TestClient(app) as client:
        answers = [client.request("GET", "/search", json=words) for words in ("tea", None, "coffee", None)]
    assert [answer.json() for answer in answers] == ["tea", "nothing", "coffee", "nothing"]
    assert [answer.headers.get("cache-status", "").partition(";")[2].partition(";")[0] for answer in answers] == [
        "",
        " fwd=miss",
        "",
        " hit",
    ]


def test_next_request_asks_when_the_first_fails(prefix: str) -> None:
    slow = Slow(fails=1)
    answers = race(prefix, slow, [None] * 5)
    assert sorted(type(answer).__name__ for answer in answers) == ["HTTPException", "list", "list", "list", "list"]
    assert slow.calls == 2


def test_patience_ends(prefix: str) -> None:
    slow = Slow(together=3)
    race(prefix, slow, [None] * 3, patience=0.01)
    assert slow.calls == 3


def test_without_redis_everybody_asks_and_the_log_is_told_once(
    prefix: str, refusing_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    slow = Slow(together=10)
    client = Redis.from_url(f"redis://127.0.0.1:{refusing_port}")
    answers = race(prefix, slow, [None] * 10, client=client)
    assert [answer[1]["body"] for answer in answers] == [b"slow"] * 10
    assert (slow.calls, slow.most) == (10, 10)
    assert [record.message for record in caplog.records] == ["The cache goes on without Redis"]


def test_redis_that_does_not_answer_is_not_waited_for(prefix: str) -> None:
    async def run() -> None:
        async def say_nothing(reader: Any, writer: Any) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, Redis.from_url(f"redis://127.0.0.1:{port}") as client:
            slow = Slow()
            cached = RedisCacheMiddleware(slow, client, key_prefix=prefix, ttl=60, timeout=0.05)
            async with asyncio.timeout(30):
                assert (await ask(cached))[1]["body"] == b"slow"

    asyncio.run(run())


def test_cache_comes_back_with_redis(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("FasterAPI.contrib._cache_store._REST", 0.0)
    slow = Slow()

    async def run() -> None:
        async with Redis.from_url(REDIS_URL) as client:
            cached = RedisCacheMiddleware(slow, client, key_prefix=prefix, ttl=60, **PATIENT)
            with monkeypatch.context() as patch:

                async def fail(*args: Any, **options: Any) -> None:
                    raise ConnectionError("gone")

                patch.setattr(client, "get", fail)
                patch.setattr(client, "set", fail)
                await ask(cached)
                await ask(cached)
            assert slow.calls == 2
            await ask(cached)
            await ask(cached)
            assert slow.calls == 3

    asyncio.run(run())


def test_what_redis_has_and_nobody_understands_is_a_miss(prefix: str) -> None:
    counted = Counted(prefix)
    with TestClient(counted.app) as client, BlockingRedis.from_url(REDIS_URL) as redis:
        client.get("/answer")
        (key,) = redis.scan_iter(f"{prefix}*")
        redis.set(key, b"\xc1 nonsense")
        assert client.get("/answer").status_code == 200
    assert counted.calls == 2


def test_client_of_its_own_is_closed_with_the_application(prefix: str) -> None:
    name = f"test-{uuid4().hex}"
    counted = Counted(prefix, url=f"{REDIS_URL}?client_name={name}")
    with BlockingRedis.from_url(REDIS_URL) as redis:

        def connections() -> int:
            return sum(client["name"] == name for client in redis.client_list())

        with TestClient(counted.app) as client:
            client.get("/answer")
            assert connections() == 1
        # Redis reads the end of a connection some time after it was closed here.
        deadline = time.monotonic() + 30
        while connections():
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_mistakes_are_found_at_construction() -> None:
    for options in ({}, {"redis_client": Redis(), "url": REDIS_URL}):
        with pytest.raises(TypeError, match=r"takes a redis_client or a url: exactly one of them\.$"):
            RedisCacheMiddleware(Slow(), **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"bodies are bytes\. Make it without decode_responses=True\.$"):
        RedisCacheMiddleware(Slow(), Redis(decode_responses=True))
