"""Middleware as a function of request and response: the names of `faster_core.middleware.base`."""

from faster_core.middleware.base import *
from faster_core.middleware.base import __all__ as __all__
