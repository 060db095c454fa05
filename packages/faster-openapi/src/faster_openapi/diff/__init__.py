"""Two documents compared: what changed, and whether it breaks clients."""

from faster_openapi.diff.change import Change, Comparison, Severity
from faster_openapi.diff.document import diff

__all__ = ["Change", "Comparison", "Severity", "diff"]
