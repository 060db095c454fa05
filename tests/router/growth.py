"""How the cost of something grows with its input."""

import gc
import time
from collections.abc import Callable


def growth(make: Callable[[int], Callable[[], object]], size: int) -> float:
    """The time for twice the size over that for the size: about 2 where the cost is linear, 4 where it is quadratic.

    Args:
        make: Makes the function to be timed, for a size.
        size: The smaller of the two sizes.
    """
    small, large = make(size), make(2 * size)
    enabled = gc.isenabled()
    gc.disable()
    try:
        pairs = [(_seconds(small), _seconds(large)) for _ in range(7)]
    finally:
        if enabled:
            gc.enable()
    return min(pair[1] for pair in pairs) / min(pair[0] for pair in pairs)


def _seconds(function: Callable[[], object]) -> float:
    """CPU time of calls that take at least some milliseconds together, per call."""
    calls = 0
    start = time.process_time()
    while (passed := time.process_time() - start) < 0.004:
        function()
        calls += 1
    return passed / calls
