"""SQLAlchemy: an engine as long as the application, a session as long as a handler. Needs the extra `sqlalchemy`.

    database = Database("postgresql+asyncpg://shop@localhost/shop")
    app = Faster()
    app.install(database)

    Session = Annotated[AsyncSession, Depends(database.session, scope="function")]

    @app.post("/customers", status_code=201)
    async def add(name: str, session: Session) -> int:
        customer = Customer(name=name)
        session.add(customer)
        await session.flush()
        return customer.id

The session commits when the handler returns, and rolls back when it raises. `scope="function"` puts the commit before
the response: a client is never told of a success that the database then refuses.

A test runs in one transaction, which is undone at its end:

    @pytest.fixture
    def client():
        with database.undone(), TestClient(app) as client:
            yield client
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from faster_core.app import App
from faster_core.response import JSONResponse
from FasterAPI.contrib._extra import needs
from FasterAPI.contrib._lifespan import wrap_lifespan

with needs("sqlalchemy", extra="sqlalchemy", user="FasterAPI.contrib.sqlalchemy"):
    from sqlalchemy import URL, event, text
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.ext.asyncio import (
        AsyncConnection,
        AsyncEngine,
        AsyncSession,
        async_sessionmaker,
        create_async_engine,
    )

__all__ = ["Database", "async_engine_from_url_optional", "sqlalchemy_session_dependency"]

_log = logging.getLogger("FasterAPI")


class Database:
    """An engine, the sessions on it, and their lifetimes.

    As an extension it closes the engine's connections when the application stops. The engine connects when the first
    session asks it to, so an application starts without its database.

    SQLite gets what it lacks by default: foreign keys are held, a writer waits for others, and transactions begin where
    SQLAlchemy begins them, so that savepoints work.

    Args:
        url: `postgresql+asyncpg://…` or `sqlite+aiosqlite:///…`, or an engine of your own.
        **options: Further arguments of `create_async_engine`. Connections are tested before use unless
            `pool_pre_ping=False`.

    Raises:
        ImportError: When the driver that the URL names is not installed.
        TypeError: For options beside an engine.

    Attributes:
        engine: The engine.
        sessions: Makes sessions, for work outside a request: `async with database.sessions.begin() as session`.
    """

    def __init__(self, url: str | URL | AsyncEngine, **options: Any) -> None:
        if isinstance(url, AsyncEngine):
            if options:
                raise TypeError("Database takes options only with a URL. Give them to create_async_engine.")
            self.engine: AsyncEngine = url
        else:
            self.engine = async_engine_from_url_optional(url, **{"pool_pre_ping": True, **options})
        self.sessions: async_sessionmaker[AsyncSession] = async_sessionmaker(self.engine, expire_on_commit=False)
        self._is_undone = False

    def install(self, app: App) -> None:
        """Open with the application, and close after it.

        The application's own lifespan is entered inside: what it does at shut-down still has the database.
        """
        wrap_lifespan(app, self.opened)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Database"]:
        """Close all connections at the end of the block: for programs without an application."""
        try:
            if self._is_undone:
                async with self._one_transaction():
                    yield self
            else:
                yield self
        finally:
            await self.engine.dispose()

    async def session(self) -> AsyncGenerator[AsyncSession, None]:
        """Give a session: committed when the handler returns, rolled back when it raises.

        A dependency. Say `Depends(database.session, scope="function")` to commit before the response is sent.
        """
        async with self.sessions.begin() as session:
            yield session

    async def check(self, timeout: float = 2.0) -> None:
        """Ask the database for an answer.

        Args:
            timeout: Seconds until it counts as none.

        Raises:
            ConnectionError: When there is none; the cause says why.
        """
        try:
            async with asyncio.timeout(timeout), self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise ConnectionError("The database does not answer.") from error

    async def health(self) -> JSONResponse:
        """Answer 200 when the database answers, else 503: a handler for `app.add_api_route("/health/database", …)`.

        Why it does not answer is in the log only: the response would tell strangers where the database is.
        """
        try:
            await self.check()
        except ConnectionError as error:
            _log.warning("The database does not answer", exc_info=error.__cause__)
            return JSONResponse({"database": "unavailable"}, status_code=503)
        return JSONResponse({"database": "ok"})

    @contextmanager
    def undone(self) -> Iterator["Database"]:
        """Undo everything that an application, started and stopped within the block, writes: for tests.

        All sessions share one connection and one transaction. A commit ends a savepoint only; the transaction is
        rolled back when the application stops. Requests have to come one after the other, since a connection answers
        one question at a time.

        Raises:
            RuntimeError: For a block within another.
        """
        if self._is_undone:
            raise RuntimeError("Database.undone() is active already. Leave that block first.")
        self._is_undone = True
        try:
            yield self
        finally:
            self._is_undone = False

    @asynccontextmanager
    async def _one_transaction(self) -> AsyncIterator[AsyncConnection]:
        former = self.sessions
        async with self.engine.connect() as connection:
            transaction = await connection.begin()
            self.sessions = async_sessionmaker(
                connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            )
            try:
                yield connection
            finally:
                self.sessions = former
                await transaction.rollback()


def sqlalchemy_session_dependency(
    session_factory: Callable[[], AsyncSession],
) -> Callable[[], AsyncGenerator[AsyncSession, None]]:
    """Return a dependency that gives a session: committed when the handler returns, rolled back when it raises.

    Args:
        session_factory: An `async_sessionmaker`, or whatever returns a new session.

    Raises:
        ValueError: For None.

    Example:
        >>> engine = async_engine_from_url_optional("sqlite+aiosqlite:///:memory:")
        >>> get_session = sqlalchemy_session_dependency(async_sessionmaker(engine, expire_on_commit=False))
    """
    if session_factory is None:
        raise ValueError("sqlalchemy_session_dependency() got None. Give it an async_sessionmaker.")

    async def get_session() -> AsyncGenerator[AsyncSession, None]:
        async with session_factory() as session, session.begin():
            yield session

    return get_session


def async_engine_from_url_optional(url: str | URL, **options: Any) -> AsyncEngine:
    """Return an engine. SQLite gets foreign keys, patience with other writers, and transactions with savepoints.

    Args:
        url: `postgresql+asyncpg://…` or `sqlite+aiosqlite:///…`.
        **options: Those of `create_async_engine`.

    Raises:
        ImportError: When the driver that the URL names is not installed.
    """
    try:
        engine = create_async_engine(url, **options)
    except ModuleNotFoundError as error:
        raise ImportError(
            f"The database URL needs {error.name}, which is not installed. "
            f"Run: pip install 'faster-api-web[sqlalchemy]' for asyncpg and aiosqlite, or pip install {error.name}",
            name=error.name,
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # Left to itself, the driver begins transactions late, and none for a savepoint.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("foreign_keys = ON", "busy_timeout = 10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
