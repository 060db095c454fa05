"""JSON out of anything: the names of `faster_core.encoding`."""

from faster_core.encoding import *
from faster_core.encoding import __all__ as __all__
