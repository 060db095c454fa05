"""Third parties that are there only when their extra is installed."""

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["needs"]


@contextmanager
def needs(package: str, *, extra: str, user: str) -> Iterator[None]:
    """Say which extra is missing when an import within the block finds nothing.

    Args:
        package: The import name of the third party. Another module that is missing is a fault of its own.
        extra: The extra of `faster-api-web` that installs it.
        user: What needs it, for the message.

    Raises:
        ImportError: When it is not installed; the message is the command to run.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise ImportError(
            f"{user} requires {package}, which is not installed. Run: pip install 'faster-api-web[{extra}]'",
            name=error.name,
        ) from error
