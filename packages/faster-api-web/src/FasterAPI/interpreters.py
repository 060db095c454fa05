"""Work of the processor: the names of `faster_core.interpreters`."""

from faster_core.interpreters import *
from faster_core.interpreters import __all__ as __all__
