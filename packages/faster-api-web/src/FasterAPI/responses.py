"""Responses: the names of `FasterAPI.response`."""

from FasterAPI.response import *
from FasterAPI.response import __all__ as __all__
