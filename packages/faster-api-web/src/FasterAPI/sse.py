"""Server-sent events: the names of `faster_core.sse`."""

from faster_core.sse import *
from faster_core.sse import __all__ as __all__
