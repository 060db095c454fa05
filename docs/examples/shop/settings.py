"""What the environment says about the shop.

    SHOP_DATABASE_URL   postgresql+asyncpg://user@host/name or sqlite+aiosqlite:///path; a SQLite file by default
    SHOP_API_KEY        what clients send as X-API-Key; `demo-key` by default

Without `SHOP_DATABASE_URL` the database is a file in the user's cache folder, `~/.cache/faster-shop` as a rule. Delete
it to begin anew.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

__all__ = ["Settings", "load_settings"]

# The number changes with the tables, so that a demonstration never opens the file of an older one.
_FILE = "shop-1.sqlite3"


class Settings(Struct, frozen=True):
    """The settings of one process."""

    database_url: str
    api_key: str


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that the environment variables give."""
    return Settings(
        database_url=environ.get("SHOP_DATABASE_URL") or _default_database_url(environ),
        api_key=environ.get("SHOP_API_KEY") or "demo-key",
    )


def _default_database_url(environ: Mapping[str, str]) -> str:
    cache = Path(environ.get("XDG_CACHE_HOME") or environ.get("LOCALAPPDATA") or Path.home() / ".cache")
    folder = cache / "faster-shop"
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite+aiosqlite:///{(folder / _FILE).as_posix()}"
