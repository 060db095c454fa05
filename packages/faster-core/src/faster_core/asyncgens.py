"""Which asynchronous generators the event loop has to know of.

A loop takes down every asynchronous generator that begins (PEP 525, "Finalization"), to close the forgotten ones when
it ends. That costs as much as a call of a dependency. The generators of dependencies with `yield` are never forgotten:
the endpoint that begins one leaves it on every way out. They are left out of the loop's list while an application that
has started runs. All others are taken down as ever, and whatever is lost is still finalised by the loop.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

__all__ = ["spare_loop"]


@contextmanager
def spare_loop(functions: Iterable[Callable[..., Any]]) -> Iterator[None]:
    """Let the loop of this thread not take down the generators of these functions.

    Args:
        functions: Asynchronous generator functions; other callables are passed over.
    """
    # By id, since the hash of a code object is made of all that is in it, and again each time.
    owned = frozenset(id(function.__code__) for function in functions if isinstance(function, FunctionType))
    take_down = sys.get_asyncgen_hooks().firstiter
    if take_down is None or not owned:
        yield
        return

    def firstiter(generator: Any) -> None:
        try:
            if id(generator.ag_code) in owned:
                return
        except AttributeError:
            pass  # Those that Cython compiles have no code object.
        take_down(generator)

    sys.set_asyncgen_hooks(firstiter=firstiter)
    try:
        yield
    finally:
        # Whoever has put another hook in its place keeps it.
        if sys.get_asyncgen_hooks().firstiter is firstiter:
            sys.set_asyncgen_hooks(firstiter=take_down)
