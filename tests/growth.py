"""How the cost of something grows with its input, on a machine that has much else to do."""

import gc
import time
from collections.abc import Callable

__all__ = ["check_growth"]

_ROUNDS = 20
"""So often is the cost measured before it counts as too high: what grows too fast does so every time."""


def check_growth(
    make: Callable[[int], Callable[[], object]], size: int, *, times: int = 16, limit: float = 96, slack: float = 0.0
) -> None:
    """Check that so many times the input costs less than a multiple.

    Sixteen times the input costs sixteen times as much where the cost is linear, some times that where it no longer
    fits into a cache, and 256 times where it is quadratic. The CPU time is taken, and the best of all measurements: a
    disturbance only ever lengthens one.

    Args:
        make: Makes the function to be measured, for a size.
        size: The smaller of the two sizes.
        times: How many times as long the larger one is.
        limit: How many times as much it may cost, at most.
        slack: Seconds that it may cost besides, where both costs are next to nothing.
    """
    small, large = make(size), make(times * size)
    enabled = gc.isenabled()
    gc.disable()
    try:
        little = min(_seconds(small) for _ in range(3))
        much = _seconds(large)
        for _ in range(_ROUNDS):
            if much < limit * little + slack:
                return
            little, much = min(little, _seconds(small)), min(much, _seconds(large))
    finally:
        if enabled:
            gc.enable()
    raise AssertionError(
        f"{times} times the input costs {much / little:.1f} times as much: {little:.6f} s, {much:.6f} s"
    )


def _seconds(function: Callable[[], object]) -> float:
    """CPU time of calls that take at least some milliseconds together, per call."""
    calls = 0
    start = time.process_time()
    while (passed := time.process_time() - start) < 0.004:
        function()
        calls += 1
    return passed / calls
