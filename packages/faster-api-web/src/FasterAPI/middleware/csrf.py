"""Forged requests: the names of `faster_core.middleware.csrf`."""

from faster_core.middleware.csrf import *
from faster_core.middleware.csrf import __all__ as __all__
