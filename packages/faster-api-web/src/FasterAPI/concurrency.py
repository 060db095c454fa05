"""Threads: the names of `faster_core.concurrency`."""

from faster_core.concurrency import *
from faster_core.concurrency import __all__ as __all__
