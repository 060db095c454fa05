"""A handler's result becomes JSON that has the declared fields and no others."""

from faster_core.result.renderer import Renderer, renderer

__all__ = ["Renderer", "renderer"]
