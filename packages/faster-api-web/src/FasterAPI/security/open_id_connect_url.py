"""OpenID Connect, where FastAPI has it."""

from faster_core.security import OpenIdConnect

__all__ = ["OpenIdConnect"]
