"""The connection pool, which lives as long as the application, and a session, which lives as long as a handler."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeAlias

from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from FasterAPI import Depends, HTTPException
from shop.catalogue import import_catalogue
from shop.settings import load_settings
from shop.tables import Base

__all__ = ["Database", "Session", "make_engine", "open_database", "open_session", "refuse_conflicts"]

Sessions: TypeAlias = async_sessionmaker[AsyncSession]

_LOCK = 5_309_218
"""Any number, as long as nothing else in the database locks it."""


def make_engine(url: str) -> AsyncEngine:
    """Return an engine for a database.

    Args:
        url: `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`.
    """
    engine = create_async_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Wait for other writers, let them not stop readers, and hold foreign keys."""
    cursor = connection.cursor()
    for pragma in ("busy_timeout = 10000", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def open_database() -> AsyncIterator[Sessions]:
    """Give what makes sessions, from start-up to shut-down, with the schema and the catalogue in place."""
    engine = make_engine(load_settings().database_url)
    try:
        async with engine.begin() as connection:
            await _prepare_alone(connection)
        yield async_sessionmaker(engine, expire_on_commit=False)
    finally:
        await engine.dispose()


async def _prepare_alone(connection: AsyncConnection) -> None:
    """Create what is missing, while every other worker that starts waits for its turn."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    await connection.run_sync(Base.metadata.create_all)
    await import_catalogue(connection)


Database = Annotated[Sessions, Depends(open_database, scope="app")]
"""What makes sessions: for work outside a request."""


async def open_session(sessions: Database) -> AsyncIterator[AsyncSession]:
    """Give a session: committed when the handler returns, rolled back when it raises."""
    async with sessions.begin() as session:
        yield session


# "function": the commit comes before the response, so that nobody is told of what then fails.
Session = Annotated[AsyncSession, Depends(open_session, scope="function")]
"""The session of a request."""


@asynccontextmanager
async def refuse_conflicts(session: AsyncSession, detail: str) -> AsyncIterator[None]:
    """Write what the block changes, and answer 409 where the database refuses it.

    Args:
        session: The session.
        detail: What the client is told.
    """
    try:
        yield
        await session.flush()
    except IntegrityError as error:
        raise HTTPException(409, detail) from error
