"""The servers that programs of the documentation talk to; a test is skipped, with the reason, where one is not."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import RedisError

__all__ = ["REDIS_URL", "empty_database", "needs_redis"]

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


def needs_redis() -> None:
    """Skip the test where Redis does not answer."""
    try:
        with Redis.from_url(REDIS_URL, socket_timeout=10) as client:
            client.ping()
    except (OSError, RedisError) as error:
        pytest.skip(f"Redis does not answer: {error!r}")


@contextmanager
def empty_database() -> Iterator[str]:
    """Give the URL of a new PostgreSQL database, which is removed at the end of the block."""
    asyncpg = pytest.importorskip("asyncpg")
    server = urlsplit(POSTGRES_URL)._replace(scheme="postgresql").geturl()
    name = f"documented_{uuid4().hex}"

    async def execute(statement: str) -> None:
        connection = await asyncpg.connect(server, timeout=30)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    try:
        asyncio.run(execute(f"CREATE DATABASE {name}"))
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        pytest.skip(f"PostgreSQL does not answer: {error!r}")
    try:
        yield urlsplit(POSTGRES_URL)._replace(path=f"/{name}").geturl()
    finally:
        asyncio.run(execute(f"DROP DATABASE {name} WITH (FORCE)"))
