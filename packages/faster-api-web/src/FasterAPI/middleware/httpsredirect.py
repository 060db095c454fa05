"""Redirection to HTTPS: the names of `faster_core.middleware.https_redirect`."""

from faster_core.middleware.https_redirect import *
from faster_core.middleware.https_redirect import __all__ as __all__
