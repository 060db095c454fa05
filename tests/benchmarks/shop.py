"""What the applications of the benchmarks are about: the data and the domain code that all of them share."""

from collections.abc import Sequence
from typing import Any

__all__ = ["ITEMS", "MAX_BODY", "ORIGIN", "ROUTES", "WIDGET", "Connection", "Settings", "current_user", "load_settings"]

ROUTES = 1_000
"""Routes of the crowded application."""

MAX_BODY = 10 * 1024 * 1024
"""Bytes of a body at most, where an application can say so."""

ORIGIN = "https://shop.example"
"""The one origin that the wrapped applications let in."""

WIDGET: dict[str, Any] = {"name": "Widget", "price": 9.5, "quantity": 3, "tags": ["new", "blue"]}

ITEMS: Sequence[dict[str, Any]] = tuple(
    {"name": f"Item {number}", "price": number + 0.5, "quantity": number, "tags": ["new", "blue"]}
    for number in range(100)
)


class Settings:
    """What a connection is opened with."""

    user = "ada"


SETTINGS = Settings()


class Connection:
    """Stands for a connection to a database: has to be closed, and counts those that are open."""

    open_connections = 0

    def __init__(self, settings: Settings) -> None:
        self.user = settings.user

    async def __aenter__(self) -> "Connection":
        """Open it."""
        Connection.open_connections += 1
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close it."""
        Connection.open_connections -= 1


async def load_settings() -> Settings:
    """Return the settings: the innermost dependency."""
    return SETTINGS


async def current_user(connection: Connection) -> dict[str, Any]:
    """Return who asks, and how many connections are open: the outermost dependency."""
    return {"user": connection.user, "open": connection.open_connections}
