import asyncio
from contextlib import asynccontextmanager
from typing import Any, Never

import pytest

from faster_core.middleware.database_pool import DatabasePoolMiddleware
from faster_core.types import Message, Receive, Scope, Send
from tests.core.middleware.exchange import accept, fetch, get, open_websocket, respond


class Pool:
    """A pool in the style of asyncpg: what `acquire` returns can be awaited."""

    def __init__(self) -> None:
        self.events = []  # type: ignore[var-annotated]
        self.lent = 0

    async def acquire(self) -> Any:
        await asyncio.sleep(0)
        self.lent += 1
        self.events.append(f"acquire {self.lent}")
        return self.lent

    async def release(self, connection: Any) -> None:
        self.events.append(f"release {connection}")

    async def close(self) -> None:
        self.events.append("close")


class ContextPool:
    """A pool whose connections are context managers."""

    def __init__(self) -> None:
        self.events = []  # type: ignore[var-annotated]

    @asynccontextmanager
    async def connection(self) -> Any:
        self.events.append("enter")
        try:
            yield "connection"
        except ValueError:
            self.events.append("rollback")
            raise
        finally:
            self.events.append("leave")


def asking(seen: Any, times: Any = 2) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(times):
            seen.append(await scope["state"]["db"])
        await respond()(scope, receive, send)

    return app


def test_the_pool_is_in_the_state() -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["state"])
        await respond()(scope, receive, send)

    pool = object()
    get(DatabasePoolMiddleware(app, pool=pool, state_key="engine"))
    get(DatabasePoolMiddleware(app, pool=pool, state_key="db"))
    get(DatabasePoolMiddleware(app, pool=pool), state=seen[0])
    assert seen == [{"engine": pool, "db_pool": pool}, {"db": pool}, seen[0]]


def test_one_connection_for_each_request_that_asks() -> None:
    pool = Pool()
    seen: list[Any] = []
    app = DatabasePoolMiddleware(asking(seen), pool=pool)
    get(app)
    get(app)
    get(DatabasePoolMiddleware(respond(), pool=pool))
    assert seen == [1, 1, 2, 2]
    assert pool.events == ["acquire 1", "release 1", "acquire 2", "release 2"]


def test_asking_twice_at_once_takes_one() -> None:
    pool = Pool()
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        lease = scope["state"]["db"]
        seen.extend(await asyncio.gather(lease.acquire(), lease.acquire()))
        await respond()(scope, receive, send)

    get(DatabasePoolMiddleware(app, pool=pool))
    assert (seen, pool.events) == ([1, 1], ["acquire 1", "release 1"])


def test_after_the_request_there_is_none() -> None:
    leases = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        leases.append(scope["state"]["db"])
        await respond()(scope, receive, send)

    async def main() -> None:
        await fetch(DatabasePoolMiddleware(app, pool=Pool()))
        with pytest.raises(RuntimeError, match="The request is over"):
            await leases[0]

    asyncio.run(main())


@pytest.mark.parametrize("error, events", [(None, []), (ValueError, ["rollback"]), (asyncio.CancelledError, [])])
def test_a_context_manager_sees_the_error(error: Any, events: Any) -> None:
    pool = ContextPool()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert await scope["state"]["db"] == "connection"
        if error:
            raise error
        await respond()(scope, receive, send)

    async def main() -> None:
        if error is None:
            await fetch(DatabasePoolMiddleware(app, pool=pool))
            return
        with pytest.raises(error):
            await fetch(DatabasePoolMiddleware(app, pool=pool))

    asyncio.run(main())
    assert pool.events == ["enter", *events, "leave"]


def test_own_names_and_acquire() -> None:
    pool = ContextPool()
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(await scope["state"]["session"])
        assert "db" not in scope["state"]
        await respond()(scope, receive, send)

    @asynccontextmanager
    async def acquire(given: Any) -> Any:
        assert given is pool
        yield "mine"

    get(DatabasePoolMiddleware(app, pool=pool, connection_key="session", acquire=acquire))
    assert seen == ["mine"]


def test_a_session_maker() -> None:
    pool = ContextPool()
    seen: list[Any] = []
    get(DatabasePoolMiddleware(asking(seen), pool=pool.connection))
    assert (seen, pool.events) == (["connection", "connection"], ["enter", "leave"])


def test_no_connection_key() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert "db" not in scope["state"]
        await respond()(scope, receive, send)

    assert get(DatabasePoolMiddleware(app, pool=Pool(), connection_key=None)).status == 200


def run_lifespan(app: Any, state: Any = None) -> Any:
    """Start and stop an application; return what it sent."""
    sent = []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Any:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
    if state is not None:
        scope["state"] = state
    asyncio.run(app(scope, receive, send))
    return sent


