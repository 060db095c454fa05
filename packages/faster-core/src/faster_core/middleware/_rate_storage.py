"""Counters in memory, of which there are never more than allowed.

The storage that `limits` has for this looks through all its keys again and again, and drops none before its time; a
client with many addresses makes it grow and slow. Here the key that was unused longest makes room, and nothing is
looked through. One event loop uses it, and no method waits, so there is nothing to lock.
"""

import time
from collections import OrderedDict, deque
from math import floor
from typing import Any

from limits.aio.storage import MovingWindowSupport, SlidingWindowCounterSupport, Storage

__all__ = ["BoundedMemoryStorage"]


class _Counter:
    """What is known about one key; each strategy uses a part of it."""

    __slots__ = ("count", "expires", "hits", "previous", "window")

    def __init__(self) -> None:
        self.count = 0
        self.expires = 0.0
        self.previous = 0
        self.window = 0
        self.hits: deque[float] = deque()


class BoundedMemoryStorage(Storage, MovingWindowSupport, SlidingWindowCounterSupport):
    """Counters of this process.

    Args:
        uri: What `limits` passes; not used.
        max_keys: Keys that are kept at most.
    """

    STORAGE_SCHEME = ["async+faster-memory"]

    def __init__(self, uri: str | None = None, *, max_keys: int = 100_000, **options: Any) -> None:
        super().__init__(uri, **options)
        self.max_keys = max_keys
        self._counters: OrderedDict[str, _Counter] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counters)

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What may go wrong: nothing outside of this process."""
        return ()

    def _find(self, key: str) -> _Counter:
        """Return the counter of a key, which is the last to make room from now on."""
        counter = self._counters.get(key)
        if counter is None:
            if len(self._counters) >= self.max_keys:
                self._counters.popitem(last=False)
            counter = self._counters[key] = _Counter()
        else:
            self._counters.move_to_end(key)
        return counter

    # Fixed windows.

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, in a window that lasts `expiry` seconds from the first time on."""
        counter = self._find(key)
        now = time.time()
        if counter.expires <= now:
            counter.count, counter.expires = 0, now + expiry
        counter.count += amount
        return counter.count

    async def get(self, key: str) -> int:
        """Return the count of the current window."""
        counter = self._counters.get(key)
        return counter.count if counter is not None and counter.expires > time.time() else 0

    async def get_expiry(self, key: str) -> float:
        """Return the time when the current window ends."""
        counter = self._counters.get(key)
        return counter.expires if counter is not None else time.time()

    # Moving windows.

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count if there were not too many in the last `expiry` seconds."""
        hits = self._recent(key, expiry)
        if len(hits) + amount > limit:
            return False
        hits.extend([time.time()] * amount)
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Return the time of the oldest that still counts, and how many do."""
        hits = self._recent(key, expiry)
        return (hits[0] if hits else time.time()), len(hits)

    def _recent(self, key: str, expiry: int) -> deque[float]:
        hits = self._find(key).hits
        oldest = time.time() - expiry
        while hits and hits[0] < oldest:
            hits.popleft()
        return hits

    # Sliding window counters: the count of this window, and that of the last in proportion to what is left of it.

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count if the weighted count allows it."""
        counter, left = self._slide(key, expiry)
        if floor(counter.previous * left / expiry + counter.count) + amount > limit:
            return False
        counter.count += amount
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Return the last window's count and the seconds it still matters, then those of the current one."""
        counter, left = self._slide(key, expiry)
        return counter.previous, left if counter.previous else 0.0, counter.count, left + expiry

    def _slide(self, key: str, expiry: int) -> tuple[_Counter, float]:
        counter = self._find(key)
        window, passed = divmod(time.time(), expiry)
        if counter.window != int(window):
            counter.previous = counter.count if counter.window == int(window) - 1 else 0
            counter.count = 0
            counter.window = int(window)
        return counter, expiry - passed

    async def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget a key."""
        await self.clear(key)

    # All of them.

    async def clear(self, key: str) -> None:
        """Forget a key."""
        self._counters.pop(key, None)

    async def check(self) -> bool:
        """Return True: memory is always there."""
        return True

    async def reset(self) -> int | None:
        """Forget everything; return how much that was."""
        count = len(self._counters)
        self._counters.clear()
        return count
