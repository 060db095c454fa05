"""Redis: a response cache that all workers share. Needs the extra `redis`.

    app = Faster()
    app.add_middleware(RedisCacheMiddleware, url="redis://localhost:6379/0", ttl=60)

    @app.get("/prices")
    async def prices() -> dict[str, int]:
        return await ask_the_slow_database()

It is a shared cache as RFC 9111 has it, with what is personal left out altogether: requests with Authorization, Cookie
or another credential pass it by, and answers with Set-Cookie are not kept. Add it before other middleware: what is
added later, such as a request id, is around it and is not kept with the answer.

Spec: RFC 9111
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from faster_core.types import ASGIApp, Message, Receive, Scope, Send
from faster_core.validators import is_not_modified
from FasterAPI.contrib._cache_policy import Wish, lifetime_of, read_vary, read_wish
from FasterAPI.contrib._cache_store import Kept, Place, Store
from FasterAPI.contrib._extra import needs

with needs("redis", extra="redis", user="FasterAPI.contrib.redis"):
    from redis.asyncio import Redis

__all__ = ["RedisCacheMiddleware"]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})

_UNFIT_SECONDS = 10.0
"""How long requests do not wait for one another where an answer turned out not to be for all."""

_MAX_UNFIT = 10_000


class RedisCacheMiddleware:
    """Answers GET requests from Redis, and keeps answers there.

    How long an answer is kept it says itself, by `Cache-Control` (`s-maxage`, `max-age`) or `Expires`; `ttl` is for
    those that say nothing. `no-store`, `private` and `no-cache` are obeyed, of requests as well. Answers that depend on
    request headers by `Vary` are told apart. `If-None-Match` and `If-Modified-Since` are answered with 304. A request
    with a body passes by, since what it asks is not only in its URL. A successful request of an unsafe method (POST,
    PUT, DELETE …) forgets the answers of its URL.

    An answer that the application was making while its URL was changed may be kept, for as long as any: give what has
    to be right at once `Cache-Control: no-store`.

    Of requests that miss at once, one in each process asks the application and the others wait for its answer, unless
    it turns out not to be for all.

    Without Redis, requests go to the application; it is asked again after a second.

    Args:
        app: The next application.
        redis_client: A `redis.asyncio.Redis` of yours, which is not closed here.
        url: Where Redis is, instead: `redis://…`, `rediss://…`, `unix://…`.
        ttl: Seconds that an answer is kept which does not say itself how long. Zero, the default, keeps none of them:
            an answer may depend on more than its URL and `Vary` tell.
        key_prefix: What keys in Redis begin with: another for each application.
        cacheable_statuses: The statuses that are kept.
        max_body_bytes: Bytes of a body that is kept, at most; larger ones pass through, never held as a whole.
        credential_headers: Request headers that make an answer one's own; requests with one pass by.
        timeout: Seconds that Redis may take.
        patience: Seconds that a request waits for another's answer.

    Raises:
        TypeError: At construction, for both a client and a URL, or neither.
        ValueError: At construction, for a client that decodes responses.
    """

    def __init__(
        self,
        app: ASGIApp,
        redis_client: "Redis | None" = None,
        *,
        url: str | None = None,
        ttl: float = 0.0,
        key_prefix: str = "fasterapi:http:",
        cacheable_statuses: Sequence[int] = (200,),
        max_body_bytes: int = 1_048_576,
        credential_headers: Sequence[str] = ("Authorization", "Cookie", "Proxy-Authorization", "X-API-Key"),
        timeout: float = 0.5,
        patience: float = 5.0,
    ) -> None:
        self.app = app
        self._owns_client = redis_client is None
        self._store = Store(_open_client(redis_client, url), key_prefix, timeout)
        self._ttl = ttl
        self._statuses = frozenset(cacheable_statuses)
        self._max_body = max_body_bytes
        self._credentials = frozenset(name.lower().encode("latin-1") for name in credential_headers)
        self._patience = patience
        self._flights: dict[str, asyncio.Event] = {}
        self._unfit: OrderedDict[str, float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or let the application answer."""
        if scope["type"] == "lifespan":
            try:
                await self.app(scope, receive, send)
            finally:
                if self._owns_client:
                    await self._store.client.aclose()
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "GET":
            await self._get(scope, receive, send)
        elif scope["method"] in _SAFE:
            await self.app(scope, receive, send)
        else:
            await self._change(scope, receive, send)

    async def _get(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        wish = read_wish(headers, self._credentials)
        if wish.bypass:
            await self.app(scope, receive, send)
            return
        url_key = self._url_key(scope)
        deadline = time.monotonic() + self._patience
        while True:
            place = await self._store.find(url_key, headers)
            if place.kept is not None and _is_wanted(place.kept, wish):
                await _answer(place.kept, headers, send)
                return
            if wish.only_if_cached:
                await _answer_nothing(send)
                return
            if wish.conditional:
                # Its answer may be 304, which is no answer to others.
                await self.app(scope, receive, send)
                return
            flight = self._flights.get(place.key)
            # Where nothing can be handed on, nobody waits.
            if flight is None or wish.refresh or self._store.is_down or self._is_unfit(url_key):
                await self._ask(place, scope, receive, send)
                return
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    await flight.wait()
            except TimeoutError:
                await self._ask(place, scope, receive, send)
                return

    async def _ask(self, place: Place, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, and keep what it says."""
        flight: asyncio.Event | None = None
        if place.key not in self._flights:
            flight = self._flights[place.key] = asyncio.Event()

        def land() -> None:
            if flight is not None and self._flights.get(place.key) is flight:
                del self._flights[place.key]
                flight.set()

        recording = _Recording(self, place, scope["headers"], send, land)

        async def receive_and_look() -> Message:
            message = await receive()
            if message.get("body"):
                # An answer to what only this client has sent, which is no part of the key.
                recording.give_up()
            return message

        try:
            await self.app(scope, receive_and_look, recording.send)
        finally:
            land()

    def lifetime_of(self, message: Message) -> float:
        """Return for how many seconds a response that begins so may be kept; zero for not at all."""
        if message["status"] not in self._statuses or message.get("trailers"):
            return 0
        headers = message.get("headers") or ()
        if any(size > self._max_body for size in _lengths_of(headers)):
            return 0
        return lifetime_of(headers, self._ttl)

    async def keep(self, place: Place, kept: Kept, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Keep a response."""
        self._unfit.pop(place.url_key, None)
        await self._store.keep(place, kept, read_vary(kept.headers), headers)

    def mark_unfit(self, url_key: str) -> None:
        """Remember that the answers of a URL are not for all, so that requests do not wait for one another in vain."""
        self._unfit[url_key] = time.monotonic() + _UNFIT_SECONDS
        self._unfit.move_to_end(url_key)
        if len(self._unfit) > _MAX_UNFIT:
            self._unfit.popitem(last=False)

    @property
    def max_body(self) -> int:
        """Bytes of a body that is kept, at most."""
        return self._max_body

    def _is_unfit(self, url_key: str) -> bool:
        until = self._unfit.get(url_key)
        return until is not None and time.monotonic() < until

    async def _change(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application change something, and forget what was known of it (RFC 9111, 4.4)."""
        url_key = self._url_key(scope)

        async def send_and_forget(message: Message) -> None:
            if message["type"] == "http.response.start" and 200 <= message["status"] < 400:
                await self._store.forget(url_key)
            await send(message)

        await self.app(scope, receive, send_and_forget)

    def _url_key(self, scope: Scope) -> str:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        return self._store.key_of(
            scope.get("scheme", "http"),
            host.lower(),
            scope.get("root_path", ""),
            scope["path"],
            scope.get("raw_path") or b"",
            scope.get("query_string", b""),
        )


class _Recording:
    """A response on its way to the client, of which a copy is kept as long as it may be and is not too large."""

    def __init__(
        self,
        cache: RedisCacheMiddleware,
        place: Place,
        headers: Sequence[tuple[bytes, bytes]],
        send: Send,
        land: Callable[[], None],
    ) -> None:
        self._cache = cache
        self._place = place
        self._headers = headers
        self._send = send
        self._land = land
        self._start: Message | None = None
        self._lifetime = 0.0
        self._pieces: list[bytes] = []
        self._size = 0
        self._is_given_up = False

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            self._lifetime = 0.0 if self._is_given_up else self._cache.lifetime_of(message)
            if self._lifetime > 0:
                self._start = message
            else:
                self.give_up()
            await self._send(_with_header(message, b"cache-status", b"FasterAPI; fwd=miss"))
            return
        if self._start is not None:
            if kind == "http.response.body":
                self._add(message.get("body", b""))
            else:
                # A file that the server reads, or trailers: not all of the response is seen here.
                self.give_up()
        await self._send(message)
        if self._start is not None and not message.get("more_body"):
            start, self._start = self._start, None
            body = b"".join(self._pieces)
            if _is_whole(start, body):
                await self._cache.keep(self._place, self._make(start, body), self._headers)

    def _add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._cache.max_body:
            self.give_up()
        elif piece:
            self._pieces.append(bytes(piece))

    def give_up(self) -> None:
        """Keep nothing, and let nobody wait for it."""
        self._is_given_up = True
        self._start = None
        self._pieces.clear()
        self._cache.mark_unfit(self._place.url_key)
        self._land()

    def _make(self, start: Message, body: bytes) -> Kept:
        now = time.time()
        headers = [(bytes(name).lower(), bytes(value)) for name, value in start.get("headers") or ()]
        age = next((int(value) for name, value in headers if name == b"age" and value.isdigit()), 0)
        headers = [pair for pair in headers if pair[0] not in {b"age", b"cache-status"}]
        return Kept(start["status"], headers, body, now - age, now + self._lifetime)


def _open_client(client: "Redis | None", url: str | None) -> "Redis":
    if (client is None) == (url is None):
        raise TypeError("RedisCacheMiddleware takes a redis_client or a url: exactly one of them.")
    if client is None:
        return Redis.from_url(str(url))
    if client.connection_pool.connection_kwargs.get("decode_responses"):
        raise ValueError(
            "RedisCacheMiddleware got a client that decodes responses, but bodies are bytes. "
            "Make it without decode_responses=True."
        )
    return client


def _is_wanted(kept: Kept, wish: Wish) -> bool:
    if wish.refresh:
        return False
    return wish.max_age is None or time.time() - kept.made <= wish.max_age


def _is_whole(start: Message, body: bytes) -> bool:
    """Return whether all of a body is there, as far as its head says."""
    return all(length == len(body) for length in _lengths_of(start.get("headers") or ()))


def _lengths_of(headers: Iterable[tuple[bytes, bytes]]) -> list[int]:
    return [int(value) for name, value in headers if name.lower() == b"content-length" and value.isdigit()]


def _with_header(message: Message, name: bytes, value: bytes) -> Message:
    return {**message, "headers": [*(message.get("headers") or ()), (name, value)]}


async def _answer(kept: Kept, headers: Sequence[tuple[bytes, bytes]], send: Send) -> None:
    """Send a kept response, or 304 to a client that has it."""
    now = time.time()
    added = [
        (b"age", b"%d" % max(0, now - kept.made)),
        (b"cache-status", b"FasterAPI; hit; ttl=%d" % max(0, kept.good_until - now)),
    ]
    asked = {name: value.decode("latin-1") for name, value in headers if name.startswith(b"if-")}
    own = {name: value.decode("latin-1") for name, value in kept.headers if name in {b"etag", b"last-modified"}}
    status, body, pairs = kept.status, kept.body, kept.headers
    if is_not_modified(
        asked.get(b"if-none-match"),
        asked.get(b"if-modified-since"),
        etag=own.get(b"etag", ""),
        last_modified=own.get(b"last-modified", ""),
    ):
        status, body = 304, b""
        pairs = [pair for pair in pairs if pair[0] not in {b"content-length", b"content-type"}]
    await send({"type": "http.response.start", "status": status, "headers": [*pairs, *added]})
    await send({"type": "http.response.body", "body": body})


async def _answer_nothing(send: Send) -> None:
    """Answer `only-if-cached` where nothing is (RFC 9111, 5.2.1.7)."""
    await send({"type": "http.response.start", "status": 504, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
