"""Work after the response: the names of `faster_core.background`."""

from faster_core.background import *
from faster_core.background import __all__ as __all__
