"""HTTP authentication: the names of `faster_core.security.http`."""

from faster_core.security.http import *
from faster_core.security.http import __all__ as __all__
