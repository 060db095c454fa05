"""Where kept responses are: in Redis, below one key for each URL.

    <prefix><hash of the URL>                  Kept, a response without `Vary`; or
                                               Variants, the names of the headers that it depends on
    <prefix><hash of all of this>              Kept, the response for certain values of those headers

Variants carry a generation, which is part of their responses' keys: forgetting the one key forgets them all.

Redis is never waited for long, and never needed: when it fails, it is left alone for a while, and nothing is known.
"""

import asyncio
import hashlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import msgspec

from FasterAPI.contrib._cache_policy import select
from FasterAPI.contrib._extra import needs

with needs("redis", extra="redis", user="FasterAPI.contrib.redis"):
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

__all__ = ["Kept", "Place", "Store"]

_log = logging.getLogger("FasterAPI")

_REST = 1.0
"""Seconds that a Redis which has failed is left alone."""

_VARIANTS_LIFETIME = 86_400
"""Seconds that the names of headers are remembered; what they lead to ends by itself."""

T = TypeVar("T")


class Kept(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A response.

    Attributes:
        status: Its status.
        headers: Its header pairs.
        body: All of its body.
        made: When it was made, seconds since 1970.
        good_until: Until when it may be used, in the same seconds.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    made: float
    good_until: float


class Variants(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """What the responses of a URL depend on.

    Attributes:
        names: The names of request headers, in lower case.
        generation: A part of their keys.
    """

    names: tuple[str, ...]
    generation: str


class Place(msgspec.Struct, frozen=True):
    """Where the response to a request is, or would be.

    Attributes:
        url_key: The key of its URL.
        key: The key of the response, as far as is known.
        variants: What its URL's responses depend on; None for nothing, as far as is known.
        kept: The response, or None.
    """

    url_key: str
    key: str
    variants: Variants | None = None
    kept: Kept | None = None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Kept | Variants).decode


class Store:
    """Keeps responses.

    Args:
        client: The Redis.
        prefix: What all keys begin with.
        timeout: Seconds that Redis may take to answer.
    """

    def __init__(self, client: "Redis", prefix: str, timeout: float) -> None:
        self.client = client
        self._prefix = prefix
        self._timeout = timeout
        self._rest_until = 0.0
        self._is_down = False

    @property
    def is_down(self) -> bool:
        """Whether Redis did not answer when it was last asked."""
        return self._is_down

    def key_of(self, *parts: Any) -> str:
        """Return a key for values: another for any other values."""
        return self._prefix + hashlib.sha256(_encode(parts)).hexdigest()

    async def find(self, url_key: str, headers: Sequence[tuple[bytes, bytes]]) -> Place:
        """Return where the response to a request is.

        Args:
            url_key: The key of its URL.
            headers: The request's header pairs.
        """
        found = await self._get(url_key)
        if not isinstance(found, Variants):
            return Place(url_key, url_key, None, found)
        key = self._key_of_variant(url_key, found, headers)
        kept = await self._get(key)
        return Place(url_key, key, found, kept if isinstance(kept, Kept) else None)

    async def keep(
        self, place: Place, kept: Kept, names: tuple[str, ...], headers: Sequence[tuple[bytes, bytes]]
    ) -> None:
        """Keep a response.

        Args:
            place: Where its request was looked up.
            kept: The response.
            names: The request headers that it depends on.
            headers: The request's header pairs.
        """
        milliseconds = max(1, int((kept.good_until - time.time()) * 1000))
        former = place.variants
        # What a URL's responses have ever depended on, they are told apart by: some servers say `Vary` only at times.
        names = tuple(sorted({*names, *former.names})) if former is not None else names
        if not names:
            await self._call(lambda: self.client.set(place.url_key, _encode(kept), px=milliseconds))
            return
        variants = former if former is not None and former.names == names else Variants(names, secrets.token_hex(8))
        key = self._key_of_variant(place.url_key, variants, headers)

        async def write() -> None:
            async with self.client.pipeline(transaction=False) as pipeline:
                # Nothing to await: commands of a pipeline wait for `execute`.
                _ = pipeline.set(place.url_key, _encode(variants), ex=_VARIANTS_LIFETIME)
                _ = pipeline.set(key, _encode(kept), px=milliseconds)
                await pipeline.execute()

        await self._call(write)

    async def forget(self, url_key: str) -> None:
        """Forget every response of a URL."""
        await self._call(lambda: self.client.delete(url_key))

    def _key_of_variant(self, url_key: str, variants: Variants, headers: Sequence[tuple[bytes, bytes]]) -> str:
        return self.key_of(url_key, variants.generation, variants.names, select(headers, variants.names))

    async def _get(self, key: str) -> Kept | Variants | None:
        raw: Any = await self._call(lambda: self.client.get(key))
        if raw is None:
            return None
        try:
            found = _decode(raw)
        except msgspec.DecodeError:
            # Written by another version, or by somebody else: not known.
            _log.warning("The cache does not understand what Redis has below %s", key)
            return None
        return None if isinstance(found, Kept) and found.good_until <= time.time() else found

    async def _call(self, command: Callable[[], Awaitable[T]]) -> T | None:
        """Return the answer of Redis, or None when there is none to be had."""
        if self._is_down and time.monotonic() < self._rest_until:
            return None
        try:
            async with asyncio.timeout(self._timeout):
                answer = await command()
        except (RedisError, OSError, TimeoutError) as error:
            if not self._is_down:
                _log.warning("The cache goes on without Redis", exc_info=error)
            self._is_down = True
            self._rest_until = time.monotonic() + _REST
            return None
        if self._is_down:
            _log.info("The cache has Redis again")
            self._is_down = False
        return answer
