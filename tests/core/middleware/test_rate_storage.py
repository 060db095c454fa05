import asyncio
from typing import Any

import pytest

pytest.importorskip("limits")

from limits import RateLimitItemPerMinute
from limits.aio.strategies import STRATEGIES

from faster_core.middleware._rate_storage import BoundedMemoryStorage


def test_the_whole_interface() -> None:
    async def main() -> None:
        storage = BoundedMemoryStorage(max_keys=3)
        assert storage.base_exceptions == ()
        assert await storage.check()
        assert (await storage.get("a"), await storage.incr("a", 60), await storage.get("a")) == (0, 1, 1)
        assert await storage.get_expiry("none") <= await storage.get_expiry("a")
        for key in "bcd":
            await storage.incr(key, 60)
        assert (len(storage), await storage.get("a")) == (3, 0)
        await storage.clear_sliding_window("d", 60)
        await storage.clear("d")
        assert await storage.reset() == 2
        assert len(storage) == 0

    asyncio.run(main())


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_it_counts_as_the_librarys_own_memory_does(name: Any, monkeypatch: Any) -> None:
    """The same calls at the same times, answered the same way."""
    import random
    import time

    from limits.aio.storage import MemoryStorage

    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    item = RateLimitItemPerMinute(5)
    chance = random.Random(7)

    async def main() -> None:
        nonlocal now
        ours, theirs = STRATEGIES[name](BoundedMemoryStorage()), STRATEGIES[name](MemoryStorage())  # type: ignore[abstract]
        for _ in range(400):
            now += chance.uniform(0.1, 20)
            cost = chance.choice([1, 1, 2])
            assert await ours.hit(item, "k", cost=cost) == await theirs.hit(item, "k", cost=cost)
            assert (await ours.get_window_stats(item, "k"))[1] == (await theirs.get_window_stats(item, "k"))[1]
        await ours.clear(item, "k")
        assert (await ours.get_window_stats(item, "k"))[1] == 5

    asyncio.run(main())