def lifespan(events: Any, failing: Any = None) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await respond()(scope, receive, send)
            return
        for phase in ("startup", "shutdown"):
            await receive()
            events.append(phase)
            if failing == phase:
                await send({"type": f"lifespan.{phase}.failed", "message": "mine"})
                return
            await send({"type": f"lifespan.{phase}.complete"})

    return app


def test_a_factory_is_open_around_the_application() -> None:
    events = []

    @asynccontextmanager
    async def factory() -> Any:
        events.append("open")
        yield "pool"
        events.append("close")

    state: dict[str, Any] = {}
    sent = run_lifespan(DatabasePoolMiddleware(lifespan(events), factory=factory), state)
    assert events == ["open", "startup", "shutdown", "close"]
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert state == {"db_pool": "pool"}


def test_factories_that_are_awaited_or_called() -> None:
    for is_async in (True, False):
        pool = Pool()

        async def make(pool: Any = pool) -> Any:
            return pool

        run_lifespan(DatabasePoolMiddleware(lifespan([]), factory=make if is_async else lambda pool=pool: pool))  # type: ignore[misc]
        assert pool.events == ["close"]


def test_a_pool_of_yours_is_not_closed() -> None:
    pool = Pool()
    run_lifespan(DatabasePoolMiddleware(lifespan([]), pool=pool))
    assert pool.events == []


def test_a_factory_that_fails_stops_the_start() -> None:
    async def factory() -> Never:
        raise OSError("no database")

    events: list[Any] = []
    sent = run_lifespan(DatabasePoolMiddleware(lifespan(events), factory=factory))
    text = "The database pool could not be opened: OSError('no database')"
    assert sent == [{"type": "lifespan.startup.failed", "message": text}]
    assert events == []


def test_an_application_that_fails_to_start_has_the_pool_closed() -> None:
    pool = Pool()
    sent = run_lifespan(DatabasePoolMiddleware(lifespan([], "startup"), factory=lambda: pool))
    assert pool.events == ["close"]
    assert sent == [{"type": "lifespan.startup.failed", "message": "mine"}]


def test_a_pool_that_cannot_be_closed_is_told() -> None:
    @asynccontextmanager
    async def factory() -> Any:
        yield "pool"
        raise OSError("stuck")

    sent = run_lifespan(DatabasePoolMiddleware(lifespan([]), factory=factory))
    text = "The database pool could not be closed: OSError('stuck')"
    assert sent[-1] == {"type": "lifespan.shutdown.failed", "message": text}


def test_an_application_without_lifespan() -> None:
    pool = Pool()

    async def app(scope: Scope, receive: Receive, send: Send) -> Never:
        raise KeyError("method")

    with pytest.raises(KeyError):
        run_lifespan(DatabasePoolMiddleware(app, factory=lambda: pool))


def test_a_server_without_lifespan() -> None:
    made = []

    async def factory() -> Any:
        await asyncio.sleep(0)
        made.append(Pool())
        return made[-1]

    async def main() -> None:
        app = DatabasePoolMiddleware(asking([]), factory=factory)
        await asyncio.gather(*(fetch(app) for _ in range(3)))

    asyncio.run(main())
    assert len(made) == 1
    assert made[0].lent == 3


def test_both_are_too_many() -> None:
    with pytest.raises(TypeError, match="takes a pool or a factory, not both"):
        DatabasePoolMiddleware(respond(), pool=1, factory=Pool)


def test_websockets_have_connections_too() -> None:
    pool = Pool()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await scope["state"]["db"]
        await accept(scope, receive, send)

    asyncio.run(open_websocket(DatabasePoolMiddleware(app, pool=pool)))
    assert pool.events == ["acquire 1", "release 1"]


def test_sqlalchemy() -> None:
    asyncio_extension = pytest.importorskip("sqlalchemy.ext.asyncio")
    pytest.importorskip("aiosqlite")
    import sqlalchemy

    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        connection = await scope["state"]["db"]
        seen.append((await connection.execute(sqlalchemy.text("select 1"))).scalar())
        await respond()(scope, receive, send)

    async def main() -> None:
        engine = asyncio_extension.create_async_engine("sqlite+aiosqlite://")
        maker = asyncio_extension.async_sessionmaker(engine)
        await fetch(DatabasePoolMiddleware(app, pool=engine))
        await fetch(DatabasePoolMiddleware(app, pool=maker))
        middleware = DatabasePoolMiddleware(app, factory=lambda: engine)
        await fetch(middleware)
        await middleware.close()

    asyncio.run(main())
    assert seen == [1, 1, 1]
