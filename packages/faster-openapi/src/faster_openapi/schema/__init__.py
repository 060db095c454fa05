"""Types become JSON Schemas (draft 2020-12), the named ones components of the document."""

from faster_openapi.schema.components import Components
from faster_openapi.schema.value import plain

__all__ = ["Components", "plain"]
