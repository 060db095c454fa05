"""Two documents compared: what changed, and whether it breaks clients."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from faster_core.deferred import deferred

if TYPE_CHECKING:
    from faster_openapi.diff.change import Change, Comparison, Severity
else:
    __getattr__, __dir__ = deferred(__name__, {"faster_openapi.diff.change": ("Change", "Comparison", "Severity")})

__all__ = ["Change", "Comparison", "Severity", "diff"]


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> "Comparison":
    """Return what changed from one document to another.

    A path is the same whatever its variables are called. Texts for people, such as descriptions and examples, are not
    compared.

    Args:
        old: The document that clients know.
        new: The one that they will meet.
    """
    from faster_openapi.diff.document import compare

    return compare(old, new)
