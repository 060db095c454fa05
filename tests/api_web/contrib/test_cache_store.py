import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.api_web.contrib.service import REDIS, REDIS_URL

pytest.importorskip("redis")

from redis.asyncio import Redis

from FasterAPI.contrib._cache_store import Kept, Store

pytestmark = REDIS

ENGLISH = [(b"accept-language", b"en")]
GERMAN = [(b"accept-language", b"de")]


def make(body: bytes, seconds: float = 60) -> Kept:
    return Kept(200, [(b"a", b"\xff")], body, time.time(), time.time() + seconds)


def with_store(use: Callable[[Store, Any], Awaitable[None]]) -> None:
    async def run() -> None:
        prefix = f"test:{uuid4().hex}:"
        async with Redis.from_url(REDIS_URL) as client:
            try:
                await use(Store(client, prefix, 30), client)
            finally:
                for key in [key async for key in client.scan_iter(f"{prefix}*")]:
                    await client.delete(key)

    asyncio.run(run())


def test_response_is_found_as_it_was_kept() -> None:
    async def use(store: Store, client: Any) -> None:
        url = store.key_of("url")
        place = await store.find(url, [])
        assert (place.key, place.kept) == (url, None)
        kept = make(b"\x00body")
        await store.keep(place, kept, (), [])
        assert (await store.find(url, GERMAN)).kept == kept
        assert 0 < await client.ttl(url) <= 60

    with_store(use)


def test_keys_of_other_values_are_other_keys() -> None:
    async def use(store: Store, client: Any) -> None:
        keys = {store.key_of(*parts) for parts in [("a", "b"), ("ab", ""), ("", "ab"), (b"a", "b"), (["a", "b"],)]}
        assert len(keys) == 5

    with_store(use)


def test_variants_are_forgotten_together_and_stay_forgotten() -> None:
    async def use(store: Store, client: Any) -> None:
        url = store.key_of("url")
        for headers, body in ((ENGLISH, b"hello"), (GERMAN, b"hallo")):
            await store.keep(await store.find(url, headers), make(body), ("accept-language",), headers)
        english, german = await store.find(url, ENGLISH), await store.find(url, GERMAN)
        assert english.kept is not None
        assert german.kept is not None
        assert (english.kept.body, german.kept.body) == (b"hello", b"hallo")
        await store.forget(url)
        assert (await store.find(url, GERMAN)).kept is None
        # One comes back; the other one, which Redis still has, does not come back with it.
        await store.keep(await store.find(url, ENGLISH), make(b"hello"), ("accept-language",), ENGLISH)
        assert (await store.find(url, ENGLISH)).kept is not None
        assert (await store.find(url, GERMAN)).kept is None

    with_store(use)


def test_response_that_is_too_old_is_not_found() -> None:
    async def use(store: Store, client: Any) -> None:
        url = store.key_of("url")
        await store.keep(await store.find(url, []), make(b"old", 0.02), (), [])
        await asyncio.sleep(0.03)
        assert (await store.find(url, [])).kept is None

    with_store(use)
