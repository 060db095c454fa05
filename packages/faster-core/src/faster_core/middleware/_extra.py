"""Packages that only some middleware needs: imported when that middleware is made."""

from importlib import import_module
from types import ModuleType

__all__ = ["import_extra"]


def import_extra(module: str, *, extra: str, user: str) -> ModuleType:
    """Return a module that is not a dependency of this package.

    Args:
        module: Its name.
        extra: The extra of `faster-api-web` that installs it.
        user: What needs it, for the message.

    Raises:
        ImportError: When it is not installed; the message is the command to run.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(
            f"{user} requires {package}, which is not installed. Run: pip install 'faster-api-web[{extra}]'"
        ) from error
