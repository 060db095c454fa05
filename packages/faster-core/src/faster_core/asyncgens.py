"""Which asynchronous generators the event loop has to know of.

A loop takes down every asynchronous generator that begins (PEP 525, "Finalization"), to close the forgotten ones when
it ends. That costs as much as several calls of a dependency. The generators of dependencies with `yield` are never
forgotten: the endpoint that begins one leaves it on every way out. They are left out of the loop's list while an
application that has started runs. All others are taken down as ever, and whatever is lost is still finalised by the
loop.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

__all__ = ["beginning", "spare_loop"]

beginning: Final[list[Any]] = [None]
"""The generator that an endpoint begins next: it puts it here, and begins it at once.

Another thread may put its own here in between. The loop then takes the first one down, as it would have without this.
"""


@contextmanager
def spare_loop() -> Iterator[None]:
    """Let the loop of this thread not take down the generators that endpoints begin."""
    take_down = sys.get_asyncgen_hooks().firstiter
    if take_down is None:
        yield
        return

    def firstiter(generator: Any) -> None:
        if generator is not beginning[0]:
            take_down(generator)

    sys.set_asyncgen_hooks(firstiter=firstiter)
    try:
        yield
    finally:
        beginning[0] = None
        # Whoever has put another hook in its place keeps it.
        if sys.get_asyncgen_hooks().firstiter is firstiter:
            sys.set_asyncgen_hooks(firstiter=take_down)
