"""A database pool for the application, and one connection for each request that asks for it."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import AsyncExitStack
from inspect import isawaitable
from types import TracebackType
from typing import Any, Self

from faster_core.direct import direct
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ConnectionLease", "DatabasePoolMiddleware"]

# How pools of the field are asked for a connection: asyncpg, aiomysql; psycopg; SQLAlchemy's engines.
_ACQUIRE_NAMES = ("acquire", "connection", "connect")
_CLOSE_NAMES = ("aclose", "dispose", "close")


class DatabasePoolMiddleware:
    """Puts a pool into `request.state`, opens and closes it with the application, and lends connections.

    A `pool` is an object of yours: it is neither opened nor closed here. A `factory` is called when the application
    starts, before its own start-up, and what it returned is closed after its shut-down; under a server without lifespan
    the first request calls it. It may return an asynchronous context manager, which is entered, or something to await,
    or the pool.

    `await request.state.db` takes a connection from the pool when it is first asked for, gives the same one for the
    rest of the request, and puts it back when the response and its background tasks are done, whatever happens. A
    request that does not ask takes none.

    Args:
        app: The next application.
        pool: A pool, or a session maker.
        factory: What makes the pool, instead of `pool`.
        state_key: The name of the pool in `request.state`.
        connection_key: The name of the request's connection there; None to lend none.
        acquire: Called with the pool, returns an asynchronous context manager of a connection; None for the pool's own
            `acquire`, `connection` or `connect`, or the pool itself if it can be called.

    Raises:
        TypeError: At construction, for both a pool and a factory.

    Example:
        >>> app.add_middleware(DatabasePoolMiddleware, factory=lambda: asyncpg.create_pool(url))  # doctest: +SKIP
        >>> @app.get("/now")  # doctest: +SKIP
        ... async def now(request: Request):
        ...     connection = await request.state.db
        ...     return await connection.fetchval("select now()")
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        pool: Any = None,
        factory: Callable[[], Any] | None = None,
        state_key: str = "db_pool",
        connection_key: str | None = "db",
        acquire: Callable[[Any], Any] | None = None,
    ) -> None:
        if pool is not None and factory is not None:
            raise TypeError("DatabasePoolMiddleware takes a pool or a factory, not both.")
        self.app = app
        self._next = direct(app)
        self._pool = pool
        self._factory = factory
        self._state_key = state_key
        self._connection_key = connection_key if connection_key != state_key else None
        self._acquire = acquire
        self._is_open = factory is None
        self._opening = asyncio.Lock()
        self._exit = AsyncExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open the pool, call on, and put the connection back."""
        if scope["type"] == "lifespan":
            await _Lifespan(self, scope, receive, send).run()
            return
        if not self._is_open:
            await self.open()
        state = scope.setdefault("state", {})
        state[self._state_key] = self._pool
        acquire = self._find_acquire() if self._connection_key is not None else None
        if acquire is None:
            await self._next(scope, receive, send)
            return
        lease = state[self._connection_key] = ConnectionLease(self._pool, acquire)
        async with lease:
            await self._next(scope, receive, send)

    async def open(self) -> Any:
        """Call the factory, once, and return the pool."""
        async with self._opening:
            if self._factory is None or self._is_open:
                return self._pool
            made = self._factory()
            if hasattr(made, "__aenter__"):
                self._pool = await self._exit.enter_async_context(made)
            else:
                self._pool = await made if isawaitable(made) else made
                self._exit.push_async_callback(_close, self._pool)
            self._is_open = True
            return self._pool

    async def close(self) -> None:
        """Close the pool if it was made here."""
        if self._factory is not None and self._is_open:
            self._is_open = False
            self._pool = None
            await self._exit.aclose()

    @property
    def state_key(self) -> str:
        """The name of the pool in `request.state`."""
        return self._state_key

    def _find_acquire(self) -> Callable[[Any], Any] | None:
        if self._acquire is not None:
            return self._acquire
        for name in _ACQUIRE_NAMES:
            if callable(getattr(self._pool, name, None)):
                return lambda pool: getattr(pool, name)()
        return (lambda pool: pool()) if callable(self._pool) else None


class ConnectionLease:
    """The connection of one request, taken from the pool when it is awaited for the first time."""

    def __init__(self, pool: Any, acquire: Callable[[Any], Any]) -> None:
        self._pool = pool
        self._call = acquire
        self._lock = asyncio.Lock()
        self._stack: AsyncExitStack | None = None
        self._connection: Any = None
        self._is_over = False

    def __await__(self) -> Generator[Any, None, Any]:
        return self.acquire().__await__()

    async def acquire(self) -> Any:
        """Return the connection; the same one each time.

        Raises:
            RuntimeError: After the request.
        """
        async with self._lock:
            if self._is_over:
                raise RuntimeError("The request is over, and its database connection is back in the pool.")
            if self._stack is None:
                stack = AsyncExitStack()
                given = self._call(self._pool)
                if hasattr(given, "__aenter__"):
                    self._connection = await stack.enter_async_context(given)
                else:
                    self._connection = await given
                    stack.push_async_callback(_release, self._pool, self._connection)
                self._stack = stack
            return self._connection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_over = True
        stack, self._stack, self._connection = self._stack, None, None
        if stack is not None:
            await stack.__aexit__(kind, error, traceback)


class _Lifespan:
    """The pool is open before the application starts, and closed after it has stopped."""

    def __init__(self, middleware: DatabasePoolMiddleware, scope: Scope, receive: Receive, send: Send) -> None:
        self._middleware = middleware
        self._scope = scope
        self._receive = receive
        self._send = send
        self._failure: Exception | None = None

    async def run(self) -> None:
        try:
            await self._middleware.app(self._scope, self.receive, self.send)
        except Exception as error:
            if error is not self._failure:
                raise
            # The server was told already; what it is told twice it takes for something else.
        finally:
            await self._middleware.close()

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "lifespan.startup":
            try:
                pool = await self._middleware.open()
            except Exception as error:
                self._failure = error
                text = f"The database pool could not be opened: {error!r}"
                await self._send({"type": "lifespan.startup.failed", "message": text})
                raise
            if "state" in self._scope:
                self._scope["state"][self._middleware.state_key] = pool
        return message

    async def send(self, message: Message) -> None:
        if self._failure is not None:
            return
        if message["type"] in {"lifespan.startup.failed", "lifespan.shutdown.complete", "lifespan.shutdown.failed"}:
            try:
                await self._middleware.close()
            except Exception as error:
                self._failure = error
                text = f"The database pool could not be closed: {error!r}"
                await self._send({"type": message["type"].replace("complete", "failed"), "message": text})
                raise
        await self._send(message)


async def _close(pool: Any) -> None:
    for name in _CLOSE_NAMES:
        method = getattr(pool, name, None)
        if callable(method):
            result = method()
            if isawaitable(result):
                await result
            return


async def _release(pool: Any, connection: Any) -> None:
    result = pool.release(connection)
    if isawaitable(result):
        await result
