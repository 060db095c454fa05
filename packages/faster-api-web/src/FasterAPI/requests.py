"""Requests: the names of `FasterAPI.request`."""

from FasterAPI.request import *
from FasterAPI.request import __all__ as __all__
