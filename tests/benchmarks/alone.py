"""A measurement in a process of its own, without what one before it has left in memory or taught the interpreter.

glibc gives memory back to the system, and takes it again, depending on which blocks happen to lie at the end of what it
has. Where that goes on, an upload of a mebibyte costs five times as much, with one application and not with the next;
behind a server it was not seen to go on. So the process keeps what is freed, whoever asks for it.
"""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar
from unittest.mock import patch

__all__ = ["alone"]

P = ParamSpec("P")
T = TypeVar("T")

_MEBIBYTE = 1024 * 1024
_KEEPING = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * _MEBIBYTE),
    "MALLOC_TRIM_THRESHOLD_": str(256 * _MEBIBYTE),
}
"""Spec: glibc, mallopt(3)"""


def alone(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a function returns in a fresh interpreter on the same core.

    Raises:
        BaseException: Whatever the function raises.
    """
    with patch.dict(os.environ, _KEEPING), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(function, *args, **kwargs).result()
