"""PATCH: the names of `faster_core.partial`."""

from faster_core.partial import *
from faster_core.partial import __all__ as __all__
