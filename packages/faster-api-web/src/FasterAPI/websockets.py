"""WebSockets: the names of `FasterAPI.websocket`."""

from FasterAPI.websocket import *
from FasterAPI.websocket import __all__ as __all__
