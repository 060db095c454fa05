"""Where an argument comes from: the names of `faster_core.params`."""

from faster_core.params import *
from faster_core.params import __all__ as __all__
