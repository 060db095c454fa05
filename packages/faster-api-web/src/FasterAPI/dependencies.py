"""Values that other functions provide."""

from faster_core.app_scope import AppScope
from faster_core.params import DependencyScope, Depends, Injection, Security
from faster_core.security import SecurityScopes

__all__ = ["AppScope", "DependencyScope", "Depends", "Injection", "Security", "SecurityScopes"]
