"""What every security scheme is, where FastAPI has it."""

from faster_core.security import SecurityBase

__all__ = ["SecurityBase"]
