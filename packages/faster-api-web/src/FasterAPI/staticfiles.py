"""Files below a path: the names of `faster_core.staticfiles`."""

from faster_core.staticfiles import *
from faster_core.staticfiles import __all__ as __all__
