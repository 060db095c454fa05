"""Sessions in signed cookies: the names of `faster_core.middleware.session`."""

from faster_core.middleware.session import *
from faster_core.middleware.session import __all__ as __all__
