"""Known hosts: the names of `faster_core.middleware.trusted_host`."""

from faster_core.middleware.trusted_host import *
from faster_core.middleware.trusted_host import __all__ as __all__
