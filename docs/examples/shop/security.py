"""The API key."""

from typing import Annotated

from FasterAPI import APIKeyHeader, Depends, HTTPException
from FasterAPI.security import constant_time_equal
from shop.settings import load_settings

__all__ = ["require_key"]

_header = APIKeyHeader(name="X-API-Key", description="`demo-key`, unless SHOP_API_KEY says otherwise.")
_settings = load_settings()


async def require_key(key: Annotated[str, Depends(_header)]) -> None:
    """Let only those in who know the key: 401 without one, 403 with a wrong one."""
    if not constant_time_equal(key, _settings.api_key):
        raise HTTPException(403, "This API key is not known.")
