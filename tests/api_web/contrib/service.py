"""The servers that tests talk to, and where they are; a test is skipped, with the reason, where one is not."""

import os
import socket

import pytest

__all__ = ["POSTGRES", "POSTGRES_URL", "REDIS", "REDIS_URL"]

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/test")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except OSError:
        return False
    return True


POSTGRES = [
    pytest.mark.skipif(not listens(5432), reason="no PostgreSQL at 127.0.0.1:5432"),
    pytest.mark.postgres,
]
REDIS = [pytest.mark.skipif(not listens(6379), reason="no Redis at 127.0.0.1:6379"), pytest.mark.redis]
