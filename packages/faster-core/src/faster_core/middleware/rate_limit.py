"""Not too many requests from one client.

Spec: RFC 6585, 4; draft-ietf-httpapi-ratelimit-headers-07
"""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from hashlib import blake2b
from math import ceil
from typing import Any, Literal

from faster_core.direct import direct
from faster_core.header import RawHeaders, encode_name
from faster_core.middleware._client import ClientAddress
from faster_core.middleware._extra import import_extra
from faster_core.middleware._pairs import answer_json, copy_headers, with_headers
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RateLimitMiddleware", "Strategy"]

Strategy = Literal["fixed-window", "moving-window", "sliding-window-counter"]

_logger = logging.getLogger(__name__)

_STARTS = frozenset({"http.response.start", "websocket.http.response.start"})

# A key of the application's own may be any text; longer ones are kept as their digest.
_MAX_KEY = 128


class RateLimitMiddleware:
    """Answers 429 to clients that send more requests than they may.

    Every answer says `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds), for the limit that is
    closest; a refusal says `Retry-After` too. WebSocket handshakes count as requests.

    A client is its IP address, or the network of 64 bits of an IPv6 address. `X-Forwarded-For` is believed only from
    `trusted_proxies`: everyone else could choose another address for each request.

    Counters are in the memory of this process, at most `max_keys` of them; with several processes use Redis by
    `storage_url`.

    Args:
        app: The next application.
        limit: Limits, as `100/minute` or `10/second; 1000/hour`; None for the next two.
        requests_per_minute: Requests in each window.
        window_seconds: Seconds in a window, rounded up.
        strategy: `sliding-window-counter` needs two numbers for each client; `moving-window` is exact and remembers
            every request; `fixed-window` lets twice as many through around its edges.
        storage_url: `memory://`, or where all processes count: `redis://localhost:6379/0`.
        key: Called with the scope, returns who is counted; None not to count the request.
        trusted_proxies: Addresses and networks of your proxies; `*` if only they can connect.
        forwarded_for_header: The header in which they add the address of their peer.
        max_keys: Clients that are remembered in memory at most; those unused longest are forgotten first.
        fail_open: Whether requests pass uncounted when the storage cannot be reached; otherwise they get 503.
        namespace: Keeps counters apart that share a storage.

    Raises:
        ImportError: At construction, without the `limits` library, or without that of the storage.
        ValueError: At construction, for limits, networks or a storage that are none.

    Example:
        >>> app.add_middleware(RateLimitMiddleware, limit="100/minute")  # doctest: +SKIP
    """

    def __init__(
        self,
        app: ASGIApp,
        limit: str | None = None,
        *,
        requests_per_minute: int = 120,
        window_seconds: float = 60.0,
        strategy: Strategy = "sliding-window-counter",
        storage_url: str = "memory://",
        key: Callable[[Scope], str | None] | None = None,
        trusted_proxies: Sequence[str] = (),
        forwarded_for_header: str = "X-Forwarded-For",
        max_keys: int = 100_000,
        fail_open: bool = False,
        namespace: str = "faster",
    ) -> None:
        self.app = app
        self._next = direct(app)
        limits = import_extra("limits", extra="ratelimit", user="RateLimitMiddleware")
        strategies = import_extra("limits.aio.strategies", extra="ratelimit", user="RateLimitMiddleware")
        if strategy not in strategies.STRATEGIES:
            raise ValueError(
                f"RateLimitMiddleware: strategy {strategy!r} is unknown. Write one of {sorted(strategies.STRATEGIES)}."
            )
        if max_keys < 1:
            raise ValueError(f"RateLimitMiddleware: max_keys must be 1 or more, not {max_keys!r}.")
        self.items: list[Any] = _read_limits(limits, limit, requests_per_minute, window_seconds)
        self._unavailable: type[Exception] = limits.errors.StorageError
        self._limiter = strategies.STRATEGIES[strategy](_open_storage(limits, storage_url, max_keys))
        self._key = key or ClientAddress(trusted_proxies, encode_name(forwarded_for_header)).find
        self._fail_open = fail_open
        self._namespace = namespace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, and call on unless it is too many."""
        key = self._key(scope) if scope["type"] in {"http", "websocket"} else None
        if key is None:
            await self._next(scope, receive, send)
            return
        try:
            is_allowed, added = await self._count(_shorten(key))
        except self._unavailable as error:
            _logger.exception("The rate limit's storage cannot be reached", exc_info=error)
            if not self._fail_open:
                await answer_json(scope, receive, send, 503)
                return
            is_allowed, added = True, []
        if not is_allowed:
            await answer_json(scope, receive, send, 429, None, [*added, (b"retry-after", added[-1][1])])
            return

        def send_with_limits(message: Message) -> Awaitable[None]:
            if message["type"] in _STARTS:
                message = with_headers(message, copy_headers(message) + added)
            return send(message)

        await self._next(scope, receive, send_with_limits)

    async def _count(self, key: str) -> tuple[bool, RawHeaders]:
        """Count one request; return whether it is allowed, and the headers that say how many more are."""
        closest: tuple[int, Any, float] | None = None
        for item in self.items:
            is_allowed = await self._limiter.hit(item, self._namespace, key)
            reset, remaining = await self._limiter.get_window_stats(item, self._namespace, key)
            if not is_allowed:
                return False, _describe(item, 0, reset)
            if closest is None or remaining < closest[0]:
                closest = (remaining, item, reset)
        assert closest is not None
        return True, _describe(closest[1], closest[0], closest[2])


def _describe(item: Any, remaining: int, reset: float) -> RawHeaders:
    seconds = max(1, ceil(reset - time.time()))
    return [
        (b"ratelimit-limit", b"%d" % item.amount),
        (b"ratelimit-remaining", b"%d" % max(0, remaining)),
        (b"ratelimit-reset", b"%d" % seconds),
    ]


def _read_limits(limits: Any, text: str | None, requests: int, seconds: float) -> list[Any]:
    if text is not None:
        try:
            items = list(limits.parse_many(text))
        except ValueError:
            items = []
        if not items or any(item.amount < 1 for item in items):
            raise ValueError(f"RateLimitMiddleware: limit {text!r} is none. Write it like '100/minute; 1000/day'.")
        return items
    if requests < 1:
        raise ValueError(f"RateLimitMiddleware: requests_per_minute must be 1 or more, not {requests!r}.")
    if not seconds > 0:
        raise ValueError(f"RateLimitMiddleware: window_seconds must be above 0, not {seconds!r}.")
    return [limits.RateLimitItemPerSecond(requests, ceil(seconds))]


def _open_storage(limits: Any, url: str, max_keys: int) -> Any:
    if url.removeprefix("async+") in {"memory://", "memory:"}:
        from faster_core.middleware._rate_storage import BoundedMemoryStorage

        return BoundedMemoryStorage(max_keys=max_keys)
    storage = import_extra("limits.storage", extra="ratelimit", user="RateLimitMiddleware")
    options: dict[str, Any] = {"wrap_exceptions": True}
    if url.removeprefix("async+").startswith(("redis://", "rediss://", "redis+unix://")):
        import_extra("redis", extra="redis", user=f"RateLimitMiddleware with {url.partition('://')[0]}://")
        options["implementation"] = "redispy"
    try:
        return storage.storage_from_string(f"async+{url.removeprefix('async+')}", **options)
    except limits.errors.ConfigurationError as error:
        scheme = url.partition("://")[0]
        raise ValueError(f"RateLimitMiddleware: storage {scheme!r} cannot be used: {error}") from error


def _shorten(key: str) -> str:
    if len(key) <= _MAX_KEY and key.isascii() and key.isprintable():
        return key
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
