"""The ASGI call signature: the names of `faster_core.types`."""

from faster_core.types import *
from faster_core.types import __all__ as __all__
