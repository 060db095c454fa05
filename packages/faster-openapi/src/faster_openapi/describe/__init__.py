"""Routes and their plans become a document."""

from faster_openapi.describe.document import Description, describe

__all__ = ["Description", "describe"]
