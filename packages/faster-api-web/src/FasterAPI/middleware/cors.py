"""Cross-origin requests: the names of `faster_core.middleware.cors`."""

from faster_core.middleware.cors import *
from faster_core.middleware.cors import __all__ as __all__
