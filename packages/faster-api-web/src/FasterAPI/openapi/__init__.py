"""The document and its pages: the names of `faster_openapi`."""

from faster_openapi import *
from faster_openapi import __all__ as __all__
