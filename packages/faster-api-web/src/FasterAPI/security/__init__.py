"""Security schemes: the names of `faster_core.security`."""

from faster_core.security import *
from faster_core.security import __all__ as __all__
