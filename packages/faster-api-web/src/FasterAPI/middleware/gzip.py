"""Compression: the names of `faster_core.middleware.compression`."""

from faster_core.middleware.compression import *
from faster_core.middleware.compression import __all__ as __all__
