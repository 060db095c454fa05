"""Everything that can go wrong: the names of `faster_core.exceptions`."""

from faster_core.exceptions import *
from faster_core.exceptions import __all__ as __all__
