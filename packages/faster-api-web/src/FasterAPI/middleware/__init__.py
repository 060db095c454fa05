"""What stands around an application: the names of `faster_core.middleware`."""

from faster_core.middleware import *
from faster_core.middleware import __all__ as __all__
