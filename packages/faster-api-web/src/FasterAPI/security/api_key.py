"""API keys: the names of `faster_core.security.api_key`."""

from faster_core.security.api_key import *
from faster_core.security.api_key import __all__ as __all__
